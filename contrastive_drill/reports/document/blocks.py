"""What a report is made of on its way to any medium: sections of blocks."""

from dataclasses import dataclass
from typing import NamedTuple

from contrastive_drill.demo.result import Chart, Note, Table
from contrastive_drill.reports.advice import Step
from contrastive_drill.reports.standings import MissedPoint


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do next: reasons, each with a command to type."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Key points of cards, with how often each was missed."""

    title: str
    points: tuple[MissedPoint, ...]


class Share(NamedTuple):
    """A share to draw as a bar, with a mark where another share is; no bar without a value."""

    value: float | None
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """A table with a share for each row, which its cells have as a number too."""

    table: Table
    shares: tuple[Share, ...]
    total: bool = False  # the last row sums up the others
    mark: str = ""  # what the marks are, where shares have any
    extra: int = 0  # its last columns, which a terminal leaves out


class Column(NamedTuple):
    """A number as a column."""

    names: tuple[str, ...]  # one or two lines below it
    value: int
    words: str  # what it is, in full


@dataclass(frozen=True, slots=True)
class Columns:
    """Numbers of 0 or more side by side, in their order."""

    title: str
    axis: str  # what the numbers are
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Answers by day, as weeks side by side."""

    title: str
    counts: dict[int, int]  # answers by study day
    first: int  # a Monday
    last: int
    words: str  # the same in a sentence


@dataclass(frozen=True, slots=True)
class Detail:
    """What a page and a file have room for, and a terminal leaves out."""

    block: Table | Chart | Points


Block = Steps | Note | Table | Bars | Chart | Columns | Calendar | Points | Detail


@dataclass(frozen=True, slots=True)
class ReportSection:
    """Blocks under a heading."""

    title: str
    name: str  # a word or two, for a list of sections
    blocks: tuple[Block, ...]
    joined: bool = False  # on a terminal it follows the section before, without a heading

    @property
    def lead(self) -> Table | None:
        """Its first table: the heading of the section is title enough."""
        tables = (block.table if isinstance(block, Bars) else block for block in self.blocks)
        return next((table for table in tables if isinstance(table, Table)), None)


@dataclass(frozen=True, slots=True)
class Document:
    """A report as it is read, whatever the medium."""

    title: str
    day: str
    about: tuple[str, ...]
    sections: tuple[ReportSection, ...]
