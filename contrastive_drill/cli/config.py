"""`config`: the learner's preferences."""

from dataclasses import asdict
from typing import Annotated

import typer

from contrastive_drill import settings
from contrastive_drill.cli.boundary import verbs
from contrastive_drill.cli.desk import Desk
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.plain import say

app = verbs()


@app.command()
def config(
    name: Annotated[str | None, typer.Argument(help="The setting.")] = None,
    value: Annotated[str | None, typer.Argument(help="Its new value.")] = None,
) -> None:
    """Print the settings, or set one.

    \b
    Examples:
      contrastive-drill config
      contrastive-drill config desired_retention 0.92
    """
    desk = Desk()
    if name is not None and value is not None:
        settings.save(desk.paths.settings, settings.changed(desk.preferences, name, value))
        desk = Desk()
    held = asdict(desk.preferences)
    if name is not None and name not in held:
        raise UsageProblem(f"there is no setting '{name}': use one of {', '.join(held)}")
    for key in [name] if name is not None else held:
        low, high, does = settings.BOUNDS[key]
        say(f"{key} = {held[key]:g}  ({low:g} to {high:g}) {does}")
