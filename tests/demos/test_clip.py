"""The demo `clip`, run for real at smoke size, kept, and searched; and its parts at toy size."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from smoke import SEED, few_emoji, repeated, smoke, toy

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import DemoResult, Host, Strip, Table
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.clip.gallery import SHOWN

pytestmark = pytest.mark.demo
clip: Any = import_module("contrastive_drill.demos.clip")
TOY = replace(clip.Config(), device="cpu", steps=3, batch=16, held=40, dimensions=16, features=256)


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size."""
    return smoke("clip").result


def again(host: Host) -> DemoResult:
    """The quick run once more."""
    demo = registry.load("clip")
    config = demo.config(quick=True, seed=SEED, device="cpu")
    return demo.run(config, host, quick=True)


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


def test_no_claim_is_missing(quick: DemoResult) -> None:
    assert len(quick.claims) == 8


def test_claims_are_made_of_the_numbers_in_the_tables(quick: DemoResult) -> None:
    measured = [claim.measured for claim in quick.claims]
    recall = column(table(quick, "found from their text"), "R@1")
    assert measured[0] == pytest.approx(300 * recall["mean"], abs=0.2)
    accuracy = column(table(quick, "Zero-shot"), "accuracy")
    balanced = column(table(quick, "Zero-shot"), "mean over groups")
    by_kinds = balanced["its kinds"] / balanced["the largest, always"]
    assert measured[1] == pytest.approx(by_kinds, rel=0.01)
    by_names = accuracy["trained names"] - accuracy["the largest, always"]
    assert measured[2] == pytest.approx(by_names, abs=1.1e-3)
    strangers = table(quick, "An artist never seen")
    whole, left = (column(strangers, f"trained, {n}")["twemoji, left out"] for n in (3, 2))
    assert measured[3] == pytest.approx(left / whole, abs=5e-3)
    unseen = column(strangers, "unseen, 2")["twemoji, left out"]
    assert measured[4] == pytest.approx(300 * unseen, abs=0.2)
    gap = table(quick, "modality gap")
    length, chance = column(gap, "length"), column(gap, "by chance")
    assert measured[5] == pytest.approx(length["after"] / chance["after"], rel=0.02)
    assert measured[6] == pytest.approx(length["after"] / length["before training"], rel=0.02)


def test_both_artists_tables_tell_of_the_same_model(quick: DemoResult) -> None:
    first = column(table(quick, "found from their text"), "trained")
    other = column(table(quick, "An artist never seen"), "trained, 3")
    assert [first[name] for name in ("noto", "fluent")] == [other["noto"], other["fluent"]]


def test_charts_and_formulas(quick: DemoResult) -> None:
    titles = [chart.title for chart in quick.charts]
    assert len(titles) == len(set(titles)) == 5
    clouds = quick.charts[1]
    assert [(series.label, series.points) for series in clouds.series] == [
        ("pictures", True),
        ("texts", True),
    ]
    assert all(len(series.xs) == 300 for series in clouds.series)
    curve = quick.charts[0].series[1]
    assert curve.xs[0] == 0
    assert curve.xs[-1] == clip.SMOKE.steps
    recall = column(table(quick, "found from their text"), "R@1")["mean"]
    assert curve.ys[-1] == pytest.approx(recall, abs=6e-4)
    assert len(quick.formulas) == 2


def test_queries_are_answered_while_it_learns_and_at_the_end(quick: DemoResult) -> None:
    assert [strip.title.split("”")[0][1:] for strip in quick.strips] == list(clip.QUERIES)
    assert all(len(strip.pictures) == SHOWN for strip in quick.strips)
    strips = [one for one in smoke("clip").findings if isinstance(one, Strip)]
    looks = [strip for strip in strips if "angry cat" in strip.title]
    assert len(looks) == clip.LOOKS + 1
    assert looks[0] != looks[-1] == quick.strips[0]
    assert "cat" in " ".join(picture.caption for picture in quick.strips[0].pictures)


