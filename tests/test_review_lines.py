"""The session in line mode: the whole transcript, and then the database."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from contrastive_drill.cli import app
from contrastive_drill.memory import Learned, Mode, New, Rating, Review
from contrastive_drill.scheduler import Scheduler, replay
from contrastive_drill.screen.lines import parse_grade
from contrastive_drill.store import Store

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
────────────────────────── 0/2  0:00
Toy · mid · new
What does softmax give for [i=j] at τ → 0?
Your answer, Enter to reveal, :help:

── Answer
The argmax:

  1
  ─
  N

── Sources
  arXiv:2103.00020, Section 2

── Key points
1 It picks the largest.
2 Its gradient vanishes.
3 (bonus) Ties are shared.
Ratings: Again (this session), Hard (1 d), Good (2 d), Easy (9 d).
Points covered, such as '1 3', 'all', or '1 hard':
Saved: Good, returns in 2 d.

━━━━━━━━━━━━━───────────── 1/2  0:00
Toy · senior · new
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

━━━━━━━━━━━━━───────────── 1/2  0:00  1 to repeat
Toy · senior · failed, to be repeated
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
    assert "use one of toy" in result.stderr


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


@pytest.mark.parametrize(
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


@pytest.mark.parametrize("line", ["0", "4", "-1", "hard good", "²", "1.5"])
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
