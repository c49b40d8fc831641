"""`exam`: the cold exam, which can be paused and resumed on any day."""

from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.cards.card import Level
from contrastive_drill.cli.group import Plain, named, one_of, verbs

app = verbs()


@app.command()
def exam(
    section: Annotated[
        list[str] | None,
        named("Questions of this section instead; may be given again.", "section"),
    ] = None,
    level: Annotated[
        list[Level] | None,
        one_of(Level, "Questions of this level instead; may be given again."),
    ] = None,
    count: Annotated[int | None, typer.Option(min=1, help="A sample of this many.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draw the same questions in the same order.")
    ] = None,
    code: Annotated[
        bool, typer.Option("--code", help="Coding tasks, each with a time limit and no hints.")
    ] = False,
    new: Annotated[bool, typer.Option(help="Leave the open exam and begin another.")] = False,
    result: Annotated[bool, typer.Option(help="Show the last exam's result.")] = False,
    history: Annotated[bool, typer.Option(help="List every exam.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The same as one JSON object.")] = False,
    plain: Plain = False,
) -> None:
    """Take the cold exam, or resume it.

    The 55 numbered questions: no hints, no repeats, a clock. Its answers count for the schedule.

    \b
    Examples:
      contrastive-drill exam
      contrastive-drill exam --section clip --count 10
      contrastive-drill exam --code --level senior
      contrastive-drill exam --result
    """
    from contrastive_drill.actions.exam import ExamOptions, run_exam, show_exams
    from contrastive_drill.errors import UsageProblem

    env, as_lines = Environment(), plain or not at_terminal()
    options = ExamOptions(tuple(section or ()), tuple(level or ()), count, seed, code)
    if result or history or json:
        if new or options != ExamOptions():
            raise UsageProblem("--result, --history and --json show exams: drop the other options")
        show_exams(env, every=history, as_json=json, paged=not as_lines)
        return
    run_exam(env, options, new=new, as_lines=as_lines)
