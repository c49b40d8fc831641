"""`doctor`: the paths of all files, and whether they are in order."""

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill import __version__, files, settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import verbs
from contrastive_drill.errors import CheckFailed, DataProblem, DrillError
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.screen.plain import say
from contrastive_drill.words import plural

app = verbs()
NAMED = 3  # problems of the database at most; how many more there are is said


@app.command()
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="First rebuild a damaged database from its log.")
    ] = False,
) -> None:
    """Print every path and check every file.

    \b
    Examples:
      contrastive-drill doctor
      contrastive-drill doctor --repair
      CONTRASTIVE_DRILL_HOME=~/drill contrastive-drill doctor
    """
    from importlib.util import find_spec

    from contrastive_drill.bank.library import shipped_folder
    from contrastive_drill.store import backups

    env = Environment()
    if repair:
        _repair(env)
    paths = env.paths
    copies = backups.backups(paths.backups)
    home = os.environ.get(settings.HOME_VARIABLE)
    lines = [
        ("version", f"{__version__}, Python {sys.version.split()[0]}"),
        ("database", f"{paths.database}"),
        ("backups", f"{paths.backups} ({len(copies)} kept)"),
        ("own cards", f"{paths.bank}"),
        ("code", f"{_code_folder(env)}"),
        ("settings", f"{paths.settings}"),
        ("plan", f"{paths.plan}"),
        ("machine", f"{paths.machine}"),
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
        ("copies", _copies),
        ("folders", _folders),
        ("machines", _machines),
    )
    for name, check in checks:
        try:
            say(f"{name:<14}{check(env)}", indent=" " * 14)
        except (DrillError, OSError) as error:
            failures.append(f"{files.refusal(error) if isinstance(error, OSError) else error}")
            say(f"{name:<14}{failures[-1]}", indent=" " * 14)
    if failures:
        raise CheckFailed(f"{len(failures)} of the checks above failed")


def _repair(env: Environment) -> None:
    """Rebuild the database where it is damaged, and say what was done."""
    from contrastive_drill.store import Damaged
    from contrastive_drill.store.repair import repair

    try:
        _database(env)
    except Damaged:
        with suppress(Damaged), env.store(of_cards=False):
            pass  # of an older format: brought up to date first, with a backup
        for line in repair(env.paths.database, env.paths.backups, env.clock.now(), replay):
            say(line)
    else:
        say("There is nothing to repair.")


def _settings(env: Environment) -> str:
    preferences = settings.load(env.paths.settings)
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
    hidden = f"; hidden, and not read: {bank.hidden}" if bank.hidden else ""
    return f"{len(bank)} cards: ok{hidden}"


def _database(env: Environment) -> str:
    if not env.paths.database.exists():
        return "none yet: the first answer creates it"
    from contrastive_drill.store import Damaged
    from contrastive_drill.store.health import problems
    from contrastive_drill.store.sqlite_errors import MEND

    with env.store(read_only=True, of_cards=False) as store:
        found = list(problems(store.database, replay))
        if found:
            more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
            raise Damaged(f"{env.paths.database}: {'; '.join(found[:NAMED])}{more}; {MEND}")
        fit = store.fit()
        evidence = None if fit is None else fit.evidence
    if evidence is None:
        return "ok"
    return f"ok, scheduled with parameters fitted to {evidence.answers} of your answers"


def _copies(env: Environment) -> str:
    from contrastive_drill.store.health import copies

    path = env.paths.database
    for copy, more in copies(path) if path.exists() else ():
        raise DataProblem(
            f"{copy} has {plural(more, 'row')} that {path.name} lacks, as where a sync service"
            f" keeps both: take them in with contrastive-drill merge {shlex.quote(str(copy))}, then"
            " move it away"
        )
    return "no other database beside it"


def _folders(env: Environment) -> str:
    from contrastive_drill.store import backups

    problem = backups.folder_problem(env.paths.backups)
    if problem:
        raise DataProblem(problem)
    for path in (env.paths.database, env.paths.settings):
        there = next(folder for folder in path.parents if folder.exists())
        if not os.access(there, os.W_OK):
            raise DataProblem(f"{there} cannot be written: no answer could be saved in it")
    note = env.folder_note()
    return f"writable; {note}" if note else "writable"


def _machines(env: Environment) -> str:
    from contrastive_drill.actions.machines import last_heard

    folder = env.preferences.sync_folder
    if folder is None:
        return "none share their log: contrastive-drill config sync_folder DIR"
    heard = [
        f"{header.name[:80]} {'(this one) ' * own}{env.local(header.at):%Y-%m-%d %H:%M}"
        for header, own in last_heard(env, folder)
    ]
    return f"last heard of in {folder}: {', '.join(heard) or 'none yet'}"


def _code_folder(env: Environment) -> Path:
    """Where code drills lie; by default where the settings cannot be read."""
    with suppress(DataProblem):
        return env.code_folder
    return env.paths.code
