"""A card that repetition does not help: its clinic in both views, and what follows from it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shipped import by_id
from terminal import Terminal
from typer.testing import CliRunner

from contrastive_drill.cards.grade import grade
from contrastive_drill.cards.prose import plain
from contrastive_drill.cli import app
from contrastive_drill.memory.log import Mode, Rating, Review
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.store import Store

pytestmark = pytest.mark.usefixtures("warm")

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
STUCK = "infonce-gradient"
CLINIC = f"Stuck: {STUCK}"


def failed(home: Path, card_id: str, times: int) -> None:
    """A card met, then failed so many times on days of its own, the last of them yesterday."""
    scheduler, card = Scheduler(0.9), by_id()[card_id]
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        for back in range(times, -1, -1):
            at = NOW - timedelta(days=1 + back)
            rating = Rating.GOOD if back == times else Rating.AGAIN
            before, verdict = store.memory(card_id), grade(card, set())
            after = scheduler.preview(card_id, before, at.toordinal())[rating]
            store.record(
                Review(
                    id=f"{card_id}-{back}", card_id=card_id, rating=rating, at=at,
                    day=at.toordinal(), seconds=20.0, mode=Mode.REVIEW, covered=verdict.covered,
                    missed=verdict.missed, answer=None, digest=card.digest, retention=0.9,
                    before=before, after=after,
                )
            )  # fmt: skip


def run(*words: str, typed: str = "") -> str:
    """What a command prints."""
    result = CliRunner().invoke(app, words, input=typed, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_in_line_mode_the_clinic_is_read_and_the_card_asked_once_a_day(home: Path) -> None:
    failed(home, STUCK, 6)
    said = run("review", "--new", "0", typed="\nagain\n\nall\n")
    clinic, _, asked = said.partition(f"Split it: contrastive-drill bank new {STUCK}-1")
    assert clinic.startswith(f"── {CLINIC}, failed 6 times\n")
    for point in by_id()[STUCK].points:
        shown = "missed 6 times" in clinic.partition(plain(point.line)[:20])[2][:160]
        assert shown == point.required
    assert "── Read or work out first\n  infonce-formula" in clinic
    assert "\n  hardest-share-by-hand" in clinic, "a calculation with a tag of the card"
    assert "See it: contrastive-drill demo temperature" in clinic
    assert "Saved: Again" in asked
    assert "Saved: Easy" in asked
    assert "Stuck" not in asked


def test_a_clinic_opens_once_a_day_though_the_card_was_not_answered(home: Path) -> None:
    failed(home, STUCK, 6)
    assert CLINIC in run("review", "--new", "0", typed=":quit\n")
    assert "Stuck" not in run("review", "--new", "0", typed=":quit\n")
    (home / "cache" / "clinics-of-the-day.json").write_text("no JSON")
    assert CLINIC in run("review", "--new", "0", typed=":quit\n")


def test_what_is_no_leech_has_no_clinic(home: Path) -> None:
    failed(home, STUCK, 4)
    assert "Stuck" not in run("review", "--new", "0", typed=":quit\n")
    failed(home, "temperature", 6)
    crammed = run("review", "--cram", "--section", "contrastive", typed="\nall\n" * 60)
    assert "Saved" in crammed
    assert "Stuck" not in crammed


@pytest.mark.terminal
def test_a_clinic_in_a_terminal_keeps_a_note_that_is_shown_from_then_on(home: Path) -> None:
    failed(home, STUCK, 6)
    with Terminal("review", "--new", "0") as terminal:
        terminal.wait("go on, it is asked later")
        assert CLINIC in terminal.text, "it fits one screen"
        terminal.send("f").wait("In your own words").send("push over tau\r")
        terminal.wait("Your note: push over tau")
        terminal.send("z").wait("No key 'z' here").send("\r").wait("type your answer", gone="Stuck")
        assert "push over tau" not in terminal.text, "the question stands alone"
        terminal.send("\r").wait("Your note: push over tau")
        terminal.send("q").finish()
    assert "Your note: push over tau" in run("show", STUCK)
    assert f"{STUCK}: flagged push over tau" in run("flags")


@pytest.mark.terminal
def test_a_clinic_leaves_a_card_for_today_and_never_suspends_it(home: Path) -> None:
    failed(home, STUCK, 6)
    with Terminal("review", "--new", "0", columns=60) as terminal:
        terminal.wait("leave it for today").send("b")
        assert terminal.finish() == 0
    assert run("flags") == f"{STUCK}: buried until tomorrow\n"
    assert f"Stuck: {STUCK}: " in run("report", "--markdown", "-").replace("\\", "")


@pytest.mark.terminal
def test_a_clinic_splits_a_card_into_one_for_each_point(home: Path, tmp_path: Path) -> None:
    failed(home, STUCK, 6)
    editor = tmp_path / "editor"
    asked = "0,/On .*would ask it[.]/s//Why tau?/"
    editor.write_text(f"#!/bin/sh\nexec sed -i '{asked}' \"$2\"\n")
    editor.chmod(0o755)
    with Terminal("review", "--new", "0", environment={"EDITOR": f"{editor} -x"}) as terminal:
        terminal.wait("s split it").send("s").wait("asked once you wrote their questions")
        terminal.wait(f"{STUCK}-2").send("\r").wait("reveal", gone="Stuck").send("q").finish()
    first, *others = [point for point in by_id()[STUCK].points if point.required]
    written = run("show", f"{STUCK}-2").partition("from:")[0]
    assert "Why tau?" in written
    assert plain(first.line)[:30] in written
    assert f"the card {STUCK}" in written
    left_out = CliRunner().invoke(app, ["bank", "check"]).stdout
    assert left_out.count("prompt still to fill in") == len(others) > 0
