"""What a demo returns: claims, series, tables and pictures, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field

Pixels = tuple[tuple[tuple[int, int, int], ...], ...]  # rows of (red, green, blue), 0 to 255


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement, the number measured for it on this run, and the bound it must keep."""

    text: str
    measured: float
    expected: str  # the bound in words, such as "< 0.1"
    held: bool
    unit: str = ""

    @classmethod
    def below(cls, text: str, measured: float, bound: float) -> "Claim":
        """A claim that holds when the number stays under the bound; not-a-number does not."""
        return cls(text, measured, f"< {bound:g}", measured < bound)

    @classmethod
    def above(cls, text: str, measured: float, bound: float) -> "Claim":
        """A claim that holds when the number exceeds the bound; not-a-number does not."""
        return cls(text, measured, f"> {bound:g}", measured > bound)


@dataclass(frozen=True, slots=True)
class Series:
    """One curve: `ys` against `xs`, of equal length."""

    label: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves on common axes; `references` are horizontal lines such as chance level."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    references: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of already formatted cells; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """One small picture and the words under it."""

    caption: str
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Strip:
    """Pictures side by side under one heading: a query and what was retrieved for it."""

    title: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class DemoResult:
    """Everything one run of a demo showed, with the seed and device it was measured on."""

    name: str
    claim: str
    seed: int
    device: str
    seconds: float
    claims: tuple[Claim, ...]
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    strips: tuple[Strip, ...] = ()
    notes: tuple[str, ...] = ()  # what the numbers mean, one paragraph each
    settings: dict[str, float | int | str] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """Whether every claim held on this run."""
        return all(claim.held for claim in self.claims)


# Called while a demo runs: (stage, steps done, steps in all, numbers to show beside the bar).
Progress = Callable[[str, int, int, dict[str, float]], None]
