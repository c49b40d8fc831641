"""Every `--json` output has a schema that it fits, and the numbers of formats are told."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
import typer
from cases import every
from lived import settled
from typer.testing import CliRunner, Result

from contrastive_drill import __version__
from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.cli import app
from contrastive_drill.code.task import load
from contrastive_drill.schemas import formats
from contrastive_drill.schemas.outputs import OUTPUTS, schema
from contrastive_drill.store.migrations import MIGRATIONS

PROGRAM: Any = typer.main.get_command(app)
COMMANDS = {
    "status": ("status",),
    "report": ("report",),
    "plan": ("plan", "--add", "--on", "2026-12-20"),
    "plan-explain": ("plan", "--explain", "clip-loss"),
    "optimize": ("optimize",),
    "exam": ("exam", "--history"),
    "interview": ("interview", "--history"),
    "search": ("search", "negatives"),
    "browse": ("browse",),
    "show": ("show", "clip-loss"),
    "show-ladder": ("show", "--ladder", "clip"),
    "bank-list": ("bank", "list"),
    "bank-stats": ("bank", "stats"),
    "code": ("code",),
    "code-check": ("code", "bm25", "--check", "-"),
    "demo-list": ("demo", "--list"),
    "demo-history": ("demo", "history"),
}
ELSEWHERE = {"demo", "demo-all", "demo-config", "demo-search"}  # in tests/cli/test_demo.py


def run(*arguments: str, typed: str = "") -> Result:
    """One command in this process, where what it prints as JSON is held to its schema."""
    result = CliRunner().invoke(app, list(arguments), input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.usefixtures("warm")
def test_every_output_of_a_home_with_months_in_it_fits_its_schema(home: Path) -> None:
    assert {*COMMANDS} | ELSEWHERE == {*OUTPUTS}
    settled(home)
    assert run("plan", "--on", "2026-12-05", "--minutes", "20", "--only", "clip").exit_code == 0
    task = load(shipped_folder() / "code" / "bm25.py")
    wrong = task.mutated(task.mutants[2])

    for name, arguments in COMMANDS.items():
        told = json.loads(run(*arguments, "--json", typed=wrong).stdout)
        assert told["schema"] == OUTPUTS[name].number, name
        assert next(iter(told)) == "schema"
        assert all(member not in ([], {}) for key, member in told.items() if key != "short"), name


def test_every_command_with_json_has_a_schema_and_every_schema_a_command() -> None:
    context = PROGRAM.make_context("contrastive-drill", [])
    commands: dict[str, Any] = {}
    for verb in PROGRAM.list_commands(context):
        command = PROGRAM.get_command(context, verb)
        inner = getattr(command, "commands", None)
        commands |= {f"{verb} {name}": each for name, each in inner.items()} if inner else {}
        commands |= {} if inner else {verb: command}
    printing = {
        name for name, each in commands.items() if any("--json" in p.opts for p in each.params)
    }
    named = {output.command for output in OUTPUTS.values()}
    starts = {
        next(name for name in commands if f"{words} ".startswith(f"{name} ")) for words in named
    }
    assert starts == printing
    assert {name.replace(" ", "-") for name in printing} <= {*OUTPUTS}


@every("name", OUTPUTS)
def test_no_object_has_a_key_that_the_schema_does_not_name(name: str) -> None:
    for each in objects(schema(name)):
        assert each["additionalProperties"] is False or "properties" not in each


def objects(form: Any) -> Iterator[dict[str, Any]]:
    """Every object that a schema describes."""
    if isinstance(form, dict) and form.get("type") == "object":
        yield form
    if isinstance(form, dict | list):
        for member in form.values() if isinstance(form, dict) else form:
            yield from objects(member)


def test_a_schema_is_printed_by_its_name() -> None:
    listed = [line.split()[0] for line in run("schema").stdout.splitlines()]
    assert listed == [*OUTPUTS]
    for name in OUTPUTS:
        assert json.loads(run("schema", name).stdout) == schema(name)
    wrong = run("schema", "bank-lits")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    assert "did you mean 'bank-list'?" in wrong.stderr


def test_the_version_tells_the_numbers_of_every_format() -> None:
    first, files, *lines = run("--version").stdout.splitlines()
    assert first == f"contrastive-drill {__version__}"
    assert (
        files == f"database {len(MIGRATIONS)}, log {formats.LOG}, bank cache {formats.BANK_CACHE}"
    )
    told = {
        name: int(line.split()[1].rstrip(":"))
        for line in lines
        for name in line.partition(": ")[2].split(", ")
    }
    assert told == {name: output.number for name, output in OUTPUTS.items()}


def test_the_number_of_the_log_is_that_of_the_last_migration_that_changed_it() -> None:
    forms = []
    with closing(connect(":memory:")) as connection:
        for step in MIGRATIONS:
            step(connection)
            query = "SELECT sql FROM sqlite_schema WHERE name = 'log'"
            forms += connection.execute(query).fetchone()
    assert forms.index(forms[-1]) + 1 == formats.LOG
