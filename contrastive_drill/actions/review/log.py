"""What a session writes to the log: answers, marks, and what undoes them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict
from contrastive_drill.errors import DrillError
from contrastive_drill.memory.log import Memory, Mode, Rating, Review
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.review.session import Session
from contrastive_drill.store import StaleMemory, Store

if TYPE_CHECKING:
    from contrastive_drill.memory.parameters import Fit


class PendingAnswer(NamedTuple):
    """An answer before it is stored."""

    entry_id: str
    answer: str | None  # what was typed or chosen
    seconds: float


class SessionLog(NamedTuple):
    """The log of one session, and whom to tell where another terminal writes to it too."""

    env: Environment
    store: Store
    mode: Mode
    sitting: str | None  # the exam it belongs to
    tell: Callable[[str], None]

    def record(
        self,
        card: Card,
        memory: Memory,
        fit: "Fit | None",
        rating: Rating,
        verdict: Verdict,
        pending: PendingAnswer,
    ) -> Review:
        """The stored answer, based on newer memories where another terminal changed them."""
        while True:
            day = self.env.day()
            scheduler = self.env.scheduler(fit)
            after = scheduler.after(card.id, memory, rating, day, self.mode)
            review = Review(
                id=pending.entry_id,
                card_id=card.id,
                rating=rating,
                at=self.env.utc(),
                day=day,
                seconds=round(pending.seconds, 3),
                mode=self.mode,
                covered=verdict.covered,
                missed=verdict.missed,
                answer=pending.answer,
                digest=card.digest,
                retention=scheduler.desired_retention,
                before=memory,
                after=after,
                sitting=self.sitting,
                fit=None if fit is None else fit.id,
            )
            try:
                self.store.record(review)
            except StaleMemory as error:
                memory, fit = error.current, self.store.fit()
                self.tell(
                    "Another terminal fitted the schedule meanwhile: this answer follows it."
                    if error.refitted
                    else "Another terminal answered this card meanwhile: both count."
                )
            else:
                return review

    def change(self, card_id: str, verb: Verb, note: str | None = None) -> str:
        """The id of a stored mark."""
        change = Change(self.env.new_id(), card_id, verb, self.env.utc(), self.env.day(), note)
        self.store.change(change)
        return change.id

    def undo(self, session: Session) -> Session | None:
        """The session before its last entry, which is undone; None where it cannot be."""
        if session.previous is None or session.entry_id is None:
            self.tell("Nothing to undo here; contrastive-drill undo goes back to earlier sessions.")
            return None
        try:
            self.store.undo(
                session.entry_id,
                undo_id=self.env.new_id(),
                at=self.env.utc(),
                day=self.env.day(),
                fold=replay,
            )
        except DrillError as error:
            self.tell(str(error))
            return None
        self.tell("Undone.")
        return session.previous
