"""Begins or continues an exam, and shows its result."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.output import print_blocks, print_json, print_rows
from contrastive_drill.actions.review import hold, opened
from contrastive_drill.actions.review_loop import ReviewLoop, SessionRules
from contrastive_drill.cards.card import Card, Level
from contrastive_drill.errors import UsageProblem
from contrastive_drill.exam.questions import Candidate, questions, unanswered
from contrastive_drill.exam.result import result
from contrastive_drill.memory.log import Mode, suspended
from contrastive_drill.memory.sitting import ENDED, Event, Sitting, SittingKind
from contrastive_drill.review.session import Session
from contrastive_drill.screen.exam.result import ExamView, exam_blocks, exam_record, history_rows
from contrastive_drill.screen.words import duration, plural
from contrastive_drill.store import Store

SEEDS = 10**6  # a seed that a person can type again


@dataclass(frozen=True, slots=True)
class ExamOptions:
    """Which questions the learner asked for; none are the cold list."""

    sections: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    count: int | None = None
    seed: int | None = None

    @property
    def words(self) -> str:
        """The options as a person says them."""
        what = [", ".join(self.sections), ", ".join(self.levels)]
        said = "; ".join(part for part in what if part) or "the cold list"
        return said + (f", a sample of {self.count}" if self.count is not None else "")


def run_exam(env: Environment, options: ExamOptions, *, new: bool, as_lines: bool) -> None:
    """Ask until the exam is done or paused, then show its result so far."""
    with opened(env) as (store, notices):
        sitting = store.sittings.open(SittingKind.EXAM)
        if sitting is not None and options != ExamOptions() and not new:
            answered = len(store.sittings.answers(sitting.id))
            raise UsageProblem(
                f"an exam is open, {answered} of {len(sitting.cards)} answered: contrastive-drill "
                "exam goes on with it, --new leaves it and begins another"
            )
        if sitting is not None and new:
            _end(env, store, sitting, "left")
            sitting = None
        begun = sitting is None
        sitting = sitting or _begin(env, store, options)
        answers = store.sittings.answers(sitting.id)
        spent = sum(answer.seconds for answer in answers)
        waiting = tuple(card for card in unanswered(sitting.cards, answers) if card in env.bank)
        if waiting:
            notices.append(
                f"Cold exam, {plural(len(waiting), 'question')}: no hints, no repeats. q pauses."
                if begun
                else f"The exam goes on: {len(answers)} answered in {duration(spent)}, "
                f"{len(waiting)} to go."
            )
            done = tuple(dict.fromkeys(answer.card_id for answer in answers))
            session = Session((*done, *waiting), next_card=len(done), repeats=False)
            loop = ReviewLoop(env, store, SessionRules(Mode.EXAM, sitting=sitting.id, spent=spent))
            session = hold(loop, session, as_lines, notices)
            waiting = () if session.current is None else (session.current,)
        if not waiting:
            _end(env, store, sitting, "finished")
        exam = _exam_view(env, store, sitting)
    print_blocks(lambda sheet: exam_blocks(sheet, exam), paged=not as_lines)


def show(env: Environment, *, every: bool, as_json: bool, paged: bool) -> None:
    """The last exam's result, or one line for each exam.

    Raises:
        UsageProblem: when there is no exam to show.
    """
    with env.store(read_only=True) as store:
        sittings = store.sittings.newest(SittingKind.EXAM, None if every else 1)
        exams = [_exam_view(env, store, sitting) for sitting in sittings]
    if not exams and not every:
        raise UsageProblem("no exam was begun yet: contrastive-drill exam begins one")
    if as_json:
        print_json({"schema": 1, "exams": [exam_record(exam) for exam in exams]})
    elif every:
        print_rows(lambda sheet: history_rows(sheet, exams))
    else:
        print_blocks(lambda sheet: exam_blocks(sheet, exams[0]), paged=paged)


def _begin(env: Environment, store: Store, options: ExamOptions) -> Sitting:
    bank = env.bank
    bank.require_sections(options.sections)
    suspended_cards = suspended(store.marks())
    candidates = [
        Candidate(entry.id, entry.place)
        for entry in bank.entries
        if entry.id not in suspended_cards
        and (not options.sections or entry.section in options.sections)
        and (not options.levels or entry.level in options.levels)
    ]
    seed = options.seed
    if seed is None:
        from secrets import randbelow

        seed = randbelow(SEEDS)
    # Whoever gives a seed asks for an order of its own; the cold list has one.
    drawn = bool(options.sections or options.levels or options.seed is not None)
    if not options.sections and not options.levels:
        candidates = [each for each in candidates if each.place is not None]
    cards = questions(candidates, seed, options.count, drawn=drawn)
    if not cards:
        raise UsageProblem("no card fits: try fewer conditions")
    sitting = Sitting(
        id=env.new_id(),
        sort=SittingKind.EXAM,
        at=env.clock.now().astimezone(UTC),
        day=env.day(),
        seed=seed,
        cards=cards,
        terms={"words": options.words},
    )
    store.sittings.begin(sitting)
    return sitting


def _end(env: Environment, store: Store, sitting: Sitting, how: str) -> None:
    at = env.clock.now().astimezone(UTC)
    store.sittings.note(sitting.id, Event(ENDED, at, {"how": how}))


def _exam_view(env: Environment, store: Store, sitting: Sitting) -> ExamView:
    bank = env.bank
    places = {entry.id: entry.place for entry in bank.entries}

    def card(card_id: str) -> Card | None:
        return bank.card(card_id) if card_id in bank else None

    return ExamView(
        id=sitting.id,
        at=sitting.at.astimezone(env.clock.now().tzinfo),
        seed=sitting.seed,
        terms=str((sitting.terms or {}).get("words", "")),
        ended=_how(store.sittings.events(sitting.id)),
        result=result(sitting.cards, places, store.sittings.answers(sitting.id), env.curves(store)),
        cards=card,
    )


def _how(events: Iterable[Event]) -> str | None:
    return next((str(event.facts.get("how")) for event in events if event.name == ENDED), None)
