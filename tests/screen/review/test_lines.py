"""The session in line mode: the whole transcript, and then the database."""

import io
import signal
import subprocess
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cases import every
from terminal import PROGRAM
from typer.testing import CliRunner, Result

from contrastive_drill.actions.environment import Clock
from contrastive_drill.cli import app
from contrastive_drill.demo.result import Claim, Run
from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import Learned, Mode, New, Rating, Review
from contrastive_drill.memory.scheduler import Scheduler, replay
from contrastive_drill.review.session import SessionAnswer
from contrastive_drill.review.summary import summary
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import Look, make_console
from contrastive_drill.screen.line_mode import parse_grade
from contrastive_drill.screen.review.lines import LineView
from contrastive_drill.screen.review.parts import summary_rows
from contrastive_drill.screen.session_view import Closing, Question
from contrastive_drill.store import Store

pytestmark = pytest.mark.usefixtures("warm")

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
BANK = """\
section: toy
title: Toy
cards:
  - id: first
    level: mid
    kind: recall
    prompt: |
      What does `softmax` give for [i=j] at $\\tau \\to 0$?
    answer: |
      The *argmax*:

      $$
      \\frac{1}{N}
      $$
    points:
      - must: It picks the largest.
      - must: Its gradient vanishes.
      - bonus: Ties are shared.
    sources:
      - arxiv: '2103.00020'
        where: Section 2
    demo: collapse
  - id: second
    level: senior
    kind: recall
    prompt: What is the second?
    answer: The one after the first.
    points:
      - must: Comes after the first.
    sources:
      - text: A book
"""


