"""`help`: what it shows of a guide, at every width, and what it says of other words."""

import io
import re

import pytest
from cases import every
from terminal import Terminal
from typer.testing import CliRunner

from contrastive_drill.cli import app
from contrastive_drill.cli.group import VERBS
from contrastive_drill.cli.help import FOLDER, GUIDES
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import Look, make_console
from contrastive_drill.screen.guide import guide_rows, title_of
from contrastive_drill.screen.plain import MEASURE

TEXTS = {name: (FOLDER / f"{name}.md").read_text("utf-8") for name in GUIDES}


def sheet(width: int, *, ascii_only: bool = False) -> Sheet:
    """A sheet of paper, on which nothing has a colour."""
    console = make_console(io.StringIO())
    console.width = width
    return Sheet(console, Look(width, ascii_only))


def rows(text: str, width: int, *, ascii_only: bool = False) -> list[str]:
    """What a guide looks like, row by row."""
    return [row.plain for row in guide_rows(sheet(width, ascii_only=ascii_only), text)]


def said(*arguments: str) -> str:
    """What a command prints that does its work."""
    result = CliRunner().invoke(app, ["help", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("name", GUIDES)
@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_row_is_wider_than_the_terminal_or_than_one_can_read(name: str, width: int) -> None:
    for ascii_only in (False, True):
        drawn = rows(TEXTS[name], width, ascii_only=ascii_only)
        assert max(map(len, drawn)) <= min(width, MEASURE)
        assert "?[" not in "".join(drawn)
        if ascii_only:
            assert all(row.isascii() for row in drawn)


@pytest.mark.parametrize("name", GUIDES)
def test_nothing_of_a_guide_is_lost(name: str) -> None:
    text = TEXTS[name]
    drawn = rows(text, 80)
    for line in re.findall(r"^    .+$", text, re.M):
        assert line in [row.rstrip() for row in drawn] or line.strip() in " ".join(drawn)
    prose = re.sub(r"<!--.*?-->|^!\[.*$|^```\w+|\]\([^)]*\)", "", text, flags=re.M | re.S)
    shown = set(re.findall(r"\w+", " ".join(drawn)))
    assert set(re.findall(r"\w+", prose)) <= shown


def test_code_keeps_its_backticks_where_nothing_else_marks_it() -> None:
    assert rows("# A\n\nPress `t`.\n\n    t `x`", 40) == ["── A", "", "Press `t`.", "", "    t `x`"]
    paper = sheet(40)
    paper.console._force_terminal = True
    paper.console.no_color = False
    drawn = guide_rows(paper, "# A\n\nPress `t`.")
    assert drawn[-1].plain == "Press t."
    assert drawn[-1].spans


def test_a_link_to_a_guide_becomes_its_command_and_other_links_their_words() -> None:
    text = "# A\n\nSee [the plan](plan.md), [a file](../x/y.py) and ![a picture](z.png)."
    assert rows(text, 80)[-1].startswith("See the plan (`contrastive-drill help plan`), a file and")


def test_a_table_that_is_too_wide_becomes_a_row_of_words_for_each_of_its_rows() -> None:
    heads = "| cell | " + " | ".join(f"quantity{n}" for n in range(6)) + " |"
    cells = "| 100 / 3 | " + " | ".join(f"{n}.5" for n in range(6)) + " |"
    text = f"# A\n\n{heads}\n|{'---|' * 7}\n{cells}\n"
    assert rows(text, 100)[-1].split()[:4] == ["100", "/", "3", "0.5"]
    narrow = " ".join(row.strip() for row in rows(text, 60)[2:])
    assert narrow.startswith("100 / 3: quantity0 0.5, quantity1 1.5, ")
    assert narrow.endswith("quantity5 5.5")


def test_the_list_names_every_guide_with_its_title() -> None:
    listed = said()
    for name, text in TEXTS.items():
        assert re.search(rf"^  {name} +{re.escape(title_of(text))}$", listed, re.M)


def test_a_guide_that_is_a_command_too_ends_with_its_options() -> None:
    ending = "The options: contrastive-drill review --help"
    assert said("review").rstrip().endswith(ending)
    assert "The options" not in said("cards")


@pytest.mark.parametrize("verb", sorted(set(VERBS) - set(GUIDES)))
def test_a_command_without_a_guide_shows_its_options_and_where_it_is_told(verb: str) -> None:
    shown = said(verb)
    assert shown.startswith(f"Usage: contrastive-drill {verb} [OPTIONS]")
    guide = shown.rstrip().rpartition("contrastive-drill help ")[2]
    assert f"contrastive-drill {verb}" in TEXTS[guide]


@pytest.mark.parametrize(
    ("word", "near"),
    [("plam", "did you mean 'plan'?"), ("suspent", "did you mean 'suspend'?"),
     ("measurments", "did you mean 'measurements'?"), ("xyzzy", "help lists the guides")],
)  # fmt: skip
def test_an_unknown_word_is_met_with_the_nearest(word: str, near: str) -> None:
    result = CliRunner().invoke(app, ["help", word])
    assert result.exit_code == 2
    assert near in result.stderr
    assert result.stdout == ""


@every("verb", [(), *((verb,) for verb in VERBS), ("bank", "new"), ("bank", "schema")])
def test_no_help_breaks_a_word_or_cuts_a_sentence(verb: tuple[str, ...]) -> None:
    def words(width: int) -> list[str]:
        result = CliRunner().invoke(
            app, [*verb, "--help"], terminal_width=width, max_content_width=width
        )
        assert result.exit_code == 0
        return [word for word in result.stdout.split() if not word.startswith("[")]

    for width in (60, 80):
        assert words(width) == words(1000)


@pytest.mark.terminal
@pytest.mark.usefixtures("warm")
@every("columns", [60, 80, 200])
def test_settings_and_paths_break_between_words(columns: int) -> None:
    for verb in ("config", "doctor"):
        whole = CliRunner().invoke(app, [verb]).stdout
        with Terminal(verb, columns=columns, rows=60) as terminal:
            assert terminal.finish() == 0
            rows = terminal.raw.decode().replace("\r", "").splitlines()
        assert " ".join(rows).split() == whole.split()
        assert all(len(row) <= min(columns, MEASURE) or len(row.split()) <= 2 for row in rows)
