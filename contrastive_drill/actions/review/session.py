"""Runs a review in a view, with the daily backup."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from typing import TYPE_CHECKING

from contrastive_drill.actions.environment import Environment, at_terminal, open_console
from contrastive_drill.actions.machines import shared
from contrastive_drill.actions.review.loop import ReviewLoop
from contrastive_drill.actions.review.queue import (
    ReviewOptions,
    nothing_to_ask,
    review_queue,
)
from contrastive_drill.actions.review.siblings import siblings_of
from contrastive_drill.memory.log import Mode
from contrastive_drill.review.session import Session, SessionRules
from contrastive_drill.screen.plain import complain, say
from contrastive_drill.screen.session_view import SessionView
from contrastive_drill.store import Store

if TYPE_CHECKING:
    from rich.console import Console

    from contrastive_drill.actions.review.late_plan import Making
    from contrastive_drill.screen.keys import Keys


def run_review(
    env: Environment,
    options: ReviewOptions,
    as_lines: bool,
    start: "Callable[[], Making] | None" = None,
) -> None:
    """Run one review to its end.

    The plan of the day, where it is not made yet, is made before the first card, or else in what
    `start` begins: in a process of its own where a person waits.
    """
    with open_session(env) as (store, notices), ExitStack() as at_end:
        waits = start is None and not at_terminal()
        queue = review_queue(env, store, options, waits=waits)
        cards, minutes, expected, repeats, terms = queue
        session = Session(
            cards, siblings=siblings_of(env, cards), repeats=repeats, planned=terms is None
        )
        if session.current is None:
            for notice in notices:
                complain(notice)
            say(nothing_to_ask(env, store, options))
            return
        mode = Mode.CRAM if options.cram else Mode.REVIEW
        rules = SessionRules(mode, minutes, expected=expected)
        if terms is None:
            run_session(ReviewLoop(env, store, rules), session, as_lines, notices)
            return
        from contrastive_drill.actions.review.late_plan import ChildProcess, LatePlan

        late = LatePlan(env, store, terms, start or ChildProcess, options.limit)
        at_end.callback(late.stop)
        loop = ReviewLoop(env, store, rules, late.followed)
        run_session(loop, session, as_lines, notices, late.begin)


@contextmanager
def open_session(env: Environment) -> Iterator[tuple[Store, list[str]]]:
    """The store, checked to be writable before the first answer, and notices for the learner."""
    notices: list[str] = []
    env.notify = notices.append
    with env.store() as store:  # of broken cards is told first
        with store.database.transaction():
            pass
        with shared(env, store):
            warn_of_clock(env, store)
            yield store, notices


def run_session(
    loop: ReviewLoop,
    session: Session,
    as_lines: bool,
    notices: list[str],
    begin: Callable[[], None] = lambda: None,
) -> Session:
    """The session after its cards were asked, with single keys or with lines.

    What there is to `begin` begins while the first one is read.
    """
    console = open_console(plain=as_lines)
    is_exam = loop.rules.mode is Mode.EXAM
    backup = backup_once(loop.env, loop.store, lambda problem: loop.view.tell(problem))

    def idle() -> None:
        begin()
        backup()

    view: SessionView
    with open_keys(console, as_lines) as keys:
        if keys is None:
            from contrastive_drill.screen.review.lines import LineView

            view = LineView(console, sys.stdin or StringIO(), idle)
        else:
            from contrastive_drill.actions.own_keys import own_keymap
            from contrastive_drill.screen.review.terminal import TerminalView

            view = TerminalView(console, keys, idle, own_keymap(loop.env))
        for notice in notices:
            (complain if keys is None else view.tell)(notice)
        session = loop.run(session, view)
        if not is_exam:  # which shows its result instead
            view.close(loop.closing(session))
    if is_exam and keys is not None:
        console.clear()
    return session


@contextmanager
def open_keys(console: "Console", as_lines: bool) -> "Iterator[Keys | None]":
    """The single keys of the terminal; None where answers are read as lines."""
    if as_lines or console.is_dumb_terminal or console.legacy_windows:
        yield None
        return
    from contrastive_drill.screen.keys import terminal_keys

    with terminal_keys() as keys:
        yield keys


def backup_once(env: Environment, store: Store, tell: Callable[[str], None]) -> Callable[[], None]:
    """What to do while the learner reads the first question: the daily backup."""
    pending = ["backup"]

    def idle() -> None:
        if pending:
            pending.clear()
            gc.enable()
            if problem := env.daily_backup(store):
                tell(problem)

    return idle


def warn_of_clock(env: Environment, store: Store) -> None:
    """Warn when the log has answers from the future."""
    last, now = store.last_at(), env.clock.now()
    if last is not None and (last - now).total_seconds() > 60:
        env.notify(
            f"the clock says {now:%Y-%m-%d %H:%M}, but an answer was logged at "
            f"{env.local(last):%Y-%m-%d %H:%M}: cards answered then count no time "
            "until the clock has caught up"
        )
