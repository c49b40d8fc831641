"""A small picture encoder, and what its features know of emoji that it never saw."""

from functools import partial
from itertools import permutations
from statistics import fmean
from typing import NamedTuple

import torch
from torch import Tensor, nn

from contrastive_drill.lab import measures
from contrastive_drill.lab.encoders import embed, initialize
from contrastive_drill.lab.labels import Labelled
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.neighbours import knn_accuracy

DIMENSIONS = 64


def encoder(generator: torch.Generator) -> nn.Sequential:
    """Features [n, 1024], then a head. No batch norm, by which a query could tell its key."""
    first = nn.Conv2d(3, 32, kernel_size=4, stride=4), nn.GroupNorm(4, 32), nn.ReLU()
    second = nn.Conv2d(32, 64, kernel_size=3, stride=2, padding=1), nn.GroupNorm(4, 64), nn.ReLU()
    head = nn.Sequential(nn.Linear(1024, 128), nn.ReLU(), nn.Linear(128, DIMENSIONS))
    whole = nn.Sequential(nn.Sequential(*first, *second, nn.Flatten()), head)
    initialize(whole, generator)
    return whole


class Judgement(NamedTuple):
    """What an encoder is worth."""

    by_colours: float  # the share of views that find their partner by colours alone
    by_encoder: float  # and by its vectors
    spread: float  # of its vectors, which the loss compares: 0 if constant, 1 if even
    colours: float  # correlation of their cosines with those of the colours
    artist: float  # recall@1 of a concept as another artist drew it, by features
    group: float  # accuracy of their nearest neighbours among what was trained on


def judged(
    net: nn.Sequential, trained: Labelled, unseen: Labelled, colours: Tensor
) -> tuple[float, float, float, float]:
    """The last four, by concepts never seen; `colours` are histograms of their pictures."""
    asked, _ = unseen.flat()
    features, vectors = partial(embed, net[0]), embed(net, asked)
    by_artist = unit(features(asked)).view(*unseen.pictures.shape[:2], -1).unbind(1)
    recalls = [measures.recall(one, other, 1) for one, other in permutations(by_artist, 2)]
    group, spread = knn_accuracy(features, trained, unseen), measures.spread(unit(vectors))
    return spread, measures.likeness(vectors, colours.cpu()), fmean(recalls), group
