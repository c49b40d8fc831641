"""The loop of a session: ask, act on what the view hands back, and write it down."""

import os
import sys
from collections import Counter
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict
from contrastive_drill.cards.variant import variant
from contrastive_drill.errors import DrillError, UsageProblem
from contrastive_drill.memory.log import Change, Learned, Memory, Mode, New, Rating, Review, Verb
from contrastive_drill.memory.scheduler import Scheduler, replay, retrievability
from contrastive_drill.review.session import Session
from contrastive_drill.screen.view import (
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
    """An answer before it is written down."""

    entry_id: str
    answer: str | None  # what was typed or chosen
    seconds: float


class SessionRules(NamedTuple):
    """What kind of session it is, and how long."""

    mode: Mode = Mode.REVIEW
    minutes: float | None = None  # no card begins after them
    sitting: str | None = None  # the exam it belongs to
    spent: float = 0.0  # seconds, in earlier parts of that exam


class ReviewLoop:
    """One session, from its first card to its last."""

    def __init__(self, env: Environment, store: Store, terms: SessionRules) -> None:
        self.env, self.store, self.terms = env, store, terms
        self.began = env.clock.stopwatch() - terms.spent
        self.asked: dict[str, Card] = {}  # as they were shown: a file may go away meanwhile

    def hold(self, session: Session, view: SessionView) -> Session:
        """Ask until the cards or the minutes are used up, or the learner leaves."""
        self.view = view
        left = False
        while (card_id := session.current) is not None and not left:
            if self.terms.minutes and self._elapsed() >= 60 * self.terms.minutes:
                view.tell("Time is up.")
                break
            try:
                card = self.env.bank.card(card_id)
            except UsageProblem as error:
                view.tell(str(error))
                session = session.leave_out(None)
                continue
            self.asked[card_id] = card
            session, left = self._ask(session, card)
        return session

    def _ask(self, session: Session, base: Card) -> tuple[Session, bool]:
        """The session after one card was answered, left out or taken back; whether to leave."""
        entry_id = self.env.new_id()  # of the answer; it deals the numbers and choices too
        card = variant(base, entry_id)
        shown, aside = self.env.clock.stopwatch(), 0.0
        typed: str | None = None
        revealed, ticked = False, set[str]()
        fit = self.store.fit()  # before the memory: `record` refuses where it came later
        memory: Memory = self.store.memory(card.id)
        scheduler = self.env.scheduler(fit)
        while True:
            question = self._question(session, card, memory, scheduler)
            action = (
                self.view.grade(question, typed, ticked) if revealed else self.view.ask(question)
            )
            match action:
                case Reveal(typed):
                    revealed = True
                case Rate(rating, verdict):
                    seconds = min(self.env.clock.stopwatch() - shown - aside, BREAK)
                    said = PendingAnswer(entry_id, typed, seconds)
                    review = self._record(base, memory, fit, rating, verdict, said)
                    self.view.saved(question, review)
                    due = review.after.due_day if isinstance(review.after, Learned) else review.day
                    session = session.answer(rating, verdict.missed, due, seconds, review.id)
                    return session, False
                case Flag(note):
                    session = session.noted(self._change(card.id, Verb.FLAG, note))
                    self.view.tell("Flagged: contrastive-drill flags lists the flagged cards.")
                case Command.SUSPEND:
                    session = session.leave_out(self._change(card.id, Verb.SUSPEND))
                    self.view.tell(f"Suspended: contrastive-drill resume {card.id} brings it back.")
                    return session, False
                case Command.BURY:
                    session = session.leave_out(self._change(card.id, Verb.BURY))
                    self.view.tell("Buried until tomorrow.")
                    return session, False
                case Command.UNDO:
                    before = self._undone(session)
                    if before is not None:
                        return before, False
                case Command.SOURCE:
                    self.view.tell(open_source(card))
                case Command.DEMO:
                    away = self.env.clock.stopwatch()
                    self.view.aside(lambda: run_demo(card.demo or ""))
                    away = self.env.clock.stopwatch() - away
                    aside += away
                    self.began += away
                case Command.QUIT:
                    return session, True

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
            mode=self.terms.mode,
            last_run=partial(self.env.last_run, self.store, card.demo or ""),
            clock=self._elapsed if self.terms.mode is Mode.EXAM else None,
        )

    def _elapsed(self) -> float:
        return self.env.clock.stopwatch() - self.began

    def _record(
        self,
        card: Card,
        memory: Memory,
        fit: "Fit | None",
        rating: Rating,
        verdict: Verdict,
        said: PendingAnswer,
    ) -> Review:
        """The answer, once it is on disk."""
        while True:
            day = self.env.day()
            scheduler = self.env.scheduler(fit)
            after = scheduler.after(card.id, memory, rating, day, self.terms.mode)
            review = Review(
                id=said.entry_id,
                card_id=card.id,
                rating=rating,
                at=self.env.clock.now().astimezone(UTC),
                day=day,
                seconds=round(said.seconds, 3),
                mode=self.terms.mode,
                covered=verdict.covered,
                missed=verdict.missed,
                answer=said.answer,
                digest=card.digest,
                retention=scheduler.desired_retention,
                before=memory,
                after=after,
                sitting=self.terms.sitting,
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
        at = self.env.clock.now().astimezone(UTC)
        change = Change(self.env.new_id(), card_id, verb, at, self.env.day(), note)
        self.store.change(change)
        return change.id

    def _undone(self, session: Session) -> Session | None:
        if session.previous is None or session.entry_id is None:
            self.view.tell(
                "Nothing to undo here; contrastive-drill undo takes back earlier sessions."
            )
            return None
        at = self.env.clock.now().astimezone(UTC)
        try:
            self.store.undo(
                session.entry_id,
                undo_id=self.env.new_id(),
                at=at,
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
        from contrastive_drill.reports import summary

        result = summary(session.outcomes)
        counted = Counter(result.missed)
        words = {
            (card_id, point.key): point.line
            for card_id in {card_id for card_id, _ in counted}
            for point in self.asked[card_id].points
        }
        return Closing(
            summary=result,
            missed=tuple(words[point] for point, _ in counted.most_common(8) if point in words),
            day=self.env.day(),
            left=session.unasked,
            mode=self.terms.mode,
        )


def open_source(card: Card) -> str:
    """Open the first source with a page where a browser has a screen; say where to look."""
    source = next((source for source in card.sources if source.url), None)
    if source is None or source.url is None:
        return card.sources[0].label
    if sys.platform in ("win32", "darwin") or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
        import webbrowser

        webbrowser.open(source.url)
    return f"{source.label}: {source.url}"


def run_demo(name: str) -> None:
    """Run a demo in a process of its own, which gives the memory back when it ends."""
    import signal
    import subprocess

    command = [sys.executable, "-P", "-m", "contrastive_drill", "demo", name]
    # Ctrl-C is for the demo alone, which then shows what it has measured. A handler, for the demo
    # would inherit a signal that is ignored.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    finally:
        signal.signal(signal.SIGINT, before)
