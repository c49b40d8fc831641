"""`interview`: the mock interview, and the scorecards of those held."""

from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.cards.card import Level
from contrastive_drill.cli.group import verbs

app = verbs()


@app.command()
def interview(
    minutes: Annotated[
        float | None,
        typer.Option(min=1, max=600, help="Ask nothing new after this many minutes, not 30."),
    ] = None,
    level: Annotated[
        Level | None, typer.Option(help="Begin at this level; without it, at mid.")
    ] = None,
    topic: Annotated[
        list[str] | None,
        typer.Option(help="Scenarios of this section or tag; may be given again."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Ask as in the interview that had this seed.")
    ] = None,
    result: Annotated[bool, typer.Option(help="Show the last interview's scorecard.")] = False,
    history: Annotated[bool, typer.Option(help="List every interview.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object, of either.")] = False,
    plain: Annotated[
        bool, typer.Option(help="One line for each answer, as when input is piped.")
    ] = False,
) -> None:
    """Hold a mock interview that pushes back and goes deeper.

    It picks scenarios by how you do, and ends with a scorecard. Its answers are kept, and leave the
    schedule as it was.

    \b
    Examples:
      contrastive-drill interview
      contrastive-drill interview --minutes 15 --level senior --topic clip
      contrastive-drill interview --result
    """
    from contrastive_drill.actions import interview as interviewing
    from contrastive_drill.errors import UsageProblem

    env, as_lines = Environment(), plain or not at_terminal()
    options = interviewing.InterviewOptions(
        minutes or 30.0, level or Level.MID, tuple(topic or ()), seed
    )
    if result or history or json:
        if minutes or level or topic or seed is not None:
            raise UsageProblem("--result, --history and --json show interviews, and hold none")
        interviewing.show(env, every=history, as_json=json, paged=not as_lines)
        return
    interviewing.hold(env, options, as_lines=as_lines)
