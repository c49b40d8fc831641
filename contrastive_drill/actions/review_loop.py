"""The loop of a session: ask, act on the view's answer, and store it."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill.actions.child_process import run_demo
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Card, Source
from contrastive_drill.cards.grade import Verdict
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.cards.variant import variant
from contrastive_drill.errors import DrillError, UsageProblem
from contrastive_drill.memory.log import Learned, Memory, Mode, New, Rating, Review
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.memory.scheduler import Scheduler, replay, retrievability
from contrastive_drill.review.attempt import Attempt
from contrastive_drill.review.session import Session, SessionRules
from contrastive_drill.screen.session_view import (
    Closing,
    Command,
    Draft,
    Flag,
    OpenSource,
    Question,
    Rate,
    Reveal,
    SessionView,
    Tick,
)
from contrastive_drill.store import StaleMemory, Store

if TYPE_CHECKING:
    from contrastive_drill.memory.parameters import Fit

BREAK = 600.0  # seconds: a longer answer was a break, and counts as this


class Drafts:
    """Words typed for cards that are not answered yet."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def of(self, card_id: str) -> str:
        return self._words.get(card_id, "")

    def keep(self, card_id: str, words: str) -> None:
        self._words[card_id] = words


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
        self.drafts = Drafts()
        self._attempts: dict[str | None, Attempt] = {}  # by the entry that ended each
        self._resumed: Attempt | None = None  # of the card that undo went back to

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
        resumed, self._resumed = self._resumed, None
        if resumed is None or card_kind(card.kind).has_drawn_numbers:  # they are others now
            resumed = Attempt(draft=self.drafts.of(card.id))
        attempt = resumed
        start = self.env.clock.stopwatch()
        # Read before the memory: `record` refuses if a new fit came in between.
        fit = self.store.fit()
        memory: Memory = self.store.memory(card.id)
        scheduler = self.env.scheduler(fit)

        def left(after: Session) -> tuple[Session, bool]:
            self._attempts[after.entry_id] = attempt
            return after, False

        while True:
            question = self._question(session, card, memory, scheduler)
            show = self.view.grade if attempt.revealed else self.view.ask
            reply = show(question, attempt)
            spent = self.env.clock.stopwatch() - start
            back = attempt.undone()
            match reply:
                case Reveal(typed):
                    attempt = attempt.reveal(typed, spent)
                case Draft(words):
                    attempt = replace(attempt, draft=words)
                case Tick(keys):
                    attempt = attempt.tick(keys)
                case Rate(rating, verdict):
                    pending = PendingAnswer(entry_id, attempt.typed, min(spent, BREAK))
                    review = self._record(base, memory, fit, rating, verdict, pending)
                    self.drafts.keep(card.id, "")
                    self.view.saved(question, review)
                    due = review.after.due_day if isinstance(review.after, Learned) else review.day
                    seconds = pending.seconds
                    return left(session.answer(rating, verdict.missed, due, seconds, review.id))
                case Flag(note):
                    flag_id = self._change(card.id, Verb.FLAG, note)
                    session, attempt = session.flagged(flag_id), attempt.mark(flag_id)
                    self.view.tell("Flagged: contrastive-drill flags lists the flagged cards.")
                case OpenSource(place):
                    self.view.tell(open_source(card.sources[place]))
                case Command.SUSPEND:
                    session = session.skip(self._change(card.id, Verb.SUSPEND))
                    self.view.tell(f"Suspended: contrastive-drill resume {card.id} brings it back.")
                    return left(session)
                case Command.BURY:
                    session = session.skip(self._change(card.id, Verb.BURY))
                    self.view.tell("Buried until tomorrow.")
                    return left(session)
                case Command.UNDO if back and not attempt.entry_id:
                    attempt = back
                case Command.UNDO:
                    before = self._undo(session)
                    if before and not back:
                        self._resumed = self._attempts.pop(session.entry_id, None)
                        return before, False
                    session, attempt = before or session, (before and back) or attempt
                case Command.SOURCE:
                    for source in card.sources:
                        self.view.tell(open_source(source))
                case Command.DEMO:
                    start += self._aside(lambda: run_demo(card.demo or ""))
                case Command.QUIT:
                    return session, True

    def _aside(self, work: Callable[[], None]) -> float:
        """Let another program have the terminal; the seconds that it took, which count nowhere."""
        paused = self.env.clock.stopwatch()
        self.view.aside(work)
        pause = self.env.clock.stopwatch() - paused
        self.start += pause
        return pause

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
            history=partial(self.env.past_answers, self.store, card.id),
            clock=self._elapsed if self.rules.mode is Mode.EXAM else None,
            keep=partial(self.drafts.keep, card.id),
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


def open_source(source: Source) -> str:
    """Open the page of a source, where there is a display; returns its name and URL."""
    if source.url is None:
        return f"{source.label}: it has no page to open."
    if sys.platform in ("win32", "darwin") or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
        import webbrowser

        webbrowser.open(source.url)
    return f"{source.label}: {source.url}"
