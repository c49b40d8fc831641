"""Plan cards for an interview, and again on the next day, against products of matrices.

    python one_plan.py CARDS DAYS MET

MET of the cards, a share, were met before. It prints processor seconds: of a plan with what `plan`
shows of it, from nothing and on the next day; of what `plan --all` shows besides; of the products.
Then the megabytes at the peak.
"""

import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from resident import peak_megabytes

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import NEW, Learned
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.forecast import Forecast, forecast
from contrastive_drill.planner.habits import habits
from contrastive_drill.planner.plan import Plan, build_plan
from contrastive_drill.planner.ranking import DeckCard

DAY = 739_941
KINDS = list(Kind)
Found = TypeVar("Found")


def card(number: int, met: float) -> DeckCard:
    """A seventh of them weighs double."""
    learned = Learned(1.0 + number % 40, 2.0 + number % 7, DAY - 1 - number % 9, DAY, 2, 0)
    memory = learned if number % 10 < 10 * met else NEW
    return DeckCard(f"c{number}", KINDS[number % 6], 1.0 + (number % 7 == 0), memory)


def products() -> None:
    """The unit: 150 products of 400 x 400 matrices."""
    square = np.random.default_rng(0).random((400, 400))
    for _ in range(150):
        square @ square


def shown(day: int, days: int, near: dict[str, Any] | None) -> tuple[Plan, Forecast]:
    """A plan, and what `plan` shows of it."""
    plan = build_plan(
        cards, {}, [1200.0] * days, Scheduler(0.9), habits([], {}), day, repeats="always", near=near
    )
    told = forecast(plan, names, names)
    assert isinstance(plan.repeats_worth, float)
    return plan, told


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    """Processor seconds of a call, and what it returns."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


count, ahead, share = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
cards = [card(number, share) for number in range(count)]
names = {each.card_id: KINDS[n % 6].value for n, each in enumerate(cards)}
products()  # the first wakes what is asleep
cold, (plan, told) = timed(lambda: shown(DAY, ahead, None))
rest = timed(lambda: (told.needs, told.bound))[0]
warm = timed(lambda: shown(DAY + 1, ahead - 1, plan.start_record()))[0]
unit = timed(products)[0]
print(cold, warm, rest, unit, peak_megabytes())
