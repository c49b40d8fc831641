"""The demo `clip`, run for real at smoke size, kept, and searched; and its parts at toy size."""

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from smoke import SEED, few_emoji, repeated, smoke, toy
from tensors import seeded

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import DemoResult, Host, Strip, Table
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.clip import gap
from contrastive_drill.lab.clip.gallery import SHOWN
from contrastive_drill.lab.emoji_vectors import EmojiVectors
from contrastive_drill.lab.holdout import split
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.retrieval import Retrieval
from contrastive_drill.lab.zeroshot import GroupClasses

pytestmark = pytest.mark.demo
clip: Any = import_module("contrastive_drill.demos.clip")
TOY = replace(clip.Config(), device="cpu", steps=3, batch=16, held=40, dimensions=16)


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size."""
    return smoke("clip").result


def table(result: DemoResult, words: str) -> Table:
    """The table whose title holds some words."""
    (one,) = (table for table in result.tables if words in table.title)
    return one


def column(one: Table, name: str) -> dict[str, float]:
    """The numbers of a column, by row."""
    place = one.columns.index(name)
    return {row[0]: float(row[place]) for row in one.rows}


def forbidden(*_: object) -> None:
    """Progress where nothing may be trained."""
    pytest.fail("something was trained")


def test_claims_are_made_of_the_numbers_in_the_tables(quick: DemoResult) -> None:
    measured = [claim.measured for claim in quick.claims]
    assert len(measured) == 6
    strangers = table(quick, "after training on 3 artists and on 2")
    recall = column(strangers, "unseen, 3")
    assert measured[0] == pytest.approx(300 * sum(recall.values()) / 3, abs=0.2)
    accuracy = column(table(quick, "nine groups"), "accuracy")
    by_names = accuracy["trained names"] - accuracy["the largest, always"]
    assert measured[1] == pytest.approx(by_names, abs=1.1e-3)
    whole, left = (column(strangers, f"trained, {n}")["twemoji, left out"] for n in (3, 2))
    assert measured[2] == pytest.approx(left / whole, abs=5e-3)
    shared = table(quick, "words shared")
    counts, shares = column(shared, "concepts"), column(shared, "recall@1")
    assert sum(counts.values()) == 300
    found = sum(counts[row] * shares[row] for row in counts)
    assert found == pytest.approx(measured[0], abs=0.3)


def test_the_chart_and_the_note_tell_of_the_gap_that_is_claimed(quick: DemoResult) -> None:
    _, clouds = quick.charts
    pictures, texts = clouds.series
    assert [(each.label, each.points) for each in clouds.series] == [
        ("pictures", True),
        ("texts", True),
    ]
    assert len(pictures.xs) == len(texts.ys) == 300
    length = (sum(pictures.xs) - sum(texts.xs)) / 300  # of the first artist's
    (told,) = (note.text for note in quick.notes if "before training" in note.text)
    mean, before = (float(number) for number in re.findall(r"0\.\d\d", told))
    assert length == pytest.approx(mean, rel=0.2)
    assert quick.claims[4].measured == pytest.approx(mean / before, rel=0.05)
    assert len(quick.formulas) == 1


def test_recall_is_followed_from_the_first_step_to_the_last(quick: DemoResult) -> None:
    curve, _ = quick.charts
    known, unseen = curve.series
    assert len(known.xs) == clip.LOOKS + 1
    assert (known.xs[0], known.xs[-1]) == (0, clip.SMOKE.steps)
    strangers = table(quick, "after training on 3 artists and on 2")
    for series, name in ((known, "trained, 3"), (unseen, "unseen, 3")):
        mean = sum(column(strangers, name).values()) / 3
        assert series.ys[-1] == pytest.approx(mean, abs=6e-4)
        assert series.ys[0] < 0.02


def test_queries_are_answered_while_it_learns_and_at_the_end(quick: DemoResult) -> None:
    assert [strip.title.split("”")[0][1:] for strip in quick.strips] == list(clip.QUERIES)
    assert all(len(strip.pictures) == SHOWN for strip in quick.strips)
    strips = [one for one in smoke("clip").findings if isinstance(one, Strip)]
    looks = [strip for strip in strips if "angry cat" in strip.title]
    assert len(looks) == clip.LOOKS + 1
    assert looks[0] != looks[-1] == quick.strips[0]
    assert "cat" in " ".join(picture.caption for picture in quick.strips[0].pictures)


def searcher() -> Callable[[str], Strip]:
    """The search by the weights that the quick run kept."""
    demo, host = registry.load("clip"), Host(forbidden, folder=smoke("clip").folder)
    return demo.search(demo.config(quick=True, seed=SEED, device="cpu"), host)


def test_a_search_uses_the_weights_of_a_run(quick: DemoResult) -> None:
    search = searcher()
    assert search("angry cat") == quick.strips[0]
    with pytest.raises(UsageProblem, match="no word"):
        search("!")


def test_pictures_never_trained_on_are_marked(quick: DemoResult) -> None:
    drawn, search, seen = clip.emoji.load(), searcher(), set()
    _, held = split(drawn, 300, seeded(SEED))
    unseen = {drawn.concepts[row].name for row in held.tolist()}
    for query in sorted(unseen)[:30]:
        for picture in search(query).pictures:
            name = picture.caption.removesuffix(" (unseen)")
            assert (name in unseen) == (name != picture.caption)
            seen.add(name in unseen)
    assert seen == {True, False}


# At toy size


def test_a_toy_run_repeats_itself_and_counts_both_trainings_to_their_end() -> None:
    recorder = repeated("clip", TOY)
    assert recorder.names == {"loss", "1/τ"}
    stages = ("all artists", "without twemoji")
    assert recorder.steps == [(stage, step, 3) for stage in stages for step in (1, 2, 3)]


def test_the_artist_left_out_is_not_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    trained, plain = [], clip.train_clip

    def train_clip(model: Any, drawn: Any, concepts: Any, artists: Any, *how: Any) -> Any:
        trained.append([*artists])
        return plain(model, drawn, concepts, artists, *how)

    monkeypatch.setattr(clip, "train_clip", train_clip)
    toy("clip", TOY)
    assert trained == [[0, 1, 2], [0, 1]]
    assert clip.emoji.ARTISTS[clip.STRANGER] == "twemoji"


def test_a_search_trains_once_for_the_settings_it_depends_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, heard = few_emoji(), list[str]()
    monkeypatch.setattr(clip.emoji, "load", lambda: few)
    host = Host(lambda stage, *_: heard.append(stage), folder=tmp_path / "kept")
    first = clip.search(TOY, host)("cat")
    assert len(first.pictures) == SHOWN
    assert heard == ["all artists"] * 3
    assert clip.search(TOY, host)("cat") == first
    assert len(heard) == 3
    for change in ({"seed": 1}, {"steps": 2}, {"held": 41}):
        before = len(heard)
        clip.search(replace(TOY, **change), host)
        assert len(heard) > before
    heard.clear()
    clip.search(TOY, Host(host.progress))  # without a folder
    assert len(heard) == 3
    assert len(list((tmp_path / "kept").iterdir())) == 4


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by a model, or a world, that is not as it says."""

    def failing(module: Any, name: str, broken: Any) -> set[int]:
        with monkeypatch.context() as context:
            context.setattr(module, name, broken)
            run = toy("clip", TOY)
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    def matched(model: Any, drawn: Any) -> EmojiVectors:
        """Every drawing where its text is, those of an artist never seen as well."""
        texts = unit(torch.randn(len(drawn.concepts), 16, generator=seeded(0)))
        return EmojiVectors(texts.expand(3, -1, -1), texts, texts)

    def alike(model: Any, drawn: Any) -> EmojiVectors:
        """All pictures as one, by which nothing can be found."""
        found = matched(model, drawn)
        one = found.pictures[:, :1].expand_as(found.pictures)
        return EmojiVectors(one, found.captions, found.names)

    def nearly_met(*_: object) -> Retrieval:
        """Clouds that have hardly a gap before training."""
        texts = unit(torch.randn(40, 16, generator=seeded(0)))
        return Retrieval(texts, texts[None] + 1e-3)

    assert failing(EmojiVectors, "of", matched) >= {2, 3}
    assert 0 in failing(EmojiVectors, "of", alike)
    same = {"trained names": 0.3, "the largest, always": 0.3}
    assert 1 in failing(GroupClasses, "accuracies", lambda *_: same)
    assert 4 in failing(gap, "as_first_seen", nearly_met)
    assert 5 in failing(gap, "recalls", lambda vectors, by, other: torch.tensor([by, other]))


def test_a_batch_larger_than_the_set_is_one_line() -> None:
    with pytest.raises(UsageProblem, match="lower batch, now 600"):
        toy("clip", replace(TOY, batch=600))


def test_very_few_held_concepts_are_judged_all_the_same() -> None:
    assert len(toy("clip", replace(TOY, held=2)).tables) == 3
