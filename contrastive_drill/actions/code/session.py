"""What the verb `code` does: a task written and rated, or a file judged without a session."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from shlex import quote

from contrastive_drill import intake
from contrastive_drill.actions.code import folder
from contrastive_drill.actions.code.catalogue import (
    CodeCard,
    code_cards,
    named,
    next_after,
    own_file,
    task_of,
)
from contrastive_drill.actions.code.watch import Ending, Watch, open_in_background
from contrastive_drill.actions.environment import Environment, open_console
from contrastive_drill.actions.output import print_json, print_rows
from contrastive_drill.actions.review.drafts import Drafts
from contrastive_drill.actions.review.loop import ReviewLoop
from contrastive_drill.actions.review.session import open_keys, open_session, run_session
from contrastive_drill.cards.kinds.code import CodeRun
from contrastive_drill.cards.prose import first_line, plain
from contrastive_drill.code.judge import judge
from contrastive_drill.code.runner import Runner
from contrastive_drill.code.trial import trial
from contrastive_drill.code.work import Work
from contrastive_drill.errors import CheckFailed, DataProblem, UsageProblem
from contrastive_drill.interview.course import budget
from contrastive_drill.memory.log import Mode
from contrastive_drill.reports.card_state import CardState
from contrastive_drill.review.session import Session, SessionRules
from contrastive_drill.screen.bindings import Action
from contrastive_drill.screen.code.report import TaskLine, report_record, report_rows, task_rows
from contrastive_drill.screen.plain import say


def show_tasks(env: Environment, *, as_json: bool) -> None:
    """The tasks, and how each stands."""
    order = [*env.bank.titles].index
    with env.store(read_only=True) as store:
        cards = sorted(code_cards(env, store), key=lambda each: order(each.card.section))
    lines = [
        TaskLine(
            each.name,
            env.bank.titles[each.card.section],
            each.card.level.value,
            each.state.value,
            own_file(env, each.card).exists(),
            plain(first_line(each.card.prompt)),
        )
        for each in cards
    ]
    if as_json:
        tasks = [
            {**line._asdict(), "id": each.card.id} for line, each in zip(lines, cards, strict=True)
        ]
        print_json("code", {"tasks": tasks})
        return
    print_rows(lambda sheet: task_rows(sheet, lines))


def check_file(env: Environment, name: str, path: Path, *, as_json: bool) -> None:
    """Judge a file once.

    Raises:
        CheckFailed: when it does not pass.
        DataProblem: when it cannot be read.
    """
    with env.store(read_only=True) as store:
        task = task_of(env, named(code_cards(env, store), name).card)
    if str(path) == "-":
        given = intake.standard_input()
        if given is None:
            raise DataProblem(f"more than {intake.MAX_BYTES // 1024} KB are no solution")
        source = given.decode("utf-8-sig", "replace")
    else:
        source = folder.read(path)
    with Runner(task.library) as runner:
        report = judge(task, source, runner, trial(task, _seeds(env)()))
    if as_json:
        print_json("code-check", {"task": task.name, **report_record(report)})
    else:
        print_rows(lambda sheet: report_rows(sheet, report))
    if not report.passed:
        raise CheckFailed(f"{report.held} of {report.total} cases hold")


def write_stub(env: Environment, name: str, *, blank: bool) -> None:
    """Begin the file of a task, and say where it lies."""
    with env.store(read_only=True) as store:
        card = named(code_cards(env, store), name).card
    task = task_of(env, card)
    path = own_file(env, card)
    if blank or not path.exists():
        folder.begin(path, task, blank)
    print_rows(lambda sheet: sheet.question(card))
    say(f"\nWrite it in {path}")
    say(f"Then: contrastive-drill code {task.name} --check {quote(str(path))}")


def drill(env: Environment, name: str, *, blank: bool = False) -> None:
    """Watch over a task, and record how it went; then the next one, as long as the person asks."""
    with open_session(env) as (store, notices):
        cards, done = code_cards(env, store), list[str]()
        current: CodeCard | None = named(cards, name)
        while current is not None:
            done.append(current.card.id)
            ending = _watched(env, current, blank=blank, exam=False, notices=notices)
            if ending.work.over:
                words = ending.work.run(env.clock.stopwatch()).words
                loop = ReviewLoop(env, store, SessionRules(Mode.REVIEW))
                loop.begun[current.card.id] = words, env.clock.stopwatch() - ending.work.begun
                run_session(loop, Session((current.card.id,), repeats=False), False, notices)
            if ending.action is not Action.NEXT:
                return
            current, blank = next_after(cards, done), False
            if current is None:
                say("There is no other task.")


def outcome(env: Environment, name: str, *, exam: bool) -> str | None:
    """Watch over a task for a session that records the answer: its words, None without one."""
    with env.store(read_only=True) as store:
        current = named(code_cards(env, store), name)
    work = _watched(env, current, blank=False, exam=exam, notices=[]).work
    return work.run(env.clock.stopwatch()).words if work.over else None


def _watched(
    env: Environment, current: CodeCard, *, blank: bool, exam: bool, notices: list[str]
) -> Ending:
    from contrastive_drill.actions.own_keys import own_keymap
    from contrastive_drill.screen.code.watch import CodeScreen

    task, drafts, card = task_of(env, current.card), Drafts(env.paths.drafts), current.card
    path, before = own_file(env, card), CodeRun.read(drafts.of(card.id))
    is_there = path.exists()
    # Once rated, a task is written from memory again.
    anew = blank or not is_there or (before is None and current.state is not CardState.NEW)
    if anew:
        folder.begin(path, task, blank)
        if is_there:
            notices.append(f"Begun anew; what stood there is in {folder.EARLIER}/ beside it.")
    console = open_console()
    with open_keys(console, as_lines=False) as keys, Runner(task.library) as runner:
        if keys is None:
            way = f"contrastive-drill code {task.name} --check {quote(str(path))}"
            raise UsageProblem(f"this terminal has no single keys: {way}")
        view = CodeScreen(console, keys, lambda: None, own_keymap(env))
        if not open_in_background(path):
            notices.append("Open it in your editor: e does so here.")
        for notice in notices:
            view.tell(notice)
        notices.clear()
        limit = float(budget(card)) if exam else None
        work = Work(task, folder.shown(path), env.clock.stopwatch(), exam, limit)
        work = replace(work, filled=folder.is_blank_form(folder.read(path)))
        if before:
            work = work.continued(before)
        keep = partial(drafts.keep, card.id)
        ending = Watch(env, view, card, path, runner, _seeds(env), keep).run(work)
        if exam or ending.work.over or ending.work.runs or ending.work.hints:
            keep(ending.work.run(env.clock.stopwatch()).words)
        console.clear()
    return ending


def _seeds(env: Environment) -> Callable[[], int]:
    chance = Random(env.new_id())
    return lambda: chance.randrange(2**31)
