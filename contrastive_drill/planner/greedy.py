"""The greedy order: what one look today adds to recall on the interview day, per second of it.

It looks at no later day, and costs milliseconds, with nothing to import first: it stands in until a
plan is made.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contrastive_drill.memory.log import Learned, Memory
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.habits import Habits, RatingShares, seconds_at
from contrastive_drill.planner.ranking import DeckCard, RankedCard, ranked_cards


class Look(NamedTuple):
    """A look at a card today, and none later."""

    idle: float  # recall on the interview day without it
    looked: float  # the same with it
    chances: RatingShares  # of its ratings
    states: tuple[tuple[float, float], ...]  # stability and difficulty after each


def look(
    scheduler: Scheduler,
    memory: Memory,
    first: RatingShares,
    passed: RatingShares,
    day: int,
    interview_day: int,
    *,
    repeats: bool = True,
) -> Look:
    """What a look on a study day adds; with `repeats`, a card failed is asked again until passed.

    `first` are the ratings of a card's first answer, `passed` those among passes.
    """
    recall, left = scheduler.curve.recall, interview_day - day
    state, elapsed, idle, chances = None, 0, 0.0, first
    if isinstance(memory, Learned):
        state, elapsed = (memory.stability, memory.difficulty), max(day - memory.last_day, 0)
        known = float(recall(memory.stability, max(elapsed, 1)))
        chances = RatingShares(1 - known, *(known * share for share in passed[1:]))
        idle = float(recall(memory.stability, elapsed + left))
    states = scheduler.states(state, elapsed)
    if repeats:
        states[0] = scheduler.states(states[0], 0)[2]
    after = (float(recall(stability, left)) for stability, _ in states)
    looked = sum(chance * each for chance, each in zip(chances, after, strict=True))
    return Look(idle, looked, chances, tuple(states))


def greedy_order(
    planned: Sequence[DeckCard],
    needs: Mapping[str, Sequence[str]],
    scheduler: Scheduler,
    habits: Habits,
    day: int,
    interview_day: int,
) -> list[str]:
    """The ids of the cards that gain from a look today, best first; none answered today already.

    `planned` are in the order to meet them; `needs` has the cards to meet before a card.
    """
    times = seconds_at(1.0, first=True), seconds_at(1.0, first=False)
    cards, new = [], {each.card_id for each in planned if not isinstance(each.memory, Learned)}
    unmet: Look | None = None  # the same for every new card
    for each in planned:
        if isinstance(each.memory, Learned) and each.memory.last_day >= day:
            continue
        found = unmet if each.card_id in new else None
        if found is None:
            found = look(scheduler, each.memory, habits.first, habits.passed, day, interview_day)
            unmet = found if each.card_id in new else unmet
        shares = zip(found.chances, times[each.card_id not in new], strict=True)
        seconds = habits.pace[each.kind] * sum(chance * time for chance, time in shares)
        gain = each.weight * (found.looked - found.idle) / seconds
        cards.append(RankedCard(each.card_id, gain, seconds))
    return [each.card_id for each in ranked_cards(cards, needs, new)]
