"""A card of the question bank and its parts: frozen, and valid once constructed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.prose import CardText, Formula, Line, Paragraph, Prose, lines_of, plain


class Level(StrEnum):
    """The seniority at which an interviewer expects the answer."""

    MID = "mid"
    SENIOR = "senior"
    STAFF = "staff"


class SourceKind(StrEnum):
    """Where a statement was seen."""

    ARXIV = "arxiv"  # a paper by its arXiv id
    DOI = "doi"
    CODE = "code"  # a file of a public repository: "owner/name path", as of a commit
    TEXT = "text"  # a reference in words
    COMPUTED = "computed"  # worked out here, from what `where` says
    DEMO = "demo"  # seen in an experiment of the laboratory


# Before the reference in a label, and the page where it has one.
CITED = {
    SourceKind.ARXIV: ("arXiv:", "https://arxiv.org/abs/{}"),
    SourceKind.DOI: ("doi:", "https://doi.org/{}"),
    SourceKind.CODE: ("", "https://github.com/{}"),
    SourceKind.TEXT: ("", None),
    SourceKind.COMPUTED: ("computed: ", None),
    SourceKind.DEMO: ("demo ", None),
}


class Source(NamedTuple):
    """Where a card's statements can be checked."""

    kind: SourceKind
    reference: str
    where: str = ""  # section, table or equation
    commit: str = ""  # of code
    second_hand: str = ""  # who transcribed it, where the original was not seen

    @property
    def url(self) -> str | None:
        """The page to open, when the reference has one."""
        page, (name, *path) = CITED[self.kind][1], self.reference.split()
        file = f"/blob/{self.commit or 'HEAD'}/{path[0]}" if path else ""
        return page and page.format(name) + (file if self.kind is SourceKind.CODE else "")

    @property
    def label(self) -> str:
        """The reference and the place in it, on one line."""
        commit = f" at {self.commit[:7]}" if self.commit else ""
        seen = f"second hand: {self.second_hand}" if self.second_hand else ""
        name = CITED[self.kind][0] + self.reference + commit
        return ", ".join(filter(None, (name, self.where, seen)))


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


class Slip(NamedTuple):
    """A popular way to a wrong number."""

    gives: str  # a calculation, in the unit asked for; with [[names]] until they are drawn
    why: str  # the mistake, in a few words


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
    say: Prose = ()  # in twenty seconds
    answer: Prose = ()  # the rest, or all of it where there is no `say`
    points: tuple[KeyPoint, ...]
    sources: tuple[Source, ...]
    demo: str | None = None
    needs: tuple[str, ...] = ()  # cards to meet first
    follow_ups: tuple[str, ...] = ()
    bait: Bait | None = None
    erratum: Erratum | None = None
    slips: tuple[Slip, ...] = ()
    tags: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()  # former ids, whose history is this card's
    overrides: str | None = None  # "shipped": it stands for the shipped card of its id
    expected: object = None  # what the program checks an answer by: its kind knows the class
    origin: str = field(default="", compare=False)  # the file and line it was read from

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise ValueError("; ".join(problems))

    def _problems(self) -> Iterator[str]:
        if not self.prompt:
            yield "a card needs a prompt"
        if not (self.say or self.answer):
            yield "a card needs an answer"
        if not self.required:
            yield "a card needs a required key point"
        if not self.sources:
            yield "a card needs a source"
        if len(self.points) > 9:
            yield "a card has at most nine key points: each has a key"
        if len({plain(point.line) for point in self.points}) < len(self.points):
            yield "two key points say the same"
        kind = card_kind(self.kind)
        if isinstance(self.expected, kind.expects):
            yield from kind.problems(self)
        else:
            yield f"a {self.kind} card lacks, or should not have, an answer to check"
        if self.place is not None and self.place < 1:
            yield "a place counts from 1"
        if self.id in self.needs:
            yield "a card cannot need itself"
        if self.id in self.follow_ups:
            yield "a card cannot follow itself"
        if self.id in self.replaces:
            yield "a card cannot replace itself"

    @property
    def required(self) -> tuple[KeyPoint, ...]:
        """The key points that must be said to pass."""
        return tuple(point for point in self.points if point.required)

    @property
    def spoken(self) -> Prose:
        """What one would say in twenty seconds: `say`, or how the answer begins."""
        begins = tuple(type(block) for block in self.answer[:2])
        return self.say or self.answer[: 2 if begins == (Paragraph, Formula) else 1]

    @property
    def explanation(self) -> Prose:
        """The answer without what is `spoken`; empty where that is all of it."""
        return self.answer if self.say else self.answer[len(self.spoken) :]

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Those displayed after the question, each once."""
        return tuple(b for b in dict.fromkeys(self.say + self.answer) if isinstance(b, Formula))

    def texts(self) -> Iterator[CardText]:
        """Every text of the card, in reading order."""
        yield CardText("prompt", self.prompt, weight=3.0)
        if self.say:
            yield CardText("say", self.say, "Say", weight=2.0)
        yield CardText("answer", self.answer, "Answer")
        if self.bait:
            yield CardText("bait", self.bait.answer, "The popular answer")
            yield CardText("bait", self.bait.fails, "Why it fails")
        if self.erratum:
            yield CardText("erratum", self.erratum.sheet, "Study sheets say")
            yield CardText("erratum", self.erratum.correct, "In truth")
        for point in self.points:
            yield CardText("points", (Paragraph(point.line),), "", True, point.required, 2.0)
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
