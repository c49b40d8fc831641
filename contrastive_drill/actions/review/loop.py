"""The loop of a session: ask, act on the view's answer, and store it."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

from contrastive_drill.actions.child_process import run_demo, write_code
from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.review.daily_limit import followed_plan
from contrastive_drill.actions.review.drafts import Drafts
from contrastive_drill.actions.review.log import PendingAnswer, SessionLog
from contrastive_drill.actions.review.minutes import SessionMinutes
from contrastive_drill.actions.review.sources import open_source
from contrastive_drill.cards.attempt import Attempt
from contrastive_drill.cards.card import Card, KeyPoint
from contrastive_drill.cards.grade import check
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.cards.variant import variant
from contrastive_drill.errors import DrillError, UsageProblem
from contrastive_drill.memory.leech import FEWEST
from contrastive_drill.memory.log import Learned, Memory, Mode, New, Rating
from contrastive_drill.memory.marks import Verb
from contrastive_drill.memory.scheduler import Scheduler, retrievability
from contrastive_drill.review.session import Session, SessionRules
from contrastive_drill.screen.session_view import (
    Clinic,
    Closing,
    Command,
    Draft,
    Flag,
    OpenSource,
    PlannedFor,
    Question,
    Rate,
    Reply,
    Reveal,
    SessionView,
    Tick,
)
from contrastive_drill.store import Store
from contrastive_drill.words import plural


class ReviewLoop:
    """One session in progress."""

    def __init__(
        self,
        env: Environment,
        store: Store,
        rules: SessionRules,
        renewed: Callable[[Session, Collection[str]], Session] = lambda session, _: session,
    ) -> None:
        self.env, self.store, self.rules = env, store, rules
        self.minutes = SessionMinutes(env, store, rules.minutes) if rules.minutes else None
        self._renewed = renewed  # before each card, by those asked so far
        self.start = env.clock.stopwatch() - rules.spent
        self.asked: dict[str, Card] = {}  # a file may disappear meanwhile
        self.drafts = Drafts(env.paths.drafts)
        self.begun: dict[str, tuple[str, float]] = {}  # code written already, and its seconds
        self._attempts: dict[str | None, tuple[Attempt, str]] = {}  # by the entry that ended each
        self._resumed: tuple[Attempt, str] | None = None  # of the card that undo went back to

    def run(self, session: Session, view: SessionView) -> Session:
        """Ask until cards or minutes run out, or the learner leaves."""
        self.view = view
        terms = followed_plan(self.env, self.store) if self.rules.mode is Mode.REVIEW else None
        self.interview_day = None if terms is None else terms.interview_day
        self.log = SessionLog(self.env, self.store, self.rules.mode, self.rules.sitting, view.tell)
        left = False
        while not left:
            session = self._renewed(session, self.asked)
            if (card_id := session.current) is None:
                break
            if self.minutes and self.minutes.too_short(card_id, session):
                session = session.skip(None)
                continue
            if self.minutes and not self.minutes.room(card_id, session, self._elapsed()):
                waits = bool(session.retries) and not session.is_retry
                session = replace(session, closed=True)
                if waits:
                    continue
                break
            try:
                card = self.env.bank.card(card_id)
            except UsageProblem as error:
                view.tell(str(error))
                session = session.skip(None)
                continue
            self.asked[card_id] = card
            session, left = self._ask(session, card)
        if session.closed:
            view.tell("Time is up.")
        elif self.minutes and not left and not self.asked:
            view.tell(f"No card fits into {plural(self.rules.minutes or 0, 'minute')}.")
        return session

    def _ask(self, session: Session, base: Card) -> tuple[Session, bool]:
        """The session after one card was answered, skipped or undone, and whether to leave."""
        entry_id = seed = self.env.new_id()  # of the answer; it draws numbers and their order
        kind, resumed = card_kind(base.kind), self._resumed
        attempt, self._resumed = Attempt(), None
        if not kind.has_drawn_numbers:  # which are others now, by the new id
            attempt, seed = resumed or (Attempt(draft=self.drafts.of(base.id, base.replaces)), seed)
        card = variant(base, seed)
        start = self.env.clock.stopwatch()
        if base.id in self.begun:
            written, seconds = self.begun.pop(base.id)
            attempt, start = attempt.reveal(written, seconds, draft=written), start - seconds
        # Read before the memory: `record` refuses if a new fit came in between.
        fit = self.store.fit()
        memory: Memory = self.store.memory(card.id)
        scheduler = self.env.scheduler(fit)
        clinic = self._clinic(base, memory)

        def left(after: Session) -> tuple[Session, bool]:
            self._attempts[after.entry_id] = attempt, seed
            return after, False

        while True:
            question = self._question(session, card, memory, scheduler)
            reply = self._shown(question, attempt, clinic)
            spent = self.env.clock.stopwatch() - start
            back = attempt.undone()
            match reply:
                case None if session.unasked > 1:
                    return session.postponed(), False
                case None:
                    clinic, start = None, self.env.clock.stopwatch()
                case Reveal(typed):
                    draft = attempt.draft if kind.answers_by_digit(card) else typed or ""
                    attempt = attempt.reveal(typed, spent, draft)
                    grader, found = self.env.preferences.grader, set[str]()
                    is_exam = self.rules.mode is Mode.EXAM
                    if grader and typed and not is_exam and check(card, typed) is None:
                        work = partial(self._propose, grader, card, typed, found)
                        start += self._aside(work, wait=False)
                    attempt = replace(attempt, proposed=frozenset(found))
                    if note := self.store.mark(card.id).flag:
                        self.view.tell(f"Your note: {note}")
                case Draft(words):
                    attempt = replace(attempt, draft=words)
                case Tick(keys):
                    attempt = attempt.tick(keys)
                case Rate(rating, verdict):
                    pending = PendingAnswer(entry_id, attempt.typed, min(spent, kind.longest))
                    is_pass = rating is not Rating.AGAIN and self.rules.mode is not Mode.EXAM
                    if is_pass and not verdict.covered:
                        verdict = verdict._replace(missed=())  # nobody looked at the points
                    review = self.log.record(base, memory, fit, rating, verdict, pending)
                    self.view.saved(question, review)
                    due = review.after.due_day if isinstance(review.after, Learned) else review.day
                    if rating is Rating.AGAIN and not session.repeats:
                        due = review.day + 1
                    seconds = pending.seconds
                    if attempt.typed:  # else the draft is in no answer yet
                        self.drafts.keep(card.id, "")
                    return left(session.answer(rating, verdict.missed, due, seconds, review.id))
                case Flag(note):
                    flag_id = self.log.change(card.id, Verb.FLAG, note)
                    session, attempt = session.flagged(flag_id), attempt.mark(flag_id)
                    self.view.tell("Flagged: contrastive-drill flags lists the flagged cards.")
                case OpenSource(place):
                    self.view.tell(open_source(card.sources[place]))
                case Command.SUSPEND:
                    session = session.skip(self.log.change(card.id, Verb.SUSPEND))
                    self.view.tell(f"Suspended: contrastive-drill resume {card.id} brings it back.")
                    return left(session)
                case Command.BURY:
                    session = session.skip(self.log.change(card.id, Verb.BURY))
                    self.view.tell("Buried until tomorrow.")
                    return left(session)
                case Command.UNDO if back and not attempt.entry_id:
                    attempt = back
                case Command.UNDO:
                    before = self.log.undo(session)
                    if before and not back:
                        self._resumed = self._attempts.pop(session.entry_id, None)
                        if self._resumed and before.current:
                            self.drafts.keep(before.current, self._resumed[0].draft)
                        return before, False
                    session, attempt = before or session, (before and back) or attempt
                case Command.SOURCE:
                    for source in card.sources:
                        self.view.tell(open_source(source))
                case Command.WRITE:
                    outcome = write_code(self.view, card, self.rules.mode is Mode.EXAM)
                    if outcome:  # the time that it took is that of the answer
                        spent = self.env.clock.stopwatch() - start
                        attempt = attempt.reveal(outcome, spent, draft=outcome)
                case Command.DEMO:
                    start += self._aside(partial(run_demo, card.demo or ""))
                case Command.EDIT:
                    start += self._aside(partial(self._edit, base.id), wait=False)
                    if base.id not in self.env.bank:
                        return session.skip(None), False
                    base = self.asked[base.id] = self.env.bank.card(base.id)
                    card, clinic = variant(base, seed), clinic and self._clinic(base, memory)
                case Command.SPLIT:
                    missed = clinic.leech.missed if clinic else ()
                    points = [point for point in base.required if point.key in missed]
                    start += self._aside(partial(self._split, base, points), wait=False)
                case Command.QUIT:
                    return session, True

    def _aside(self, work: Callable[[], None], wait: bool = True) -> float:
        """Let another program have the terminal; the seconds that it took, which count nowhere."""
        paused = self.env.clock.stopwatch()
        self.view.aside(work, wait)
        pause = self.env.clock.stopwatch() - paused
        self.start += pause
        return pause

    def _propose(self, grader: str, card: Card, typed: str, found: set[str]) -> None:
        from contrastive_drill.actions.review.grader import propose

        found |= propose(grader, card, typed, self.view.tell)

    def _edit(self, card_id: str) -> None:
        from contrastive_drill.actions.card_edit import edit_card

        try:
            self.view.tell(edit_card(self.env, card_id))
        except DrillError as error:
            self.view.tell(str(error))

    def _split(self, card: Card, points: Sequence[KeyPoint]) -> None:
        from contrastive_drill.actions.own_cards import split_card

        try:
            first, *others = split_card(self.env, card, points or card.required)
        except DrillError as error:
            self.view.tell(str(error))
            return
        more = f", {', '.join(others)}" if others else ""
        self.view.tell(f"Cards of your own, asked once you wrote their questions: {first}{more}.")
        self._edit(first)

    def _shown(self, question: Question, attempt: Attempt, clinic: Clinic | None) -> Reply | None:
        """What the learner does on the screen that is due; None to leave the clinic."""
        if clinic:
            return self.view.clinic(clinic)
        return (self.view.grade if attempt.revealed else self.view.ask)(question, attempt)

    def _clinic(self, card: Card, memory: Memory) -> Clinic | None:
        """What may help with a card that repetition does not, before its first answer of a day."""
        if self.rules.mode is not Mode.REVIEW or isinstance(memory, New) or memory.reps < FEWEST:
            return None
        if memory.last_day >= self.env.day():
            return None
        from contrastive_drill.actions.review.clinic import clinic

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
            total=max(self._total(session), min(session.total, session.done + 1)),
            retries=len(session.retries),
            seconds=self._elapsed(),
            mode=self.rules.mode,
            last_run=partial(self.env.last_run, self.store, card.demo or ""),
            history=partial(self.env.past_answers, self.store, card.id),
            clock=self._elapsed if self.rules.mode is Mode.EXAM else None,
            keep=partial(self.drafts.keep, card.id),
            repeats=session.repeats,
            planned_for=self._planned_for(scheduler),
        )

    def _planned_for(self, scheduler: Scheduler) -> PlannedFor | None:
        return (
            None if self.interview_day is None else PlannedFor(self.interview_day, scheduler.curve)
        )

    def _total(self, session: Session) -> int:
        """The cards of the session, or as many as its minutes leave room for."""
        expected = self.rules.expected or session.total
        return min(session.total, max(expected, session.done + len(session.retries)))

    def _elapsed(self) -> float:
        return self.env.clock.stopwatch() - self.start

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
            left=self._total(session) - session.done - len(session.retries),
            mode=self.rules.mode,
            planned=self.interview_day is not None,
        )
