"""Whether the minutes of a session leave room for its next card."""

from typing import TYPE_CHECKING

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import New
from contrastive_drill.memory.scheduler import retrievability
from contrastive_drill.planner.minutes import fits
from contrastive_drill.review.session import Session

if TYPE_CHECKING:
    from contrastive_drill.store import Store


class SessionMinutes:
    """The minutes of a session and the seconds that its cards are expected to take."""

    def __init__(self, env: Environment, store: "Store", minutes: float) -> None:
        from contrastive_drill.actions.pace import pace

        self.env, self.store, self.seconds = env, store, 60 * minutes
        self.habits = pace(env, store)
        self.kinds = {entry.id: Kind(entry.kind) for entry in env.bank.entries}
        self.curve = env.scheduler(store.fit()).curve

    def too_short(self, card_id: str, session: Session) -> bool:
        """Whether a card would not fit even if it were asked first."""
        return not session.is_retry and not fits(self._expected(card_id, session), self.seconds)

    def room(self, card_id: str, session: Session, elapsed: float) -> bool:
        """Whether the session's current card is begun, so many seconds after the start.

        The time of a failed card's first repeat is kept for it, so that it is asked in any case.
        """
        left = self.seconds - elapsed
        if session.is_retry:
            often = sum(answer.card_id == card_id for answer in session.answers)
            return often < 2 or bool(fits(self._repeat(card_id), left))
        owed = sum(self._repeat(retry.card_id) for retry in session.retries)
        return bool(fits(self._expected(card_id, session), left - owed))

    def _expected(self, card_id: str, session: Session) -> float:
        """The expected seconds of a card, with its repeat if it is failed."""
        if (kind := self.kinds.get(card_id)) is None:
            return 0.0
        memory, first = self.store.memory(card_id), self.habits.first
        is_first = isinstance(memory, New)
        day = self.env.day()
        recall = 0.0 if isinstance(memory, New) else retrievability(memory, day, self.curve)
        seconds = self.habits.seconds(kind, first=is_first, recall=recall)
        if session.repeats:
            return seconds
        return seconds - (first.again if is_first else 1 - recall) * self._repeat(card_id)

    def _repeat(self, card_id: str) -> float:
        """The seconds of a failed card's repeat."""
        kind = self.kinds.get(card_id)
        return 0.0 if kind is None else self.habits.pace[kind]
