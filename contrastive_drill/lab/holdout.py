"""Which concepts are held out: whole clusters, so that no near twin of theirs is trained on."""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.emoji import Emoji, words

NEAR = 0.5  # of their words in common: captions from there on are near twins


def overlaps(captions: Sequence[str], others: Sequence[str]) -> Tensor:
    """Words in common over all words of the two (Jaccard), for each caption and other: [n, m]."""
    sides = [[set(words(text)) for text in texts] for texts in (captions, others)]
    places = {word: place for place, word in enumerate(sorted(set().union(*sides[0], *sides[1])))}
    tables = []
    for side in sides:
        cells = [(row, places[word]) for row, own in enumerate(side) for word in own]
        table = torch.zeros(len(side), len(places))
        table[tuple(torch.tensor(cells, dtype=torch.long).view(-1, 2).T)] = 1
        tables.append(table)
    ours, theirs = tables
    common = ours.to_sparse() @ theirs.T
    union = ours.sum(1, keepdim=True) + theirs.sum(1) - common
    return common / union.clamp(min=1)


@cache
def clusters(captions: tuple[str, ...]) -> Tensor:
    """The cluster of each caption [n]: two of one are joined by a chain of near twins."""
    one, other = (overlaps(captions, captions) >= NEAR).nonzero(as_tuple=True)
    labels = torch.arange(len(captions))
    while True:  # each takes the smallest number among its twins, until nothing changes
        spread = labels.scatter_reduce(0, one, labels[other], "amin")
        if torch.equal(spread, labels):
            return labels
        labels = spread


def split(emoji: Emoji, held: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Indices of concepts to train on and `held` to test on, each cluster on one side only.

    Raises:
        UsageProblem: when clusters cannot be put together to that number.
    """
    labels = clusters(tuple(concept.caption for concept in emoji.concepts))
    order, sizes = torch.randperm(len(labels), generator=generator), labels.bincount()
    left, chosen = min(held, len(labels)), set[int]()
    for cluster in labels[order].tolist():
        if cluster not in chosen and sizes[cluster] <= left:
            chosen.add(cluster)
            left -= int(sizes[cluster])
    if left:
        raise UsageProblem(f"near twins stay together, and {held} cannot be held out: change held")
    unseen = torch.isin(labels[order], torch.tensor(sorted(chosen), dtype=torch.long))
    return order[~unseen], order[unseen]
