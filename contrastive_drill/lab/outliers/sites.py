"""The linear layers of a text model: what comes into them, and other ways to compute them."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from contrastive_drill.lab.text_model import TextModel

NORM, GELU, ALL = "after LayerNorm", "after GELU", "every layer"
KINDS = {NORM: ("query", "key", "value", "up"), GELU: ("down",)}
KINDS[ALL] = (*KINDS[NORM], "out", *KINDS[GELU])


class Inputs(NamedTuple):
    """The largest absolute value of each channel [d] that came into a layer."""

    all: Tensor
    later: Tensor  # in all tokens but the first


class Damage(NamedTuple):
    """What rounding did to unit vectors."""

    kept: float  # the share of each vector's ten nearest that still are
    error: float  # the squared distance from where it was, in the mean


def layers(model: TextModel, kind: str = ALL) -> dict[str, nn.Linear]:
    """The linear layers of a kind, by name."""
    return {
        name: layer
        for name, layer in model.encoder.named_modules()
        if isinstance(layer, nn.Linear) and name.rpartition(".")[2] in KINDS[kind]
    }


def calibrated(model: TextModel, texts: Sequence[str]) -> dict[str, Inputs]:
    """The largest inputs of every layer on some texts."""
    return {
        name: Inputs(torch.cat(sides).abs().amax(0), sides[1].abs().amax(0))
        for name, sides in model.inputs(texts).items()
    }


class Bench(NamedTuple):
    """A model to be rounded, and what it gives before."""

    model: TextModel
    texts: Sequence[str]
    exact: Tensor  # unit vectors of the texts, [n, d]
    inputs: dict[str, Inputs]  # on other texts

    def damage(self, ways: Mapping[str, Callable[[Tensor], Tensor]]) -> Damage:
        """What computing some layers in another way does to the vectors."""
        own = [vars(self.model.encoder.get_submodule(name)) for name in ways]
        for layer, way in zip(own, ways.values(), strict=True):
            layer["forward"] = way
        try:
            found = self.model.embed(self.texts).cpu()
        finally:
            for layer in own:
                del layer["forward"]
        kept = (nearest(self.exact)[:, :, None] == nearest(found)[:, None, :]).any(2)
        return Damage(
            float(kept.double().mean()), float((self.exact - found).square().sum(1).mean())
        )


def bench(model: TextModel, texts: Sequence[str], sample: Sequence[str]) -> Bench:
    """A model to be rounded, its scales from a sample of other texts."""
    return Bench(model, texts, model.embed(texts).cpu(), calibrated(model, sample))


def nearest(vectors: Tensor, k: int = 10) -> Tensor:
    """The places of the k nearest to each of some unit vectors, itself apart."""
    cosines = (vectors @ vectors.T).fill_diagonal_(-2)
    return cosines.topk(min(k, len(vectors) - 1)).indices
