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


class RankedCard(NamedTuple):
    """A card that a review today would gain something."""

    card_id: str
    gain: float  # expected cards recalled on the interview day, by weight, per second of review
    seconds: float  # that a review is expected to take


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
    )


def _weighed(planned: Sequence[DeckCard]) -> list[DeckCard]:
    """The cards with the heaviest weight from 1 to `MAX_WEIGHT`: only ratios of weights matter.

    Prices have bounds, so that very large and very small weights would hide all differences.
    """
    heaviest = max(each.weight for each in planned)
    unit = heaviest / min(max(heaviest, 1.0), MAX_WEIGHT)
    return [each._replace(weight=each.weight / unit) for each in planned]


def within_time(ranked: Sequence[RankedCard], seconds: float) -> tuple[RankedCard, ...]:
    """The first cards that fit into the time, the last one by half; one if there is any time."""
    spent = 0.0
    for place, card in enumerate(ranked):
        if spent + (card.seconds / 2 if place else 0) > seconds or not seconds:
            return tuple(ranked[:place])
        spent += card.seconds
    return tuple(ranked)


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
    candidates: dict[str, RankedCard] = {}
    for card_id, (review, wait, cost) in choices(whole, relaxed.values).items():
        net = float(review[0] - wait[0])
        candidates[card_id] = RankedCard(card_id, net / cost + price, cost)
    new = {each.card_id for members in whole.new_order for each in members}
    order = {each.card_id: place for place, each in enumerate(planned)}
    ranked = sorted(
        (each for each in candidates.values() if each.gain > 0),
        key=lambda each: (-each.gain, order[each.card_id]),
    )
    result: dict[str, RankedCard] = {}

    def append(card_id: str) -> None:
        if card_id in result or card_id not in candidates:
            return
        for name in needs.get(card_id, ()):
            if name in new:
                append(name)
        result[card_id] = candidates[card_id]

    for candidate in ranked:
        append(candidate.card_id)
    return tuple(result.values())
