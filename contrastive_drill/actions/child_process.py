"""The program run again in a process of its own."""

import signal
import subprocess
import sys


def run_command(*arguments: str, stdin: int | None = None) -> None:
    """Run a command of the program; Ctrl-C reaches only that command, which ends in its own way."""
    # A handler rather than SIG_IGN, which the command would inherit.
    handler = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        command = [sys.executable, "-P", "-m", "contrastive_drill", *arguments]
        subprocess.run(command, stdin=stdin, check=False)
    finally:
        signal.signal(signal.SIGINT, handler)


def run_demo(name: str) -> None:
    """Run a demo, whose memory is freed when it ends."""
    run_command("demo", name, stdin=subprocess.DEVNULL)
