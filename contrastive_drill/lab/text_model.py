"""An encoder with its tokens: the vectors of texts by level, and what comes into its layers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrastive_drill.lab.text_encoder import PADDING, Encoder

Tokens = Callable[[str], list[int]]  # of a text, special ones included


def padded(rows: Sequence[list[int]]) -> Tensor:
    """Rows of different lengths as one tensor [n, t], padded."""
    longest = max(map(len, rows))
    return torch.tensor([row + [PADDING] * (longest - len(row)) for row in rows])


def averaged(vectors: Tensor, ids: Tensor) -> Tensor:
    """The mean of the vectors [n, t, d] of real tokens: [n, d]."""
    real = (ids != PADDING)[..., None].to(vectors)
    return (vectors * real).sum(1) / real.sum(1)


@dataclass(frozen=True, slots=True, eq=False)
class TextModel:
    """An encoder with its tokens."""

    name: str
    encoder: Encoder
    tokens: Tokens

    def batches(self, texts: Sequence[str], size: int = 64) -> Iterator[tuple[list[int], Tensor]]:
        """Places of some texts and their tokens [m, t], texts of like length together."""
        rows = [self.tokens(text) for text in texts]
        order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
        device = self.encoder.words.weight.device
        for start in range(0, len(order), size):
            places = order[start : start + size]
            yield places, padded([rows[place] for place in places]).to(device)

    @torch.no_grad()
    def levels(self, texts: Sequence[str]) -> Tensor:
        """The averaged vectors of each text at every level: [layers + 1, n, d], on its device."""
        self.encoder.eval()
        found: list[Tensor] = []
        order: list[int] = []
        for places, ids in self.batches(texts):
            order += places
            found.append(torch.stack([averaged(level, ids) for level in self.encoder(ids)]))
        back = torch.tensor(order).argsort().to(found[0].device)
        return torch.cat(found, 1)[:, back]

    def embed(self, texts: Sequence[str]) -> Tensor:
        """The unit vector of each text, [n, d]."""
        return functional.normalize(self.levels(texts)[-1], dim=1)

    @torch.no_grad()
    def inputs(self, texts: Sequence[str]) -> dict[str, tuple[Tensor, Tensor]]:
        """What comes into every linear layer at the first token of texts and at later ones: [m, d].

        By the layer's name, on the device.
        """
        layers = {
            name: layer
            for name, layer in self.encoder.named_modules()
            if isinstance(layer, nn.Linear)
        }
        found: dict[str, list[tuple[Tensor, Tensor]]] = {name: [] for name in layers}

        def note(name: str, _: nn.Module, given: tuple[Tensor, ...]) -> None:
            found[name].append((given[0][:, 0], given[0][:, 1:][ids[:, 1:] != PADDING]))

        hooks = [
            layer.register_forward_pre_hook(partial(note, name)) for name, layer in layers.items()
        ]
        for _, ids in self.batches(texts):
            self.encoder(ids)
        for hook in hooks:
            hook.remove()
        return {
            name: (torch.cat([first for first, _ in rows]), torch.cat([later for _, later in rows]))
            for name, rows in found.items()
        }
