"""The program without a command: what is due, and the next step."""

import sys

import typer

from contrastive_drill.cli.desk import Desk
from contrastive_drill.cli.status import status_of
from contrastive_drill.reports import Status
from contrastive_drill.screen.words import day_name, plural


def greet() -> None:
    """Say what is due; in a terminal, one key begins."""
    desk = Desk()
    now = status_of(desk)
    for line in greeting(now):
        typer.echo(line)
    if not (now.due or now.new) or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    from contrastive_drill.cli.drill import drill
    from contrastive_drill.cli.plan import Wishes
    from contrastive_drill.screen.keys import ENTER, SPACE, terminal_keys

    typer.echo("Enter: begin   q: leave")
    with terminal_keys() as keys:
        try:
            while (key := keys.read()) not in (ENTER, SPACE):
                if key in ("q", "escape"):
                    return
        except EOFError:
            return
    drill(desk, Wishes(), as_lines=False)


def greeting(now: Status) -> list[str]:
    """The lines of the greeting."""
    lines = []
    if not now.learned:
        lines.append(f"Welcome. {plural(now.cards, 'card')} wait for you.")
    waiting = [plural(now.due, "card") + " due"] if now.due else []
    waiting += [f"{now.new} new"] if now.new else []
    if waiting:
        lines.append(f"Today: {' and '.join(waiting)}.")
        lines.append("Next step: contrastive-drill review")
    else:
        when = (
            f" The next card is due {day_name(now.next_due_day, now.day)}." * bool(now.next_due_day)
            if now.next_due_day
            else ""
        )
        lines.append(f"Nothing is due today.{when}")
        lines.append("Next step: contrastive-drill review --new 5, or contrastive-drill report")
    if now.streak > 1:
        lines.append(f"{now.streak} days in a row.")
    return lines
