"""How long cards take this learner."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.kinds import Kind

if TYPE_CHECKING:
    from contrastive_drill.planner.habits import Habits
    from contrastive_drill.store import Store

LATEST = 200  # answers that tell how long one takes now


def pace(env: Environment, store: "Store") -> "Habits":
    """The learner's habits by the latest answers."""
    from contrastive_drill.planner.habits import habits

    kinds = {entry.id: Kind(entry.kind) for entry in env.bank.entries}
    priors = {Kind(entry.kind): entry.seconds for entry in env.bank.entries}  # loads no kind
    return habits(store.latest(LATEST), kinds, priors)


def expected_seconds(env: Environment, store: "Store") -> Callable[[str, bool], float]:
    """The seconds that an answer to a card takes, its first or a later one, by the latest."""
    known, recall = pace(env, store), env.preferences.desired_retention
    kinds = {entry.id: Kind(entry.kind) for entry in env.bank.entries}
    taken = cache(lambda kind, first: known.seconds(kind, first=first, recall=recall))
    return lambda card, first: taken(kinds[card], first)
