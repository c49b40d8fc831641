"""Search by words, on vectors whose answers are known."""

from collections.abc import Sequence
from typing import cast

import pytest
import torch
from torch import Tensor

from contrastive_drill.demo.result import Strip
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.clip import gallery
from contrastive_drill.lab.clip_model import Clip
from contrastive_drill.lab.emoji import Concept, Emoji
from contrastive_drill.lab.emoji_vectors import EmojiVectors

NAMES = ("cat face", "lion", "red car", "sun", "moon")


class Reader:
    """Reads every text as one direction."""

    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        """That direction."""
        assert len(texts) == 1
        return torch.tensor([[1.0, 0.0, 0.0]])


def search(text: str) -> Strip:
    """Among five concepts by two artists, of which three were trained on."""
    concepts = tuple(Concept(name, name, ("thing",), "g", "s") for name in NAMES)
    pixels = torch.arange(5, dtype=torch.uint8)[:, None, None, None, None]
    lean = torch.tensor([0.2, 0.9, 0.5, -0.3, 0.5])
    means = torch.stack([lean, (1 - lean**2).sqrt(), torch.zeros(5)], dim=1)
    apart, reader = torch.tensor([0.3, 0.0, 0.5]), cast("Clip", Reader())
    vectors = EmojiVectors(torch.stack([means + apart, means - apart]), means, means)
    drawn = Emoji(concepts, pixels.expand(5, 2, 32, 32, 3))
    return gallery.search(reader, vectors, drawn, torch.tensor([0, 2, 4]), text)


def test_the_best_come_first_with_the_cosine_to_the_mean_of_their_drawings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gallery, "SHOWN", 3)
    found = search("  cat \n")
    assert [picture.caption for picture in found.pictures] == ["lion (unseen)", "red car", "moon"]
    cosines = [picture.similarity for picture in found.pictures]
    assert cosines == pytest.approx([0.9, 0.5, 0.5])  # of equals, the first in the set
    assert [picture.pixels[0][0][0] for picture in found.pictures] == [1, 2, 4]
    assert found.title == "“cat” among 5 emoji"


def test_more_pictures_than_there_are_concepts_are_all_of_them() -> None:
    assert len(search("cat").pictures) == 5 < gallery.SHOWN


def test_words_no_trained_caption_had_are_named() -> None:
    assert search("Red THING").title == "“Red THING” among 5 emoji"
    assert search("lion, the lion").title.endswith("emoji; never read: lion, the")


@pytest.mark.parametrize("text", ["", "   ", "?!", "→", "❤️", "\x1b\x07", "\udcff"])
def test_a_text_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem, match="there is no word in") as refused:
        search(text)
    assert "\x1b" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_long_text_is_shown_in_part() -> None:
    assert search("cat " * 100).title.endswith("cat …” among 5 emoji")
    assert len(search("lion cub " * 1000).title) < 150
    assert search("x" * 1000).title == "“…” among 5 emoji; never read: …"
