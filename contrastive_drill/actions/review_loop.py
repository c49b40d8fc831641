"""The loop of a session: ask, act on the view's answer, and store it."""

import os
import sys
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill.actions.child_process import run_demo
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict
from contrastive_drill.cards.variant import variant
from contrastive_drill.errors import DrillError, UsageProblem
from contrastive_drill.memory.leech import FEWEST
from contrastive_drill.memory.log import Learned, Memory, Mode, New, Rating, Review
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.memory.scheduler import Scheduler, replay, retrievability
from contrastive_drill.review.session import Session, SessionRules
from contrastive_drill.screen.session_view import (
    Clinic,
    Closing,
    Command,
    Flag,
    Question,
    Rate,
    Reveal,
    SessionView,
)
from contrastive_drill.store import StaleMemory, Store

if TYPE_CHECKING:
    from contrastive_drill.memory.parameters import Fit

BREAK = 600.0  # seconds: a longer answer was a break, and counts as this


class PendingAnswer(NamedTuple):
    """An answer before it is stored."""

    entry_id: str
    answer: str | None  # what was typed or chosen
    seconds: float


class ReviewLoop:
    """One session in progress."""

    def __init__(self, env: Environment, store: Store, rules: SessionRules) -> None:
        self.env, self.store, self.rules = env, store, rules
        self.start = env.clock.stopwatch() - rules.spent
        self.asked: dict[str, Card] = {}  # a file may disappear meanwhile

    def run(self, session: Session, view: SessionView) -> Session:
        """Ask until cards or minutes run out, or the learner leaves."""
        self.view = view
        left = False
        while (card_id := session.current) is not None and not left:
            if self.rules.time_is_up(self._elapsed()):
                view.tell("Time is up.")
                break
            try:
                card = self.env.bank.card(card_id)
            except UsageProblem as error:
                view.tell(str(error))
                session = session.skip(None)
                continue
            self.asked[card_id] = card
            session, left = self._ask(session, card)
        return session

    def _ask(self, session: Session, base: Card) -> tuple[Session, bool]:
        """The session after one card was answered, skipped or undone, and whether to leave."""
        entry_id = self.env.new_id()  # of the answer; also the seed of numbers and choices
        card = variant(base, entry_id)
        start = self.env.clock.stopwatch()
        typed: str | None = None
        revealed, ticked = False, set[str]()
        fit = (
            self.store.fit()
        )  # read before the memory: `record` refuses if a new fit came in between
        memory: Memory = self.store.memory(card.id)
        scheduler = self.env.scheduler(fit)
        clinic = self._clinic(base, memory)
        while True:
            question = self._question(session, card, memory, scheduler)
            action = (
                self.view.clinic(clinic)
                if clinic
                else self.view.grade(question, typed, ticked)
                if revealed
                else self.view.ask(question)
            )
            match action:
                case None:
                    clinic, start = None, self.env.clock.stopwatch()
                case Reveal(typed):
                    revealed = True
                    if note := self.store.mark(card.id).flag:
                        self.view.tell(f"Your note: {note}")
                case Rate(rating, verdict):
                    seconds = min(self.env.clock.stopwatch() - start, BREAK)
                    pending = PendingAnswer(entry_id, typed, seconds)
                    review = self._record(base, memory, fit, rating, verdict, pending)
                    self.view.saved(question, review)
                    due = review.after.due_day if isinstance(review.after, Learned) else review.day
                    session = session.answer(rating, verdict.missed, due, seconds, review.id)
                    return session, False
                case Flag(note):
                    session = session.flagged(self._change(card.id, Verb.FLAG, note))
                    self.view.tell("Flagged: contrastive-drill flags lists the flagged cards.")
                case Command.SUSPEND:
                    session = session.skip(self._change(card.id, Verb.SUSPEND))
                    self.view.tell(f"Suspended: contrastive-drill resume {card.id} brings it back.")
                    return session, False
                case Command.BURY:
                    session = session.skip(self._change(card.id, Verb.BURY))
                    self.view.tell("Buried until tomorrow.")
                    return session, False
                case Command.UNDO:
                    previous = self._undo(session)
                    if previous is not None:
                        return previous, False
                case Command.SOURCE:
                    self.view.tell(open_source(card))
                case Command.DEMO:
                    paused = self.env.clock.stopwatch()
                    self.view.aside(lambda: run_demo(card.demo or ""))
                    pause = self.env.clock.stopwatch() - paused
                    start += pause
                    self.start += pause
                case Command.QUIT:
                    return session, True

    def _clinic(self, card: Card, memory: Memory) -> Clinic | None:
        """What may help with a card that repetition does not, before its first answer of a day."""
        if self.rules.mode is not Mode.REVIEW or isinstance(memory, New) or memory.reps < FEWEST:
            return None
        if memory.last_day >= self.env.day():
            return None
        from contrastive_drill.actions.clinic import clinic

        return clinic(self.env, self.store, card)

    def _question(
        self, session: Session, card: Card, memory: Memory, scheduler: Scheduler
    ) -> Question:
        day = self.env.day()
        if isinstance(memory, New):
            state = "new"
        elif memory.failed:
            state = "failed, to be repeated"
        else:
            state = f"recall {retrievability(memory, day, scheduler.curve):.0%}"
        return Question(
            card=card,
            section=self.env.bank.titles[card.section],
            state=state,
            previews=scheduler.preview(card.id, memory, day),
            day=day,
            done=session.done,
            total=session.total,
            retries=len(session.retries),
            seconds=self._elapsed(),
            mode=self.rules.mode,
            last_run=partial(self.env.last_run, self.store, card.demo or ""),
            clock=self._elapsed if self.rules.mode is Mode.EXAM else None,
        )

    def _elapsed(self) -> float:
        return self.env.clock.stopwatch() - self.start

    def _record(
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
            after = scheduler.after(card.id, memory, rating, day, self.rules.mode)
            review = Review(
                id=pending.entry_id,
                card_id=card.id,
                rating=rating,
                at=self.env.utc(),
                day=day,
                seconds=round(pending.seconds, 3),
                mode=self.rules.mode,
                covered=verdict.covered,
                missed=verdict.missed,
                answer=pending.answer,
                digest=card.digest,
                retention=scheduler.desired_retention,
                before=memory,
                after=after,
                sitting=self.rules.sitting,
                fit=None if fit is None else fit.id,
            )
            try:
                self.store.record(review)
            except StaleMemory as error:
                memory, fit = error.current, self.store.fit()
                self.view.tell(
                    "Another terminal fitted the schedule meanwhile: this answer follows it."
                    if error.refitted
                    else "Another terminal answered this card meanwhile: both count."
                )
            else:
                return review

    def _change(self, card_id: str, verb: Verb, note: str | None = None) -> str:
        change = Change(self.env.new_id(), card_id, verb, self.env.utc(), self.env.day(), note)
        self.store.change(change)
        return change.id

    def _undo(self, session: Session) -> Session | None:
        if session.previous is None or session.entry_id is None:
            self.view.tell(
                "Nothing to undo here; contrastive-drill undo goes back to earlier sessions."
            )
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
            self.view.tell(str(error))
            return None
        self.view.tell("Undone.")
        return session.previous

    def closing(self, session: Session) -> Closing:
        """The summary of the session."""
        from contrastive_drill.review.summary import summary

        result = summary(session.answers)
        counts = Counter(result.missed)
        words = {
            (card_id, point.key): point.line
            for card_id in {card_id for card_id, _ in counts}
            for point in self.asked[card_id].points
        }
        return Closing(
            summary=result,
            missed=tuple(words[point] for point, _ in counts.most_common(8) if point in words),
            day=self.env.day(),
            left=session.unasked,
            mode=self.rules.mode,
        )


def open_source(card: Card) -> str:
    """Open the first source that has a URL, where there is a display; returns its name and URL."""
    source = next((source for source in card.sources if source.url), None)
    if source is None or source.url is None:
        return card.sources[0].label
    if sys.platform in ("win32", "darwin") or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
        import webbrowser

        webbrowser.open(source.url)
    return f"{source.label}: {source.url}"
