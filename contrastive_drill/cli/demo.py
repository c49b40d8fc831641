"""`demo`: run one experiment of the laboratory."""

from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill.cli.root import app


@app.command()
def demo(
    name: Annotated[str | None, typer.Argument(help="The demo; --list shows them.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the demos.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random number.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    quick: Annotated[bool, typer.Option(help="A smaller run, in seconds.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    png: Annotated[Path | None, typer.Option(help="Also draw the result into this file.")] = None,
) -> None:
    """Run a demo: numbers and pictures for a claim, and whether it held here.

    \b
    Examples:
      contrastive-drill demo collapse
      contrastive-drill demo collapse --quick --seed 3
    """
    from contrastive_drill import registry

    if listed:
        for known in registry.names():
            typer.echo(f"{known:<12}{registry.describe(known)}")
        return
