"""The demos without running one: the list, the history, the settings."""

import sys
from typing import TYPE_CHECKING

from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.actions.output import print_json, print_rows
from contrastive_drill.demo import catalogue, registry
from contrastive_drill.demo.options import options
from contrastive_drill.demo.result import Run
from contrastive_drill.errors import DrillError
from contrastive_drill.screen.plain import complain, say

if TYPE_CHECKING:
    from contrastive_drill.actions.demo.laboratory import PreparedRun


def show_list(env: Environment, *, as_json: bool = False, paged: bool = True) -> None:
    """Print every demo with its claim, its time and its last verdict on this machine."""
    from contrastive_drill.screen.demo.runs import DemoListing, list_rows, offer_record

    last = _last_runs(env)
    listings = [
        DemoListing(name, *catalogue.describe(name), last.get(name)) for name in catalogue.names()
    ]
    if as_json:
        print_json("demo-list", {"demos": [offer_record(listing) for listing in listings]})
    else:
        print_rows(lambda sheet: list_rows(sheet, listings), paged=paged)


def choose_one(quick: bool) -> tuple[str, bool]:
    """The name of a demo, or `all`, from a menu, and whether to run it small.

    Raises:
        KeyboardInterrupt: when the learner leaves the menu.
    """
    from contrastive_drill.screen.menus import choose

    name = choose("Which demo?", [(name, name) for name in (*catalogue.names(), "all")])
    if quick:
        return name, True
    entries = [catalogue.describe(n) for n in (catalogue.names() if name == "all" else (name,))]
    full, small = (sum(getattr(e, field) for e in entries) for field in ("seconds", "quick"))
    sizes = [(f"in full, about {full} s", False), (f"quick, about {small} s", True)]
    return name, choose("How?", sizes)


def show_history(env: Environment, name: str | None, limit: int, *, as_json: bool) -> None:
    """Print the runs on this machine, newest first, and the numbers of one demo over them.

    Raises:
        UsageProblem: for a name that is neither a demo's nor in the history.
    """
    from contrastive_drill.screen.demo.runs import history_rows, run_record

    with env.store(read_only=True, of_cards=False) as store:
        runs = [env.local_run(run) for run in store.runs.newest(name, limit)]
    if name is not None and not runs:
        catalogue.describe(name)
    if as_json:
        print_json("demo-history", {"runs": [run_record(run) for run in runs]})
    else:
        print_rows(lambda sheet: history_rows(sheet, runs, name))


def show_core(name: str) -> None:
    """Print the core of a demo: coloured at a terminal, else as it can be run.

    Raises:
        UsageProblem: for a name that is not in the catalogue, or without the demos.
    """
    from contrastive_drill.screen.card.code import coloured

    text = registry.core(name)
    if at_terminal():
        print_rows(lambda _: coloured(text, "python").split())
    else:
        say(text.rstrip(), whole=True)


def show_config(prepared: "PreparedRun", *, as_json: bool) -> None:
    """Print the settings of a run: their values, bounds and meaning."""
    from contrastive_drill.screen.demo.options import setting_record, setting_rows

    fields = options(prepared.config)
    if as_json:
        settings = [setting_record(option) for option in fields]
        print_json("demo-config", {"name": prepared.experiment.name, "settings": settings})
    else:
        print_rows(lambda sheet: setting_rows(sheet, fields))


def _last_runs(env: Environment) -> dict[str, Run]:
    """The last run of each demo; none, with a complaint, where they cannot be read."""
    try:
        with env.store(read_only=True, of_cards=False) as store:
            runs = store.runs.latest()
    except DrillError as error:
        sys.stdout.flush()
        complain(f"the last verdicts cannot be read: {error}")
        return {}
    return {name: env.local_run(run) for name, run in runs.items()}
