"""The README and the guides against the program itself."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import shipped
import stills
import typer
from typer.testing import CliRunner

from contrastive_drill import __version__, settings
from contrastive_drill.actions.environment import NOW_VARIABLE
from contrastive_drill.anki import connect
from contrastive_drill.bank.collection import check
from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.cli import app
from contrastive_drill.cli.group import VERBS
from contrastive_drill.cli.help import FOLDER, GUIDES
from contrastive_drill.code.task import load
from contrastive_drill.demo import catalogue, registry
from contrastive_drill.errors import ExitCode
from contrastive_drill.screen.bindings import Situation
from contrastive_drill.screen.keymap import keymap

ROOT = Path(__file__).parents[2]
PATHS = [ROOT / "README.md", *(FOLDER / f"{name}.md" for name in GUIDES)]
PAGES = {path.stem: path.read_text("utf-8") for path in PATHS}
README, EVERYTHING = PAGES["README"], "\n".join(PAGES.values())
PROGRAM: Any = typer.main.get_command(app)
FENCED = re.compile(r"^```.*?^```", re.M | re.S)
SCRIPTS = "".join(path.read_text("utf-8") for path in sorted((ROOT / "tests").glob("*.py")))


def code(page: str) -> list[str]:
    """The lines of code that are indented, without what is fenced."""
    lines = FENCED.sub("", page).splitlines()
    return [line.strip() for line in lines if line.startswith("    ")]


def spans(page: str) -> list[str]:
    """Code within sentences and cells."""
    prose = [line for line in FENCED.sub("", page).splitlines() if not line.startswith("    ")]
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", "\n".join(prose))]


def commands(page: str) -> list[str]:
    """What a page says to type, without the name of the program."""
    typed = [re.sub(r"^(\w+=\S+ |printf .*\| )", "", line) for line in [*code(page), *spans(page)]]
    own = [line.split(" ", 1)[1] for line in typed if line.startswith("contrastive-drill ")]
    verbs = [span for span in spans(page) if span.split()[0] in VERBS and len(span.split()) > 1]
    return [*own, *verbs]


def parsed(line: str) -> None:
    """Read a command as the program would, and run nothing."""
    group, words = PROGRAM, shlex.split(line)
    context = group.make_context("contrastive-drill", [])
    if words[0] in {name for option in group.params for name in option.opts}:
        return
    while hasattr(group, "commands"):
        group = group.get_command(context, words[0])
        assert group is not None, f"there is no {words[0]}"
        words = words[1:]
        if not words and hasattr(group, "commands"):
            return
    group.make_context("", words, parent=context)


def every_verb() -> dict[str, Any]:
    """Each verb of the program, which may be a group of commands."""
    context = PROGRAM.make_context("contrastive-drill", [])
    return {verb: PROGRAM.get_command(context, verb) for verb in VERBS}


def every_command() -> dict[str, Any]:
    """Each command of the program by the words that name it."""
    every = every_verb()
    for group in [verb for verb in VERBS if hasattr(every[verb], "commands")]:
        inner = every.pop(group).commands
        every |= {f"{group} {name}": command for name, command in inner.items()}
    return every


def options() -> set[str]:
    """Every option of the program."""
    every = [PROGRAM, *every_command().values()]
    return {name for command in every for each in command.params for name in each.opts}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_commands_are_the_program_s(page: str) -> None:
    for line in commands(PAGES[page]):
        try:
            parsed(line)
        except Exception as error:
            if type(error).__name__ != "MissingParameter":  # a verb may be named without its card
                pytest.fail(f"{line}: {error!r}")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_options_exist(page: str) -> None:
    known = options() | set(re.findall(r'"(--\w+)"', SCRIPTS))
    named = {word for span in spans(PAGES[page]) for word in span.split() if word[:2] == "--"}
    assert named <= known


def test_every_command_and_option_has_a_place_in_a_guide() -> None:
    typed = [line for page in PAGES.values() for line in commands(page)]
    for name, command in every_command().items():
        assert any(f"{line} ".startswith(f"{name} ") for line in typed), name
        for option in command.params:
            if option.param_type_name == "option" and not option.hidden:
                assert any(word in EVERYTHING for word in option.opts), option.opts


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_commands_run_in_their_order(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(connect, "ADDRESS", ("127.0.0.1", 1))  # not the Anki of who tests
    runner = CliRunner()
    lines = code(PAGES[page])
    for sitting in ("exam", "interview"):  # so that there is a result
        if any(line.startswith(f"contrastive-drill {sitting} --") for line in lines):
            runner.invoke(app, [sitting], input="an answer\ny\ny\nanother\nall\n:quit\n")
    task = load(shipped_folder() / "code" / "infonce.py")
    (tmp_path / "infonce.py").write_text(task.solution, "utf-8")
    if any(line.startswith("contrastive-drill plan") for line in lines):
        runner.invoke(app, ["plan", "--on", "2026-12-20", "--minutes", "20"])
    for line in lines:
        words = shlex.split(line)
        if words[:1] != ["contrastive-drill"] or "my-" in line:
            continue
        shows = {"history", "--list", "--show-core", "--show-config"}
        if words[1:2] == ["demo"] and not shows & set(words):
            continue  # it trains
        result = runner.invoke(app, words[1:], input="")
        # Without a terminal restore wants a name, and the name in the guide is an example.
        known = (2, 3) if words[1] == "restore" or "--anki-connect" in words else (0,)
        assert result.exit_code in known, (line, result.output)


def test_the_settings_of_demos_in_the_guides_exist() -> None:
    named = [shlex.split(line)[1:] for line in commands(EVERYTHING) if line.startswith("demo ")]
    for name, *words in named:
        if name in catalogue.names():
            given = [words[at + 1] for at, word in enumerate(words) if word == "--set"]
            if given:
                registry.load(name).config(settings=given)
    titles = re.findall(r"^## (\S+)$", PAGES["demos"], re.M)
    assert titles == list(catalogue.names())


def test_the_readme_is_read_in_three_minutes() -> None:
    assert len(README.splitlines()) <= 160
    assert len(README.split()) <= 2000


def test_every_guide_is_known_to_help_and_to_the_readme() -> None:
    assert sorted(GUIDES) == sorted(path.stem for path in FOLDER.glob("*.md"))
    for name in GUIDES:
        assert f"[{name}](contrastive_drill/guides/{name}.md)" in README


@pytest.mark.parametrize("page", GUIDES)
def test_a_guide_fits_a_terminal(page: str) -> None:
    text = PAGES[page]
    assert text.startswith("# ")
    assert len(text.partition("\n")[0]) <= 64  # its row in the list
    fenced = "".join(FENCED.findall(text)).splitlines()
    assert max(map(len, [*code(text), *fenced, ""])) <= 76  # behind an indent of 4


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_has_help_with_two_examples(verb: str) -> None:
    group = getattr(every_verb()[verb], "commands", {})
    for name in [[verb, each] for each in group] or [[verb]]:
        said = help_of(*name).partition("Examples:")[2]
        examples = re.findall(r"^    ([A-Z_]+=\S+ )?(contrastive-drill .+)$", said, re.M)
        assert len(examples) >= 2, said
        for _, line in examples:
            parsed(re.split(r" && | \| ", line)[0].removeprefix("contrastive-drill "))


@pytest.mark.parametrize("verb", ["show", "edit", "suspend", "resume", "bury", "flag", "unflag"])
def test_examples_name_cards_that_exist_or_are_the_reader_s_own(verb: str) -> None:
    examples = re.findall(
        rf"contrastive-drill {verb} ([a-z0-9][a-z0-9 -]*?)(?= --|$)", help_of(verb), re.M
    )
    named = " ".join(examples).split()
    assert len(named) >= 2
    assert {name for name in named if not name.startswith("my-")} <= set(shipped.by_id())


def help_of(*verb: str) -> str:
    """The help of a command."""
    result = CliRunner().invoke(app, [*verb, "--help"])
    assert result.exit_code == 0
    return result.stdout


def test_the_list_of_commands_is_not_cut_short() -> None:
    lines = help_of().splitlines()
    for verb in VERBS:
        line = next(line for line in lines if line.startswith(f"  {verb} "))
        assert line.rstrip().endswith(".")
        assert not line.rstrip().endswith("...")


def test_the_guide_s_pipe_is_one_review() -> None:
    line = next(line for line in code(PAGES["review"]) if line.startswith("printf"))
    typed = line.split("'")[1].replace("\\n", "\n")
    result = CliRunner().invoke(app, ["review"], input=typed)
    assert "1 of 1 card recalled" in result.stdout


def test_the_guide_s_cards_are_sound(tmp_path: Path) -> None:
    whole, ladder, card = re.findall(r"```yaml\n(.*?)```", PAGES["cards"], re.S)
    head, _, cards = whole.partition("cards:\n")
    for text in (whole, f"{head}cards:\n{card}", ladder + cards):
        path = tmp_path / "mine.yaml"
        path.write_text(text)
        assert check([path], catalogue.names()) == (1, [])


def test_the_tables_of_keys_name_every_key() -> None:
    said = keymap().help(Situation.QUESTION)
    keys = {key for names, _ in said for key in names.split() if len(key) == 1}
    assert {"a", "h", "g", "e", "t", "m", "j", "q"} < keys
    for page in ("README", "review"):
        table = PAGES[page].partition("| key | does |")[2].partition("\n\n")[0]
        for key in keys:
            assert f"`{key}`" in table


def test_the_guides_name_every_file_setting_variable_and_status() -> None:
    for path in settings.paths({settings.HOME_VARIABLE: "/home"}):
        assert f"`{path.relative_to('/home')}" in PAGES["files"]
    table = PAGES["review"].partition("| setting |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.M) != []
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == set(settings.RANGES)
    for variable in (settings.HOME_VARIABLE, NOW_VARIABLE):
        assert f"| `{variable}` |" in PAGES["files"]
    statuses = re.findall(r"^\| (\d+) \| \w", PAGES["json"], re.M)
    assert statuses == [str(status.value) for status in ExitCode]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_links_and_pictures_exist(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", PAGES[path.stem]):
        assert target.startswith("https:") or (path.parent / target).exists(), target


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    lines = [line for page in PAGES.values() for line in [*code(page), *spans(page)]]
    targets = {line.split()[1] for line in lines if line.startswith("make ")}
    assert targets >= {"drill", "demo", "test", "bench"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.M), target


@pytest.mark.terminal
def test_the_picture_of_a_review_is_what_a_review_looks_like(tmp_path: Path) -> None:
    assert stills.STILL.read_text("utf-8") == stills.review_still(tmp_path)


@pytest.mark.terminal
def test_the_picture_of_a_code_drill_is_what_one_looks_like(tmp_path: Path) -> None:
    def words(picture: str) -> str:
        """What stands there, but for the numbers, which are drawn afresh."""
        return re.sub(r"[\d.]+", "", "".join(re.findall(r">(.)</text>", picture)))

    assert words(stills.CODE_STILL.read_text("utf-8")) == words(stills.code_still(tmp_path))


def test_the_changelog_tells_of_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_nothing_names_what_does_not_belong_in_the_project() -> None:
    home = "/" + "work" + "/"
    for path in [*PATHS, ROOT / "CHANGELOG.md", *ROOT.glob("*.toml"), *ROOT.rglob("tests/*.py")]:
        assert home not in path.read_text("utf-8"), path
