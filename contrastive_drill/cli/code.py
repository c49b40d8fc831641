"""`code`: mechanisms to write from memory, judged by tests that catch wrong answers."""

from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.cli.group import Json, Plain, known, verbs
from contrastive_drill.errors import UsageProblem

app = verbs()


@app.command()
def code(
    name: Annotated[
        str | None,
        typer.Argument(help="A task; without it, the list.", autocompletion=known("task")),
    ] = None,
    check: Annotated[
        Path | None, typer.Option(help="Judge this file once, and exit with 0 or 1; - reads it.")
    ] = None,
    blank: Annotated[
        bool, typer.Option("--blank", help="Begin with a solution in which three lines miss.")
    ] = False,
    json: Json = False,
    plain: Plain = False,
    exam: Annotated[bool, typer.Option("--exam", hidden=True)] = False,
    outcome: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Write a mechanism from memory; every save is judged at once.

    Your file lies in a folder of your own, config code_folder. What is run there runs with limits,
    in a scratch folder: a guard against accidents, not against malice.

    \b
    Examples:
      contrastive-drill code
      contrastive-drill code infonce
      contrastive-drill code infonce --blank
      contrastive-drill code infonce --check infonce.py
    """
    from contrastive_drill.actions.code import session

    env = Environment()
    if name is None:
        if check or blank:
            raise UsageProblem("name the task: contrastive-drill code lists them")
        session.show_tasks(env, as_json=json)
    elif check:
        session.check_file(env, name, check, as_json=json)
    elif json:
        raise UsageProblem("--json goes with --check, or with the list")
    elif plain or not at_terminal():
        session.write_stub(env, name, blank=blank)
    elif outcome:
        if words := session.outcome(env, name, exam=exam):
            outcome.write_text(words, "utf-8")
    else:
        session.drill(env, name, blank=blank)
