"""Classes by nearest neighbours, against a plain loop."""

import math

import pytest
import torch
from tensors import drawn, seeded
from torch import Tensor
from torch.nn import functional

from contrastive_drill.lab import neighbours
from contrastive_drill.lab.labels import Labelled


@pytest.mark.parametrize("k", [1, 4, 20, 99])
def test_neighbours_vote_as_in_a_loop(k: int) -> None:
    gallery, queries = drawn(25, 6), drawn(40, 6, seed=1)
    labels = torch.randint(4, (25,), generator=seeded(2))
    found = neighbours.knn_predict(gallery, labels, queries, k)
    for query, predicted in zip(queries, found.tolist(), strict=True):
        cosines = [float(functional.cosine_similarity(query, row, dim=0)) for row in gallery]
        nearest = sorted(range(25), key=lambda row: -cosines[row])[:k]
        votes = [0.0] * 4
        for row in nearest:
            votes[int(labels[row])] += math.exp(cosines[row] / 0.07)
        assert predicted == max(range(4), key=lambda label: votes[label])


def test_near_means_direction_not_length() -> None:
    gallery, labels = torch.tensor([[100.0, 0.0], [0.0, 0.1]]), torch.tensor([0, 1])
    queries = torch.tensor([[0.1, 3.0], [0.01, 0.002]])
    assert neighbours.knn_predict(gallery, labels, queries, 1).tolist() == [1, 0]


def test_accuracy_is_the_share_of_right_answers() -> None:
    right = neighbours.accuracy(torch.tensor([1, 2, 0, 1]), torch.tensor([1, 2, 2, 2]))
    assert right == 0.5


def test_every_view_is_asked_for_and_looked_at_in_the_same_way() -> None:
    known = Labelled(drawn(30, 2, 3, 2, 2), torch.arange(30) % 3)
    asked = Labelled(drawn(7, 2, 3, 2, 2, seed=1), torch.arange(7) % 3)

    def see(pictures: Tensor) -> Tensor:
        return pictures.flatten(1) - 0.3

    gallery, queries = (see(side.pictures.flatten(0, 1)) for side in (known, asked))
    twice = [side.groups.repeat_interleave(2) for side in (known, asked)]
    predicted = neighbours.knn_predict(gallery, twice[0], queries)
    expected = neighbours.accuracy(predicted, twice[1])
    assert 0 < expected < 1
    assert neighbours.knn_accuracy(see, known, asked) == expected
