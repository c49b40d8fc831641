"""The findings of a demo: claims, tables, charts, pictures and formulas, as plain values."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

Axis = Literal["linear", "log"]

Pixels = tuple[tuple[tuple[int, int, int], ...], ...]  # rows of (red, green, blue), 0 to 255


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement, the number measured for it in a run, and its bound.

    A `computed` one is arithmetic: it would hold on any data and under any seed.
    """

    text: str
    measured: float
    expected: str  # the bound in words, such as "< 0.1"
    held: bool
    unit: str = ""
    computed: bool = False

    @classmethod
    def below(
        cls, text: str, measured: float, bound: float, unit: str = "", *, computed: bool = False
    ) -> "Claim":
        """A claim that holds when the number is below the bound; NaN is not."""
        return cls(text, float(measured), f"< {bound:g}", bool(measured < bound), unit, computed)

    @classmethod
    def above(
        cls, text: str, measured: float, bound: float, unit: str = "", *, computed: bool = False
    ) -> "Claim":
        """A claim that holds when the number is above the bound; NaN is not."""
        return cls(text, float(measured), f"> {bound:g}", bool(measured > bound), unit, computed)


class Cell(str):
    """A number as a table shows it, which JSON gives as a number with its unit."""

    __slots__ = ("ratio", "unit", "value")
    value: float
    unit: str
    ratio: float | None

    def __new__(
        cls, value: float, form: str = "", unit: str = "", ratio: float | None = None
    ) -> "Cell":
        """A number in a format such as ".3f"; its unit belongs to its column's heading.

        A `ratio` to what the table is measured by stands in brackets behind it. What is not a
        number is a dash.
        """
        text = "–" if value != value else format(value, form)
        cell = super().__new__(cls, text if ratio is None else f"{text} ({ratio:.2f})")
        cell.value, cell.unit, cell.ratio = float(value), unit, ratio
        return cell


@dataclass(frozen=True, slots=True)
class Prediction:
    """A question about the outcome of a run, which the learner may answer before it."""

    question: str
    options: tuple[str, ...]


class Guess(NamedTuple):
    """The option of a prediction that the learner had chosen, and the one that came true."""

    guess: int
    outcome: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has shown: the place of the option of its prediction that came true."""

    option: int


@dataclass(frozen=True, slots=True)
class Series:
    """One curve, or one cloud of points: `ys` against `xs`, of equal length."""

    label: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    points: bool = False  # a cloud: the points are not joined


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves on common axes; `references` are horizontal lines such as chance level.

    Numbers that are not above 0 are left out on a "log" axis.
    """

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    references: tuple[tuple[str, float], ...] = ()
    x_axis: Axis = "linear"
    y_axis: Axis = "linear"
    sentence: str = ""  # what to see in it


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of formatted cells, numbers as `Cell`; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """One small picture and its caption."""

    caption: str
    pixels: Pixels
    similarity: float | None = None  # to the query, if there was one


@dataclass(frozen=True, slots=True)
class Strip:
    """Pictures side by side under one heading, such as the results of a query."""

    title: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class LabelledFormula:
    """A formula in LaTeX, with a text that says what it is and what its letters mean."""

    text: str
    latex: str


@dataclass(frozen=True, slots=True)
class Note:
    """One paragraph on what the numbers mean."""

    text: str


Finding = Claim | Table | Chart | Strip | LabelledFormula | Note | Outcome


def heading(finding: Finding) -> str:
    """The heading of a finding; a later one of the same kind and heading replaces it."""
    if isinstance(finding, Outcome):
        return ""
    return finding.text if isinstance(finding, Claim | LabelledFormula | Note) else finding.title


# Called while a demo runs: (stage, steps done, steps in all, numbers to show beside the bar).
Progress = Callable[[str, int, int, dict[str, float]], None]


StageProgress = Callable[[int, dict[str, float]], None]  # of one stage: steps done, numbers


def unwatched(stage: str, done: int, total: int, numbers: dict[str, float]) -> None:
    """Progress that is not shown."""


@dataclass(frozen=True, slots=True)
class Host:
    """The services a demo may use, provided by its caller."""

    progress: Progress = unwatched
    clock: Callable[[], float] = time.perf_counter  # seconds
    folder: Path | None = None  # where trained weights may stay until the next run

    def counted(self, stage: str, total: int) -> StageProgress:
        """Progress of one stage: called with the steps done and the numbers to show."""
        return lambda done, numbers: self.progress(stage, done, total, numbers)


Value = float | int | str | bool | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DemoResult:
    """All findings of one run of a demo, with its seed and device."""

    name: str
    claim: str
    seed: int
    device: str
    seconds: float
    claims: tuple[Claim, ...]
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    strips: tuple[Strip, ...] = ()
    formulas: tuple[LabelledFormula, ...] = ()
    notes: tuple[Note, ...] = ()
    prediction: Prediction | None = None
    outcome: int | None = None  # the option of the prediction that came true
    settings: dict[str, Value] = field(default_factory=dict)
    quick: bool = False
    interrupted: bool = False  # with the findings up to then

    @property
    def held(self) -> bool:
        """Whether the run was completed and every claim held."""
        return not self.interrupted and all(claim.held for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Run:
    """One complete run of a demo as stored: its numbers, without pictures."""

    id: str  # UUID: runs of two machines can be merged by union
    at: datetime  # when it ended
    name: str
    seed: int
    device: str
    quick: bool
    seconds: float
    claims: tuple[Claim, ...]
    settings: dict[str, Value]
    changed: tuple[str, ...]  # names of the settings that the user set
    version: str  # of the program

    @property
    def held(self) -> bool:
        """Whether every claim held."""
        return all(claim.held for claim in self.claims)
