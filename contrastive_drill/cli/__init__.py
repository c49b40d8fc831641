"""The command line: each verb parses its arguments, calls an action and prints the outcome."""

import gc
import os
import sys
from pathlib import Path

from contrastive_drill.cli.root import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the program."""
    # Collecting while modules load costs 5 ms and frees nothing; long sessions turn it on again.
    gc.disable()
    name = "cdrill" if Path(sys.argv[0]).stem == "cdrill" else "contrastive-drill"
    if f"_{name.upper().replace('-', '_')}_COMPLETE" in os.environ:
        # Typer would load it to draw the help beside each completion: 50 ms at every Tab.
        sys.modules["rich"] = None  # type: ignore[assignment]
    # A terminal that does not answer prompt_toolkit's question would be warned of on the screen.
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
    app(prog_name=name)
