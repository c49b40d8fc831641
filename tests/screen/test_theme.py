"""Every style has its name in the theme, and every console its theme from one place."""

import ast
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.color import ANSI_COLOR_NAMES
from rich.color_triplet import ColorTriplet
from rich.style import Style
from rich.text import Text
from rich.theme import Theme

import contrastive_drill
from contrastive_drill.screen.console import Look, make_console
from contrastive_drill.screen.theme import SERIES, STYLES

PACKAGE = Path(contrastive_drill.__file__).parent
DRAWN = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "rich" in path.read_text("utf-8") and path.name != "theme.py"
]
ATTRIBUTES = {"bold", "dim", "italic", "underline", "reverse", "strike", "blink", "not", "on"}
# Where a call of this name has its style.
PLACES = {"Text": 1, "append": 1, "stylize": 0}


def literals(tree: ast.AST) -> Iterator[str]:
    """The strings in a piece of code, as far as they are written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def in_place(tree: ast.AST) -> Iterator[str]:
    """The strings that stand where a style is meant."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        place = PLACES.get(name)
        styles = [] if place is None else node.args[place : place + 1]
        for style in [*styles, *(each.value for each in node.keywords if each.arg == "style")]:
            branches = [style.body, style.orelse] if isinstance(style, ast.IfExp) else [style]
            for branch in branches:
                if isinstance(branch, ast.Constant) and isinstance(branch.value, str):
                    yield branch.value


def spells_a_style(words: str) -> bool:
    """Whether a string names colours or attributes instead of a meaning."""
    parts = words.split(" ")
    known = ATTRIBUTES | set(ANSI_COLOR_NAMES)
    return all(part in known or part.startswith("color(") for part in parts)


def test_no_view_spells_a_colour_or_names_a_style_that_is_not_there() -> None:
    assert len(DRAWN) > 20, "the views were found"
    wrong = []
    for path in DRAWN:
        tree = ast.parse(path.read_text("utf-8"))
        wrong += [(path.name, words) for words in literals(tree) if spells_a_style(words)]
        known = {*STYLES, "", "none"}
        wrong += [(path.name, style) for style in in_place(tree) if style not in known]
    assert not wrong


def test_every_style_is_used() -> None:
    used = {words for path in DRAWN for words in literals(ast.parse(path.read_text("utf-8")))}
    series = {f"series.{number}" for number in range(SERIES)}
    assert set(STYLES) - used == series


def test_the_console_is_made_in_one_place() -> None:
    makers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("make_console", "Console")
    }
    assert makers == {"actions/environment.py"}


def test_another_theme_reaches_every_row() -> None:
    bar = Look(80, ascii_only=False).bar(0.5, 4)
    drawn = []
    for theme in (Theme(STYLES), Theme({**STYLES, "bar": "red"})):
        console = make_console(io.StringIO(), theme=theme)
        drawn.append([segment.style for segment in console.render(bar)][:2])
    (usual, rest), (changed, same) = drawn
    assert (usual, changed) == (Style.parse("green"), Style.parse("red"))
    assert rest == same == Style.parse("dim")


@pytest.mark.parametrize("background", [(0, 0, 0), (255, 255, 255)])
def test_colours_are_read_on_a_dark_and_on_a_light_background(
    background: tuple[int, int, int],
) -> None:
    paper = luminance(ColorTriplet(*background))
    for name, style in STYLES.items():
        colour = Style.parse(style).color
        if colour is not None and (colour.number or 0) > 15:  # those below are the terminal's own
            ink = luminance(colour.get_truecolor())
            low, high = sorted((ink + 0.05, paper + 0.05))
            assert high / low > 2.5, name


def luminance(colour: ColorTriplet) -> float:
    """The relative luminance of WCAG 2."""
    parts = [value / 255 for value in colour]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("share", "unicode", "ascii_form"),
    [(0.0, "────", "----"), (0.5, "━━──", "==--"), (1.0, "━━━━", "===="), (9.0, "━━━━", "====")],
)
def test_a_bar_keeps_its_width(share: float, unicode: str, ascii_form: str) -> None:
    drawn: list[Text] = [Look(80, ascii_only).bar(share, 4) for ascii_only in (False, True)]
    assert [bar.plain for bar in drawn] == [unicode, ascii_form]
