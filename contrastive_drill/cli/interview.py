"""`interview`: the mock interview, and the scorecards of past ones."""

from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.cards.card import Level
from contrastive_drill.cli.group import Plain, named, one_of, verbs

app = verbs()


@app.command()
def interview(
    minutes: Annotated[
        float | None,
        typer.Option(min=1, max=600, help="Ask nothing new after this many minutes instead of 30."),
    ] = None,
    level: Annotated[
        Level | None,
        one_of(Level, "Ask at this level all along; without it, from mid on by your answers."),
    ] = None,
    topic: Annotated[
        list[str] | None,
        named("Scenarios of this section or tag; may be given again.", "section", "tag"),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Repeat the interview with this seed.")
    ] = None,
    result: Annotated[
        bool, typer.Option("--result", help="Show the last interview's scorecard.")
    ] = False,
    history: Annotated[bool, typer.Option("--history", help="List every interview.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The same as one JSON object.")] = False,
    plain: Plain = False,
) -> None:
    """Take a mock interview that pushes back and goes deeper.

    It picks scenarios by your answers, and ends with a scorecard. The answers are stored, and do
    not change the schedule.

    \b
    Examples:
      contrastive-drill interview
      contrastive-drill interview --minutes 15 --level senior --topic clip
      contrastive-drill interview --result
    """
    from contrastive_drill.actions.interview import InterviewOptions, run_interview, show_interviews
    from contrastive_drill.errors import UsageProblem

    env, as_lines = Environment(), plain or not at_terminal()
    options = InterviewOptions(minutes or 30.0, level, tuple(topic or ()), seed)
    if result or history or json:
        if minutes or level or topic or seed is not None:
            raise UsageProblem(
                "--result, --history and --json show interviews: drop the other options"
            )
        show_interviews(env, every=history, as_json=json, paged=not as_lines)
        return
    run_interview(env, options, as_lines=as_lines)
