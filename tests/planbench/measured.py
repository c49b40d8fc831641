"""One cell of the bench: every learner under every policy, and what the plan had forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from contrastive_drill.planner.forecast import Forecast
from contrastive_drill.planner.plan import Plan, build_plan
from planbench.cells import HABITS, MODEL, Cell, Memories, past
from planbench.fsrs6 import Floats
from planbench.learners import EACH, KINDS, LearnerKind, people
from planbench.policies import (
    SCHEDULER,
    Anki,
    Crammer,
    Due,
    Greedy,
    NewFirst,
    Planned,
    planned,
    said,
)
from planbench.trial import Policy, run

# Short and long, scarce time and ample, even minutes and uneven ones, new cards and half of them
# met before.
CELLS = (
    Cell(100, 7, 10), Cell(100, 14, 40), Cell(100, 30, 5), Cell(100, 60, 10),
    Cell(200, 14, 10), Cell(200, 14, 20, met=0.5), Cell(200, 30, 20), Cell(200, 30, 5, weekend=45),
    Cell(400, 14, 20), Cell(400, 30, 10), Cell(400, 60, 20),
)  # fmt: skip
HEAVY = 6000  # cards times days, beyond which there are fewer learners
# Where it is tried not to ask failed cards again on the same day, and by whom.
NEVER = (KINDS[0], next(kind for kind in KINDS if kind.repeats > 1))
REPEATED = dict.fromkeys(
    (Cell(100, 14, 40), Cell(200, 14, 10), Cell(200, 30, 20), Cell(100, 60, 10)), NEVER
)
RETENTIONS = (0.70, 0.80, 0.85, 0.90, 0.95)
PLAN, GREEDY, NEW_FIRST, FIXED = "plan", "greedy", "new first", "best fixed"
RIVALS = (GREEDY, NEW_FIRST, "quick first", FIXED, "Anki", "crammer")


@dataclass(frozen=True)
class Range:
    """What a plan said, in points: percent of the deck."""

    expected: float
    low: float
    high: float

    @property
    def holds_expectation(self) -> bool:
        """Whether what is expected lies within."""
        return self.low <= self.expected <= self.high


@dataclass(frozen=True)
class Row:
    """One kind of learner in one cell; recall on the day is in points, (learner,)."""

    cell: Cell
    kind: LearnerKind
    known: dict[str, Floats]
    retention: float  # the best fixed one, chosen afterwards
    used: dict[str, float]  # minutes over those that the learners came with
    range: Range  # of the plan of day 0
    later: tuple[Range, ...]  # of each learner's plan after a third of the days
    bound: float  # for learners as modelled, and the minutes they used

    @property
    def best(self) -> str:
        """The best rival by its mean."""
        return max(RIVALS, key=lambda name: float(self.known[name].mean()))

    @property
    def realised(self) -> float:
        """The mean under the plan."""
        return float(self.known[PLAN].mean())

    @property
    def covered(self) -> float:
        """The share of learners whose recall lay within the range of day 0."""
        known = self.known[PLAN]
        return float(((self.range.low <= known) & (known <= self.range.high)).mean())

    @property
    def covered_later(self) -> float:
        """The same of the range that each was told after a third of the days."""
        known = self.known[PLAN]
        return float(
            np.mean([r.low <= k <= r.high for r, k in zip(self.later, known, strict=True)])
        )

    def above(self, rival: str) -> Floats:
        """The plan less a rival, learner by learner."""
        return self.known[PLAN] - self.known[rival]


def measure(cell: Cell, kind: LearnerKind, each: int = EACH, *, repeats: bool = True) -> Row:
    """Learners of a kind in a cell, under every policy."""
    each = max(2, min(each, each * HEAVY // (cell.cards * cell.days)))
    answers, everyone = past(cell), people(cell, each, (kind,))
    plan = Planned(cell, each, repeats=repeats)
    results = {
        name: run(cell, everyone, answers, policy)
        for name, policy in {PLAN: plan, **rivals(cell, repeats=repeats)}.items()
    }
    known = {name: 100 * result.known for name, result in results.items()}
    retention = max(RETENTIONS, key=lambda r: float(known[fixed(r)].mean()))
    known[FIXED] = known[fixed(retention)]
    bound = float("nan")
    if kind == KINDS[0]:  # who have the minutes planned, but may use more on some days
        used = np.maximum(cell.seconds, results[PLAN].seconds.mean(0))
        bound = 100 * said(first_plan(cell, used, repeats=repeats)).bound
    return Row(
        cell=cell,
        kind=kind,
        known=known,
        retention=retention,
        used={n: float(r.seconds.sum() / everyone.seconds.sum()) for n, r in results.items()},
        range=stated(cell, repeats),
        later=tuple(as_range(each) for each in plan.forecasts),
        bound=bound,
    )


def rivals(cell: Cell, *, repeats: bool = True) -> dict[str, Policy]:
    """Every policy of a cell beside the plan."""
    return {
        GREEDY: Greedy(cell, repeats=repeats),
        NEW_FIRST: NewFirst(cell, quickest=False, repeats=repeats),
        "quick first": NewFirst(cell, quickest=True, repeats=repeats),
        **{fixed(retention): Due(cell, retention, repeats=repeats) for retention in RETENTIONS},
        "Anki": Anki(cell, repeats=repeats),
        "crammer": Crammer(cell, repeats=repeats),
    }


def fixed(retention: float) -> str:
    """The name of FSRS at a desired retention."""
    return f"FSRS {retention:.2f}"


@cache
def stated(cell: Cell, repeats: bool = True) -> Range:
    """What the plan of day 0 says to every learner of a cell."""
    return as_range(said(first_plan(cell, cell.seconds, repeats=repeats)))


def as_range(forecast: Forecast) -> Range:
    """Its shares in points."""
    whole = forecast.all
    return Range(100 * whole.expected, 100 * whole.low, 100 * whole.high)


def first_plan(cell: Cell, seconds: Floats, *, repeats: bool = True) -> Plan:
    """The plan of day 0 for minutes, after the answers before it."""
    seen = Memories(MODEL, (1, cell.cards))
    for each in past(cell):
        seen.remember(each.day, each.asked[None], each.rating[None])
    wished = "always" if repeats else "never"
    return build_plan(
        planned(cell, seen), {}, seconds.tolist(), SCHEDULER, HABITS, 0, repeats=wished
    )


def mean(values: Sequence[float] | Floats) -> tuple[float, float]:
    """A mean and its standard error."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return float(np.mean(values)), spread / max(len(values), 1) ** 0.5
