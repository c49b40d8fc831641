"""A card of the question bank and its parts: frozen, and valid once constructed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from contrastive_drill.cards.prose import Line, Prose, lines_of, plain
from contrastive_drill.cards.quantity import Number


class Level(StrEnum):
    """The seniority at which an interviewer expects the answer."""

    MID = "mid"
    SENIOR = "senior"
    STAFF = "staff"


class Kind(StrEnum):
    """What a card asks for."""

    RECALL = "recall"  # an open question
    SCENARIO = "scenario"  # a situation with a popular wrong answer
    VERDICT = "verdict"  # a claim: right, imprecise or wrong
    CHOICE = "choice"  # one of a few answers is right
    NUMERIC = "numeric"  # a number is typed
    CALCULATION = "calculation"  # a number is typed, for numbers drawn afresh


class Ruling(StrEnum):
    """What a claim is."""

    RIGHT = "right"
    IMPRECISE = "imprecise"
    WRONG = "wrong"


class SourceKind(StrEnum):
    """Where a statement was seen."""

    ARXIV = "arxiv"  # a paper by its arXiv id
    DOI = "doi"
    CODE = "code"  # a file of a public repository: "owner/name path"
    TEXT = "text"  # a reference in words
    COMPUTED = "computed"  # worked out here, from what `where` says
    DEMO = "demo"  # seen in an experiment of the laboratory


class Source(NamedTuple):
    """Where a card's statements can be checked."""

    kind: SourceKind
    reference: str
    where: str = ""  # section, table or equation

    @property
    def url(self) -> str | None:
        """The page to open, when the reference has one."""
        match self.kind:
            case SourceKind.ARXIV:
                return f"https://arxiv.org/abs/{self.reference}"
            case SourceKind.DOI:
                return f"https://doi.org/{self.reference}"
            case SourceKind.CODE:
                return f"https://github.com/{self.reference.split()[0]}"
            case _:
                return None

    @property
    def label(self) -> str:
        """The reference and the place in it, on one line."""
        names = {
            SourceKind.ARXIV: "arXiv:",
            SourceKind.DOI: "doi:",
            SourceKind.COMPUTED: "computed: ",
            SourceKind.DEMO: "demo ",
        }
        name = names.get(self.kind, "")
        return f"{name}{self.reference}" + (f", {self.where}" if self.where else "")


class KeyPoint(NamedTuple):
    """One thing a complete answer says; a required one must be said to pass."""

    line: Line
    required: bool

    @property
    def key(self) -> str:
        """A short name for the point that survives reordering but not rewording."""
        return digest_of([plain(self.line)])[:12]


class Bait(NamedTuple):
    """The popular wrong answer, and why it fails."""

    answer: Prose
    fails: Prose


class Erratum(NamedTuple):
    """What popular study sheets say that is wrong, and what is right."""

    sheet: Prose
    correct: Prose


class Choice(NamedTuple):
    """One of the answers to choose from, and why it is right or wrong."""

    line: Line
    right: bool
    why: Prose


class Choices(NamedTuple):
    """The answers to choose from; exactly one is right."""

    options: tuple[Choice, ...]


class Task(NamedTuple):
    """Numbers to be drawn by a generator, and how far off the answer may be."""

    generator: str
    tolerance: float  # a share of the answer
    number: Number | None = None  # once they are drawn


# What the program can check by itself: a ruling, one of the choices, or a number.
Expected = Ruling | Choices | Number | Task
EXPECTS: dict[Kind, type] = {
    Kind.VERDICT: Ruling,
    Kind.CHOICE: Choices,
    Kind.NUMERIC: Number,
    Kind.CALCULATION: Task,
}


@dataclass(frozen=True, slots=True)
class Card:
    """A question with the answer and the key points it is graded by."""

    id: str
    section: str
    level: Level
    kind: Kind
    prompt: Prose
    answer: Prose
    points: tuple[KeyPoint, ...]
    sources: tuple[Source, ...]
    place: int | None = None  # its number in the cold list
    demo: str | None = None
    needs: tuple[str, ...] = ()  # cards to meet first
    follow_ups: tuple[str, ...] = ()
    bait: Bait | None = None
    erratum: Erratum | None = None
    tags: tuple[str, ...] = ()
    expected: Expected | None = None
    origin: str = field(default="", compare=False)  # the file and line it was read from

    def __post_init__(self) -> None:
        problems = [
            problem
            for broken, problem in (
                (not self.prompt, "a card needs a prompt"),
                (not self.answer, "a card needs an answer"),
                (not any(p.required for p in self.points), "a card needs a required key point"),
                (not self.sources, "a card needs a source"),
                (len(self.points) > 9, "a card has at most nine key points: each has a key"),
                (
                    len({plain(p.line) for p in self.points}) < len(self.points),
                    "two key points say the same",
                ),
                (
                    self.kind is Kind.SCENARIO and self.bait is None,
                    "a scenario needs a bait: the popular wrong answer",
                ),
                (
                    not isinstance(self.expected, EXPECTS.get(self.kind, type(None))),
                    f"a {self.kind} card lacks, or should not have, an answer to check",
                ),
                (
                    isinstance(self.expected, Choices)
                    and sum(choice.right for choice in self.expected.options) != 1,
                    "exactly one choice is right",
                ),
                (
                    isinstance(self.expected, Choices) and not 3 <= len(self.expected.options) <= 6,
                    "three to six answers to choose from",
                ),
                (
                    isinstance(self.expected, Choices)
                    and len({plain(choice.line).strip() for choice in self.expected.options})
                    < len(self.expected.options),
                    "two choices say the same",
                ),
                (
                    isinstance(self.expected, Choices)
                    and not all(choice.right or choice.why for choice in self.expected.options),
                    "a wrong choice says why it is wrong",
                ),
                (self.place is not None and self.place < 1, "a place counts from 1"),
                (self.id in self.needs, "a card cannot need itself"),
                (self.id in self.follow_ups, "a card cannot follow itself"),
            )
            if broken
        ]
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def required(self) -> tuple[KeyPoint, ...]:
        """The key points that must be said to pass."""
        return tuple(point for point in self.points if point.required)

    @property
    def digest(self) -> str:
        """A fingerprint of what the learner sees: it changes when the card is edited."""
        shown = [self.prompt, self.answer]
        if self.bait:
            shown += [self.bait.answer, self.bait.fails]
        if self.erratum:
            shown += [self.erratum.sheet, self.erratum.correct]
        parts = [plain(line) for prose in shown for line in lines_of(prose)]
        parts += [f"{point.required} {plain(point.line)}" for point in self.points]
        if isinstance(self.expected, Choices):
            for choice in self.expected.options:
                parts.append(f"{choice.right} {plain(choice.line)}")
                parts += map(plain, lines_of(choice.why))
        elif self.expected is not None:
            parts.append(repr(self.expected))
        return digest_of(parts)


class Section(NamedTuple):
    """A chapter of the bank: one file."""

    id: str
    title: str


def digest_of(parts: Iterable[str]) -> str:
    """A 16-character fingerprint of strings, each kept apart from the next."""
    from hashlib import blake2b  # 6 ms, which the first card on the screen need not wait for

    state = blake2b(digest_size=8)
    for part in parts:
        encoded = part.encode()
        state.update(len(encoded).to_bytes(8, "big"))
        state.update(encoded)
    return state.hexdigest()
