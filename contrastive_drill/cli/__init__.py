"""The command line: each verb parses its arguments, calls an action and prints the outcome."""

import gc
import os
import sys
from io import TextIOWrapper

# By hand: to load `typing` takes milliseconds in which Ctrl-C would be a traceback.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from contrastive_drill.cli.root import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the program."""
    import _signal  # type: ignore[import-not-found]  # built in, and so there at once

    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    from contrastive_drill import signals

    signals.guard()
    # Collecting while modules load costs 5 ms and frees nothing; long sessions turn it on again.
    gc.disable()
    called = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    name = "cdrill" if called == "cdrill" else "contrastive-drill"
    if f"_{name.upper().replace('-', '_')}_COMPLETE" in os.environ:
        # Typer would load it to draw the help beside each completion: 50 ms at every Tab.
        sys.modules["rich"] = None  # type: ignore[assignment]
    _open_streams()
    # A terminal that does not answer prompt_toolkit's question would be warned of on the screen.
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
    try:
        from contrastive_drill.cli.root import app

        app(prog_name=name)
    finally:
        signals.finish()


def _open_streams() -> None:
    """Nothing is read or printed where a stream is closed; an invalid byte is an unknown letter."""
    for stream, use in {"stdin": "r", "stdout": "w", "stderr": "w"}.items():
        if getattr(sys, stream) is None:
            setattr(sys, stream, open(os.devnull, use))  # noqa: SIM115
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def __getattr__(name: str) -> object:
    """The verbs, loaded where they are asked for: what signals do is settled before."""
    if name != "app":
        raise AttributeError(name)
    from contrastive_drill.cli.root import app

    return app
