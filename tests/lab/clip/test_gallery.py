"""Search by words, and recall by artist, on vectors whose answers are known."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.clip import artist_recall
from contrastive_drill.lab.clip.gallery import LONGEST, Gallery, with_similarities
from contrastive_drill.lab.emoji import Concept, Emoji
from contrastive_drill.lab.emoji_vectors import EmojiVectors

NAMES = ("cat face", "lion", "red car", "sun", "moon")


class Reader:
    """Reads every text as the direction that was set."""

    vector = torch.tensor([1.0, 0.0, 0.0])

    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        """That direction."""
        assert len(texts) == 1
        return self.vector[None]


def gallery(reader: Any, shown: int = 3, trained: Sequence[int] = (0, 2, 4)) -> Gallery:
    """Five concepts by two artists; the mean of their drawings leans less and less to the left."""
    concepts = tuple(Concept(name, name, ("thing",), "g", "s") for name in NAMES)
    pixels = torch.arange(5, dtype=torch.uint8)[:, None, None, None, None]
    drawn = pixels.expand(5, 2, 32, 32, 3)
    lean = torch.tensor([0.2, 0.9, 0.5, -0.3, 0.5])
    means = torch.stack([lean, (1 - lean**2).sqrt(), torch.zeros(5)], dim=1)
    apart = torch.tensor([0.3, 0.0, 0.5])
    return Gallery(
        Emoji(concepts, drawn), reader, torch.stack([means + apart, means - apart]), trained, shown
    )


def test_the_best_come_first_with_the_cosine_to_the_mean_of_their_drawings() -> None:
    found = gallery(Reader()).search("  cat \n")
    assert [picture.caption for picture in found.pictures] == ["lion (unseen)", "red car", "moon"]
    cosines = [picture.similarity for picture in found.pictures]
    assert cosines == pytest.approx([0.9, 0.5, 0.5])  # of equals, the first in the set
    assert [picture.pixels[0][0][0] for picture in found.pictures] == [1, 2, 4]
    assert found.title == "“cat” among 5 emoji"


def test_words_no_trained_caption_had_are_named() -> None:
    search = gallery(Reader()).search
    assert search("Red THING").title == "“Red THING” among 5 emoji"
    assert search("lion, the lion").title.endswith("emoji; never read: lion, the")
    assert search("a b c d").title.endswith("never read: a, b, c, …")


@pytest.mark.parametrize("text", ["", "   ", "?!", "→", "❤️", "\x1b\x07", "\udcff"])
def test_a_text_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem, match="there is no word in") as refused:
        gallery(Reader()).search(text)
    assert "\x1b" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_long_text_is_read_and_shown_in_part_and_a_very_long_one_refused() -> None:
    search = gallery(Reader()).search
    title = search("cat " * (LONGEST // 4)).title
    assert title.endswith("…” among 5 emoji")
    assert len(title) < 100
    assert len(search("x" * LONGEST).title) < 150
    with pytest.raises(UsageProblem, match="1,001 characters: write 1,000 or fewer"):
        search("x" * (LONGEST + 1))


def test_similarities_can_be_written_in_the_captions() -> None:
    strip = with_similarities(gallery(Reader(), shown=2).search("cat"))
    assert [picture.caption for picture in strip.pictures] == ["0.90 lion (unseen)", "0.50 red car"]
    assert all(picture.similarity is None for picture in strip.pictures)


def test_more_pictures_than_there_are_concepts_are_all_of_them() -> None:
    assert len(gallery(Reader(), shown=9).search("cat").pictures) == 5


# By artist


def vectors(wrong: dict[int, int]) -> EmojiVectors:
    """Eight concepts on the axes; of each artist, the first so many pictures are like nothing."""
    pictures = torch.eye(8).repeat(3, 1, 1)
    for artist, count in wrong.items():
        pictures[artist, :count] = 0
    return EmojiVectors(pictures, torch.eye(8), torch.eye(8).roll(1, dims=0))


def test_recall_is_tabled_by_artist_for_captions_and_names() -> None:
    known, unseen = torch.tensor([4, 5, 6, 7]), torch.tensor([0, 1, 2, 3])
    table = artist_recall.recall_table(vectors({1: 2}), known, unseen)
    assert [row[0] for row in table.rows] == ["noto", "fluent", "twemoji", "mean", "chance"]
    assert table.rows[0][1:] == ("1.000", "1.000", "0.000", "1.000")
    assert table.rows[1][1:] == ("0.500", "1.000", "0.000", "1.000")
    assert table.rows[3][1] == f"{(1 + 0.5 + 1) / 3:.3f}"
    assert table.rows[4][1:] == ("0.250", "1.000", "0.250", "0.250")


def test_a_stranger_is_compared_with_the_same_drawings_when_known() -> None:
    full, fewer = vectors({}), vectors({0: 1, 1: 2})
    known, unseen = torch.tensor([0, 4]), torch.tensor([1, 2])
    table = artist_recall.left_out_table(full, fewer, 1, known, unseen)
    assert table.columns == ("drawn by", "trained, 3", "trained, 2", "unseen, 3", "unseen, 2")
    assert table.rows == (
        ("noto", "1.000", "0.500", "1.000", "1.000"),
        ("fluent, left out", "1.000", "0.500", "1.000", "0.500"),
        ("twemoji", "1.000", "1.000", "1.000", "1.000"),
    )
    assert artist_recall.recall_left(full, fewer, 1, unseen) == 0.5
    assert math.isnan(artist_recall.recall_left(vectors({1: 8}), fewer, 1, torch.tensor([0, 1])))
