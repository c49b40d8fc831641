"""Plan and forecast 400 cards a year ahead, each of a weight of its own, half of them met before.

PYTHONPATH=tests python dear_plan.py
"""

from resident import peak_megabytes

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import NEW, Learned
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.forecast import forecast
from contrastive_drill.planner.habits import habits
from contrastive_drill.planner.plan import build_plan
from contrastive_drill.planner.plan_terms import MAX_DAYS
from contrastive_drill.planner.ranking import DeckCard
from contrastive_drill.planner.solver.deck import USUAL
from contrastive_drill.planner.solver.steps import FINE

DAY = 739_941
cards = [
    DeckCard(
        f"c{number}",
        list(Kind)[number % 6],
        1 + 99 * number / 400,
        Learned(1.0 + number, 5.0, DAY - number % 9, DAY, 2, 0) if number % 2 else NEW,
    )
    for number in range(400)
]
plan = build_plan(cards, {}, [1200.0] * MAX_DAYS, Scheduler(0.9), habits([], {}), DAY)
names = {card.card_id: "all" for card in cards}
forecast(plan, names, names)
model = plan.outlook.model
kept = (
    len(plan.deck.columns) <= USUAL.columns
    and len(plan.deck.rows) <= USUAL.rows
    and len(model.steps) <= FINE
)
print("kept" if kept else "broken")
print(f"{peak_megabytes():.0f} MB")
