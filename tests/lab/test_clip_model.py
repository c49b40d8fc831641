"""The small CLIP: what differs from step to step, how it learns, and the vectors of its set."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from tensors import seeded
from torch import Tensor

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import augmentation, encoders
from contrastive_drill.lab.clip_model import Clip, train_clip
from contrastive_drill.lab.emoji import Concept, Emoji, picture_input, text_features
from contrastive_drill.lab.emoji_vectors import EmojiVectors
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.optimization import Schedule

SCHEDULE = Schedule(steps=6, batch=8, rate=3e-3, decay=0.05)
WORDS = ["sun", "moon", "tree", "fish", "bird", "stone", "cloud", "river"]


@pytest.fixture(scope="module")
def toy() -> Emoji:
    """Twenty concepts, noise by three artists."""
    concepts = tuple(
        Concept(f"{i:X}", f"{WORDS[i % 8]} {i}", (WORDS[i // 3], "thing"), "group", "subgroup")
        for i in range(20)
    )
    shape = (20, 3, 32, 32, 3)
    return Emoji(concepts, torch.randint(256, shape, generator=seeded(0)).to(torch.uint8))


# What differs from step to step


def test_few_words_are_the_name_or_any_number_of_the_words_of_the_caption() -> None:
    concept = Concept("1", "red car", ("vehicle", "fast", "fast"), "group", "subgroup")
    drawn = augmentation.few_words([concept] * 600, seeded(0))
    assert drawn == augmentation.few_words([concept] * 600, seeded(0))
    counts: dict[int, int] = {}
    for text in drawn:
        words = text.split()
        assert all(words.count(word) <= concept.caption.split().count(word) for word in words)
        counts[len(words)] = counts.get(len(words), 0) + 1
    assert set(counts) == {1, 2, 3, 4, 5}
    assert {text for text in drawn if len(text.split()) == 1} == {"red", "car", "vehicle", "fast"}
    assert drawn.count("red car") == pytest.approx(600 / 3, abs=50)
    assert counts[5] == pytest.approx(600 * 2 / 3 / 5, abs=40)


def test_pictures_move_whole_and_white_comes_in() -> None:
    pictures = torch.randint(255, (30, 6, 5, 3), generator=seeded(0), dtype=torch.uint8)
    windows = augmentation.windows(pictures, 2)  # nowhere white
    moved = windows[torch.arange(30), *augmentation.places(30, 2, seeded(1))]
    assert moved.shape == pictures.shape
    seen = set()
    for one, other in zip(pictures, moved, strict=True):
        fits = []
        for down in range(-2, 3):
            for right in range(-2, 3):
                expected = torch.full((6, 5, 3), 255, dtype=torch.uint8)
                for y in range(6):
                    for x in range(5):
                        if 0 <= y - down < 6 and 0 <= x - right < 5:
                            expected[y, x] = one[y - down, x - right]
                if torch.equal(expected, other):
                    fits.append((down, right))
        assert len(fits) == 1
        seen.add(fits[0])
    assert {down for down, _ in seen} == {right for _, right in seen} == {-2, -1, 0, 1, 2}
    assert torch.equal(windows[:, 2, 2], pictures)


# The model


def test_it_sees_and_reads_each_as_if_it_were_alone(
    toy: Emoji, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Clip(64, 8, seeded(0))
    seen, read = model.embed_pictures(toy.pictures), model.embed_texts(["sun 1", "moon"])
    assert seen.shape == (20, 3, 8)
    torch.testing.assert_close(seen.norm(dim=2), torch.ones(20, 3))
    alone = encoders.embed(model.pictures, picture_input(toy.pictures[7, 2])[None])
    torch.testing.assert_close(seen[7, 2][None], unit(alone), rtol=1e-4, atol=1e-5)
    text = encoders.embed(model.texts, text_features(["moon"], 64))
    torch.testing.assert_close(read[1][None], unit(text), rtol=1e-4, atol=1e-5)
    monkeypatch.setattr("contrastive_drill.lab.clip_model.AT_ONCE", 7)
    torch.testing.assert_close(model.embed_pictures(toy.pictures), seen, rtol=1e-4, atol=1e-5)


def training(
    clip: Clip,
    toy: Emoji,
    count: int = 12,
    artists: Sequence[int] = (0,),
    schedule: Schedule = SCHEDULE,
) -> Iterator[tuple[int, float]]:
    """Training on the first concepts, moved by two pixels at most."""
    return train_clip(clip, toy, torch.arange(count), artists, schedule, 2, seeded(1))


def test_it_learns_the_pairs_and_the_temperature(toy: Emoji) -> None:
    model, scales = Clip(64, 8, seeded(0)), []
    losses = []
    for _, loss in training(model, toy, artists=(0, 1), schedule=replace(SCHEDULE, steps=60)):
        losses.append(loss)
        scales.append(model.loss.scale)
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])
    assert all(one != other for one, other in pairwise(scales))


def test_it_learns_from_the_given_concepts_and_artists_alone(toy: Emoji) -> None:
    """Whatever else the set holds makes no difference."""

    def weights(pictures: Tensor) -> list[Tensor]:
        model = Clip(64, 8, seeded(0))
        list(training(model, replace(toy, pictures=pictures), 10, (0, 2)))
        return [tensor.clone() for tensor in model.state_dict().values()]

    def equal(pictures: Tensor) -> bool:
        return all(map(torch.equal, weights(toy.pictures), weights(pictures)))

    others = toy.pictures.clone()
    others[10:] = 0
    others[:, 1] = 0
    assert equal(others)
    others[:10, 2] = 0
    assert not equal(others)


def test_looking_between_two_steps_changes_nothing(toy: Emoji) -> None:
    def weights(*, look: bool) -> list[Tensor]:
        model = Clip(64, 8, seeded(0))
        for _ in training(model, toy):
            if look:
                EmojiVectors.of(model, toy)
        return [tensor.clone() for tensor in model.state_dict().values()]

    assert all(map(torch.equal, weights(look=False), weights(look=True)))


def test_a_batch_larger_than_the_set_is_refused(toy: Emoji) -> None:
    with pytest.raises(UsageProblem, match="lower batch, now 8"):
        training(Clip(64, 8, seeded(0)), toy, 7)


def test_vectors_pair_concepts_with_captions_by_artist(toy: Emoji) -> None:
    model = Clip(64, 8, seeded(0))
    found = EmojiVectors.of(model, toy)
    rows = torch.tensor([3, 11])
    pairs = found.pairs(rows, [2, 0])
    torch.testing.assert_close(
        pairs.texts, model.embed_texts([toy.concepts[i].caption for i in (3, 11)])
    )
    names = model.embed_texts([toy.concepts[i].name for i in (3, 11)])
    torch.testing.assert_close(found.names[rows], names)
    assert pairs.pictures.shape == (2, 2, 8)
    seen = model.embed_pictures(toy.pictures[11, 2][None])[0]
    torch.testing.assert_close(pairs.pictures[0, 1], seen, rtol=1e-4, atol=1e-5)
