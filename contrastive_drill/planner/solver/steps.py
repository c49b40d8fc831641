"""The days of a plan in steps of time, so that a long plan costs no more than one of sixty days."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from contrastive_drill.planner.solver.arrays import Floats, Places

FINE = 60  # days that are planned one by one, and the most steps there are
FEW = 30  # the same of a sketch


@dataclass(frozen=True, slots=True)
class Steps:
    """Today, and then days or, of more than `most`, as short steps as that many allow.

    All of them are equal but the first after today, which may be shorter.
    """

    days: int  # to the interview
    most: int = FINE
    width: int = field(init=False)
    starts: Places = field(init=False)  # (step,): the first day of each, counted from today
    middles: Floats = field(init=False)  # (step,): the day that stands for all of a step

    def __post_init__(self) -> None:
        width = -(-(self.days - 1) // (self.most - 1)) or 1
        starts = np.array(
            sorted({0, *({1} if self.days > 1 else ()), *range(self.days, 1, -width)})
        )
        starts = starts[starts < self.days]
        lengths = np.diff(np.append(starts, self.days))
        object.__setattr__(self, "width", width)
        object.__setattr__(self, "starts", starts)
        object.__setattr__(self, "middles", starts + (lengths - 1) / 2)

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def gaps(self) -> Places:
        """Days from a step to each later one."""
        return self.width * np.arange(1, max(len(self), 2))

    @property
    def left(self) -> Floats:
        """Days to the interview from the middle of the last step, the one before it, and so on."""
        found: Floats = self.days - self.middles[::-1]
        return found

    def total(self, of_days: Sequence[float] | Floats) -> Floats:
        """What a step has, given what each of its days has."""
        found: Floats = np.add.reduceat(np.asarray(of_days, float), self.starts)
        return found
