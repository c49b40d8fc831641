"""The command line: each verb parses its arguments, calls an action and prints the outcome."""

import gc

from contrastive_drill.cli.root import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the program."""
    # Collecting while modules load costs 5 ms and frees nothing; long sessions turn it on again.
    gc.disable()
    app(prog_name="contrastive-drill")
