"""`doctor`: the paths of all files, and whether they are in order."""

import os
import sys

from contrastive_drill import __version__, settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import verbs
from contrastive_drill.errors import CheckFailed, DataProblem, DrillError
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.screen.plain import say

app = verbs()


@app.command()
def doctor() -> None:
    """Print every path and check every file.

    \b
    Examples:
      contrastive-drill doctor
      CONTRASTIVE_DRILL_HOME=~/drill contrastive-drill doctor
    """
    from importlib.util import find_spec

    from contrastive_drill.bank.library import shipped_folder
    from contrastive_drill.store import backups

    env = Environment()
    paths = env.paths
    copies = backups.backups(paths.backups)
    home = os.environ.get(settings.HOME_VARIABLE)
    lines = [
        ("version", f"{__version__}, Python {sys.version.split()[0]}"),
        ("database", f"{paths.database}"),
        ("backups", f"{paths.backups} ({len(copies)} kept)"),
        ("own cards", f"{paths.bank}"),
        ("settings", f"{paths.settings}"),
        ("plan", f"{paths.plan}"),
        ("cache", f"{paths.cache}"),
        ("weights", f"{paths.weights}"),
        ("shipped cards", f"{shipped_folder()}"),
        ("moved by", f"{settings.HOME_VARIABLE}, {f'now {home}' if home else 'not set'}"),
        ("clock", f"{env.clock.now():%Y-%m-%d %H:%M %z}"),
        ("demos", "ready" if find_spec("torch") and find_spec("numpy") else "need torch"),
    ]
    for name, value in lines:
        say(f"{name:<14}{value}", indent=" " * 14)
    failures: list[str] = []
    checks = (
        ("settings", _settings),
        ("plan", _plan),
        ("cards", _cards),
        ("database", _database),
        ("folders", _folders),
    )
    for name, check in checks:
        try:
            say(f"{name:<14}{check(env)}", indent=" " * 14)
        except DrillError as error:
            failures.append(str(error))
            say(f"{name:<14}{error}", indent=" " * 14)
    if failures:
        raise CheckFailed(f"{len(failures)} of the checks above failed")


def _settings(env: Environment) -> str:
    preferences = env.preferences
    return f"retention {preferences.desired_retention:g}, {preferences.new_per_day} new a day: ok"


def _plan(env: Environment) -> str:
    if not env.paths.plan.exists():
        return "none yet: contrastive-drill plan --on DATE makes one"
    from contrastive_drill.actions.plan_terms import require_possible, saved_terms

    terms = saved_terms(env)
    if terms is None or terms.interview_day <= env.day():
        return "ok"
    with env.store(read_only=True) as store:
        require_possible(env, store, terms)
    return "ok"


def _cards(env: Environment) -> str:
    env.notify = lambda _: None  # reported below
    bank = env.bank
    if bank.problems:
        raise DataProblem(
            f"{len(bank.problems)} problems in your cards: contrastive-drill bank check shows them"
        )
    return f"{len(bank)} cards: ok"


def _database(env: Environment) -> str:
    if not env.paths.database.exists():
        return "none yet: the first answer creates it"
    with env.store(read_only=True) as store:
        store.database.check()
        fit = store.fit()
        if store.memories() != replay(store.reviews(), None if fit is None else fit.parameters):
            raise DataProblem("memories differ from the log: restore a backup, and report this")
        store.runs.newest()
        evidence = None if fit is None else fit.evidence
    if evidence is None:
        return "ok"
    return f"ok, scheduled with parameters fitted to {evidence.answers} of your answers"


def _folders(env: Environment) -> str:
    from contrastive_drill.store import backups

    problem = backups.folder_problem(env.paths.backups)
    if problem:
        raise DataProblem(problem)
    for path in (env.paths.database, env.paths.settings):
        there = next(folder for folder in path.parents if folder.exists())
        if not os.access(there, os.W_OK):
            raise DataProblem(f"{there} cannot be written: no answer could be saved in it")
    return "writable"
