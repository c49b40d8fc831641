"""The masked autoencoder (arXiv:2111.06377): encode the visible patches, rebuild the others."""

import torch
from torch import Tensor, nn

from contrastive_drill.demo.result import LabelledFormula
from contrastive_drill.lab import vit
from contrastive_drill.lab.vit import ViTShape, patchify, pick

FORMULAS = (
    LabelledFormula(
        "The loss: M are the masked patches, of p numbers each; what was seen does not count.",
        r"\mathcal{L} = \frac{1}{|M|} \sum_{i \in M} \frac{1}{p} \|\hat{y}_i - y_i\|^2",
    ),
    LabelledFormula(
        "The target: patch i less its own mean, over its own standard deviation; ε is 10⁻⁶.",
        r"y_i = \frac{x_i - \mu_i}{\sqrt{\sigma_i^2 + \epsilon}}",
    ),
)


def masks(count: int, shape: ViTShape, generator: torch.Generator) -> Tensor:
    """A random order of the patches for each of `count` pictures: [count, N].

    However many stay visible, they are those of the first columns, and the rest are masked.
    """
    return torch.rand(count, shape.patches, generator=generator).argsort(dim=1)


class MaskedAutoencoder(nn.Module):
    """An encoder on the visible patches and a narrow decoder on all.

    With `mask_in_encoder` the encoder sees all places, a learned token at the masked ones: the
    baseline that the paper's speed-up is measured against (its table 1c).
    """

    positions: Tensor

    def __init__(
        self, shape: ViTShape, depth: int, width: int, heads: int, *, mask_in_encoder: bool = False
    ) -> None:
        super().__init__()
        self.shape, self.mask_in_encoder = shape, mask_in_encoder
        self.encoder = vit.VisionTransformer(shape)
        self.narrow = nn.Linear(shape.width, width)
        self.mask = nn.Parameter(torch.zeros(shape.width if mask_in_encoder else width))
        self.register_buffer("positions", vit.positions(shape.patches, width))
        self.blocks = nn.Sequential(*(vit.TransformerBlock(width, heads) for _ in range(depth)))
        self.norm = nn.LayerNorm(width)
        self.pixels = nn.Linear(width, shape.pixels)

    def forward(self, pictures: Tensor, order: Tensor, visible: int) -> Tensor:
        """Pictures [n, c, h, w], in an `order` of `masks`, to what patches hold: [n, N, pixels]."""
        seen, restore = order[:, :visible], order.argsort(dim=1)
        if self.mask_in_encoder:
            embedded = self.encoder.embed(patchify(pictures, self.shape.patch))
            tokens = pick(self._filled(pick(embedded, seen)), restore) + self.encoder.positions
            latent = self.narrow(self.encoder.encode(tokens))
            first, rest = latent[:, :1], latent[:, 1:]
        else:
            latent = self.narrow(self.encoder(pictures, seen))  # [n, 1 + visible, width]
            first, rest = latent[:, :1], pick(self._filled(latent[:, 1:]), restore)
        tokens = torch.cat([first, rest + self.positions], dim=1)  # [n, 1 + N, width]
        out: Tensor = self.pixels(self.norm(self.blocks(tokens)))[:, 1:]
        return out

    def _filled(self, tokens: Tensor) -> Tensor:
        """Tokens [n, visible, d] followed by the mask token at every other place: [n, N, d]."""
        n, visible, _ = tokens.shape
        return torch.cat([tokens, self.mask.expand(n, self.shape.patches - visible, -1)], dim=1)


def moments(patches: Tensor) -> tuple[Tensor, Tensor]:
    """The mean and the standard deviation of each patch, [n, N, pixels] to [n, N, 1] each.

    A patch of one colour has a deviation of 0.001, so that it can be divided by.
    """
    spread = (patches.var(dim=2, keepdim=True) + 1e-6).sqrt()
    return patches.mean(dim=2, keepdim=True), spread


def targets(pictures: Tensor, patch: int) -> Tensor:
    """What is to be rebuilt (§3), [n, N, pixels]: each patch brought to mean 0 and variance 1."""
    patches = patchify(pictures, patch)
    mean, spread = moments(patches)
    return (patches - mean) / spread


def masked_loss(rebuilt: Tensor, target: Tensor, order: Tensor, visible: int) -> Tensor:
    """Mean squared error over the masked patches alone; what was seen does not count."""
    hidden = order[:, visible:]
    return (pick(rebuilt, hidden) - pick(target, hidden)).square().mean()
