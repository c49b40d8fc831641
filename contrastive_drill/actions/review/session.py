"""Runs a review in a view, with the daily backup."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING

from contrastive_drill.actions.environment import Environment, open_console
from contrastive_drill.actions.review.loop import ReviewLoop
from contrastive_drill.actions.review.queue import (
    ReviewOptions,
    expected_cards,
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

    from contrastive_drill.screen.keys import Keys


def run_review(env: Environment, options: ReviewOptions, as_lines: bool) -> None:
    """Run one review to its end."""
    with open_session(env) as (store, notices):
        cards, minutes = review_queue(env, store, options)
        session = Session(cards, siblings=siblings_of(env, cards))
        if session.current is None:
            for notice in notices:
                complain(notice)
            say(nothing_to_ask(env, store, options))
            return
        mode = Mode.CRAM if options.cram else Mode.REVIEW
        rules = SessionRules(mode, minutes, expected=expected_cards(env, store, options))
        loop = ReviewLoop(env, store, rules)
        run_session(loop, session, as_lines, notices)


@contextmanager
def open_session(env: Environment) -> Iterator[tuple[Store, list[str]]]:
    """The store, checked to be writable before the first answer, and notices for the learner."""
    notices: list[str] = []
    env.notify = notices.append
    with env.store() as store:  # of broken cards is told first
        with store.database.transaction():
            pass
        warn_of_clock(env, store)
        yield store, notices


def run_session(loop: ReviewLoop, session: Session, as_lines: bool, notices: list[str]) -> Session:
    """The session after its cards were asked, with single keys or with lines."""
    console = open_console(plain=as_lines)
    is_exam = loop.rules.mode is Mode.EXAM
    idle = backup_once(loop.env, loop.store, lambda problem: loop.view.tell(problem))
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
