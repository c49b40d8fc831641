"""The printed bound against the exact best of its class of schedules."""

from cases import every
from planbench.cells import HABITS
from planbench.exact import Schedules, best, tiny
from planbench.policies import SCHEDULER

from contrastive_drill.planner.forecast import forecast
from contrastive_drill.planner.plan import build_plan

SIZES = ((2, 3), (2, 4), (3, 3))


@every("schedules", [Schedules.ALWAYS, Schedules.NEVER])
@every("size", SIZES)
@every("seed", range(8))
def test_no_schedule_of_its_class_beats_the_bound(
    seed: int, size: tuple[int, int], schedules: Schedules
) -> None:
    deck = tiny(seed, *size)
    names = {card.card_id: "" for card in deck.cards}
    plan = build_plan(
        deck.cards, {}, list(deck.seconds), SCHEDULER, HABITS, 0, repeats=schedules.value
    )
    bound = forecast(plan, names, names, 1).bound
    assert best(deck, schedules) / deck.weight <= bound
    assert bound <= 1
