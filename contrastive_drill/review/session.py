"""A study session as a value: the card to ask next, and the session after each answer."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from contrastive_drill.memory.log import Mode, Rating

RETRY_AFTER = 4  # other cards, before a failed one is asked again


class SessionRules(NamedTuple):
    """The rules of a session."""

    mode: Mode = Mode.REVIEW
    minutes: float | None = None  # no card is begun of which less than half would fit
    sitting: str | None = None  # the exam it belongs to
    spent: float = 0.0  # seconds, in earlier parts of that exam
    expected: int | None = None  # cards, where the minutes do not leave room for all


class SessionAnswer(NamedTuple):
    """One answer of a session."""

    card_id: str
    rating: Rating
    missed: tuple[str, ...]  # keys of required points
    due_day: int
    seconds: float
    first: bool  # the first time the card was asked in this session


class Retry(NamedTuple):
    """A failed card, and the first step at which it may be asked again."""

    card_id: str
    from_step: int


@dataclass(frozen=True, slots=True)
class Session:
    """The cards to ask, and every answer so far; each change is a new value."""

    cards: tuple[str, ...]
    next_card: int = 0  # index into `cards`
    step: int = 0
    retries: tuple[Retry, ...] = ()
    answers: tuple[SessionAnswer, ...] = ()
    skipped: int = 0  # suspended, buried or missing
    repeats: bool = True  # a failed card is asked again
    closed: bool = False  # no other card is begun; failed ones are still asked again
    planned: bool = True  # in the order meant; else one that is to come takes its place
    siblings: Mapping[str, Set[str]] = field(default_factory=dict)  # not next to each other
    entry_id: str | None = None  # of the log: the entry that led here
    previous: "Session | None" = None

    @property
    def current(self) -> str | None:
        """The card to ask now; None when the session is finished."""
        rest = () if self.closed else self.cards[self.next_card : self.next_card + 1]
        if self.retries:
            failed, from_step = self.retries[0]
            around = {*rest, *(answer.card_id for answer in self.answers[-1:])}
            apart = around.isdisjoint(self.siblings.get(failed, ()))
            if not rest or (from_step <= self.step and apart):
                return failed
        return rest[0] if rest else None

    @property
    def is_retry(self) -> bool:
        """Whether the current card was failed earlier in this session."""
        return any(retry.card_id == self.current for retry in self.retries)

    @property
    def total(self) -> int:
        """Cards in the session, without skipped ones."""
        return len(self.cards) - self.skipped

    @property
    def done(self) -> int:
        """Cards that need not be asked again in this session."""
        return self.next_card - len(self.retries) - self.skipped

    @property
    def unasked(self) -> int:
        """Cards that did not come up."""
        return len(self.cards) - self.next_card

    def answer(
        self,
        rating: Rating,
        missed: tuple[str, ...],
        due_day: int,
        seconds: float,
        entry_id: str | None,
    ) -> "Session":
        """The session after an answer; a failed card is asked again a few cards later."""
        card_id = self._require_current()
        outcome = SessionAnswer(card_id, rating, missed, due_day, seconds, first=not self.is_retry)
        after = self._without_current(entry_id)
        retries = after.retries
        if rating is Rating.AGAIN and self.repeats:
            retries = (*retries, Retry(card_id, self.step + 1 + RETRY_AFTER))
        return replace(after, retries=retries, answers=(*self.answers, outcome))

    def postponed(self) -> "Session":
        """The session with its current card a few cards later, or at its end."""
        card_id, later = self._require_current(), self.next_card + 1 + RETRY_AFTER
        cards = (*self.cards[self.next_card + 1 : later], card_id, *self.cards[later:])
        return replace(self, cards=(*self.cards[: self.next_card], *cards))

    def with_next(self, cards: Sequence[str], kept: int, limit: int | None = None) -> "Session":
        """The session with other cards after the first ones, which are kept; within a limit."""
        first = self.cards[:kept]
        following = (card for card in cards if card not in first)
        return replace(self, cards=(*first, *following)[:limit])

    def skip(self, entry_id: str | None) -> "Session":
        """The session without its current card, which was suspended, buried or is missing."""
        self._require_current()
        return replace(self._without_current(entry_id), skipped=self.skipped + 1)

    def flagged(self, entry_id: str) -> "Session":
        """The session after its current card was flagged, and is still to be answered."""
        return replace(self, entry_id=entry_id, previous=self)

    def _require_current(self) -> str:
        if self.current is None:
            raise ValueError("the session is finished")
        return self.current

    def _without_current(self, entry_id: str | None) -> "Session":
        retried = self.is_retry
        return replace(
            self,
            next_card=self.next_card + (not retried),
            retries=self.retries[1:] if retried else self.retries,
            step=self.step + 1,
            entry_id=entry_id,
            previous=self,
        )
