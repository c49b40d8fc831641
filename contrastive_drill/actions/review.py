"""Opens a session: the cards to ask, the view to ask them in, and the day's backup."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO, TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from contrastive_drill.actions.environment import Environment, open_console
from contrastive_drill.actions.queue import ReviewOptions, nothing_to_ask, planned
from contrastive_drill.actions.review_loop import ReviewLoop, SessionRules
from contrastive_drill.memory.log import Mode
from contrastive_drill.review.session import Session
from contrastive_drill.screen.plain import complain, say
from contrastive_drill.screen.view import SessionView
from contrastive_drill.store import Store

if TYPE_CHECKING:
    from rich.console import Console


def drill(env: Environment, options: ReviewOptions, as_lines: bool) -> None:
    """Hold one session to its end."""
    with opened(env) as (store, notices):
        cards, minutes = planned(env, store, options)
        session = Session(cards)
        if session.current is None:
            for notice in notices:
                complain(notice)
            say(nothing_to_ask(env, store, options))
            return
        mode = Mode.CRAM if options.cram else Mode.REVIEW
        loop = ReviewLoop(env, store, SessionRules(mode, minutes))
        hold(loop, session, as_lines, notices)


@contextmanager
def opened(env: Environment) -> Iterator[tuple[Store, list[str]]]:
    """The store, known to be writable before the first answer, and what the learner must know."""
    with env.store() as store:
        with store.database.transaction():
            pass
        notices: list[str] = []
        env.notify = notices.append
        _ = env.bank  # what is broken of one's own cards is said first
        warn_of_clock(env, store)
        yield store, notices


def hold(loop: ReviewLoop, session: Session, as_lines: bool, notices: list[str]) -> Session:
    """Ask the cards of a session, with single keys or with lines; returns it as it ended."""
    console = open_console(plain=as_lines)
    idle = backup_once(loop.env, loop.store, lambda problem: loop.view.tell(problem))
    if (lines := line_input(console, as_lines)) is not None:
        from contrastive_drill.screen.review.lines import LineView

        for notice in notices:
            complain(notice)
        return _run(loop, session, LineView(console, lines, idle))
    from contrastive_drill.screen.keys import terminal_keys
    from contrastive_drill.screen.review.terminal import TerminalView

    with terminal_keys() as keys:
        view = TerminalView(console, keys, idle)
        for notice in notices:
            view.tell(notice)
        session = _run(loop, session, view)
    if loop.terms.mode is Mode.EXAM:
        console.clear()
    return session


def line_input(console: "Console", as_lines: bool) -> TextIO | None:
    """Where lines are read; None at a terminal whose keys can be read one at a time."""
    if not (as_lines or console.is_dumb_terminal or console.legacy_windows):
        return None
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a stray byte is a stray letter
    return sys.stdin or StringIO()


def _run(loop: ReviewLoop, session: Session, view: SessionView) -> Session:
    session = loop.hold(session, view)
    if loop.terms.mode is not Mode.EXAM:  # an exam has a verdict of its own
        view.close(loop.closing(session))
    return session


def backup_once(env: Environment, store: Store, tell: Callable[[str], None]) -> Callable[[], None]:
    """What to do while the learner reads the first question: the day's backup."""
    pending = ["backup"]

    def idle() -> None:
        if pending:
            pending.clear()
            gc.enable()
            problem = env.backup_of_the_day(store)
            if problem:
                tell(problem)

    return idle


def warn_of_clock(env: Environment, store: Store) -> None:
    """Say so when the log has answers from later than now."""
    last, now = store.last_at(), env.clock.now()
    if last is not None and (last - now).total_seconds() > 60:
        env.notify(
            f"the clock says {now:%Y-%m-%d %H:%M}, but an answer was logged at "
            f"{last.astimezone(now.tzinfo):%Y-%m-%d %H:%M}: cards answered then count no time "
            "until the clock has caught up"
        )
