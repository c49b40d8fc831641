"""Emoji divided by concept, and the groups that they are of."""

import pytest
import torch
from tensors import seeded

from contrastive_drill.lab import emoji
from contrastive_drill.lab.labels import Labelled, labelled

Sides = tuple[Labelled, Labelled, int]


@pytest.fixture(scope="module")
def sides() -> Sides:
    return labelled(100, seeded(), torch.device("cpu"))


def test_concepts_are_divided_and_each_is_there_by_every_artist(sides: Sides) -> None:
    trained, unseen, groups = sides
    assert trained.pictures.shape == (1494, 3, 3, 32, 32)
    assert unseen.pictures.shape == (100, 3, 3, 32, 32)
    assert groups == 9
    known, asked = ({rows.numpy().tobytes() for rows in side.pictures} for side in sides[:2])
    assert (len(known), len(asked)) == (1494, 100)
    assert not known & asked


def test_labels_are_the_groups_of_what_is_drawn(sides: Sides) -> None:
    drawn = emoji.load()
    order = sorted({concept.group for concept in drawn.concepts})
    groups = {
        emoji.picture_input(views).numpy().tobytes(): order.index(concept.group)
        for views, concept in zip(drawn.pictures, drawn.concepts, strict=True)
    }
    for side in sides[:2]:
        found = [groups[views.numpy().tobytes()] for views in side.pictures]
        assert side.groups.tolist() == found


def test_every_view_has_the_group_of_its_concept(sides: Sides) -> None:
    _, unseen, _ = sides
    pictures, labels = unseen.flat()
    for row in (0, 1, 2, 3, 299):
        assert torch.equal(pictures[row], unseen.pictures[row // 3, row % 3])
        assert labels[row] == unseen.groups[row // 3]


def test_the_generator_divides_them(sides: Sides) -> None:
    for seed, same in ((0, True), (1, False)):
        _, unseen, _ = labelled(100, seeded(seed), torch.device("cpu"))
        assert torch.equal(unseen.pictures, sides[1].pictures) is same
