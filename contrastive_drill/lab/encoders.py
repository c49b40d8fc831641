"""Two small towers: one for pictures, one for texts, each ending in the same projector."""

import torch
from torch import Tensor, nn

HIDDEN = 256  # width of the projector

Towers = tuple[nn.Module, nn.Module]  # of pictures, of texts


def projector(width: int, dimensions: int) -> nn.Sequential:
    """Two layers with batch normalization between them, like SimCLR's head; VICReg's has three."""
    return nn.Sequential(
        nn.Linear(width, HIDDEN),
        nn.BatchNorm1d(HIDDEN),
        nn.ReLU(),
        nn.Linear(HIDDEN, dimensions),
    )


def picture_tower(dimensions: int) -> nn.Sequential:
    """Pictures [n, 3, 32, 32] to vectors [n, dimensions]: patches, one convolution, projector."""
    return nn.Sequential(
        nn.Conv2d(3, 32, kernel_size=4, stride=4),  # [n, 32, 8, 8]: patches of 4 by 4, as in a ViT
        nn.GELU(),
        nn.BatchNorm2d(32),
        nn.Conv2d(32, 64, kernel_size=3, stride=2, padding=1),  # [n, 64, 4, 4]
        nn.GELU(),
        nn.BatchNorm2d(64),
        nn.Flatten(),  # [n, 1024]: where a thing stands matters in an emoji
        projector(1024, dimensions),
    )


class SparseLinear(nn.Module):
    """A linear layer for rows that are nearly all 0: it adds up the columns that are not.

    [n, features] to [n, width], the numbers of `nn.Linear` in a third of its time on a processor.
    """

    def __init__(self, features: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(features, width))  # a row a feature: the other way
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, rows: Tensor) -> Tensor:
        """The sums, weighed by what the rows hold."""
        if rows.device.type != "cpu":
            return rows @ self.weight + self.bias
        places = rows.nonzero()
        filled = torch.sparse_coo_tensor(
            places.T, rows[tuple(places.T)], rows.shape, is_coalesced=True, check_invariants=False
        )
        return filled @ self.weight + self.bias


def text_tower(features: int, dimensions: int) -> nn.Sequential:
    """Text features [n, features] to vectors [n, dimensions]."""
    return nn.Sequential(SparseLinear(features, 128), nn.GELU(), projector(128, dimensions))


class Whitening(nn.Module):
    """A frozen text tower: the leading directions of a sample, each scaled to variance 1.

    [n, features] to [n, dimensions]. A target worth hitting: it tells the texts of its sample
    apart as well as d uncorrelated numbers can.
    """

    mean: Tensor
    matrix: Tensor

    def __init__(self, sample: Tensor, dimensions: int) -> None:
        super().__init__()
        mean = sample.mean(dim=0)
        centred = sample - mean
        # By the n by n Gram matrix: with fewer texts than features, cheaper than an SVD.
        squares, sides = torch.linalg.eigh(centred @ centred.T)  # ascending
        scale = (len(sample) - 1) ** 0.5 / squares[-dimensions:]
        self.register_buffer("mean", mean)
        self.register_buffer("matrix", centred.T @ sides[:, -dimensions:] * scale)

    def forward(self, features: Tensor) -> Tensor:
        """The whitened features."""
        return (features - self.mean) @ self.matrix


def initialize(module: nn.Module, generator: torch.Generator) -> None:
    """Draw every weight anew from `generator`: torch's own default, U(±1/√fan_in), but seeded."""
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            bound = layer.weight[0].numel() ** -0.5
            for parameter in (layer.weight, layer.bias):
                if parameter is not None:
                    nn.init.uniform_(parameter, -bound, bound, generator=generator)
        elif isinstance(layer, SparseLinear):
            bound = len(layer.weight) ** -0.5
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            nn.init.uniform_(layer.bias, -bound, bound, generator=generator)


def towers(features: int, dimensions: int, generator: torch.Generator) -> Towers:
    """A picture tower and a text tower, their weights drawn from `generator`."""
    pictures, texts = picture_tower(dimensions), text_tower(features, dimensions)
    initialize(pictures, generator)
    initialize(texts, generator)
    return pictures, texts


def embed(tower: nn.Module, inputs: Tensor) -> Tensor:
    """Vectors of the inputs, on the processor, where all measuring is done in full precision.

    Without gradients and in evaluation mode, in which the tower is left.
    """
    tower.eval()
    with torch.no_grad():
        vectors: Tensor = tower(inputs)
    return vectors.cpu()
