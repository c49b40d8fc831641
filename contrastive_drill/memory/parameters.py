"""FSRS's parameters: their bounds, and a set of them that was put into use."""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import NamedTuple

from contrastive_drill.memory.log import Parameters

# The bounds of each, in FSRS's order; a fit is clipped to them.
BOUNDS = (
    *((0.001, 100.0),) * 4,  # stability in days after the first answer, by its rating
    # Difficulty: at first, by rating, its change, its return to the mean.
    (1.0, 10.0), (0.001, 4.0), (0.001, 4.0), (0.001, 0.75),
    (0.0, 4.5), (0.0, 0.8), (0.001, 3.5),  # stability after a pass
    (0.001, 5.0), (0.001, 0.25), (0.001, 0.9), (0.0, 4.0),  # stability after a lapse
    (0.0, 1.0), (1.0, 6.0),  # factors of Hard and of Easy
    (0.0, 2.0), (0.0, 2.0), (0.0, 0.8),  # an answer on the same day
    (0.1, 0.8),  # the decay of the forgetting curve
)  # fmt: skip
_ROUNDING = 1e-6  # FSRS returns 32-bit floats, in which 0.8 is a little more


def problem(numbers: Parameters) -> str | None:
    """Why these numbers cannot be parameters; None when they can."""
    if len(numbers) != len(BOUNDS):
        return f"FSRS has {len(BOUNDS)} parameters, not {len(numbers)}"
    for place, (number, (low, high)) in enumerate(zip(numbers, BOUNDS, strict=True)):
        if not isfinite(number) or not low - _ROUNDING <= number <= high + _ROUNDING:
            return f"parameter {place} is from {low:g} to {high:g}, not {number!r}"
    return None


class Evidence(NamedTuple):
    """The answers that parameters were fitted to, and their losses on answers held out.

    Losses are mean log losses in nats, over the same `held_out` answers.
    """

    answers: int  # that tested a prediction
    held_out: int
    before: float  # under the parameters that were in use
    after: float  # each answer under a fit to the answers before it
    error: float  # standard error of the difference

    @property
    def gain(self) -> float:
        """The fall of the loss."""
        return self.before - self.after


@dataclass(frozen=True, slots=True)
class Fit:
    """Parameters put into use at one time.

    `parameters` and `evidence` are None where the learner went back to FSRS's defaults.

    Raises:
        ValueError: when the numbers cannot be parameters.
    """

    id: str
    at: datetime  # UTC
    parameters: Parameters | None
    evidence: Evidence | None

    def __post_init__(self) -> None:
        wrong = None if self.parameters is None else problem(self.parameters)
        if wrong:
            raise ValueError(wrong)