def test_kept_weights_give_the_same_numbers_at_once(quick: DemoResult) -> None:
    second = again(Host(forbidden, folder=smoke("clip").folder))
    assert (second.claims, second.tables, second.charts, second.strips) == (
        quick.claims,
        quick.tables,
        quick.charts,
        quick.strips,
    )
    assert not any("earlier call" in note.text for note in quick.notes)
    assert sum("earlier call" in note.text for note in second.notes) == 1


def test_a_search_uses_the_weights_of_a_run(quick: DemoResult) -> None:
    demo = registry.load("clip")
    for settings in ([], ["retrain=true"]):  # that is for runs
        config = demo.config(quick=True, seed=SEED, device="cpu", settings=settings)
        search = demo.search(config, Host(forbidden, folder=smoke("clip").folder))
        strip = search("angry cat")
        assert strip.title == quick.strips[0].title
        assert [f"{picture.similarity:.2f} {picture.caption}" for picture in strip.pictures] == [
            picture.caption for picture in quick.strips[0].pictures
        ]
    with pytest.raises(UsageProblem, match="no word"):
        search("!")


def test_pictures_never_trained_on_are_marked(quick: DemoResult) -> None:
    demo = registry.load("clip")
    config = demo.config(quick=True, seed=SEED, device="cpu")
    task = clip.clip_task(config)
    unseen = {task.emoji.concepts[concept].name for concept in task.unseen.tolist()}
    search = demo.search(config, Host(forbidden, folder=smoke("clip").folder))
    seen = set()
    for query in sorted(unseen)[:30]:
        for picture in search(query).pictures:
            name = picture.caption.removesuffix(" (unseen)")
            assert (name in unseen) == (name != picture.caption)
            seen.add(name in unseen)
    assert seen == {True, False}


# At toy size


def test_a_toy_run_repeats_itself_and_counts_both_trainings_to_their_end() -> None:
    recorder = repeated("clip", replace(TOY, stranger="fluent"))
    assert recorder.names == {"loss", "1/τ"}
    stages = ("all artists", "without fluent")
    assert recorder.steps == [(stage, step, 3) for stage in stages for step in (1, 2, 3)]


def test_weights_are_kept_by_what_they_depend_on_and_trained_anew_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = few_emoji()
    monkeypatch.setattr(clip.emoji, "load", lambda: few)
    host = Host(folder=tmp_path / "kept")

    def files() -> set[str]:
        return {path.name for path in (tmp_path / "kept").iterdir()}

    toy("clip", TOY, host)
    first = files()
    assert len(first) == 2
    assert all(name.startswith("clip-") for name in first)
    trained: list[str] = []
    watched = replace(host, progress=lambda stage, *_: trained.append(stage))
    toy("clip", TOY, watched)
    assert not trained
    toy("clip", replace(TOY, stranger="noto"), watched)  # the model of all artists is the same
    assert set(trained) == {"without noto"}
    assert len(files()) == 3
    toy("clip", replace(TOY, retrain=True), watched)
    assert "all artists" in trained
    assert len(files()) == 3
    for change in ({"seed": 1}, {"steps": 2}, {"held": 41}, {"shift": 0}):
        before = files()
        clip.search(replace(TOY, **change), host)
        assert len(files() - before) == 1


def test_a_search_without_a_folder_trains_and_keeps_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = few_emoji()
    monkeypatch.setattr(clip.emoji, "load", lambda: few)
    heard: list[str] = []
    search = clip.search(TOY, Host(lambda stage, *_: heard.append(stage)))
    assert len(search("cat").pictures) == SHOWN
    assert set(heard) == {"all artists"}


def test_a_batch_larger_than_the_set_is_one_line() -> None:
    with pytest.raises(UsageProblem, match="lower batch, now 600"):
        toy("clip", replace(TOY, batch=600))


def test_very_few_held_concepts_are_judged_all_the_same() -> None:
    assert len(toy("clip", replace(TOY, held=2)).tables) == 5
