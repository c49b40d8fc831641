"""What each command loads, and that the package list, the folders and the contracts agree."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from cases import every

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
HEAVY = (
    "torch", "numpy", "prompt_toolkit", "questionary", "pydantic", "yaml", "markdown_it", "jinja2",
)  # fmt: skip

LOADED = """
import json, sys
sys.argv = ["contrastive-drill", *json.loads(sys.argv[1])]
from contrastive_drill.cli import main
try:
    main()
except SystemExit as exit:
    assert not exit.code, exit.code
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def loaded(*arguments: str, typed: str = "") -> set[str]:
    """The modules a command of the program has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(arguments)],
        input=typed,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@every("arguments", [("review",), ("status",), ("show", "clip-loss"), ("exam",), ()])
def test_nothing_heavy_is_loaded_when_the_cache_is_warm(arguments: tuple[str, ...]) -> None:
    loaded("status")
    modules = loaded(*arguments, typed="an answer\n1 2\n:quit\n")
    assert not modules & set(HEAVY)
    if arguments == ("review",):
        assert "fsrs_rs_python" in modules, "the review did take place"
        assert "contrastive_drill.formula.tex" in modules, "an answer was drawn"


def test_the_first_question_loads_nothing_of_the_laboratory() -> None:
    loaded("status")
    modules = loaded("review", typed=":quit\n")
    assert "contrastive_drill.screen.review.lines" in modules
    laboratory = ("demo.result", "demo.options", "demo.catalogue", "demo.registry", "screen.claims")
    for name in laboratory:
        assert f"contrastive_drill.{name}" not in modules
        assert (ROOT / "contrastive_drill" / f"{name.replace('.', '/')}.py").exists()


@every("arguments", [("--help",), ("--version",), ("demo", "--help"), ("plan", "--help")])
def test_help_loads_neither_torch_nor_a_screen(arguments: tuple[str, ...]) -> None:
    assert not loaded(*arguments) & {*HEAVY, "sqlite3", "rich.console"}


@every("arguments", [("help",), ("help", "plan"), ("help", "suspend")])
def test_the_guides_need_neither_torch_nor_a_database(arguments: tuple[str, ...]) -> None:
    assert not loaded(*arguments) & {*HEAVY, "sqlite3"} - {"markdown_it"}


@every("arguments", [("demo",), ("demo", "--list"), ("demo", "history")])
def test_what_is_known_of_the_demos_loads_no_torch(arguments: tuple[str, ...]) -> None:
    assert not loaded(*arguments) & set(HEAVY)


def test_the_package_list_names_every_package() -> None:
    listed = set(PROJECT["tool"]["setuptools"]["packages"])
    mapped = PROJECT["tool"]["setuptools"]["package-dir"]
    found = set()
    for name, folder in mapped.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            below = init.parent.relative_to(ROOT / folder).parts
            found.add(".".join((name, *below)))
    assert found == listed


def test_every_file_beside_the_code_is_installed_with_it() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    mapped = PROJECT["tool"]["setuptools"]["package-dir"]
    package = ROOT / "contrastive_drill"
    found = {path for path in package.rglob("*") if path.is_file() and path.suffix != ".py"}
    found = {path for path in found if "__pycache__" not in path.parts}
    installed = set()
    for name, globs in patterns.items():
        owner = next(known for known in sorted(mapped, reverse=True) if name.startswith(known))
        folder = ROOT / mapped[owner] / Path(*name.removeprefix(owner).strip(".").split("."))
        installed |= {path for pattern in globs for path in folder.glob(pattern)}
    assert found <= installed
    assert package / "screen" / "pages" / "page.css" in installed


def test_every_room_of_the_package_stands_in_a_contract() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    bound = {module for contract in contracts for module in contract.get("source_modules", ())}
    package = ROOT / "contrastive_drill"
    rooms = {path.stem for path in package.glob("*.py") if not path.stem.startswith("__")}
    rooms |= {path.name for path in package.iterdir() if (path / "__init__.py").exists()}
    missing = {room for room in rooms if f"contrastive_drill.{room}" not in bound}
    assert not missing


def test_the_tested_versions_satisfy_the_ranges() -> None:
    from packaging.requirements import Requirement

    pins = {}
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, version = line.partition("==")
            pins[name.lower().replace("_", "-")] = version
    project = PROJECT["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(line for extra in extras for line in extra)]
    for line in wanted:
        requirement = Requirement(line)
        pinned = pins[requirement.name.lower().replace("_", "-")]
        assert requirement.specifier.contains(pinned), (line, pinned)
    assert pins["torch"] == "2.13.0"


def test_every_dependency_says_why_it_is_there() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    start = lines.index("dependencies = [")
    for above, line in zip(lines[start:], lines[start + 1 :], strict=False):
        if line.startswith("]"):
            break
        if line.strip().startswith('"'):
            assert above.strip().startswith("#"), line
