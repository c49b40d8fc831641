"""The interview in lines, its clock, its minutes, and what the interviewer says."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from cases import every
from interviews import BANK, interviews, seed_for
from rich.console import Console
from shipped import by_id
from typer.testing import CliRunner, Result

from contrastive_drill.actions.environment import Clock, Environment
from contrastive_drill.actions.interview_loop import InterviewLoop
from contrastive_drill.bank.library import load
from contrastive_drill.cards.card import Card, Level
from contrastive_drill.cards.grade import Verdict, check, grade
from contrastive_drill.cards.kinds.code import CodeRun
from contrastive_drill.cli import app
from contrastive_drill.interview.course import LEVELS, Answer, QuestionRole, Turn
from contrastive_drill.interview.scenarios import begin
from contrastive_drill.interview.scorecard import ASKED, BAIT, BOARD, HEARD, MEASURED, scorecard
from contrastive_drill.memory.log import Rating
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.memory.sitting import ENDED, Sitting, SittingKind
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.interview import scenes, whiteboard
from contrastive_drill.screen.interview.scenes import AnswerPrompt, CandidateLeft, Position, Scene
from contrastive_drill.store import Store

pytestmark = pytest.mark.usefixtures("warm")

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def toy(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The toy bank in place of the shipped one."""
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "toy.yaml").write_text(BANK)
    monkeypatch.setattr("contrastive_drill.bank.library.shipped_folder", lambda: folder)
    return folder


def cards(folder: Path) -> dict[str, Card]:
    return {card.id: card for card in load(folder).cards()}


def interview(*arguments: str, typed: str = "") -> Result:
    """One interview, or a look back, in line mode."""
    return CliRunner().invoke(app, ["interview", *arguments], input=typed, catch_exceptions=False)


def test_a_whole_interview_in_lines(home: Path, toy: Path) -> None:
    seed = seed_for(cards(toy).values())
    spoken = "\nn\n\n"  # said aloud, not the popular answer, said again
    typed = (
        ":help\nmy answer\nmaybe\nn\nmy defence\n:demos\n1 2 3\n"  # mid-one
        "aloud\n\\frac{1}{N}\ny\n1\nloss over steps\nyes\n"  # deep-one: board and measurement
        "right?\n3\nn\nI stand by it\nall\n"  # deep-two: asked again until it is an answer
        "no number\n77\n1 hard\n1\n"  # sum-one: takes no rating
        + spoken
        + "\n"  # senior-one: nothing covered
        + spoken
        + "all\n"  # mid-two
        + spoken
        + "all\n"  # senior-two
        + ":quit\n"
    )
    result = interview("--seed", str(seed), typed=typed)
    assert result.exit_code == 0, result.output
    said = result.stdout
    for words in (
        f"Mock interview, 30 minutes, from mid; seed {seed} asks it again.",
        "An answer is one line",
        "There is no :demos.",
        "Write y or n.",
        "Sign for sign the same, as the program reads it.",
        "There is a demo for it",
        "Write right, imprecise or wrong, or their number from 1 to 3.",
        "An interview takes no ratings: write point numbers only.",
        "Write one number",
        ":quit ends it.",
        "At senior level: 1 of 2 scenarios covered; gaps in Toy.",
        "you ended it after 0:00",
    ):
        assert words in said, f"{words!r} is not in\n{said}"
    # The answer and its points come after the push-back, and the popular answer only once.
    assert said.index("That fails by mid-one") < said.index("The answer to mid-one")
    assert said.count("That fails by mid-one") == 1
    (kept,) = interviews(home)
    assert [(each.card_id, each.rating) for each in kept.answers] == [
        ("mid-one", Rating.GOOD),
        ("deep-one", Rating.GOOD),
        ("deep-two", Rating.EASY),
        ("sum-one", Rating.AGAIN),
        ("senior-one", Rating.AGAIN),
        ("mid-two", Rating.GOOD),
        ("senior-two", Rating.GOOD),
    ]
    assert kept.told(BAIT)[0] == (BAIT, "mid-one", False)
    assert kept.told(BOARD) == [(BOARD, "deep-one", "\\frac{1}{N}", True)]
    assert kept.told(MEASURED) == [(MEASURED, "deep-one", "loss over steps", "collapse", True)]
    assert kept.answers[0].answer == "my answer\n\nmy defence"
    assert kept.answers[2].answer == "wrong"  # as the program checked it
    assert kept.events[-2].facts["card"] == "staff-one"  # asked, and left open
    assert "· open" in interview("--result").stdout
    assert "senior" in interview("--history").stdout
    every = json.loads(interview("--history", "--json").stdout)
    assert [each["level_reached"] for each in every["interviews"]] == ["senior"]


