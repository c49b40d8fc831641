"""`config`: the learner's preferences."""

from typing import Annotated

import typer

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import verbs
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.plain import say

app = verbs()


@app.command()
def config(
    name: Annotated[str | None, typer.Argument(help="The setting.")] = None,
    value: Annotated[str | None, typer.Argument(help="Its new value.")] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Reset it to its default.")] = False,
) -> None:
    """Print the settings, or set one.

    \b
    Examples:
      contrastive-drill config
      contrastive-drill config desired_retention 0.92
      contrastive-drill config interview_on 2026-12-05
      contrastive-drill config interview_on --unset
      contrastive-drill config days_off sat,sun
    """
    env = Environment()
    if name is not None:
        settings.range_of(name)  # refuses an unknown name
    if unset and (name is None or value is not None):
        raise UsageProblem("--unset needs the name of a setting, and no value")
    if name is not None and (unset or value is not None):
        default = getattr(settings.Preferences(), name)
        preferences = settings.changed(env.preferences, name, default if unset else value)
        day = preferences.interview_on if name == "interview_on" else None
        if day is not None and day.toordinal() < env.day():
            raise UsageProblem(f"{day} is in the past: give a future date")
        settings.save(env.paths.settings, preferences)
        env = Environment()
    for key in [name] if name is not None else settings.RANGES:
        low, high, meaning = settings.RANGES[key]
        current = getattr(env.preferences, key)
        shown = f"{current:g}" if isinstance(current, int | float) else current or "not set"
        span = f"{low:g} to {high:g}" if isinstance(low, int | float) else settings.KINDS[type(low)]
        say(f"{key} = {shown}  ({span}) {meaning}")
