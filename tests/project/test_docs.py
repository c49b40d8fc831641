"""The README, the help and the changelog against the program itself."""

import re
import shlex
from pathlib import Path

import pytest
import stills
from typer.testing import CliRunner

from contrastive_drill import __version__, settings
from contrastive_drill.bank.library import check
from contrastive_drill.cli import app
from contrastive_drill.cli.root import VERBS
from contrastive_drill.demo import registry
from contrastive_drill.errors import ExitCode
from contrastive_drill.screen.bindings import KEYMAP, Situation

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = sorted(
    {line.strip() for line in README.splitlines() if line.startswith("    contrastive-drill")}
)


def trains(line: str) -> bool:
    """Whether a command needs torch."""
    verb, *words = shlex.split(line)[1:]
    return verb == "demo" and bool(words) and words[0] != "history"


def help_of(*verb: str) -> str:
    """The help of a command."""
    result = CliRunner().invoke(app, [*verb, "--help"])
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_has_help_with_two_examples(verb: str) -> None:
    names = [["bank", "check"], ["bank", "list"]] if verb == "bank" else [[verb]]
    for name in names:
        said = help_of(*name)
        examples = re.findall(
            r"^    (contrastive-drill .+|[A-Z_]+=\S+ contrastive-drill .+)$",
            said.partition("Examples:")[2],
            re.M,
        )
        assert len(examples) >= 2, said


@pytest.mark.parametrize("verb", VERBS)
def test_the_list_of_commands_is_not_cut_short(verb: str) -> None:
    line = next(line for line in help_of().splitlines() if line.startswith(f"  {verb} "))
    assert line.rstrip().endswith(".")
    assert not line.rstrip().endswith("...")


@pytest.mark.parametrize(
    "verb", sorted(set(VERBS) - {"suspend", "resume", "bury", "flag", "unflag"})
)
def test_every_command_is_in_the_readme(verb: str) -> None:
    assert f"contrastive-drill {verb}" in README


@pytest.mark.parametrize(
    "command", [line for line in COMMANDS if not trains(line) and "my-" not in line]
)
def test_the_readme_s_commands_run(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    runner.invoke(app, ["backup"])
    if shlex.split(command)[1:2] == ["plan"]:
        runner.invoke(app, ["plan", "--on", "2026-12-05", "--minutes", "20"])
    if command.endswith("--result"):  # of one that was begun
        typed = "an answer\ny\ny\nanother\nall\n:quit\n"
        runner.invoke(app, [shlex.split(command)[1]], input=typed)
    result = runner.invoke(app, shlex.split(command)[1:], input="")
    expected = 2 if command.endswith("restore") else 0  # without a terminal it wants a name
    assert result.exit_code == expected, result.output


def test_the_readme_s_options_exist() -> None:
    for line in COMMANDS:
        words = shlex.split(line)[1:]
        verb = words[:2] if words[:1] == ["bank"] else words[:1]
        for option in (word for word in words if word.startswith("--")):
            assert option in help_of(*verb), line


def test_the_readme_s_pipe_is_one_review() -> None:
    line = next(line for line in README.splitlines() if line.startswith("    printf"))
    typed = line.split("'")[1].replace("\\n", "\n")
    result = CliRunner().invoke(app, ["review"], input=typed)
    assert "1 of 1 card recalled" in result.stdout


def test_the_readme_s_card_is_sound(tmp_path: Path) -> None:
    text = README.partition("```yaml\n")[2].partition("```")[0]
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    assert check([path], registry.names()) == (1, [])


def test_the_readme_names_every_key() -> None:
    table = README.partition("| key | does |")[2].partition("\n\n")[0]
    said = KEYMAP.bar(Situation.QUESTION) + KEYMAP.help(Situation.QUESTION)
    keys = {key for names, _ in said for key in names.split() if len(key) == 1}
    assert {"a", "h", "g", "e", "t", "r", "q", "?"} < keys
    for key in keys:
        assert f"`{key}`" in table


def test_the_readme_names_every_file_setting_and_status() -> None:
    paths = settings.paths({settings.HOME_VARIABLE: "/home"})
    for path in paths:
        assert f"`{path.relative_to('/home')}" in README
    assert settings.HOME_VARIABLE in README
    for name in ("new_per_day", "desired_retention"):
        assert name in README
    for status in ExitCode:
        assert re.search(rf"\b{status.value} \w", README.partition("Exit status:")[2])


def test_the_readme_s_links_and_pictures_exist() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_readme_s_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^    make (\w+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M)


@pytest.mark.terminal
def test_the_picture_of_a_review_is_what_a_review_looks_like(tmp_path: Path) -> None:
    assert stills.STILL.read_text("utf-8") == stills.review_still(tmp_path)


def test_the_changelog_tells_of_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_nothing_names_what_does_not_belong_in_the_project() -> None:
    home = "/" + "work" + "/"
    for path in [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.rglob("tests/*.py")]:
        assert home not in path.read_text("utf-8"), path
