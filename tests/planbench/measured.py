"""One cell of the bench: every learner under every policy, and what the plan had forecast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from contrastive_drill.planner.deck import Deck
from contrastive_drill.planner.habits import Attendance
from contrastive_drill.planner.prices import Relaxed, relax
from contrastive_drill.planner.simulation import simulate
from planbench.cells import Cell, decked, past
from planbench.fsrs6 import Floats
from planbench.learners import EACH, KINDS, People, people
from planbench.policies import Capped, Due, Greedy, Leitner, NewFirst, Plan, Random, Sm2, Sweep
from planbench.trial import Policy, run

# Every deck with every horizon, the minutes so that each comes up; then decks with ample time, and
# one of which half was met before.
CELLS = (
    Cell(100, 3, 20), Cell(100, 7, 10), Cell(100, 14, 40), Cell(100, 30, 5), Cell(100, 60, 10),
    Cell(200, 3, 40), Cell(200, 7, 20), Cell(200, 14, 10), Cell(200, 30, 20), Cell(200, 60, 5),
    Cell(400, 3, 10), Cell(400, 7, 40), Cell(400, 14, 20), Cell(400, 30, 10), Cell(400, 60, 20),
    Cell(100, 60, 40), Cell(200, 30, 40), Cell(200, 60, 40), Cell(400, 60, 40),
    Cell(200, 14, 20, met=0.5),
)  # fmt: skip
SHARES = (Attendance().share, 1.0, 0.95, 0.8, 0.67, 0.5)  # of days kept, a plan for each
RETENTIONS = (0.70, 0.75, 0.80, 0.85, 0.90, 0.93, 0.95, 0.97)
IMAGINED = 200  # learners of a forecast
RANGE = (5.0, 95.0)  # percentiles of what they recall
SHORT = 0.60  # of the minutes that FSRS 0.90 would use
PLAN, FSRS, FIXED = "plan", "FSRS 0.90", "best fixed"
# Simple orders, beside the rivals.
GREEDY, NEW_FIRST, QUICK_FIRST = "greedy", "new first", "quick first"
SIMPLE = (GREEDY, NEW_FIRST, QUICK_FIRST)
RIVALS = (FSRS, FIXED, "capped", "sweep", "SM-2", "Leitner", "random")


@dataclass(frozen=True)
class Forecast:
    """What the plan of day 0 said, in points: shares of the deck times 100."""

    exact: float  # the model's mean
    varied: float  # the mean over learners who differ from the model
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """One kind of learner in one cell; recall on the day is in points, (learner,)."""

    cell: Cell
    kind: str
    bound: float
    demand: float  # minutes a day that FSRS 0.90 would use
    known: dict[str, Floats]
    retention: float  # the best fixed one
    minutes: dict[str, float]  # a day, used
    forecast: Forecast

    @property
    def short(self) -> bool:
        """Whether time is short."""
        return self.cell.minutes < SHORT * self.demand

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
        """The share of learners whose recall lay within the forecast's range."""
        known = self.known[PLAN]
        return float(((self.forecast.low <= known) & (known <= self.forecast.high)).mean())

    def above(self, rival: str) -> tuple[float, float]:
        """The plan's mean less a rival's, learner by learner, and its standard error."""
        apart = self.known[PLAN] - self.known[rival]
        return float(apart.mean()), float(apart.std(ddof=1) / len(apart) ** 0.5)


def measure(cell: Cell, each: int = EACH) -> list[Row]:
    """Every kind of learner in a cell."""
    answers, everyone = past(cell), people(cell, each)
    deck = decked(cell, answers)
    seconds = np.full(cell.days, 60.0 * cell.minutes)
    plans = {share: relax(deck, seconds, share) for share in SHARES}
    count = len(everyone.kind)
    results = {
        name: run(cell, everyone, answers, policy)
        for name, policy in policies(cell, deck, plans, count).items()
    }
    as_modelled = rows(everyone, KINDS[0])
    used = results[PLAN].seconds[as_modelled].mean(0)
    bound = relax(deck, np.maximum(seconds, used)).bound
    forecast = foretell(deck, plans[SHARES[0]], seconds)
    free = replace(everyone, seconds=np.full_like(everyone.seconds, np.inf))
    wanted = run(cell, free, answers, Due(cell, 0.90, ahead=False)).seconds[as_modelled]
    found = []
    for kind in KINDS:
        mine = rows(everyone, kind)
        known = {name: 100 * result.known[mine] for name, result in results.items()}
        retention = max(RETENTIONS, key=lambda r: float(known[fixed(r)].mean()))
        known[FIXED] = known[fixed(retention)]
        found.append(
            Row(
                cell=cell,
                kind=kind,
                bound=100 * bound / cell.cards,
                demand=float(wanted.mean()) / 60,
                known=known,
                retention=retention,
                minutes={n: float(r.seconds[mine].mean()) / 60 for n, r in results.items()},
                forecast=forecast,
            )
        )
    return found


def policies(
    cell: Cell, deck: Deck, plans: Mapping[float, Relaxed], count: int
) -> dict[str, Policy]:
    """Every policy of a cell, for so many learners."""
    return {
        PLAN: Plan(deck, plans, count),
        GREEDY: Greedy(cell),
        NEW_FIRST: NewFirst(cell, quickest=False),
        QUICK_FIRST: NewFirst(cell, quickest=True),
        **{fixed(retention): Due(cell, retention) for retention in RETENTIONS},
        "capped": Capped(cell, 0.90),
        "sweep": Sweep(cell),
        "SM-2": Sm2(cell, count),
        "Leitner": Leitner(cell, count),
        "random": Random(cell),
    }


def fixed(retention: float) -> str:
    """The name of FSRS at a desired retention."""
    return f"FSRS {retention:.2f}"


def rows(everyone: People, kind: str) -> list[int]:
    """The learners of a kind."""
    return [place for place, each in enumerate(everyone.kind) if each == kind]


def foretell(deck: Deck, relaxed: Relaxed, seconds: Floats) -> Forecast:
    """What the plan says before it begins."""
    seed = 7
    exact = simulate(deck, relaxed, seconds, IMAGINED, seed, spread=False).recall.mean(1)
    varied = simulate(deck, relaxed, seconds, IMAGINED, seed, attendance=Attendance()).recall.mean(
        1
    )
    low, high = 100 * np.percentile(varied, RANGE)
    return Forecast(100 * float(exact.mean()), 100 * float(varied.mean()), float(low), float(high))


def mean(values: Sequence[float]) -> tuple[float, float]:
    """A mean and its standard error."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return float(np.mean(values)), spread / max(len(values), 1) ** 0.5
