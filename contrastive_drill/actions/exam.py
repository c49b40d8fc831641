"""Begins or resumes an exam, and shows results."""

from dataclasses import dataclass

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.output import print_json, print_rows
from contrastive_drill.actions.review.loop import ReviewLoop
from contrastive_drill.actions.review.session import open_session, run_session
from contrastive_drill.actions.sittings import begin_sitting, note_event
from contrastive_drill.cards.card import Level
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.errors import UsageProblem
from contrastive_drill.exam.questions import Candidate, questions, unanswered
from contrastive_drill.exam.result import result
from contrastive_drill.memory.log import Mode
from contrastive_drill.memory.marks import suspended
from contrastive_drill.memory.sitting import ENDED, Sitting, SittingKind
from contrastive_drill.review.selection import Selection
from contrastive_drill.review.session import Session, SessionRules
from contrastive_drill.screen.exam.result import ExamView, exam_record, exam_rows, history_rows
from contrastive_drill.store import Store
from contrastive_drill.words import duration, plural

CODED = 3  # tasks of an exam of code, unless another number is asked for
SEEDS = 10**6  # a seed that a person can type again


@dataclass(frozen=True, slots=True)
class ExamOptions:
    """Which questions to ask; the cold list by default."""

    sections: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    count: int | None = None
    seed: int | None = None
    code: bool = False

    @property
    def words(self) -> str:
        """The options as a phrase."""
        names = [", ".join(self.sections), ", ".join(self.levels)]
        drawn = "code" if self.code else ""
        questions = "; ".join(filter(None, [drawn, *names])) or "the cold list"
        return questions + (f", a sample of {self.count}" if self.count is not None else "")


def run_exam(env: Environment, options: ExamOptions, *, new: bool, as_lines: bool) -> None:
    """Ask until the exam is finished or paused, and show its result so far."""
    with open_session(env) as (store, notices):
        sitting = store.sittings.open(SittingKind.EXAM)
        if sitting is not None and options != ExamOptions() and not new:
            answered = len(store.sittings.answers(sitting.id))
            raise UsageProblem(
                f"an exam is open, {answered} of {len(sitting.cards)} answered: contrastive-drill "
                "exam resumes it, --new leaves it and begins another"
            )
        begun = sitting is None or new
        if sitting is None:
            sitting = _begin(env, store, options)
        elif new:
            left, sitting = sitting, _begin(env, store, options)
            note_event(env, store, left, ENDED, how="left")
        answers = store.sittings.answers(sitting.id)
        spent = sum(answer.seconds for answer in answers)
        waiting = tuple(card for card in unanswered(sitting.cards, answers) if card in env.bank)
        if waiting:
            notices.append(
                f"Cold exam, {plural(len(waiting), 'question')}: no hints, no repeats. "
                f"{':quit' if as_lines else 'q'} pauses."
                if begun
                else f"The exam continues: {len(answers)} answered in {duration(spent)}, "
                f"{len(waiting)} to go."
            )
            done = tuple(dict.fromkeys(answer.card_id for answer in answers))
            session = Session((*done, *waiting), next_card=len(done), repeats=False)
            loop = ReviewLoop(env, store, SessionRules(Mode.EXAM, sitting=sitting.id, spent=spent))
            session = run_session(loop, session, as_lines, notices)
            waiting = () if session.current is None else (session.current,)
        if not waiting:
            note_event(env, store, sitting, ENDED, how="finished")
        view = _exam_view(env, store, sitting)
    print_rows(lambda sheet: exam_rows(sheet, view), paged=not as_lines)


def show_exams(env: Environment, *, every: bool, as_json: bool, paged: bool) -> None:
    """Show the result of the last exam, or one line for each exam.

    Raises:
        UsageProblem: when there is no exam to show.
    """
    with env.store(read_only=True) as store:
        sittings = store.sittings.newest(SittingKind.EXAM, None if every else 1)
        exams = [_exam_view(env, store, sitting) for sitting in sittings]
    if not exams and not every:
        raise UsageProblem("there is no exam yet: contrastive-drill exam begins one")
    if as_json:
        print_json("exam", {"exams": [exam_record(exam) for exam in exams]})
    elif every:
        print_rows(lambda sheet: history_rows(sheet, exams))
    else:
        print_rows(lambda sheet: exam_rows(sheet, exams[0]), paged=paged)


def _begin(env: Environment, store: Store, options: ExamOptions) -> Sitting:
    bank = env.bank
    bank.require_sections(options.sections)
    wanted = Selection(sections=options.sections, levels=options.levels)
    excluded = suspended(store.marks())
    candidates = [
        Candidate(entry.id, entry.place)
        for entry in bank.entries
        if entry.id not in excluded
        and wanted.fits(entry)
        and (entry.kind == Kind.CODE) == options.code
    ]
    seed = options.seed
    if seed is None:
        from secrets import randbelow

        seed = randbelow(SEEDS)
    # A seed asks for an order of its own; the cold list has one.
    chosen = bool(options.sections or options.levels or options.code)
    shuffled = chosen or options.seed is not None
    if not chosen:
        candidates = [each for each in candidates if each.place is not None]
    count = options.count or (CODED if options.code else None)
    cards = questions(candidates, seed, count, shuffled=shuffled)
    if not cards:
        raise UsageProblem("no card fits: try fewer conditions")
    return begin_sitting(env, store, SittingKind.EXAM, seed, {"words": options.words}, cards)


def _exam_view(env: Environment, store: Store, sitting: Sitting) -> ExamView:
    bank, events = env.bank, store.sittings.events(sitting.id)
    places = {entry.id: entry.place for entry in bank.entries}
    return ExamView(
        id=sitting.id,
        at=env.local(sitting.at),
        seed=sitting.seed,
        terms=str((sitting.terms or {}).get("words", "")),
        ended=next((str(event.facts.get("how")) for event in events if event.name == ENDED), None),
        result=result(sitting.cards, places, store.sittings.answers(sitting.id), env.curves(store)),
        cards=lambda card_id: bank.card(card_id) if card_id in bank else None,
    )
