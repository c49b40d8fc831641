"""`exam` as a learner holds it: paused, killed, gone on with, and compared with the log."""

import json
import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cases import every
from terminal import PROGRAM, Terminal
from typer.testing import CliRunner

from contrastive_drill.cli import app
from contrastive_drill.memory.log import NEW, Mode, Rating, Review
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.memory.sitting import SittingKind
from contrastive_drill.store import Store

pytestmark = pytest.mark.usefixtures("warm")

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)


def lines(*answers: str, day: int = 21, arguments: tuple[str, ...] = ()) -> str:
    """Hold a part of an exam in line mode; gives what was printed."""
    done = subprocess.run(
        [PROGRAM, "exam", *arguments],
        input="".join(f"{line}\n" for line in answers),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CONTRASTIVE_DRILL_NOW": f"2026-11-{day}T18:30:00+01:00"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(*arguments: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [PROGRAM, "exam", *arguments, "--json"], capture_output=True, text=True, check=True
    )
    exams: list[dict[str, Any]] = json.loads(done.stdout)["exams"]
    return exams


def logged(home: Path) -> list[Review]:
    with Store.open(home / "drill.sqlite", home / "backups", NOW, read_only=True) as store:
        assert store.memories() == replay(store.reviews())
        return list(store.reviews())


