"""The command line: each verb parses, calls and renders."""

from importlib import import_module

from contrastive_drill.cli.root import app

__all__ = ["app", "main"]

VERBS = (
    "review",
    "status",
    "report",
    "show",
    "bank",
    "demo",
    "undo",
    "marks",
    "config",
    "backup",
    "doctor",
)

for _verb in VERBS:
    import_module(f"contrastive_drill.cli.{_verb}")


def main() -> None:
    """Run the program."""
    app(prog_name="contrastive-drill")
