"""Plan 300 cards for 60 days, then pass over an array; prints the processor seconds of both.

python one_plan.py
"""

import time

import numpy as np

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import NEW, Learned
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.habits import habits
from contrastive_drill.planner.plan import build_plan
from contrastive_drill.planner.ranking import DeckCard

DAY = 739_941
KINDS = list(Kind)


def card(number: int) -> DeckCard:
    """A third of them are learned, a seventh weighs double."""
    learned = Learned(1.0 + number % 40, 5.0, DAY - number % 9, DAY, 2, 0)
    memory = NEW if number % 3 else learned
    return DeckCard(f"c{number}", KINDS[number % 6], 1.0 + (number % 7 == 0), memory)


def reference() -> None:
    """400 passes over 200,000 numbers."""
    rest = np.linspace(0.1, 0.9, 200_000)
    for _ in range(400):
        rest = np.exp(-np.logaddexp(rest, 0.5)) * 0.5 + np.sqrt(rest) * 0.25


cards = [card(number) for number in range(300)]
start = time.process_time()
build_plan(cards, {}, [1200.0] * 60, Scheduler(0.9), habits([], {}), DAY)
planned = time.process_time()
reference()
print(planned - start, time.process_time() - planned)
