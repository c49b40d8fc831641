"""Emoji divided by concept, and what is told of them."""

import pytest
import torch
from tensors import seeded

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import emoji
from contrastive_drill.lab.mae.dataset import GroupedEmoji, load_grouped

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def data() -> GroupedEmoji:
    return load_grouped(100, 50, seeded(), CPU)


def test_concepts_are_divided_and_each_is_there_by_every_artist(data: GroupedEmoji) -> None:
    assert data.views.shape == (1494, 3, 3, 32, 32)
    assert data.train.pictures.shape == (150, 3, 32, 32)
    assert data.test.pictures.shape == (300, 3, 32, 32)
    assert data.classes == 9
    assert len(data.names) == len(set(data.names)) == 100


def test_what_is_asked_for_is_never_trained_on_and_what_is_known_is(data: GroupedEmoji) -> None:
    trained = {views.numpy().tobytes() for views in data.views}
    known, asked = (
        {part.pictures[row : row + 3].numpy().tobytes() for row in range(0, len(part.labels), 3)}
        for part in (data.train, data.test)
    )
    assert len(trained) == 1494
    assert known <= trained
    assert not asked & trained


def test_labels_are_the_groups_of_the_names(data: GroupedEmoji) -> None:
    drawn = emoji.load()
    groups = {concept.name: concept.group for concept in drawn.concepts}
    order = sorted(set(groups.values()))
    where = {concept.name: row for row, concept in enumerate(drawn.concepts)}
    for place, name in enumerate(data.names):
        for artist in range(3):
            row = 3 * place + artist
            assert order[int(data.test.labels[row])] == groups[name]
            picture = emoji.picture_input(drawn.pictures[where[name], artist])
            assert torch.equal(data.test.pictures[row], picture)


def test_pictures_go_from_black_to_white(data: GroupedEmoji) -> None:
    assert (float(data.views.min()), float(data.views.max())) == (-1.0, 1.0)


def test_the_generator_divides_them(data: GroupedEmoji) -> None:
    assert load_grouped(100, 50, seeded(), CPU).names == data.names
    assert load_grouped(100, 50, seeded(1), CPU).names != data.names


def test_more_labels_than_concepts_to_train_on_are_refused() -> None:
    with pytest.raises(UsageProblem, match="94 concepts to train on: lower labels or held"):
        load_grouped(1500, 95, seeded(), CPU)
