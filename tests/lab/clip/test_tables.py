"""Recall by artist and by words shared, on vectors whose answers are known."""

import torch

from contrastive_drill.lab.clip import tables
from contrastive_drill.lab.emoji import Concept, Emoji
from contrastive_drill.lab.emoji_vectors import EmojiVectors


def vectors(wrong: dict[int, int]) -> EmojiVectors:
    """Eight concepts on the axes; of each artist, the first so many pictures are like nothing."""
    pictures = torch.eye(8).repeat(3, 1, 1)
    for artist, count in wrong.items():
        pictures[artist, :count] = 0
    return EmojiVectors(pictures, torch.eye(8), torch.eye(8))


def test_a_stranger_is_compared_with_the_same_drawings_when_known() -> None:
    full, fewer = vectors({}), vectors({0: 1, 1: 2})
    table = tables.by_artist((full, fewer), 1, torch.tensor([0, 4]), torch.tensor([1, 2]))
    assert table.columns == ("drawn by", "trained, 3", "trained, 2", "unseen, 3", "unseen, 2")
    assert table.rows == (
        ("noto", "1.000", "0.500", "1.000", "1.000"),
        ("fluent, left out", "1.000", "0.500", "1.000", "0.500"),
        ("twemoji", "1.000", "1.000", "1.000", "1.000"),
    )


def test_recall_is_told_by_the_words_that_the_nearest_trained_caption_shares() -> None:
    seen = "a b c d", "e f g h"
    new = "a b x y z", "e q r s", "k l m"  # of the words 2/7, 1/7 and none
    concepts = tuple(Concept(str(n), name, (), "g", "s") for n, name in enumerate((*seen, *new)))
    drawn = Emoji(concepts, torch.zeros(5, 3, 32, 32, 3, dtype=torch.uint8))
    # The first new one is found in one drawing of three, the second in all, the third in none.
    found = vectors({0: 3, 1: 3})
    found.pictures[:, 4] = 0
    found.pictures[:, 3] = found.captions[3]
    table = tables.by_overlap(drawn, found, torch.tensor([0, 1]), torch.tensor([2, 3, 4]))
    assert table.rows == (
        ("0 to 0.2", "2", "0.500"),
        ("0.2 to 0.35", "1", "0.333"),
        ("0.35 to 0.5", "0", "–"),
    )
