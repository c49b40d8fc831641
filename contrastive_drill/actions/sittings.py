"""A sitting and its events, written to the store."""

from collections.abc import Mapping

from contrastive_drill.actions.environment import Environment
from contrastive_drill.memory.sitting import Event, Fact, Sitting, SittingKind
from contrastive_drill.store import Store


def begin_sitting(
    env: Environment,
    store: Store,
    kind: SittingKind,
    seed: int,
    terms: Mapping[str, Fact],
    cards: tuple[str, ...] = (),
) -> Sitting:
    """A new exam or interview, as stored."""
    sitting = Sitting(env.new_id(), kind, env.utc(), env.day(), seed, cards, terms)
    store.sittings.begin(sitting)
    return sitting


def note_event(env: Environment, store: Store, sitting: Sitting, name: str, **facts: Fact) -> None:
    """Store an event of a sitting."""
    store.sittings.note(sitting.id, Event(name, env.utc(), facts))
