"""A training as a demo plans it, and looks in on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

LOOKS = 50  # in the course of a training: a chart has no room for more points

Curve = list[tuple[int, float]]  # (steps done, mean loss since the point before)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train, on how much at once, how fast, and on how much of each picture."""

    steps: int
    batch: int  # pictures, or pairs of them
    rate: float  # AdamW's at its peak
    decay: float  # AdamW's weight decay
    ratio: float  # the share of the patches that is left out, drawn anew in each step


def watched(
    losses: Iterator[float], steps: int, report: Callable[[int, dict[str, float]], None]
) -> Iterator[Curve]:
    """Take all steps, reporting each; the curve so far, whenever it has one more point."""
    curve: Curve = []
    recent: list[float] = []
    for step, value in enumerate(losses, start=1):
        recent.append(value)
        report(step, {"loss": value})
        if step * LOOKS // steps > (step - 1) * LOOKS // steps:
            curve.append((step, sum(recent) / len(recent)))
            recent.clear()
            yield list(curve)
