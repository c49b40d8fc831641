"""`doctor`: where everything lies, and whether it is well."""

import sys

from contrastive_drill import __version__
from contrastive_drill.cli.boundary import verbs
from contrastive_drill.cli.desk import Desk
from contrastive_drill.errors import CheckFailed, DrillError
from contrastive_drill.screen.plain import say

app = verbs()


@app.command()
def doctor() -> None:
    """Print every path and check every file.

    \b
    Examples:
      contrastive-drill doctor
      CONTRASTIVE_DRILL_HOME=~/drill contrastive-drill doctor
    """
    from importlib.util import find_spec

    from contrastive_drill import settings
    from contrastive_drill.bank.library import shipped_folder
    from contrastive_drill.store import backups

    desk = Desk()
    paths = desk.paths
    kept = backups.backups(paths.backups)
    lines = [
        ("version", f"{__version__}, Python {sys.version.split()[0]}"),
        ("database", f"{paths.database}"),
        ("backups", f"{paths.backups} ({len(kept)} kept)"),
        ("own cards", f"{paths.bank}"),
        ("settings", f"{paths.settings}"),
        ("cache", f"{paths.cache}"),
        ("shipped cards", f"{shipped_folder()}"),
        ("moved by", settings.HOME_VARIABLE),
        ("clock", f"{desk.clock.now():%Y-%m-%d %H:%M %z}"),
        ("demos", "ready" if find_spec("torch") and find_spec("numpy") else "need torch"),
    ]
    for name, value in lines:
        say(f"{name:<14}{value}")
    ills: list[str] = []
    for name, check in (("settings", _settings), ("cards", _cards), ("database", _database)):
        try:
            say(f"{name:<14}{check(desk)}")
        except DrillError as error:
            ills.append(str(error))
            say(f"{name:<14}{error}")
    if ills:
        raise CheckFailed(f"{len(ills)} of the checks above failed")


def _settings(desk: Desk) -> str:
    held = desk.preferences
    return f"retention {held.desired_retention:g}, {held.new_per_day} new a day: well"


def _cards(desk: Desk) -> str:
    bank = desk.bank
    return f"{len(bank)} cards" + (
        f", {len(bank.problems)} problems in your own" if bank.problems else ": well"
    )


def _database(desk: Desk) -> str:
    if not desk.paths.database.exists():
        return "none yet: the first answer makes it"
    with desk.store(read_only=True) as store:
        store.database.check()
    return "well"
