"""What a view is given to ask, and what it hands back."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple, Protocol

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict
from contrastive_drill.cards.prose import Line
from contrastive_drill.memory.leech import Leech
from contrastive_drill.memory.log import Learned, Mode, Rating, Review
from contrastive_drill.memory.scheduler import Curve, retrievability
from contrastive_drill.words import interval, short_date

if TYPE_CHECKING:
    from contrastive_drill.cards.attempt import Attempt
    from contrastive_drill.demo.result import Run
    from contrastive_drill.review.summary import Summary


class PastAnswer(NamedTuple):
    """An earlier answer to a card."""

    when: str  # and how it was rated
    typed: str | None


class PlannedFor(NamedTuple):
    """The interview day of the plan that is followed."""

    day: int
    curve: Curve

    def recall(self, memory: Learned) -> float:
        """The probability of recall on its day, without another look."""
        return retrievability(memory, self.day, self.curve)

    @property
    def date(self) -> str:
        """The day, as short as a row of ratings needs it."""
        return short_date(self.day)


class Question(NamedTuple):
    """A card to ask, and where the session stands."""

    card: Card
    section: str  # its title
    state: str  # what is remembered of it, in words
    previews: Mapping[Rating, Learned]  # the memory each rating leads to
    day: int
    done: int
    total: int
    retries: int  # failed cards still to be repeated
    seconds: float  # since the session began
    mode: Mode
    last_run: Callable[[], "Run | None"] = lambda: None  # of its demo here, if it names one
    history: Callable[[], "Sequence[PastAnswer]"] = tuple  # the last answers to it, oldest first
    clock: Callable[[], float] | None = None  # `seconds` as they run on, where a clock is shown
    keep: Callable[[str], None] = lambda words: None  # takes what is typed, at every change
    repeats: bool = True  # it is asked again in this session if it is failed
    planned_for: PlannedFor | None = None

    def returns(self, memory: Learned) -> bool:
        """Whether it is asked again in this session, with the memory that a rating leads to."""
        return self.repeats and memory.failed

    def prospect(self, memory: Learned) -> str:
        """How long until it is asked again; under a plan, its recall on the interview day.

        When a planned card returns, the plan of a later day decides.
        """
        if self.planned_for and not self.returns(memory):
            return f"{self.planned_for.recall(memory):.0%}"
        days = memory.due_day - memory.last_day
        return interval(days if self.repeats else max(days, 1))


class Command(Enum):
    """What a learner may do instead of answering."""

    UNDO = auto()
    EDIT = auto()
    SPLIT = auto()
    SUSPEND = auto()
    BURY = auto()
    SOURCE = auto()
    DEMO = auto()
    WRITE = auto()
    QUIT = auto()


class Clinic(NamedTuple):
    """A card that repetition does not help, and what may."""

    card: Card
    leech: Leech
    near: tuple[Card, ...]  # what it rests on, and calculations of the same things
    note: Callable[[], str | None]  # the learner's own words


class Reveal(NamedTuple):
    """The learner wants the answer, having typed one or only thought of it."""

    typed: str | None = None


class Draft(NamedTuple):
    """Words were typed that are no answer yet."""

    words: str


class Tick(NamedTuple):
    """Key points ticked, or unticked where they were."""

    keys: tuple[str, ...]


class OpenSource(NamedTuple):
    """One of the card's sources is to be opened."""

    place: int  # from 0


class Rate(NamedTuple):
    """The learner's grade."""

    rating: Rating
    verdict: Verdict


class Flag(NamedTuple):
    """Something about the card to come back to."""

    note: str


Reply = Reveal | Draft | Tick | Rate | Flag | OpenSource | Command


class Closing(NamedTuple):
    """The summary of a session, with the words it needs."""

    summary: "Summary"
    missed: tuple[Line, ...]  # required points, most often missed first
    day: int
    left: int  # cards of the session that were not asked
    mode: Mode
    planned: bool  # the session followed a plan


class View(Protocol):
    """A screen: with single keys, or with one line for each answer."""

    def tell(self, message: str) -> None:
        """Say something before the next question."""

    def aside(self, work: Callable[[], None], wait: bool = True) -> None:
        """Let another program have the terminal, then come back, at a key if it is to be read."""


class SessionView(View, Protocol):
    """A screen for a review or an exam."""

    def clinic(self, clinic: Clinic) -> Flag | Command | None:
        """Show what may help with a card; None to go on and ask it."""

    def ask(self, question: Question, attempt: "Attempt") -> Reply:
        """Show the question and wait."""

    def grade(self, question: Question, attempt: "Attempt") -> Reply:
        """Show the answer and what was ticked so far, and wait."""

    def saved(self, question: Question, review: Review) -> None:
        """The answer is on the disk: what is on the screen from here on is never lost."""

    def close(self, closing: Closing) -> None:
        """Show how the session went."""
