"""`schema`: the form of what `--json` prints."""

from typing import Annotated

import typer

from contrastive_drill.cli.group import verbs
from contrastive_drill.schemas import outputs
from contrastive_drill.schemas.outputs import OUTPUTS
from contrastive_drill.screen.plain import say

app = verbs()


@app.command()
def schema(
    name: Annotated[
        str | None,
        typer.Argument(help="An output; without it, the list.", autocompletion=lambda: OUTPUTS),
    ] = None,
) -> None:
    """Print the JSON Schema of an output, or list the outputs.

    \b
    Examples:
      contrastive-drill schema
      contrastive-drill schema status
      contrastive-drill schema bank-list
    """
    if name is None:
        say([f"{name:<14}{each.number}  {each.command} --json" for name, each in OUTPUTS.items()])
        return
    if name not in OUTPUTS:
        from contrastive_drill.spelling import UnknownName

        way_on = "contrastive-drill schema lists them"
        raise UnknownName(f"there is no output '{name}'", name, OUTPUTS, way_on)
    from json import dumps

    say(dumps(outputs.schema(name), indent=2), whole=True)