@pytest.fixture(autouse=True)
def toy(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bank of two cards in place of the shipped one."""
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "toy.yaml").write_text(BANK)
    monkeypatch.setattr("contrastive_drill.bank.library.shipped_folder", lambda: folder)
    return folder


def review(*arguments: str, typed: str = "") -> Result:
    """One session in line mode."""
    result = CliRunner().invoke(app, ["review", *arguments], input=typed, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def log(home: Path) -> list[Review]:
    """The live answers in the database."""
    with Store.open(home / "drill.sqlite", home / "backups", NOW, read_only=True) as store:
        assert store.memories() == replay(store.reviews())
        return list(store.reviews())


TRANSCRIPT = """\
Toy · mid · new                                                       0/2 · 0:00
What does `softmax` give for [i=j] at τ → 0?
Your answer, Enter to reveal, :help:

── Answer
The *argmax*:

  1
  ─
  N

── Sources
  arXiv:2103.00020, Section 2

Demo, not run here yet: contrastive-drill demo collapse

── Key points
1 It picks the largest.
2 Its gradient vanishes.
3 (bonus) Ties are shared.
Ratings: Again (this session), Hard (1 d), Good (2 d), Easy (9 d).
Points covered, such as '1 3', 'all', or '1 hard':
Saved: Good, returns in 2 d.

Toy · senior · new                                                    1/2 · 0:00
What is the second?
Your answer, Enter to reveal, :help:

── Answer
The one after the first.

── Sources
  A book

── Key points
1 Comes after the first.
Ratings: Again (this session), Hard (1 d), Good (2 d), Easy (8 d).
Points covered, such as '1 3', 'all', or '1 hard':
Saved: Again, returns in this session.

Toy · senior · failed, to be repeated                   1/2 · 0:00 · 1 to repeat
What is the second?
Your answer, Enter to reveal, :help:

── Session
1 of 2 cards recalled at the first asking, 2 answers in 0:00.
They return: 1 today, 1 on Monday.

── Required points missed
• Comes after the first.
"""


def test_the_whole_transcript_and_then_the_database(home: Path) -> None:
    result = review(typed="the largest\n1 2\n\n\n")
    assert result.stdout == TRANSCRIPT
    first, second = log(home)
    assert (first.card_id, first.rating, first.answer) == ("first", Rating.GOOD, "the largest")
    assert (len(first.covered), first.missed) == (2, ())
    assert (second.card_id, second.rating, second.answer) == ("second", Rating.AGAIN, None)
    assert (second.covered, len(second.missed)) == ((), 1)
    assert isinstance(first.before, New)
    day = first.day
    assert first.after == Scheduler(0.9).preview("first", first.before, day)[Rating.GOOD]
    assert isinstance(second.after, Learned)
    assert second.after.due_day == day


def test_the_end_of_input_ends_cleanly_with_everything_saved(home: Path) -> None:
    review(typed="an answer\n1 2 easy\nanother")
    assert [entry.rating for entry in log(home)] == [Rating.EASY]


def test_a_failed_card_returns_until_it_is_passed(home: Path) -> None:
    review("--limit", "1", typed="\n\n" * 3 + "\n1 2\n")
    entries = log(home)
    assert [entry.rating for entry in entries] == [Rating.AGAIN] * 3 + [Rating.GOOD]
    assert isinstance(entries[-1].after, Learned)
    assert entries[-1].after.lapses == 0


def test_a_suspended_card_is_not_asked_until_it_is_resumed(home: Path) -> None:
    result = review(typed=":suspend\n:bury\n")
    assert "Suspended: contrastive-drill resume first brings it back." in result.stdout
    assert "Buried until tomorrow." in result.stdout
    assert "No card fits" not in result.stdout
    assert "What is" not in review("--new", "5").stdout
    assert CliRunner().invoke(app, ["resume", "first"]).exit_code == 0
    review(typed="\nall\n")
    assert [entry.card_id for entry in log(home)] == ["first"]


def test_undo_in_a_session_restores_every_step(home: Path) -> None:
    result = review(typed="\n1 2\n:flag odd\n\n:undo\n:undo\n:quit\n")
    assert result.stdout.count("Undone.") == 2
    assert log(home) == []
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        assert store.memories() == {}
        assert store.marks() == {}
    assert "Nothing to undo here" in review(typed=":undo\n").stdout


def test_cramming_is_logged_and_moves_no_schedule(home: Path) -> None:
    review("--limit", "1", typed="\n1 2\n")
    before = log(home)
    result = review("--cram", typed="\n1 2\n\n\n\n1\n")
    assert "the schedule stays as it was" in result.stdout
    entries = log(home)
    assert [entry.mode for entry in entries] == [Mode.REVIEW] + [Mode.CRAM] * 3
    assert all(entry.before == entry.after for entry in entries[1:])
    assert entries[:1] == before


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["--level", "senior"], ["second"]),
        (["--section", "toy", "--limit", "1"], ["first"]),
        (["--new", "1"], ["first"]),
        (["--new", "0"], []),
        (["--minutes", "5"], ["first", "second"]),
    ],
)
def test_options_choose_the_cards(home: Path, arguments: list[str], asked: list[str]) -> None:
    review(*arguments, typed="\nall\n" * 5)
    entries = log(home) if (home / "drill.sqlite").exists() else []
    assert [entry.card_id for entry in entries] == asked


def test_an_unknown_section_names_those_there_are() -> None:
    result = CliRunner().invoke(app, ["review", "--section", "tau"])
    assert result.exit_code == 2
    assert "use one of: toy" in result.stderr


def test_the_daily_limit_of_new_cards_holds_across_sessions(home: Path) -> None:
    CliRunner().invoke(app, ["config", "new_per_day", "1"])
    review(typed="\nall\n" * 3)
    assert [entry.card_id for entry in log(home)] == ["first"]
    assert "today's new cards are met" in review().stdout
    review("--new", "1", typed="\nall\n")
    assert [entry.card_id for entry in log(home)] == ["first", "second"]


def test_wrong_lines_are_explained_and_lose_nothing(home: Path) -> None:
    result = review(typed=":bogus\n:help\nmy answer\n7\nmaybe\n1 good easy\n1 2 hard\n")
    assert "There is no :bogus." in result.stdout
    assert result.stdout.count("is not understood") == 3
    (entry,) = log(home)
    assert (entry.rating, entry.answer) == (Rating.HARD, "my answer")


@every(
    ("line", "expected"),
    [
        ("", (set(), None)),
        ("none", (set(), None)),
        ("1,3", ({1, 3}, None)),
        ("all e", ({1, 2, 3}, Rating.EASY)),
        ("again", (set(), Rating.AGAIN)),
        (" 2 ;  HARD ", ({2}, Rating.HARD)),
    ],
)
def test_a_line_of_grades_is_read(line: str, expected: tuple[set[int], Rating | None]) -> None:
    assert parse_grade(line, 3) == expected


@every("line", ["0", "4", "-1", "hard good", "²", "1.5"])
def test_a_line_that_is_no_grade_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="is not understood"):
        parse_grade(line, 3)


def test_an_ascii_locale_gets_ascii(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    result = review(typed="\nall\n")
    assert result.stdout.isascii()
    assert "tau -> 0" in result.stdout


def test_a_narrow_terminal_is_never_overrun(monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (60, 40):
        monkeypatch.setenv("COLUMNS", str(width))
        result = review("--cram", typed="\nall\n" * 2)
        assert max(map(len, result.stdout.splitlines())) <= width


def test_another_terminal_that_answers_meanwhile_loses_nothing(home: Path) -> None:
    seen = Store.record
    raced: list[Review] = []

    def race(self: Store, entry: Review) -> None:
        if not raced:
            raced.append(entry)
            with Store.open(home / "drill.sqlite", home / "backups", NOW) as other:
                seen(other, replace(entry, id="rival"))
        seen(self, entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "record", race)
        result = review("--limit", "1", typed="\n1 2\n")
    assert "Another terminal answered this card meanwhile" in result.stdout
    first, second = log(home)
    assert (first.id, second.before) == ("rival", first.after)


class Ticking:
    """A stopwatch that moves on by so many seconds each time it is read."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.now = seconds, 0.0

    def __call__(self) -> float:
        self.now += self.seconds
        return self.now


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    """The program's stopwatch, ten seconds faster at each look."""
    watch = Ticking(10.0)
    monkeypatch.setattr(
        "contrastive_drill.actions.environment.clock",
        lambda: Clock(lambda: NOW.astimezone(), watch),
    )
    return watch


def test_minutes_end_a_session_between_two_cards(home: Path, ticking: Ticking) -> None:
    ticking.seconds = 30.0
    result = review("--minutes", "2", typed="\nall\n" * 9)
    assert "Time is up." in result.stdout
    assert "1 card not asked yet." in result.stdout
    assert len(log(home)) == 1
    assert "No card fits into 0.1 minutes." in review("--minutes", "0.1").stdout


def test_the_time_of_an_answer_is_logged_and_shown(home: Path, ticking: Ticking) -> None:
    result = review("--limit", "1", typed="\nall\n")
    (entry,) = log(home)
    assert entry.seconds > 0
    assert entry.seconds % 10 == 0
    assert f"1 answer in 0:{entry.seconds:02.0f}" in result.stdout
    assert " 0/1  0:00" not in result.stdout


def test_a_long_break_counts_as_ten_minutes(home: Path, ticking: Ticking) -> None:
    ticking.seconds = 5000.0
    review("--limit", "1", typed="\nall\n")
    assert log(home)[0].seconds == 600.0


@pytest.mark.parametrize(
    ("method", "typed", "said"),
    [("record", "\nall\n", "Saved"), ("change", ":suspend\n", "Suspended")],
)
def test_nothing_is_said_to_be_saved_before_it_is(
    monkeypatch: pytest.MonkeyPatch, method: str, typed: str, said: str
) -> None:
    def full(*_: object) -> None:
        raise DataProblem("the disk is full; free some space and go on")

    monkeypatch.setattr(Store, method, full)
    result = CliRunner().invoke(app, ["review"], input=typed)
    assert result.exit_code == 3
    assert said not in result.stdout
    assert "the disk is full" in result.stderr


def test_the_source_opens_in_a_browser_where_there_is_a_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    said = "arXiv:2103.00020, Section 2: https://arxiv.org/abs/2103.00020"
    assert said in review(typed=":source\n").stdout
    assert opened == []
    monkeypatch.setenv("DISPLAY", ":0")
    review(typed=":source\n")
    assert opened == ["https://arxiv.org/abs/2103.00020"]


def test_a_card_s_demo_runs_and_its_time_is_not_the_answer_s(
    home: Path, ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    class Child(nullcontext[Any]):
        returncode = 0

        def __init__(self, command: list[str], **_: object) -> None:
            super().__init__(self)
            ran.append(command)

        def communicate(self, _: bytes | None) -> None:
            ticking.now += 3000.0
            signal.raise_signal(signal.SIGINT)  # for the demo, not for the review

    monkeypatch.setattr("subprocess.Popen", Child)
    review("--limit", "1", typed=":demo\n\nall\n")
    assert [command[-3:] for command in ran] == [["demo", "collapse", "--quick"]]
    assert log(home)[0].seconds < 100


def kept(home: Path, *claims: Claim, **changes: Any) -> None:
    """A run of the demo that the first card names, at its end."""
    run = Run(
        id=f"run-{len(claims)}-{changes}",
        at=NOW,
        name="collapse",
        seed=3,
        device="cpu (1 thread)",
        quick=True,
        seconds=8.5,
        claims=claims,
        settings={"steps": 50},
        changed=(),
        version="0.1.0",
    )
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        store.runs.append(replace(run, **changes))


def test_under_the_answer_of_a_card_stand_the_numbers_of_its_demo(home: Path) -> None:
    kept(home, Claim.below("spread", 0.5, 0.1))
    kept(home, Claim.below("spread", 0.032, 0.1), Claim.above("margin", 0.04, 0.1))
    said = review("--limit", "1", typed="\nall\n").stdout
    assert said.index("── Sources") < said.index("── Measured") < said.index("── Key points")
    assert said.count("Measured") == 1
    assert (
        "── Measured 2026-11-21 · seed 3 · cpu (1 thread) · quick\n"
        "✗ 0.0400 > 0.1  margin\n"
        "✓ 0.0320 < 0.1  spread\n"
        "\n"
    ) in said
    shown = CliRunner().invoke(app, ["show", "first"]).stdout
    assert "✗ 0.0400 > 0.1  margin\n✓ 0.0320 < 0.1  spread\n" in shown


@pytest.mark.parametrize("width", [60, 40])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_numbers_under_a_card_are_few_rows_that_fit(
    home: Path, monkeypatch: pytest.MonkeyPatch, width: int, ascii_only: bool
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    if ascii_only:
        monkeypatch.setenv("LC_ALL", "C")
    words = "τ, in words that go on and on until no line has room for them"
    claims = [Claim.below(f"claim {n}: {words}", n, 8.5) for n in range(10)]
    kept(home, *claims, quick=False)
    said = review("--limit", "1", typed="\nall\n").stdout
    part = said.partition("Measured")[2].partition("Key points")[0]
    lines = part.splitlines()[:-2]
    assert all(len(line) <= width for line in lines[1:])
    assert "full" in part
    numbered = [line for line in lines if "claim " in line]
    assert len(numbered) == 4
    assert numbered[0].startswith("NO 9" if ascii_only else "✗ 9"), "what failed stands first"
    assert numbered[1].split()[1] == "0"
    assert all(line.endswith("..." if ascii_only else "…") for line in numbered)
    assert "9 of 10 held:" in part
    assert part.isascii() is ascii_only
    assert len(lines) == (6 if width == 60 else 8)


def test_the_first_question_asks_for_no_run(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(home, Claim.below("spread", 0.5, 0.1))

    def refuse(*_: object) -> None:
        raise AssertionError("read before the answer is shown")

    monkeypatch.setattr("contrastive_drill.actions.environment.Environment.last_run", refuse)
    review(typed=":quit\n")


def test_help_names_every_command() -> None:
    result = review(typed=":help\n")
    for word in (":undo", ":suspend", ":bury", ":flag", ":source", ":demo", ":quit", "hard"):
        assert word in result.stdout


def test_the_log_knows_the_card_as_it_was_shown(home: Path, toy: Path) -> None:
    review("--limit", "1", typed="\nall\n")
    path = toy / "toy.yaml"
    path.write_text(path.read_text().replace("The *argmax*", "An argmax"))
    review("--cram", "--limit", "1", typed="\nall\n")
    before, after = log(home)
    assert len(before.digest) == 16
    assert before.digest != after.digest
    assert before.covered == after.covered


def test_a_clock_that_went_back_moves_no_memory_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review("--limit", "1", typed="\n\n")  # failed, so it is due at once
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2026-11-01T18:30:00+01:00")
    result = review("--cram", "--limit", "1", typed="\nall\n")
    assert "the clock says 2026-11-01 18:30" in result.stderr
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2026-11-22T18:30:00+01:00")
    review("--new", "0", typed="\nall good\n")
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2026-11-20T18:30:00+01:00")
    CliRunner().invoke(app, ["undo"])
    entries = log(home)
    days = [entry.after.last_day for entry in entries if isinstance(entry.after, Learned)]
    assert days == sorted(days)


def test_suspending_a_failed_card_leaves_a_sound_summary() -> None:
    result = review("--limit", "1", typed="\nnone\n:suspend\n")
    assert "not asked yet" not in result.stdout
    assert "They return: 1 today." in result.stdout


def test_a_card_whose_file_went_away_is_skipped(home: Path, toy: Path) -> None:
    assert CliRunner().invoke(app, ["status"]).exit_code == 0  # the cache is there
    whole = LineView.saved

    def saved(self: LineView, question: Question, entry: Review) -> None:
        (toy / "toy.yaml").write_text(BANK.partition("  - id: second")[0])
        (home / "cache" / "bank.cache").unlink(missing_ok=True)
        whole(self, question, entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LineView, "saved", saved)
        result = review(typed="\nall\n" * 3)
    assert "'second' is no longer among the cards" in result.stdout
    assert [entry.card_id for entry in log(home)] == ["first"]


def test_a_missed_card_whose_file_went_away_is_still_summed_up(home: Path, toy: Path) -> None:
    assert CliRunner().invoke(app, ["status"]).exit_code == 0  # the cache is there
    whole = LineView.saved

    def saved(self: LineView, question: Question, entry: Review) -> None:
        first = BANK[BANK.index("  - id: first") : BANK.index("  - id: second")]
        (toy / "toy.yaml").write_text(BANK.replace(first, ""))
        (home / "cache" / "bank.cache").unlink(missing_ok=True)
        whole(self, question, entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LineView, "saved", saved)
        result = review(typed="\n1\n:quit\n")
    assert "Its gradient vanishes." in result.stdout.partition("Required points missed")[2]


def test_stray_bytes_in_the_input_are_stray_letters(home: Path) -> None:
    subprocess.run(
        [PROGRAM, "review", "--limit", "1"],
        input=b"caf\xe9\nall\n",
        capture_output=True,
        check=True,
    )
    (entry,) = log(home)
    assert entry.answer == "caf\ufffd"


def test_the_summary_counts_days_beyond_the_sixth_together() -> None:
    outcomes = [
        SessionAnswer(f"c{n}", Rating.GOOD, (), 1000 + n, 1.0, first=True) for n in range(9)
    ]
    closing = Closing(summary(outcomes), (), day=1000, left=0, mode=Mode.REVIEW, planned=False)
    view = Sheet(make_console(io.StringIO()), Look(200, ascii_only=False))
    said = "\n".join(row.plain for row in summary_rows(view, closing))
    assert "3 later." in said


def test_a_pass_without_a_look_at_the_points_misses_none_of_them(home: Path) -> None:
    review(typed="\ngood\n\nagain\n:quit\n")
    good, again = log(home)
    assert (good.rating, good.covered, good.missed) == (Rating.GOOD, (), ())
    assert again.rating is Rating.AGAIN
    assert again.missed
