"""The warm-up on the day of the interview: what is known and matters, and nothing new."""

from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.pace import expected_seconds
from contrastive_drill.actions.plan_terms import planned_weights, saved_terms
from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.marks import unavailable
from contrastive_drill.memory.scheduler import curve_of, recall
from contrastive_drill.planner.ranking import RankedCard, within_time

if TYPE_CHECKING:
    from contrastive_drill.store import Store

MOST_MINUTES = 15.0  # of a warm-up, where those of a day are not fewer
KNOWN = 0.75  # recall from which a card is likely to be recalled


class WarmUp(NamedTuple):
    """The cards of a warm-up, and its minutes."""

    cards: tuple[str, ...]
    minutes: float
    left: float  # of them


def warm_up(env: Environment, store: "Store") -> WarmUp:
    """The cards likely to be recalled today, those that weigh most first, then the surest.

    None was answered today, and they fit into what is left of the minutes.
    """
    terms, day, curve = saved_terms(env), env.day(), curve_of(store.fit())
    weights = {entry.id: 1.0 for entry in env.bank.entries}
    if terms is not None:
        weights = dict(planned_weights(env, store, terms))
    excluded, seconds = unavailable(store.marks(), day), expected_seconds(env, store)
    usual = terms.minutes if terms is not None else env.preferences.minutes_per_day
    minutes = min(usual or MOST_MINUTES, MOST_MINUTES)
    left = max(minutes - store.seconds_on(day) / 60, 0.0)

    def likely(card: str, memory: Learned) -> float:
        asked = card in weights and card not in excluded and memory.last_day < day
        return recall(memory, day, curve) if asked else 0.0

    known = {card: likely(card, memory) for card, memory in store.memories().items()}
    first = sorted(known, key=lambda card: (-weights.get(card, 0.0), -known[card]))
    cards = [RankedCard(card, 0.0, seconds(card, False)) for card in first if known[card] >= KNOWN]
    return WarmUp(tuple(c.card_id for c in within_time(cards, 60 * left)), minutes, left)