def test_an_interview_left_at_once_hides_none_that_was_held(home: Path) -> None:
    assert interview(typed="").exit_code == 0
    assert interview("--history").stdout.count("2026-11-21") == 0
    interview(typed="\nn\n\nall\n:quit\n")
    interview(typed="")
    assert len(interviews(home)) == 3
    assert "3/3" in interview("--result").stdout
    assert interview("--history").stdout.count("2026-11-21") == 1
    assert len(json.loads(interview("--history", "--json").stdout)["interviews"]) == 1


def test_input_that_ends_is_a_candidate_who_left(home: Path) -> None:
    assert "you ended it" in interview(typed="an answer\n").stdout
    (kept,) = interviews(home)
    assert kept.told(HEARD) == [(HEARD, kept.events[0].facts["card"], 1, "an answer")]
    assert kept.answers == []
    assert kept.events[-1].facts["how"] == "left"


@every(
    ("arguments", "line"),
    [
        (["--topic", "clap"], "no scenario is about 'clap': use a tag, or one of toy"),
        (["--result"], "no interview has an answer yet"),
        (["--result", "--seed", "3"], "--result, --history and --json show interviews"),
        (["--json", "--minutes", "3"], "--result, --history and --json show interviews"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments: list[str], line: str) -> None:
    result = interview(*arguments)
    assert result.exit_code == 2
    assert line in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_empty_history_says_what_begins_one() -> None:
    assert "contrastive-drill interview begins one" in interview("--history").stdout


def test_without_a_seed_the_last_questions_come_late(home: Path) -> None:
    for _ in range(4):
        interview(typed="")
    kept = interviews(home)
    assert len({each.sitting.seed for each in kept}) == 4
    asked = [each.events[0].facts["card"] for each in reversed(kept)]
    assert asked[0] != asked[1]
    assert {each.sitting.terms and each.sitting.terms["seeded"] for each in kept} == {False}


def test_a_suspended_scenario_is_not_asked(home: Path) -> None:
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        for name in ("mid-one", "mid-two", "senior-one", "senior-two"):
            store.change(Change(name, name, Verb.SUSPEND, NOW, NOW.toordinal()))
    assert "What of staff-one?" in interview().stdout
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        store.change(Change("s", "staff-one", Verb.SUSPEND, NOW, NOW.toordinal()))
    result = interview()
    assert result.exit_code == 2
    assert "every such scenario is suspended" in result.stderr


class Candidate:
    """An interview without a terminal: each answer takes its seconds, and is given by card."""

    def __init__(self, seconds: float, covered: Callable[[Card], int]) -> None:
        self.seconds, self.covered = seconds, covered
        self.now = 0.0
        self.said: list[str] = []
        self.budgets: list[float] = []

    def listen(self, scene: Scene, prompt: AnswerPrompt) -> str | None:
        assert prompt.clock() == 0.0
        self.budgets.append(prompt.budget)
        self.now += self.seconds
        assert prompt.clock() == self.seconds
        return None

    def agree(self, scene: Scene, demo: Callable[[], None] | None = None) -> bool:
        if demo:
            demo()
        return False

    def tick(self, position: Position, card: Card, typed: str | None) -> Verdict:
        self.now += 5.0
        points = card.points[: self.covered(card)]
        return grade(card, {point.key for point in points}, check(card, typed) if typed else None)

    def tell(self, message: str) -> None:
        self.said.append(message)

    def aside(self, work: Callable[[], None], wait: bool = True) -> None:
        self.now += 1000.0  # a demo: not the candidate's time

    def dismiss(self, rows: Callable[[Sheet], Rows]) -> None:
        raise AssertionError("shown by the command")


def held(
    home: Path,
    folder: Path,
    candidate: Candidate,
    monkeypatch: pytest.MonkeyPatch,
    minutes: float = 30,
    level: Level | None = None,
    name: str = "i",
) -> None:
    """An interview of the toy bank with a stopwatch that the candidate's answers move."""
    clock = Clock(lambda: NOW.astimezone(), lambda: candidate.now)
    monkeypatch.setattr("contrastive_drill.actions.environment.clock", lambda: clock)
    env, every = Environment(), cards(folder)
    seed = seed_for(every.values())
    sitting = Sitting(name, SittingKind.INTERVIEW, NOW, env.day(), seed)
    with env.store() as store:
        store.sittings.begin(sitting)
        drawn = begin(every.values(), Random(seed), minutes=minutes, level=level)
        InterviewLoop(env, store, sitting, candidate).run(drawn)


def test_every_second_is_kept_beside_its_budget(
    home: Path, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = Candidate(100.0, lambda card: 9)
    held(home, toy, candidate, monkeypatch)
    (kept,) = interviews(home)
    score = scorecard(kept.sitting, kept.answers, kept.events)
    assert [(each.card_id, each.seconds, each.budget) for each in score.asked[:5]] == [
        ("mid-one", 200.0, 180.0),  # 120 and 60 after the push-back
        ("deep-one", 100.0, 75.0),
        ("deep-two", 200.0, 120.0),
        ("sum-one", 100.0, 120.0),
        ("senior-one", 200.0, 210.0),
    ]
    assert candidate.said[:2] == [
        "Your answer took 1:40 of 2:00.",
        "Your answer took 1:40: 0:40 over the budget of 1:00.",
    ]
    # From the question on the screen to its points: 200 said, 5 ticked.
    assert kept.answers[0].seconds == 205.0
    # deep-one: said, written, ticked; the demo's 1000 seconds are nobody's.
    assert kept.answers[1].seconds == 205.0
    end = kept.events[-1]
    assert end.name == ENDED
    # Threads: 205 + 205 + 100 measured + 205 + 105, then 205 each for the other scenarios.
    assert end.facts["how"] == "nothing left"
    assert end.facts["seconds"] == 205 + 205 + 100 + 205 + 105 + 4 * 205
    assert end.facts["level"] == "staff"


def test_the_minutes_end_it_between_two_questions(
    home: Path, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(home, toy, Candidate(100.0, lambda card: 9), monkeypatch, minutes=5)
    (kept,) = interviews(home)
    # 205 seconds, then 205: the third question would begin after 5 minutes.
    assert [each.card_id for each in kept.answers] == ["mid-one", "deep-one"]
    assert kept.events[-1].facts["how"] == "time"
    assert kept.events[-1].facts["level"] == "mid"


def test_who_covers_nothing_stays_at_the_bottom(
    home: Path, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(home, toy, Candidate(1.0, lambda card: 0), monkeypatch)
    (kept,) = interviews(home)
    levels = [event.facts["level"] for event in kept.events if event.name == ASKED]
    assert levels == ["mid", "mid", "senior", "senior", "staff"]  # what is left, from below
    assert kept.events[-1].facts["level"] is None


@every(("covered", "rating"), [(0, Rating.AGAIN), (9, Rating.GOOD)])
def test_a_level_that_was_asked_for_holds_whatever_the_answers(
    home: Path, toy: Path, covered: int, rating: Rating, monkeypatch: pytest.MonkeyPatch
) -> None:
    for level, asked in (("mid", ["mid-one", "mid-two"]), ("senior", ["senior-one", "senior-two"])):
        candidate = Candidate(1.0, lambda card: covered)
        held(home, toy, candidate, monkeypatch, level=Level(level), name=f"{level} {covered}")
        kept = next(each for each in interviews(home) if each.sitting.id == f"{level} {covered}")
        score = scorecard(kept.sitting, kept.answers, kept.events)
        scenarios = [each for each in score.asked if each.part is QuestionRole.SCENARIO]
        assert [each.card_id for each in scenarios] == asked
        assert {each.rating for each in scenarios} == {rating}
        assert max(LEVELS.index(each.level) for each in score.asked) == LEVELS.index(Level(level))


def test_a_level_without_such_a_scenario_is_refused(home: Path, toy: Path) -> None:
    (toy / "toy.yaml").write_text(BANK.replace("tags: [toy-bank]", "tags: [other]", 1))
    result = interview("--topic", "other", "--level", "senior")
    assert result.exit_code == 2
    assert result.stderr == (
        "contrastive-drill: no senior scenario is about 'other': use a tag, or one of toy\n"
    )


def test_leaving_is_noted_with_what_was_reached(
    home: Path, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Leaver(Candidate):
        def tick(self, position: Position, card: Card, typed: str | None) -> Verdict:
            if card.level is Level.SENIOR and position.turn.part is QuestionRole.SCENARIO:
                raise CandidateLeft
            return super().tick(position, card, typed)

    held(home, toy, Leaver(1.0, lambda card: 9), monkeypatch)
    (kept,) = interviews(home)
    assert kept.events[-1].facts["how"] == "left"
    assert kept.events[-1].facts["level"] == "mid"
    assert [each.card_id for each in kept.answers][-1] == "sum-one"


def rows_of(drawing: Callable[[Sheet], Rows], width: int = 80) -> list[str]:
    return [row.plain for row in drawing(Sheet(Console(width=width), Look(width, False)))]


@every(
    ("typed", "rows"),
    [
        ("\\frac{a}{b}", ["  a", "  ─", "  b"]),
        ("$a^2$", ["  a²"]),
        ("a/b", ["  a/b"]),
        ("sum of exp(s) over N", ["sum of exp(s) over N"]),  # words keep their spaces
        ("\\frak{a", ["\\frak{a"]),  # no LaTeX after all
        ("two\nlines of it", ["two", "lines of it"]),
    ],
)
def test_a_formula_is_drawn_where_it_is_latex(typed: str, rows: list[str]) -> None:
    assert rows_of(lambda sheet: whiteboard.written(sheet, typed)) == rows


def test_formulas_stand_side_by_side_where_they_fit(toy: Path) -> None:
    card = cards(toy)["deep-one"]
    where = Position(Turn(card, QuestionRole.FOLLOW_UP, 1, 1, 1), 30, 0, "Toy")
    scene = whiteboard.compared(where, card, "\\frac{1}{M}")
    assert rows_of(scene.rows) == [
        "── You wrote      ── The card has",
        "",
        "  1                 1",
        "  ─                 ─",
        "  M                 N",
    ]
    narrow = rows_of(scene.rows, 24)
    assert narrow.index("── The card has") > narrow.index("  M")
    assert not whiteboard.same_formula("\\frac{1}{M}", card)
    assert whiteboard.same_formula("$ \\frac{1}{N} $", card)
    assert not whiteboard.same_formula("\\frac{1}{", card)
    assert "on paper" in whiteboard.compared(where, card, None).ask


@pytest.mark.parametrize(
    ("part", "level", "depth", "before", "words"),
    [
        (QuestionRole.SCENARIO, "senior", 0, None, "Let us begin."),
        (QuestionRole.FOLLOW_UP, "mid", 2, (Rating.GOOD, 1), "Good. Let us go deeper."),
        (QuestionRole.FOLLOW_UP, "mid", 1, (Rating.GOOD, 2), "Good. And beside that:"),
        (QuestionRole.FOLLOW_UP, "mid", 1, (Rating.HARD, 1), "Let us leave that"),
        (QuestionRole.CALCULATION, "mid", 1, (Rating.GOOD, 1), "A number beside this."),
        (QuestionRole.SCENARIO, "staff", 0, (Rating.GOOD, 1), "Good. Something harder."),
        (QuestionRole.SCENARIO, "senior", 0, (Rating.GOOD, 1), "Something else."),
        (QuestionRole.SCENARIO, "mid", 0, (Rating.AGAIN, 0), "Let us step back a little."),
    ],
)
def test_the_interviewer_leads_on(
    toy: Path,
    part: QuestionRole,
    level: str,
    depth: int,
    before: tuple[Rating, int] | None,
    words: str,
) -> None:
    card = next(card for card in cards(toy).values() if card.level is Level(level))
    said = before and Answer("x", QuestionRole.FOLLOW_UP, before[0], depth=before[1])
    place = LEVELS.index(Level.SENIOR) if before else None
    assert scenes.lead_in(Turn(card, part, 2, depth, 1), said, place).startswith(words)


class Coder(Candidate):
    """A candidate who agrees to write code."""

    def agree(self, scene: Scene, demo: Callable[[], None] | None = None) -> bool:
        return True

    def aside(self, work: Callable[[], None], wait: bool = True) -> None:
        work()


@pytest.mark.parametrize("passed", [True, False])
def test_code_written_in_an_interview_is_noted_as_it_went(
    passed: bool, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = CodeRun(passed, 7 if passed else 3, 7, runs=2, minutes=4).words
    monkeypatch.setattr("contrastive_drill.actions.interview_loop.at_terminal", lambda: True)
    monkeypatch.setattr(
        "contrastive_drill.actions.interview_loop.write_code", lambda view, card, exam: words
    )
    env, coder = Environment(), Coder(10.0, lambda card: 9)
    task, card = by_id()["code-infonce"], by_id()["infonce-formula"]
    sitting = Sitting("i", SittingKind.INTERVIEW, NOW, env.day(), 1)
    with env.store() as store:
        store.sittings.begin(sitting)
        loop = InterviewLoop(env, store, sitting, coder)
        turn = Turn(card, QuestionRole.FOLLOW_UP, 1, 1, 1, code=task)
        loop._code(Position(turn, 30, 0.0, "Contrastive learning"), card, task)
        loop._code(Position(turn, 5, 0.0, "Contrastive learning"), card, task)  # no time is left
        ((name, facts),) = [(e.name, e.facts) for e in store.sittings.events("i")]
    assert (name, facts["card"], facts["same"]) == (BOARD, "infonce-formula", passed)
    assert facts["answer"] == words
