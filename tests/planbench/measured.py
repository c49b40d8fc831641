"""One cell of the bench: every learner under every policy, and what the plan had forecast."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrastive_drill.planner.forecast import Forecast, forecast
from contrastive_drill.planner.plan import build_plan
from planbench.cells import HABITS, MODEL, Answers, Cell, Memories, past
from planbench.fsrs6 import Floats
from planbench.learners import EACH, KINDS, LearnerKind, People, people
from planbench.policies import SCHEDULER, Anki, Crammer, Due, Greedy, NewFirst, Planned, planned
from planbench.trial import Policy, run

# Short and long, scarce time and ample, even minutes and uneven ones, new cards and half of them
# met before.
CELLS = (
    Cell(100, 3, 20), Cell(100, 7, 10), Cell(100, 14, 40), Cell(100, 30, 5), Cell(100, 60, 10),
    Cell(200, 7, 20), Cell(200, 14, 10), Cell(200, 30, 20), Cell(200, 60, 10),
    Cell(400, 7, 40), Cell(400, 14, 20), Cell(400, 30, 10), Cell(400, 60, 20),
    Cell(200, 30, 5, weekend=45), Cell(400, 60, 10, weekend=60),
    Cell(200, 14, 20, met=0.5), Cell(200, 45, 15, met=0.5),
)  # fmt: skip
RETENTIONS = (0.70, 0.80, 0.85, 0.90, 0.95)
SEED = 7  # of forecasts
PLAN, GREEDY, NEW_FIRST, FIXED = "plan", "greedy", "new first", "best fixed"
RIVALS = (GREEDY, NEW_FIRST, "quick first", FIXED, "Anki", "crammer")


@dataclass(frozen=True)
class Range:
    """What the plan of day 0 said, in points: percent of the deck."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """One kind of learner in one cell; recall on the day is in points, (learner,)."""

    cell: Cell
    kind: LearnerKind
    bound: float
    known: dict[str, Floats]
    retention: float  # the best fixed one, chosen afterwards
    used: dict[str, float]  # minutes over those that the learners came with
    range: Range

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
        """The share of learners whose recall lay within the stated range."""
        known = self.known[PLAN]
        return float(((self.range.low <= known) & (known <= self.range.high)).mean())

    def above(self, rival: str) -> Floats:
        """The plan less a rival, learner by learner."""
        return self.known[PLAN] - self.known[rival]


def measure(
    cell: Cell, each: int = EACH, kinds: Sequence[LearnerKind] = KINDS, *, repeats: bool = True
) -> list[Row]:
    """Every kind of learner in a cell."""
    answers, everyone = past(cell), people(cell, each, kinds)
    results = {
        name: run(cell, everyone, answers, policy)
        for name, policy in policies(cell, len(everyone.kind), repeats=repeats).items()
    }
    said = foretell(cell, answers, cell.seconds).all
    stated = Range(100 * said.expected, 100 * said.low, 100 * said.high)
    # The model's learners have the minutes planned, but may use a little more on some days.
    used = results[PLAN].seconds[rows(everyone, kinds[0].name)].mean(0)
    bound = 100 * foretell(cell, answers, np.maximum(cell.seconds, used)).bound
    found = []
    for kind in kinds:
        mine = rows(everyone, kind.name)
        known = {name: 100 * result.known[mine] for name, result in results.items()}
        retention = max(RETENTIONS, key=lambda r: float(known[fixed(r)].mean()))
        known[FIXED] = known[fixed(retention)]
        came = everyone.seconds[mine].sum()
        minutes = {n: float(r.seconds[mine].sum() / came) for n, r in results.items()}
        found.append(Row(cell, kind, bound, known, retention, minutes, stated))
    return found


def policies(cell: Cell, count: int, *, repeats: bool = True) -> dict[str, Policy]:
    """Every policy of a cell, for so many learners."""
    return {
        PLAN: Planned(cell, count, repeats=repeats),
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


def rows(everyone: People, kind: str) -> list[int]:
    """The learners of a kind."""
    return [place for place, each in enumerate(everyone.kind) if each == kind]


def foretell(cell: Cell, answers: Sequence[Answers], seconds: Floats) -> Forecast:
    """What the plan of day 0 says for minutes, after the answers before it."""
    seen = Memories(MODEL, (1, cell.cards))
    for each in answers:
        seen.remember(each.day, each.asked[None], each.rating[None])
    plan = build_plan(planned(cell, seen), {}, seconds.tolist(), SCHEDULER, HABITS, 0)
    names = dict.fromkeys(map(str, range(cell.cards)), "")
    return forecast(plan, names, names, SEED)


def mean(values: Sequence[float] | Floats) -> tuple[float, float]:
    """A mean and its standard error."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return float(np.mean(values)), spread / max(len(values), 1) ** 0.5
