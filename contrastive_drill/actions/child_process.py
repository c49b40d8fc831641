"""The program run again in a process of its own."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any


def run_command(*arguments: str, stdin: int | None = None) -> None:
    """Run a command of the program; Ctrl-C reaches only that command, which ends in its own way."""
    run([sys.executable, "-P", "-m", "contrastive_drill", *arguments], stdin)


def run(command: str | Sequence[str], stdin: int | None = None, **options: Any) -> int:
    """Run any command to its end in the same way, and return its exit status.

    The options are those of `subprocess.run`.
    """
    # A handler rather than SIG_IGN, which the command would inherit.
    handler = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, stdin=stdin, check=False, **options).returncode
    finally:
        signal.signal(signal.SIGINT, handler)


def run_demo(name: str) -> None:
    """Run a demo at its quick size, and free its memory when it ends."""
    run_command("demo", name, "--quick", stdin=subprocess.DEVNULL)
