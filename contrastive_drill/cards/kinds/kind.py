"""What a kind of card decides: how it is written, asked, checked, timed and exported."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from contrastive_drill.cards.form import Form
from contrastive_drill.cards.prose import CardText, Line, Prose, plain

Expected = TypeVar("Expected")
FieldNote = Callable[[str, str], None]  # takes the key of a field, and what is wrong with it


class AskedCard(Protocol):
    """What a kind looks at in a card."""

    @property
    def bait(self) -> object: ...

    @property
    def expected(self) -> object: ...

    @property
    def slips(self) -> tuple[tuple[str, str], ...]: ...

    def texts(self) -> Iterable[CardText]: ...


class CheckedAnswer(NamedTuple):
    """Whether an answer is right, as the program judges it."""

    right: bool
    remark: str  # the right answer, and what is likely wrong with the one given
    words: str = ""  # a whole sentence, where a mark could be taken for the answer itself
    effort: int = 0  # of a right one: 1 some, so that it is not Easy; 2 much, so that it is Hard


class AnswerLine(NamedTuple):
    """A line of the answer that the program checks by; marked where it can be right or wrong."""

    line: Line
    right: bool | None = None
    why: Prose = ()


class CardKind(ABC, Generic[Expected]):
    """One kind of card; `Expected` is the class of what the program checks an answer by."""

    expects: type[Expected]
    seconds: ClassVar[float]  # from the question to the rating, before there is a log
    longest: ClassVar[float] = 600.0  # seconds: more was a break, and counts as this
    budgets: ClassVar[tuple[int, int, int]]  # seconds to answer in an interview, by level
    # Keys that begin an answer of one line; without them an answer may take several.
    first_keys: ClassVar[tuple[str, ...]] = ()
    typed_words: ClassVar[str] = "your answer"  # what a learner may type beside what is judged
    meanings: ClassVar[tuple[tuple[str, str], ...]] = ()  # answers, and when each is the right one
    in_a_file: ClassVar[bool] = False  # the answer is code, judged by tests: none is typed
    has_drawn_numbers: ClassVar[bool] = False  # its text is complete only once numbers are drawn
    # For a new card: what its prompt says, then YAML below the prompt and above the tags.
    asked: ClassVar[str] = "the question, as an interviewer would ask it."
    skeleton: ClassVar[str] = ""
    skeleton_end: ClassVar[str] = ""

    def expected(self, card: AskedCard) -> Expected:
        """What the program checks an answer to this card by."""
        assert isinstance(card.expected, self.expects)
        return card.expected

    def fields(self) -> dict[str, Form]:
        """The fields of a bank file that only such cards have, all of them required."""
        return {}

    def build(self, values: dict[str, Any], note: FieldNote) -> Expected:
        """What the program checks by, from the values of `fields`; `note` takes problems."""
        return self.expects(*values.values())

    def problems(self, card: AskedCard) -> Iterable[str]:
        """What keeps a card from being one of this kind."""
        return ()

    @abstractmethod
    def check(self, card: AskedCard, typed: str) -> CheckedAnswer | None:
        """Whether a typed answer is right; None where only its reader can judge."""

    def keys(self, card: AskedCard) -> tuple[tuple[str, str], ...]:
        """The keys that answer where the program checks, with what they do."""
        return ()

    def prompt(self, card: AskedCard) -> str:
        """What a line of input is asked for."""
        return "Your answer"

    def shown_options(self, card: AskedCard) -> Iterable[Line]:
        """Lines to number under the prompt."""
        return ()

    def answers_by_digit(self, card: AskedCard) -> Sequence[str]:
        """The answers that the digits from 1 stand for, as the log keeps them."""
        return [plain(line) for line in self.shown_options(card)]

    def answer_of(self, card: AskedCard, key: str) -> str | None:
        """The answer that a digit stands for; None for another key."""
        number = int(key) if key.isascii() and key.isdigit() else 0
        answers = self.answers_by_digit(card)
        return answers[number - 1] if 1 <= number <= len(answers) else None

    def line_answer(self, card: AskedCard, line: str) -> str:
        """A typed line as the log keeps it.

        Raises:
            ValueError: when the line is no answer to this kind of card, with what to write instead.
        """
        answers = self.answers_by_digit(card)
        answer = self.answer_of(card, line) if answers else line
        if answer is None:
            raise ValueError(f"Write a number from 1 to {len(answers)}.")
        return answer

    def answer_lines(self, card: AskedCard) -> Iterable[AnswerLine]:
        """What the program checks by, as it is shown above the answer."""
        return ()

    def texts(self, card: AskedCard) -> Iterable[CardText]:
        """The texts that only cards of this kind have; the digest takes them for `expected`."""
        return ()

    def variant(self, card: AskedCard, seed: str) -> dict[str, Any]:
        """The fields that differ when the card is asked once; the same seed gives the same."""
        return {}

    @abstractmethod
    def record(self, card: AskedCard) -> dict[str, Any]:
        """What the program checks by, as plain values for JSON."""


def ruled(typed: str) -> str:
    """The part of an answer that is judged: its first line; a reason may follow."""
    return typed.partition("\n")[0].strip()
