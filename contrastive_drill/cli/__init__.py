"""The command line: each verb parses, calls and renders."""

import gc

from contrastive_drill.cli.root import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the program."""
    # Collecting while modules load costs 5 ms and frees nothing; what lives long turns it on again.
    gc.disable()
    app(prog_name="contrastive-drill")
