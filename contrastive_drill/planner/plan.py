"""A plan for an interview day: the cards of today, and what is known when it comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.deck import Deck, DeckCard, deck
from contrastive_drill.planner.habits import Attendance, Habits
from contrastive_drill.planner.prices import Relaxed, relax

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


class RankedCard(NamedTuple):
    """A card whose look today would gain something."""

    card_id: str
    gain: float  # cards known on the day, by weight, for a second
    seconds: float  # that a look is expected to take


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it was made: everything that a forecast or an explanation rests on."""

    day: int  # study day
    interview_day: int
    seconds: tuple[float, ...]  # of each day from today to the eve
    deck: Deck
    relaxed: Relaxed
    turns: tuple[RankedCard, ...]  # today's, most gainful first; those met later need come before
    attendance: Attendance  # how surely the learner studies on the days to come

    @property
    def today(self) -> tuple[RankedCard, ...]:
        """The turns that fit into today's time, as far as one can tell beforehand."""
        return fitting(self.turns, self.seconds[0])


def make(
    planned: Sequence[DeckCard],
    needs: Mapping[str, Sequence[str]],
    seconds: Sequence[float],
    scheduler: Scheduler,
    habits: Habits,
    day: int,
    attendance: Attendance | None = None,
) -> Plan:
    """The plan for cards, given the seconds of each day from today to the interview's eve.

    `planned` are in the order to meet them; `needs` names the cards to meet before a card. Days
    that will be missed are reckoned with, as often as `attendance` says.
    """
    import numpy as np

    attendance = attendance or Attendance()

    whole = deck(planned, scheduler, habits, day, len(seconds))
    relaxed = relax(whole, np.array(seconds, float), attendance.share)
    return Plan(
        day=day,
        interview_day=day + len(seconds),
        seconds=tuple(seconds),
        deck=whole,
        relaxed=relaxed,
        turns=_turns(whole, relaxed, planned, needs),
        attendance=attendance,
    )


def fitting(turns: Sequence[RankedCard], seconds: float) -> tuple[RankedCard, ...]:
    """The first turns whose time, less half of the last one's, is there; one where any is."""
    spent = 0.0
    for place, turn in enumerate(turns):
        if spent + (turn.seconds / 2 if place else 0) > seconds or not seconds:
            return tuple(turns[:place])
        spent += turn.seconds
    return tuple(turns)


def _turns(
    whole: Deck,
    relaxed: Relaxed,
    planned: Sequence[DeckCard],
    needs: Mapping[str, Sequence[str]],
) -> tuple[RankedCard, ...]:
    """Cards by falling gain per second; a new card waits for those it needs, which come with it."""
    values, price = relaxed.values, float(relaxed.prices[0])
    found: dict[str, RankedCard] = {}
    for card, each in enumerate(whole.own):
        cost = float(whole.own_costs[card, 0])
        net = float(values.own_look[card, 0] - values.own_wait[card, 0])
        found[each.card_id] = RankedCard(each.card_id, net / cost + price, cost)
    new = {each.card_id for members in whole.new_order for each in members}
    for place, members in enumerate(whole.new_order):
        cost = float(whole.new_costs[place])
        net = float(values.new_look[place, 0] - values.new_wait[place, 0])
        for each in members:
            found[each.card_id] = RankedCard(each.card_id, net / cost + price, cost)
    order = {each.card_id: place for place, each in enumerate(planned)}
    ranked = sorted(
        (turn for turn in found.values() if turn.gain > 0),
        key=lambda turn: (-turn.gain, order[turn.card_id]),
    )
    placed: dict[str, RankedCard] = {}

    def place_it(card_id: str) -> None:
        if card_id in placed or card_id not in found:
            return
        for name in needs.get(card_id, ()):
            if name in new:
                place_it(name)
        placed[card_id] = found[card_id]

    for turn in ranked:
        place_it(turn.card_id)
    return tuple(placed.values())
