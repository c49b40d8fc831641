"""`config`: the learner's preferences."""

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import known, verbs
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.screen.plain import say

app = verbs()


def _values(context: typer.Context) -> list[str]:
    """Some values of the setting that was named."""
    if (bounds := settings.RANGES.get(name := context.params["name"])) is None:
        return []
    if isinstance(bounds.low, Path):
        return []
    if isinstance(bounds.low, date):
        return ["tomorrow", "friday", "+2w", "+4w"]
    values = (bounds.low, getattr(settings.Preferences(), name), bounds.high)
    return [str(each) for each in values if each is not None]


_NAME = typer.Argument(help="The setting.", autocompletion=known("setting"))
_VALUE = typer.Argument(help="Its new value.", autocompletion=_values)


@app.command()
def config(
    name: Annotated[str | None, _NAME] = None,
    value: Annotated[str | None, _VALUE] = None,
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
      contrastive-drill config keys anki
      contrastive-drill config key.rate-good l
      contrastive-drill config grader "llm -t grade"
      contrastive-drill config sync_folder ~/Sync/drill
    """
    from contrastive_drill.actions import own_keys

    env = Environment()
    if own_keys.is_key_setting(name):
        if name is not None and (unset or value is not None):
            own_keys.change(env, name, None if unset else value)
        for line in own_keys.described(env, name):
            say(line, indent="    ")
        return
    if name is not None:
        settings.range_of(name)  # refuses an unknown name
    if unset and (name is None or value is not None):
        raise UsageProblem("--unset needs the name of a setting, and no value")
    if name is not None and (unset or value is not None):
        default = getattr(settings.Preferences(), name)
        new = default if unset else value
        settings.save(env.paths.settings, env.changed_preferences(name, new))
        env = Environment()
        if name == "sync_folder" and new:
            from contrastive_drill.actions.machines import begin

            begin(env)
    for key in [name] if name is not None else settings.RANGES:
        low, high, meaning = settings.RANGES[key]
        current = getattr(env.preferences, key)
        shown = f"{current:g}" if isinstance(current, int | float) else current or "not set"
        span = f"{low:g} to {high:g}" if isinstance(low, int | float) else settings.KINDS[type(low)]
        say(f"{key} = {shown}  ({span}) {meaning}", indent="    ")
        if key == "interview_on" and current and not env.paths.plan.exists():
            say("contrastive-drill plan --minutes 20 plans for it, with 20 minutes a day")
        if key == "interview_on" and env.paths.plan.exists():
            from contrastive_drill.actions.plan_terms import saved_terms

            with suppress(DataProblem):
                terms = saved_terms(env)
                if terms is not None and terms.interview_day >= env.day():
                    day = date.fromordinal(terms.interview_day)
                    moves = "contrastive-drill plan --on DATE --move moves it"
                    say(f"your plan is for {day}: {moves}", indent="    ")
    for line in own_keys.described(env) if name is None else ():
        say(line, indent="    ")