def killed(answers: int) -> None:
    """Answer so many questions in line mode, then kill -9 while the next one waits."""
    child = subprocess.Popen(
        [PROGRAM, "exam"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write("\nall good\n" * answers)
    child.stdin.flush()
    saved = 0
    while saved < answers:
        saved += child.stdout.readline().startswith("Saved: ")
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


@pytest.mark.fault
def test_a_whole_exam_with_a_pause_on_another_day_and_a_kill_in_the_middle(home: Path) -> None:
    first = lines(*["", "all good"] * 20, ":pause")
    assert "20 in full so far, paused with 35 questions of 55 to go." in first
    killed(10)
    assert len(logged(home)) == 30
    last = lines(*["", "1 hard"] * 5, *["", "none"] * 20, day=23)
    assert "30 of the first 45 cold: drilled enough. 30 of all 55: the aim is 35." in last

    answers = logged(home)
    with Store.open(home / "drill.sqlite", home / "backups", NOW, read_only=True) as store:
        (sitting,) = store.sittings.newest(SittingKind.EXAM)
        assert store.sittings.open(SittingKind.EXAM) is None
        known = store.learned_ids()
    assert [review.card_id for review in answers] == list(sitting.cards)  # each once, in order
    assert {review.sitting for review in answers} == {sitting.id}
    assert {review.mode for review in answers} == {Mode.EXAM}
    assert [review.rating for review in answers] == (
        [Rating.GOOD] * 30 + [Rating.HARD] * 5 + [Rating.AGAIN] * 20
    )
    # What was recalled is in the schedule; what was failed unmet is still to be met.
    assert known == set(sitting.cards[:35])
    assert {review.after for review in answers[35:]} == {NEW}

    (exam,) = told()
    assert exam["ended"] == "finished"
    assert (exam["full"], exam["gap"], exam["missed"], exam["left"]) == (30, 5, 20, 0)
    assert (exam["first_45"], exam["drilled_enough"], exam["aim_reached"]) == (30, True, False)
    assert [part["full"] for part in exam["parts"]] == [15, 15, 0, 0]
    assert [part["weak"] for part in exam["parts"]] == [False, False, True, True]
    assert exam["expectation"] is None
    assert len(exam["incomplete"]) == 25


def test_recall_is_held_against_what_fsrs_had_expected(home: Path) -> None:
    lines(*["", "all good"] * 4, arguments=("--count", "4", "--seed", "1"))
    lines(*["", "all good"] * 3, "", "none", day=23, arguments=("--count", "4", "--seed", "1"))
    exam, before = told("--history")
    assert before["expectation"] is None
    expected = exam["expectation"]
    # Good on a new card gives a stability of 2.3065 days (FSRS-6, default parameters), and two
    # days later the curve of FSRS-6 says (1 + f · 2 / 2.3065)^(-0.1542) with R(S) = 0.9.
    factor = 0.9 ** (1 / -0.1542) - 1
    chance = (1 + factor * 2 / 2.3065) ** -0.1542
    assert (expected["cards"], expected["recalled"]) == (4, 3)
    assert expected["expected"] == pytest.approx(4 * chance, abs=1e-4)
    (failed,) = [review for review in logged(home) if review.rating is Rating.AGAIN]
    assert failed.after != NEW  # a card that had been met lapses


def test_an_open_exam_is_gone_on_with_or_left(home: Path) -> None:
    lines("", "all", arguments=("--count", "5", "--seed", "2"))
    refused = subprocess.run(
        [PROGRAM, "exam", "--section", "clip"], capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "an exam is open, 1 of 5 answered" in refused.stderr
    lines("", "all", arguments=("--section", "clip", "--count", "2", "--new"))
    clip, left = told("--history")
    assert (left["ended"], left["full"], left["left"]) == ("left", 1, 4)
    assert (clip["ended"], clip["asked"], clip["terms"]) == (None, 2, "clip, a sample of 2")
    assert len(logged(home)) == 2


@every(
    ("arguments", "said"),
    [
        (("--section", "nothing"), "there is no section 'nothing'"),
        (("--result",), "there is no exam yet"),
        (("--result", "--count", "3"), "drop the other options"),
        (("--count", "0"), "--count"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(app, ["exam", *arguments])
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_a_history_of_none_says_how_to_begin() -> None:
    done = subprocess.run(
        [PROGRAM, "exam", "--history"], capture_output=True, text=True, check=True
    )
    assert "No exam was begun yet: contrastive-drill exam begins one." in done.stdout


def test_suspended_cards_are_not_asked() -> None:
    subprocess.run([PROGRAM, "suspend", "tf-idf-formula"], capture_output=True, check=True)
    assert "paused with 54 questions of 54" in lines("", "all", ":pause").replace("53", "54")


def revealed(terminal: Terminal, keys: str = "\r") -> Terminal:
    """To the answer and its key points."""
    terminal.press(keys, " more")
    return terminal


@pytest.mark.terminal
def test_in_a_terminal_it_gives_no_hint_and_is_resumed_where_it_was(home: Path) -> None:
    with Terminal("exam") as terminal:
        terminal.wait("0/55").wait("reveal")
        assert "no hints, no repeats" in terminal.text
        for hint in ("Bag of words", "mid", "new", "source", "demo", "suspend"):
            assert hint not in terminal.text
        terminal.press("o", "No key 'o' here")
        terminal.press("d", "No key 'd' here")
        revealed(terminal).send("a")
        terminal.wait("1/55")
        revealed(terminal).send("0\r")
        terminal.wait("2/55").press("u", "Undone")
        terminal.wait("1/55").wait("[x] 1").send("\r")  # it comes back as it was left
        terminal.wait("2/55").send("q")
        assert terminal.finish() == 0
        assert "1 in full so far, paused with 53 questions of 55 to go." in terminal.text
    with Terminal("exam") as terminal:
        terminal.wait("2/55").wait("The exam continues: 2 answered")
        terminal.send("\x03")
        terminal.finish()
    assert [(review.rating, review.mode) for review in logged(home)] == [
        (Rating.AGAIN, Mode.EXAM),
        (Rating.EASY, Mode.EXAM),
    ]


def test_a_pipe_is_told_of_the_word_that_pauses_and_not_of_a_key() -> None:
    done = subprocess.run(
        [PROGRAM, "exam"], input=":quit\n", capture_output=True, text=True, check=True
    )
    assert done.stderr == (
        "contrastive-drill: Cold exam, 55 questions: no hints, no repeats. :quit pauses.\n"
    )


@pytest.mark.terminal
@pytest.mark.parametrize("how", [("exam",), ("exam", "--result")])
def test_a_long_result_begins_with_its_verdict(how: tuple[str, ...]) -> None:
    lines(*["", "none"] * 54, "", "all good" if "--result" in how else ":pause")
    with Terminal(*how, rows=24, environment={"PAGER": "head -23"}) as terminal:
        if "--result" not in how:
            revealed(terminal).send("0\r")
        terminal.wait("Cold exam, 2026-11-21").wait("0 of the first 45 cold: not yet")
        assert terminal.finish() == 0
        assert "more: contrastive-drill exam --result --json" not in terminal.text
    with Terminal("exam", "--result", "--plain", environment={"PAGER": "head -1"}) as terminal:
        assert terminal.finish() == 0
        assert "more: contrastive-drill exam --result --json" in terminal.text


@pytest.mark.terminal
def test_the_clock_runs_while_a_question_is_thought_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTRASTIVE_DRILL_NOW")  # which stands still
    with Terminal("exam", rows=40) as terminal:
        terminal.wait("on the clock")
        (first,) = re.findall(r"\S+ on the clock", terminal.text)
        terminal.wait("on the clock", gone=first).resize(60, 40)
        (later,) = re.findall(r"\S+ on the clock", terminal.text)
        terminal.wait("on the clock", gone=later)
        terminal.press("\r", " more")
        assert "on the clock" not in terminal.text
        terminal.send("q")
    with Terminal("review") as terminal:
        terminal.wait("reveal")
        assert "on the clock" not in terminal.text


@pytest.mark.terminal
@pytest.mark.parametrize("columns", [80, 60])
def test_its_result_fits(columns: int) -> None:
    lines(*["", "all good"] * 3, *["", "none"] * 3, ":pause")
    with Terminal("exam", "--result", columns=columns, rows=40) as terminal:
        assert terminal.finish() == 0
        assert "3 in full, 0 with a gap, 3 not" in terminal.text.replace("\n", " ")
        assert "1-15 " in terminal.text
        assert "contrastive-drill exam goes on" in terminal.text.replace("\n", " ")
        written = terminal.raw.decode().replace("\r", "").split("\n")
        assert max(len(row) for row in terminal.text.split("\n")) <= columns
        assert len(written) <= 40
