"""The small CLIP: what differs from step to step, how it learns, and that it is trained once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from tensors import seeded
from torch import Tensor

from contrastive_drill.demo.result import Host, Note, Progress, unwatched
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import augmentation, encoders
from contrastive_drill.lab.clip import snapshots
from contrastive_drill.lab.clip.checkpoints import Checkpoints
from contrastive_drill.lab.clip.snapshots import ClipPlan, ClipTask, Snapshot
from contrastive_drill.lab.clip_model import Clip, train_clip
from contrastive_drill.lab.emoji import Concept, Emoji, picture_input, text_features
from contrastive_drill.lab.emoji_vectors import EmojiVectors
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.optimization import Schedule

SCHEDULE = Schedule(steps=6, batch=8, rate=3e-3, decay=0.05)
PLAN = ClipPlan(seed=1, device="cpu", held=6, features=64, dimensions=8, shift=2, schedule=SCHEDULE)
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


def test_vectors_pair_concepts_with_captions_or_names_by_artist(toy: Emoji) -> None:
    model = Clip(64, 8, seeded(0))
    found = EmojiVectors.of(model, toy)
    rows = torch.tensor([3, 11])
    pairs = found.pairs(rows, [2, 0])
    torch.testing.assert_close(
        pairs.texts, model.embed_texts([toy.concepts[i].caption for i in (3, 11)])
    )
    names = model.embed_texts([toy.concepts[i].name for i in (3, 11)])
    torch.testing.assert_close(found.pairs(rows, by_name=True).texts, names)
    assert pairs.pictures.shape == (2, 2, 8)
    seen = model.embed_pictures(toy.pictures[11, 2][None])[0]
    torch.testing.assert_close(pairs.pictures[0, 1], seen, rtol=1e-4, atol=1e-5)


# Trained once


def train(
    toy: Emoji,
    checkpoints: Checkpoints,
    artists: Sequence[int] = (0, 1),
    *,
    plan: ClipPlan = PLAN,
    count: int = 3,
    report: Progress = unwatched,
    retrain: bool = False,
) -> list[Snapshot]:
    task = ClipTask.of(plan, toy)
    return list(
        snapshots.snapshots(
            task, artists, checkpoints, Host(report), "toy", count=count, retrain=retrain
        )
    )


def test_every_step_is_reported(toy: Emoji) -> None:
    heard: list[tuple[str, int, int]] = []

    def report(stage: str, done: int, total: int, numbers: dict[str, float]) -> None:
        assert set(numbers) == {"loss", "1/τ"}
        heard.append((stage, done, total))

    train(toy, Checkpoints(None, "toy"), report=report)
    assert heard == [("toy", step, 6) for step in range(1, 7)]


def alike(one: Snapshot, other: Snapshot) -> bool:
    return all(
        torch.equal(getattr(one.vectors, name), getattr(other.vectors, name))
        for name in ("pictures", "captions", "names")
    )


def test_a_task_divides_the_set_by_its_seed(toy: Emoji) -> None:
    task = ClipTask.of(PLAN, toy)
    assert sorted(task.trained.tolist() + task.unseen.tolist()) == list(range(20))
    assert len(task.unseen) == len(task.known) == 6
    assert set(task.known.tolist()) <= set(task.trained.tolist())
    other = ClipTask.of(replace(PLAN, seed=2), toy)
    assert other.unseen.tolist() != task.unseen.tolist()


def test_the_first_look_is_before_training_and_the_last_at_its_end(toy: Emoji) -> None:
    found = train(toy, Checkpoints(None, "toy"))
    assert [look.curve[-1, 0].item() for look in found] == [0, 2, 4, 6]
    assert found[-1].curve.shape == (4, 3)
    assert not any(look.loaded for look in found)
    untouched = Clip(PLAN.features, PLAN.dimensions, seeded(PLAN.seed))
    torch.testing.assert_close(found[0].vectors.captions, EmojiVectors.of(untouched, toy).captions)
    task = ClipTask.of(PLAN, toy)
    last = found[-1]
    recalls = [last.vectors.pairs(rows, (0, 1)).recall(1) for rows in (task.known, task.unseen)]
    torch.testing.assert_close(last.curve[-1, 1:], torch.tensor(recalls))
    curve = snapshots.learning_curve(last)
    assert curve.series[1].ys[-1] == pytest.approx(recalls[1])


def test_kept_weights_come_back_at_once_and_the_same(toy: Emoji, tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "kept", "toy")
    *_, trained = train(toy, checkpoints)
    (again,) = train(toy, checkpoints)
    assert again.loaded
    assert alike(again, trained)
    assert torch.equal(again.curve, trained.curve)
    assert again.clip.loss.scale == trained.clip.loss.scale
    assert len(train(toy, checkpoints, retrain=True)) == 4
    assert len(train(toy, checkpoints, (0, 2))) == 4  # other artists, other weights
    (note,) = snapshots.loaded_note(trained, again)
    assert isinstance(note, Note)
    assert "earlier call" in note.text
    assert list(snapshots.loaded_note(trained)) == []


def test_a_damaged_file_is_trained_over(toy: Emoji, tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "kept", "toy")
    *_, trained = train(toy, checkpoints)
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(file.read_bytes()[:500])
    *_, again = train(toy, checkpoints)
    assert not again.loaded
    assert alike(again, trained)  # the same seed
    assert train(toy, checkpoints)[-1].loaded


def test_fewer_steps_than_looks_are_looked_at_once_each(toy: Emoji, tmp_path: Path) -> None:
    plan = replace(PLAN, schedule=replace(SCHEDULE, steps=2))
    checkpoints = Checkpoints(tmp_path / "kept", "toy")
    found = train(toy, checkpoints, [0], plan=plan, count=8)
    assert [int(look.curve[-1, 0]) for look in found] == [0, 1, 2]
    (loaded,) = train(toy, checkpoints, [0], plan=plan, count=8)
    assert loaded.loaded


def test_untrained_towers_are_seen_as_the_first_step_sees_them(toy: Emoji) -> None:
    task = ClipTask.of(PLAN, toy)
    found = snapshots.untrained(task, artist=1)
    assert found.texts.shape == (6, 8)
    assert found.pictures.shape == (1, 6, 8)
    model = Clip(PLAN.features, PLAN.dimensions, seeded(PLAN.seed)).train()
    drawn = picture_input(toy.pictures[task.unseen, 1])
    torch.testing.assert_close(found.pictures[0], unit(model.pictures(drawn)).detach())
