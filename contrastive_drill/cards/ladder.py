"""What each level says of a topic: sentences from mid to staff, each taught by a card."""

from typing import NamedTuple

from contrastive_drill.cards.card import Level
from contrastive_drill.cards.prose import Line


class Rung(NamedTuple):
    """One sentence of the answer of a level, and the card that teaches it."""

    level: Level
    card: str  # its id
    line: Line


class Ladder(NamedTuple):
    """A section's rungs: what a mid answer says, what a senior adds, what a staff engineer adds."""

    section: str
    rungs: tuple[Rung, ...]
    origin: str = ""  # the file and line it was read from

    def at(self, level: Level) -> tuple[Rung, ...]:
        """What is said at a level."""
        return tuple(rung for rung in self.rungs if rung.level is level)
