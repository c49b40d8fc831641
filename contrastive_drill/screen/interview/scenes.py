"""What an interviewer says and shows: each scene of a mock interview as rows of text."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, Protocol

from rich.text import Text

from contrastive_drill.cards.card import Card, SourceKind
from contrastive_drill.cards.grade import Verdict
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.interview.course import LEVELS, Answer, QuestionRole, Turn
from contrastive_drill.memory.log import Mode
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.session_view import Question, View
from contrastive_drill.words import duration

SPOKEN = "I have said it"


class CandidateLeft(Exception):
    """The candidate ended the interview."""


class Position(NamedTuple):
    """Where an interview stands."""

    turn: Turn
    minutes: float  # in all
    seconds: float  # since it began
    section: str  # the title of the card's


class Scene(NamedTuple):
    """One thing the interviewer wants, and what is shown meanwhile."""

    position: Position
    rows: Callable[[Sheet], Rows]
    ask: str = ""  # the question in one line, above the keys


class AnswerPrompt(NamedTuple):
    """How an answer is waited for."""

    clock: Callable[[], float]  # seconds since it was asked
    budget: float  # seconds
    card: Card | None = None  # where the program checks what is typed
    done: str = SPOKEN  # what Enter says
    draft: str = ""  # typed before, in an interview that was cut short
    keep: Callable[[str], None] = lambda words: None  # takes what is typed, at every change


class InterviewView(View, Protocol):
    """A screen for an interview.

    The first three raise `CandidateLeft` when the candidate ends the interview.
    """

    def listen(self, scene: Scene, prompt: AnswerPrompt) -> str | None:
        """Wait for the answer: what was typed, None where it was spoken."""

    def agree(self, scene: Scene, demo: Callable[[], None] | None = None) -> bool:
        """Wait for yes or no; `demo` can be run before."""

    def tick(self, position: Position, card: Card, typed: str | None) -> Verdict:
        """Show the answer, and wait until the points that were covered are ticked."""

    def dismiss(self, rows: Callable[[Sheet], Rows]) -> None:
        """Show the scorecard."""


def position_rows(sheet: Sheet, position: Position) -> Rows:
    """How much of the time is used, and what is being asked."""
    look, turn = sheet.look, position.turn
    width = min(30, look.width // 3)
    bar = look.bar(position.seconds / (60 * position.minutes), width)
    bar.append(f" {duration(position.seconds)} of {duration(60 * position.minutes)}  interview")
    dot = look.pick(" · ", " - ")
    facts = [f"scenario {turn.thread}", turn.card.level.value]
    if turn.part is not QuestionRole.SCENARIO:
        number = f" {turn.number}" if turn.part is QuestionRole.FOLLOW_UP else ""
        facts.insert(1, f"{turn.part}{number}")
    return [*sheet.wrapped(bar), *sheet.words(dot.join(facts), "muted")]


def question_scene(
    position: Position, card: Card, before: Answer | None, level_before: int | None
) -> Scene:
    """The question itself, led in as a person would."""
    lead = lead_in(position.turn, before, level_before)
    return Scene(
        position,
        lambda sheet: [*sheet.wrapped(Text(lead, "emphasis")), Text(), *sheet.question(card)],
    )


def lead_in(turn: Turn, before: Answer | None, level_before: int | None) -> str:
    """The words that lead from one answer to the next question.

    `level_before` is the place of the last scenario's level.
    """
    if before is None or level_before is None:
        return "Let us begin. Say what you assume, then decide."
    match turn.part:
        case QuestionRole.CALCULATION:
            return "A number beside this. Pen and paper are fine."
        case QuestionRole.FOLLOW_UP if before.covered and turn.depth > before.depth:
            return "Good. Let us go deeper."
        case QuestionRole.FOLLOW_UP if before.covered:
            return "Good. And beside that:"
        case QuestionRole.FOLLOW_UP:
            return "Let us leave that, and look at it from another side."
    place = LEVELS.index(turn.card.level)
    if place > level_before:
        return f"{'Good. ' if before.covered else ''}Something harder."
    return "Something else." if place == level_before else "Let us step back a little."


def bait(position: Position, card: Card) -> Scene:
    """What most candidates say."""
    assert card.bait is not None
    answer = card.bait.answer
    return Scene(
        position,
        lambda sheet: [
            *_asked(sheet, card),
            sheet.heading("Most candidates say"),
            *sheet.prose(answer),
        ],
        "Was that your answer too?",
    )


def push_back(position: Position, card: Card, baited: bool) -> Scene:
    """Why the popular answer fails, in the interviewer's voice."""
    assert card.bait is not None
    answer, fails = card.bait
    lead = "You said what most say. But:" if baited else "You did not say so; others would. But:"
    return Scene(
        position,
        lambda sheet: [
            *_asked(sheet, card),
            sheet.heading("Most candidates say"),
            *sheet.prose(answer),
            Text(),
            *sheet.wrapped(Text(lead, "emphasis")),
            Text(),
            *sheet.prose(fails),
        ],
        "What do you say now?",
    )


def _asked(sheet: Sheet, card: Card) -> Rows:
    """The question once more, above what is said of it."""
    return [*sheet.question(card), Text()]


def experiment(position: Position, card: Card) -> Scene:
    """The experiment asked for."""
    return Scene(
        position,
        lambda sheet: sheet.question(card),
        "You have an afternoon and a laptop: what would you measure to show it?",
    )


def demo_scene(position: Position, demo: str, claim: str, typed: str | None) -> Scene:
    """The demo that shows it."""

    def rows(sheet: Sheet) -> Rows:
        drawn: Rows = []
        if typed:
            drawn = [sheet.heading("You would measure"), *sheet.words(typed), Text()]
        drawn += [sheet.heading("There is a demo for it"), *sheet.words(claim)]
        return drawn + sheet.words(f"contrastive-drill demo {demo}", "command", "  ")

    return Scene(position, rows, "Would your measurement have shown it?")


def pace(seconds: float, budget: float) -> str:
    """How long an answer took, beside its budget."""
    over = seconds - budget
    if over > 0:
        return f"{duration(seconds)}: {duration(over)} over the budget of {duration(budget)}."
    return f"{duration(seconds)} of {duration(budget)}."


def answer_only(card: Card) -> Card:
    """The card as it is shown at the end: the popular answer was discussed, the demo comes."""
    kind = Kind.RECALL if card.kind is Kind.SCENARIO else card.kind  # a scenario has a bait
    sources = tuple(source for source in card.sources if source.kind is not SourceKind.DEMO)
    return replace(card, kind=kind, bait=None, demo=None, sources=sources or card.sources)


def question_of(position: Position, card: Card) -> Question:
    """A card for the views of a session, which tick its points."""
    return Question(
        card=answer_only(card),
        section=position.section,
        state="",
        previews={},
        day=0,
        done=0,
        total=0,
        retries=0,
        seconds=position.seconds,
        mode=Mode.INTERVIEW,
    )
