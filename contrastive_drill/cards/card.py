"""A card of the question bank and its parts: frozen, and valid once constructed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, assert_never

from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.prose import CardText, Line, Paragraph, Prose, lines_of, plain


class Level(StrEnum):
    """The seniority at which an interviewer expects the answer."""

    MID = "mid"
    SENIOR = "senior"
    STAFF = "staff"


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
            case SourceKind.TEXT | SourceKind.COMPUTED | SourceKind.DEMO:
                return None
            case _:
                assert_never(self.kind)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A question with the answer and the key points it is graded by.

    The cache and the export follow these fields; `texts` names those that are text.
    """

    id: str
    section: str
    level: Level
    kind: Kind
    place: int | None = None  # its number in the cold list
    prompt: Prose
    answer: Prose
    points: tuple[KeyPoint, ...]
    sources: tuple[Source, ...]
    demo: str | None = None
    needs: tuple[str, ...] = ()  # cards to meet first
    follow_ups: tuple[str, ...] = ()
    bait: Bait | None = None
    erratum: Erratum | None = None
    tags: tuple[str, ...] = ()
    expected: object = None  # what the program checks an answer by: its kind knows the class
    origin: str = field(default="", compare=False)  # the file and line it was read from

    def __post_init__(self) -> None:
        kind = card_kind(self.kind)
        is_expected = isinstance(self.expected, kind.expects)
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
                    not is_expected,
                    f"a {self.kind} card lacks, or should not have, an answer to check",
                ),
                *((True, problem) for problem in (kind.problems(self) if is_expected else ())),
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

    def texts(self) -> Iterator[CardText]:
        """Every text of the card, in reading order."""
        yield CardText("prompt", self.prompt)
        yield CardText("answer", self.answer, "Answer")
        if self.bait:
            yield CardText("bait", self.bait.answer, "The popular answer", "answer")
            yield CardText("bait", self.bait.fails, "Why it fails", "fails")
        if self.erratum:
            yield CardText("erratum", self.erratum.sheet, "Study sheets say", "sheet")
            yield CardText("erratum", self.erratum.correct, "In truth", "correct")
        for point in self.points:
            blocks = (Paragraph(point.line),)
            yield CardText("points", blocks, is_line=True, flag=point.required)
        yield from card_kind(self.kind).texts(self)

    @property
    def digest(self) -> str:
        """A fingerprint of what the learner sees: it changes when the card is edited."""
        parts = [
            plain(line) if text.flag is None else f"{text.flag} {plain(line)}"
            for text in self.texts()
            for line in lines_of(text.blocks)
        ]
        if self.expected is not None and not any(card_kind(self.kind).texts(self)):
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
