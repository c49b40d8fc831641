"""Axes of a chart, linear or logarithmic: where they end, their ticks, and what stands on these.

The terminal, the page and the picture file all draw from the same `Scale`.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import count
from typing import TypeVar

from contrastive_drill.demo.result import Axis, Chart, Series
from contrastive_drill.screen.chart.numbers import HUGE, UNITS, figure, measured

LARGEST = 1e300  # what lies beyond is drawn at the end of an axis
STEPS = (1, 2, 5)
TIMES = ("step", "epoch", "second", "minute")  # in the name of an axis of time
FEW = 24  # points of a curve that are each marked; of more, a handful

Place = TypeVar("Place")


class Scale:
    """Places the numbers of an axis between its ends, as a share from 0 to 1."""

    def __init__(self, values: Iterable[float], axis: Axis = "linear", most: int = 6) -> None:
        self.axis = axis
        known = [value for value in values if self.has(value)]
        low, high = (min(known), max(known)) if known else (0.1, 1.0)
        # Beyond these, there may be no number twice or half as large.
        smallest = 1 / LARGEST if axis == "log" else -LARGEST
        low, high = (min(max(end, smallest), LARGEST) for end in (low, high))
        if axis == "log":
            self.low, self.high = _round_ends(low, high)
            self.ticks = log_ticks(self.low, self.high, most)
        else:
            self.ticks = ticks(low if known else 0.0, high, most)
            self.low, self.high = self.ticks[0], self.ticks[-1]
        self.labels = labels(self.ticks, axis)

    def has(self, value: float) -> bool:
        """Whether the axis has a place for a number: a finite one, and above 0 on a log axis."""
        return math.isfinite(value) and (self.axis == "linear" or value > 0)

    def share(self, value: float) -> float:
        """How far along the axis a number is; beyond the ends, the end."""
        if self.axis == "log":
            low, high, value = math.log10(self.low), math.log10(self.high), math.log10(value)
        else:
            low, high, value = self.low, self.high, min(max(value, self.low), self.high)
        return min(max((value - low) / (high - low), 0.0), 1.0)


def placed(series: Series, x: Scale, y: Scale) -> list[list[tuple[float, float]]]:
    """The places of a curve along both axes, cut where a number has none."""
    runs: list[list[tuple[float, float]]] = [[]]
    for across, up in zip(series.xs, series.ys, strict=True):
        if x.has(across) and y.has(up):
            runs[-1].append((x.share(across), y.share(up)))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def marked(points: Sequence[Place], number: int, count: int) -> Sequence[Place]:
    """The points of curve `number` of `count` that get a marker.

    All of a few, for they were measured one by one; of many some, at places that are its own.
    """
    if len(points) <= FEW:
        return points
    step = len(points) // 4
    return points[step * (2 * number + 1) // (2 * count) :: step]


def end_label(chart: Chart, series: Series) -> str:
    """Where a curve over time ends, for a legend; of other curves the last number says nothing."""
    over_time = any(word in chart.x_label.lower() for word in TIMES)
    return measured(series.ys[-1]) if over_time and series.ys and not series.points else ""


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) that cover a range, at most `most`."""
    if high - low <= max(1e-9 * max(abs(low), abs(high)), 1e-300):  # level, as a label can tell
        pad = abs(low) / 2 if abs(low) > 1e-290 else 0.5
        low, high = low - pad, high + pad
    span = (high - low) / most
    power = math.floor(math.log10(span))
    for exponent in (power, power + 1):
        for factor in STEPS:
            step = factor * 10.0**exponent
            first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
            if last - first < most:
                return [float(f"{number * step:.12g}") for number in range(first, last + 1)]
    return [low, high]


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Ticks within two positive ends: at 1, 2 and 5, or at powers of ten, at most `most`."""
    if high < 4 * low:
        close = [tick for tick in ticks(low, high, most) if low <= tick <= high]
        if len(close) > 1:
            return close
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    powers = range(first, last + 1)
    fine = [tick for power in powers for tick in _decade(power) if low <= tick <= high]
    if len(fine) <= most:
        return fine
    for every in count(1):
        coarse = [tick for power in powers if power % every == 0 for tick in _decade(power)[:1]]
        inside = [tick for tick in coarse if low <= tick <= high]
        if len(inside) <= most:
            break
    return inside if len(inside) > 1 else [low, high]


def _decade(power: int) -> list[float]:
    """1, 2 and 5 times a power of ten, as far as there are such numbers."""
    numbers = (float(f"{factor}e{power}") for factor in STEPS)
    return [number for number in numbers if 0 < number < math.inf]


def _round_ends(low: float, high: float) -> tuple[float, float]:
    """The nearest of 1, 2 and 5 times a power of ten on both sides of a range."""
    if high <= low * (1 + 1e-9):
        low, high = low / 2, high * 2
    below = [tick for tick in _decade(math.floor(math.log10(low))) if tick <= low * (1 + 1e-9)]
    top = math.floor(math.log10(high))
    above = [tick for p in (top, top + 1) for tick in _decade(p) if tick >= high * (1 - 1e-9)]
    return below[-1] if below else low, above[0]


def labels(ticks: Sequence[float], axis: Axis = "linear") -> list[str]:
    """The ticks in words that fit: 0.5, 20k, 3M, 1e-4; in like decimals on a linear axis."""
    if axis == "log":
        texts = [figure(tick, 12, plain=1e3, small=1e-3) for tick in ticks]
    else:
        texts = _alike(ticks)
    return texts if len(set(texts)) == len(texts) else [f"{tick:.12g}" for tick in ticks]


def _alike(ticks: Sequence[float]) -> list[str]:
    """Numbers in one unit, with as many decimals each as the finest needs."""
    largest = max(map(abs, ticks))
    if largest >= HUGE or largest < 1e-3:
        return [figure(tick, 12, small=1e-3) for tick in ticks]
    divisor, unit = next(((by, name) for by, name in UNITS if largest >= by), (1.0, ""))
    if largest < 1e4:
        divisor, unit = 1.0, ""
    parts = [tick / divisor for tick in ticks]
    for decimals in range(5):
        if all(abs(part - round(part, decimals)) <= 1e-9 * max(abs(part), 1) for part in parts):
            break
    return [f"{part:.{decimals}f}{unit}" if part else "0" for part in parts]
