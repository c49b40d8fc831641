"""The program without a command: what is due, and the next step."""

from contrastive_drill.cli.desk import Desk, at_terminal
from contrastive_drill.cli.status import status_of
from contrastive_drill.screen.plain import say
from contrastive_drill.screen.status import greeting_lines


def greet() -> None:
    """Say what is due; in a terminal, one key begins."""
    desk = Desk()
    now = status_of(desk)
    begins = bool(now.due or now.new) and at_terminal()
    say("\n".join(greeting_lines(now, begins)))
    if not begins:
        return
    from contrastive_drill.cli.drill import drill
    from contrastive_drill.cli.plan import Wishes
    from contrastive_drill.screen.keys import ENTER, SPACE, terminal_keys

    with terminal_keys() as keys:
        try:
            while (key := keys.read()) not in (ENTER, SPACE):
                if key in ("q", "escape"):
                    return
        except EOFError:
            return
    drill(desk, Wishes(), as_lines=False)
