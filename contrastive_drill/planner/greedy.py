"""The greedy order: what one look today adds to recall on the interview day, per second of it.

It looks at no later day, and costs milliseconds: it stands in until a plan is made.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.deck import DeckCard
from contrastive_drill.planner.habits import Habits, seconds_at
from contrastive_drill.planner.outcomes import first_review, later_review
from contrastive_drill.planner.ranking import RankedCard, ranked_cards


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
    recall, left = scheduler.curve.recall, interview_day - day
    pace = np.array([habits.pace[each.kind] for each in planned])
    met = [each.memory if isinstance(each.memory, Learned) else None for each in planned]
    seen = np.array([memory is not None for memory in met], bool)
    first = first_review(scheduler, habits.first)
    gain = np.full(len(planned), float(first.chances @ recall(first.stabilities, left)))
    seconds = pace * float(first.chances @ seconds_at(1.0, first=True))
    if seen.any():
        memories = [(m.stability, m.difficulty, day - m.last_day) for m in met if m is not None]
        stability, difficulty, elapsed = np.array(memories, float).T
        since = np.maximum(elapsed, 1)
        look = later_review(scheduler, stability, difficulty, since, habits.passed)
        kept = recall(stability, np.maximum(elapsed, 0) + left)
        after = (look.chances * recall(look.stabilities, left)).sum(-1)
        gain[seen] = np.where(elapsed > 0, after - kept, 0.0)
        seconds[seen] = pace[seen] * (look.chances @ seconds_at(1.0, first=False))
    gain *= np.array([each.weight for each in planned]) / seconds
    cards = zip(planned, gain.tolist(), seconds.tolist(), strict=True)
    new = {each.card_id for each, memory in zip(planned, met, strict=True) if memory is None}
    found = ranked_cards((RankedCard(c.card_id, g, s) for c, g, s in cards), needs, new)
    return [each.card_id for each in found]
