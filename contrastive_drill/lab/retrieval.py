"""Held-out texts and pictures as vectors: how well one finds the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive_drill.demo.result import Chart, Series
from contrastive_drill.lab import measures
from contrastive_drill.lab.losses import unit

Storage = Callable[[Tensor], Tensor]  # vectors as they come back from it


def exactly(vectors: Tensor) -> Tensor:
    """Storage that loses nothing."""
    return vectors


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """Vectors of n texts and of their pictures in several views; row i belongs to row i.

    Each measure is the mean over the views, a view being a gallery of its own.
    """

    texts: Tensor  # [n, d]
    pictures: Tensor  # [views, n, d]

    def unit(self) -> "Retrieval":
        """The same with every vector scaled to length 1."""
        return Retrieval(unit(self.texts), torch.stack([unit(view) for view in self.pictures]))

    def centred(self) -> "Retrieval":
        """Each tower's vectors less their mean, of length 1 again: a cone is gone, noise stays."""
        middle = self.pictures.mean(dim=(0, 1))
        return Retrieval(self.texts - self.texts.mean(dim=0), self.pictures - middle).unit()

    def found(self, k: int) -> Tensor:
        """The share of its drawings that each text has among its k best pictures: [n]."""
        places = torch.stack([measures.ranks(self.texts, view) for view in self.pictures])
        return (places < k).float().mean(dim=0)

    def mean(self, measure: Callable[[Tensor], float]) -> float:
        """The mean of a measure of the pictures over the views."""
        return sum(map(measure, self.pictures)) / len(self.pictures)

    def cosines(self) -> tuple[float, float]:
        """The mean cosine of true pairs, and that of wrong ones."""
        return self._both_means(lambda view: measures.pair_cosines(self.texts, view))

    def margin(self) -> float:
        """By how much a true pair's cosine exceeds a wrong one's."""
        true, wrong = self.cosines()
        return true - wrong

    def recall(self, k: int, storage: Storage = exactly) -> float:
        """The share of texts with their picture among the k best, all vectors in `storage`."""
        return self.mean(lambda view: measures.recall(storage(self.texts), storage(view), k))

    def spread(self) -> float:
        """std·√d, mean of the pictures' and the texts'."""
        return (measures.spread(self.pictures.flatten(0, 1)) + measures.spread(self.texts)) / 2

    def uniformity(self) -> float:
        """Of the pictures."""
        return self.mean(measures.uniformity)

    def tolerance(self, labels: Tensor) -> tuple[float, float]:
        """Mean cosine of two pictures with the same label, and with different ones."""
        return self._both_means(lambda view: measures.tolerance(view, labels))

    def _both_means(self, measure: Callable[[Tensor], tuple[float, float]]) -> tuple[float, float]:
        first, second = zip(*map(measure, self.pictures), strict=True)
        return sum(first) / len(first), sum(second) / len(second)


def rank_chart(retrievals: Mapping[str, Retrieval], sentence: str) -> Chart:
    """How many texts have their own picture among the best k, for every k, beside chance."""
    count = len(next(iter(retrievals.values())).texts)
    ks = sorted({min(count, round(2 ** (step / 2))) for step in range(40)} | {count})
    curves = {label: [one.recall(k) for k in ks] for label, one in retrievals.items()}
    curves["chance"] = [k / count for k in ks]
    return Chart(
        title=f"Texts with their own picture among the best k of {count}",
        x_label="k",
        y_label="share",
        series=tuple(
            Series(label, tuple(map(float, ks)), tuple(ys)) for label, ys in curves.items()
        ),
        x_axis="log",
        sentence=sentence,
    )
