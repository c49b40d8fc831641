"""Opens a session: the cards to ask, the view to ask them in, and the day's backup."""

import gc
import sys
from collections.abc import Callable
from io import StringIO, TextIOWrapper

from contrastive_drill.cli.asking import Asking
from contrastive_drill.cli.boundary import complain
from contrastive_drill.cli.desk import Desk
from contrastive_drill.cli.plan import Wishes, nothing_to_ask, plan
from contrastive_drill.screen.plain import say
from contrastive_drill.session import Session
from contrastive_drill.store import Store


def drill(desk: Desk, wishes: Wishes, as_lines: bool) -> None:
    """Hold one session to its end."""
    from contrastive_drill.screen.console import make_console

    console = make_console(sys.stdout, plain=as_lines)
    as_lines = as_lines or console.is_dumb_terminal or console.legacy_windows
    with desk.store() as store:
        with store.database.transaction():
            pass  # a file that cannot be written must be known before the first answer
        notices: list[str] = []
        desk.notify = notices.append
        session = Session(plan(desk, store, wishes))
        warn_of_clock(desk, store)
        if as_lines or session.current is None:
            for notice in notices:
                complain(notice)
        if session.current is None:
            say(nothing_to_ask(desk, store, wishes))
            return
        held = Asking(desk, store, wishes)
        idle = backup_once(held)
        if as_lines:
            from contrastive_drill.screen.lines import LineView

            if isinstance(sys.stdin, TextIOWrapper):
                sys.stdin.reconfigure(errors="replace")  # a stray byte is a stray letter
            held.hold(session, LineView(console, sys.stdin or StringIO(), idle))
        else:
            from contrastive_drill.screen.drill import TerminalView
            from contrastive_drill.screen.keys import terminal_keys

            with terminal_keys() as keys:
                view = TerminalView(console, keys, idle)
                for notice in notices:
                    view.tell(notice)
                held.hold(session, view)


def backup_once(held: Asking) -> Callable[[], None]:
    """What to do while the learner reads the first question: the day's backup."""
    pending = ["backup"]

    def idle() -> None:
        if pending:
            pending.clear()
            gc.enable()
            problem = held.desk.backup_of_the_day(held.store)
            if problem:
                held.view.tell(problem)

    return idle


def warn_of_clock(desk: Desk, store: Store) -> None:
    """Say so when the log has answers from later than now."""
    last, now = store.last_at(), desk.clock.now()
    if last is not None and (last - now).total_seconds() > 60:
        desk.notify(
            f"the clock says {now:%Y-%m-%d %H:%M}, but an answer was logged at "
            f"{last.astimezone(now.tzinfo):%Y-%m-%d %H:%M}: cards answered then count no time "
            "until the clock has caught up"
        )
