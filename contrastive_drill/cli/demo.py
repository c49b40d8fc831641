"""`demo`: the list of demos, their runs and history, and the search for pictures by words."""

import gc
from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.cli.group import Json, NoPager, known, verbs
from contrastive_drill.errors import UsageProblem

app = verbs()

RUN = ("quick", "seed", "device", "settings", "json", "no_pager", "whole", "png", "html")
# The options that each form of the command takes; others are refused.
LIST = ("listed", "json")
HISTORY = ("json", "limit")
ALL = tuple(name for name in RUN if name not in ("settings", "whole", "no_pager"))
CORE = ("show_core",)
CONFIG = ("show_config", "quick", "seed", "device", "settings", "json")
SEARCH = ("quick", "seed", "device", "settings", "json")
SHOWN_RUNS = 20


@app.command()
def demo(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            help="A demo, all, or history; without it, the list.",
            autocompletion=lambda: [*known("demo")(), "all", "history"],
        ),
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="Words to search for, or - for a query per line; after history, a demo."
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the demos and exit.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="A smaller run, in seconds.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of every random number.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Change a setting; may be given again."),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="The whole result at once, with every table.")
    ] = False,
    show_core: Annotated[
        bool, typer.Option("--show-core", help="Print the mechanism's code, which runs alone.")
    ] = False,
    show_config: Annotated[
        bool, typer.Option("--show-config", help="Print the settings without running.")
    ] = False,
    json: Json = False,
    no_pager: NoPager = False,
    png: Annotated[
        Path | None, typer.Option(help="Also draw to this file; with all, to this folder.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Also write this page; with all, to this folder.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, help="After history: at most this many runs.")
    ] = SHOWN_RUNS,
) -> None:
    """Run an experiment and check its claims on this machine.

    \b
    Examples:
      contrastive-drill demo
      contrastive-drill demo collapse
      contrastive-drill demo collapse --quick --seed 3 --png collapse.png
      contrastive-drill demo bound --show-core
      contrastive-drill demo collapse --show-config
      contrastive-drill demo collapse --set steps=100 --set batch=128
      contrastive-drill demo clip "angry cat"
      contrastive-drill demo all --quick
      contrastive-drill demo history collapse
    """
    from contrastive_drill.actions.demo import catalogue

    env = Environment()
    if listed or (name is None and (json or not at_terminal())):
        _only(context, "the list of demos", LIST)
        catalogue.show_list(env, as_json=json)
        return
    if name == "history":
        _only(context, "demo history", HISTORY)
        if words and len(words) > 1:
            raise UsageProblem("demo history takes the name of one demo")
        catalogue.show_history(env, words[0] if words else None, limit, as_json=json)
        return
    if name is None:
        catalogue.show_list(env, paged=False)  # the menu stands under it
        try:
            name, quick = catalogue.choose_one(quick)
        except KeyboardInterrupt:  # Esc
            return
    if show_core:
        _only(context, "--show-core", CORE)
        catalogue.show_core(name)
        return
    gc.enable()
    from contrastive_drill.actions.demo.laboratory import DemoOptions, Laboratory

    options = DemoOptions(quick, seed, device, tuple(settings or ()), json, whole, png, html)
    laboratory = Laboratory(env, options)
    if show_config:
        _only(context, "--show-config", CONFIG)
        catalogue.show_config(laboratory.prepare(name), as_json=json)
    elif name == "all":
        _only(context, "demo all", ALL)
        if words:
            raise UsageProblem("demo all takes no words: name the demo to search")
        from contrastive_drill.actions.demo.run import run_all

        run_all(laboratory)
    elif words:
        _only(context, "a search", SEARCH)
        from contrastive_drill.actions.demo.search import search

        search(laboratory, laboratory.prepare(name), words)
    else:
        _only(context, f"demo {name}", RUN)
        from contrastive_drill.actions.demo.run import run_one

        run_one(laboratory, name)


def _only(context: typer.Context, form: str, allowed: tuple[str, ...]) -> None:
    """Refuse options that this form of the command does not take."""
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if (
            source is not None
            and source.name == "COMMANDLINE"
            and parameter.param_type_name == "option"
            and parameter.name not in allowed
        ):
            raise UsageProblem(f"{form} takes no {parameter.opts[0]}")
