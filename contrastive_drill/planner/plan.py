"""A plan for an interview day: which cards to review today, and what that is expected to gain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.arrays import Floats
from contrastive_drill.planner.deck import Deck, DeckCard, deck
from contrastive_drill.planner.habits import Attendance, Habits
from contrastive_drill.planner.plan_terms import MAX_WEIGHT
from contrastive_drill.planner.prices import Relaxed, Values, relax
from contrastive_drill.planner.ranking import RankedCard, ranked_cards, within_time


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, with everything that a forecast or an explanation needs."""

    day: int  # study day
    interview_day: int
    seconds: tuple[float, ...]  # of each day from today to the eve
    deck: Deck
    relaxed: Relaxed
    ranked: tuple[RankedCard, ...]  # for today, by falling gain, each after the cards it needs
    attendance: Attendance  # of the learner on the days to come
    repeats: bool = True  # whether a card failed today is asked again today
    repeats_worth: float = 0.0  # share of the cards that the other way would recall less

    @property
    def today(self) -> tuple[RankedCard, ...]:
        """The ranked cards expected to fit into today's time."""
        return within_time(self.ranked, self.seconds[0])


def build_plan(
    planned: Sequence[DeckCard],
    needs: Mapping[str, Sequence[str]],
    seconds: Sequence[float],
    scheduler: Scheduler,
    habits: Habits,
    day: int,
    attendance: Attendance | None = None,
    *,
    repeats: str = "auto",
) -> Plan:
    """The plan for cards, given the seconds of each day from today to the interview's eve.

    `planned` are in the order to meet them; `needs` has the cards to meet before a card. The plan
    expects days to be missed as often as `attendance` says.
    """
    attendance = attendance or Attendance()
    planned = _weighed(planned)
    whole = deck(planned, scheduler, habits, day, len(seconds))
    relaxed = relax(whole, whole.by_step(seconds), attendance.share)
    return Plan(
        day=day,
        interview_day=day + len(seconds),
        seconds=tuple(seconds),
        deck=whole,
        relaxed=relaxed,
        ranked=_rank(whole, relaxed, planned, needs),
        attendance=attendance,
        repeats=repeats != "never",
    )


def _weighed(planned: Sequence[DeckCard]) -> list[DeckCard]:
    """The cards with the heaviest weight from 1 to `MAX_WEIGHT`: only ratios of weights matter.

    Prices have bounds, so that very large and very small weights would hide all differences.
    """
    heaviest = max(each.weight for each in planned)
    unit = heaviest / min(max(heaviest, 1.0), MAX_WEIGHT)
    return [each._replace(weight=each.weight / unit) for each in planned]


class CardChoice(NamedTuple):
    """The values of reviewing a card on each day and of waiting, and a review's seconds today."""

    review: Floats
    wait: Floats
    seconds: float


def choices(whole: Deck, values: Values) -> dict[str, CardChoice]:
    """The choice on each card: those seen before, then the new ones by class."""
    seen = zip(whole.seen, values.seen_review, values.seen_wait, whole.seen_costs, strict=True)
    by_card = {
        card.card_id: CardChoice(review, wait, float(costs[0]))
        for card, review, wait, costs in seen
    }
    new = zip(whole.new_order, values.new_review, values.new_wait, whole.new_costs, strict=True)
    for members, review, wait, cost in new:
        for card in members:
            by_card[card.card_id] = CardChoice(review, wait, float(cost))
    return by_card


def _rank(
    whole: Deck, relaxed: Relaxed, planned: Sequence[DeckCard], needs: Mapping[str, Sequence[str]]
) -> tuple[RankedCard, ...]:
    """Cards by falling gain per second, each new card after the new cards it needs."""
    price = float(relaxed.prices[0])
    choice = choices(whole, relaxed.values)
    found = []
    for card_id in (each.card_id for each in planned):
        review, wait, cost = choice[card_id]
        found.append(RankedCard(card_id, float(review[0] - wait[0]) / cost + price, cost))
    new = {each.card_id for members in whole.new_order for each in members}
    return ranked_cards(found, needs, new)
