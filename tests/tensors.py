"""Random numbers for tests of the laboratory, all from seeds."""

import torch
from torch import Tensor, nn

from contrastive_drill.lab.device import choose

choose("cpu")  # as few threads as a demo takes: small networks lose time by sharing their work


def seeded(seed: int = 0) -> torch.Generator:
    """A generator of its own for each call."""
    return torch.Generator().manual_seed(seed)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    """Normal numbers."""
    return torch.randn(*shape, generator=seeded(seed))


def shaken(model: nn.Module) -> None:
    """Move gains and biases from their ones and zeros, so that no parity holds because of them."""
    with torch.no_grad():
        for index, parameter in enumerate(model.parameters()):
            if parameter.ndim < 2:
                parameter.add_(0.3 * drawn(*parameter.shape, seed=index))
