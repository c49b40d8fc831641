"""Other programs, and this one again, each in a process of its own that has the terminal."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from contrastive_drill.actions.environment import at_terminal
from contrastive_drill.signals import ENDING, handled, leave

if TYPE_CHECKING:
    from contrastive_drill.cards.card import Card
    from contrastive_drill.screen.session_view import View


def run_command(*arguments: str, stdin: int | None = None) -> None:
    """Run a command of the program; Ctrl-C reaches only that command, which ends in its own way."""
    run([sys.executable, "-P", "-m", "contrastive_drill", *arguments], stdin)


def run(
    command: str | Sequence[str],
    stdin: int | None = None,
    text: bytes | None = None,
    **options: Any,
) -> int:
    """Run any command to its end in the same way, with a text to read; returns its exit status.

    Asked to end meanwhile, the program asks the command first, so that nothing is left at the
    terminal. The options are those of `subprocess.Popen`.

    Raises:
        OSError: when it cannot be started.
        Ended: when the program was asked to end.
    """
    came: list[int] = []
    child: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, _: object) -> None:
        came.append(number)
        if child is not None:
            child.send_signal(number)

    # From before it starts; a handler rather than SIG_IGN, which the command would inherit.
    ignored = handled((signal.SIGINT,), lambda *_: None)
    with _terminal_kept(), ignored, handled(ENDING, pass_on):
        given = stdin if text is None else subprocess.PIPE
        with subprocess.Popen(command, stdin=given, **options) as child:
            if came:
                child.terminate()
            child.communicate(text)
    if came:
        leave(came[0])
    return child.returncode


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """The terminal's modes are set back afterwards, however another program left them."""
    if sys.platform == "win32" or sys.stdin is None or not sys.stdin.isatty():
        yield
        return
    import termios

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def write_code(view: "View", card: "Card", exam: bool) -> str | None:
    """Have a card's code written in a process of its own; how it went, None where it was left."""
    from contrastive_drill.cards.kinds.code import code_task

    with TemporaryDirectory() as folder:
        outcome = Path(folder, "outcome")
        words = ["code", code_task(card).name, "--outcome", str(outcome), *["--exam"] * exam]
        stdin = None if at_terminal() else subprocess.DEVNULL
        view.aside(partial(run_command, *words, stdin=stdin), wait=False)
        return outcome.read_text("utf-8") if outcome.exists() else None


def run_demo(name: str) -> None:
    """Run a demo at its quick size, and free its memory when it ends.

    It has the keys of a terminal; lines of a pipe are answers, which it must not read.
    """
    run_command("demo", name, "--quick", stdin=None if at_terminal() else subprocess.DEVNULL)
