"""A card as rows: text is data, blocks keep their shape, and nothing is wider than the screen."""

import io
import re
from collections import Counter
from datetime import date

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.text import Text

from contrastive_drill.bank import markdown
from contrastive_drill.cards.prose import Code, Paragraph, Span, TableBlock
from contrastive_drill.screen.card.code import coloured
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import Look, look_at, make_console
from contrastive_drill.screen.plain import MEASURE, complain, say, shown
from contrastive_drill.words import day_name, duration, interval, percent


def sheet(width: int = 60, ascii_only: bool = False) -> Sheet:
    """A sheet for a terminal of a width."""
    console = make_console(io.StringIO())
    return Sheet(console, Look(width, ascii_only))


def drawn(text: str, width: int = 60, ascii_only: bool = False) -> list[str]:
    """The rows of a Markdown text."""
    prose, faults = markdown.read(text)
    assert faults == []
    return [row.plain for row in sheet(width, ascii_only).prose(prose)]


@every("words", ["1[i=j]", "E[x]", "[b]bold[/b]", "[/b]", ":smile:", "a [red] b"])
def test_text_is_never_markup(words: str) -> None:
    stream = io.StringIO()
    console = make_console(stream)
    for row in Sheet(console, Look(60, False)).block(Paragraph((Span(words),)), ""):
        console.print(row)
    assert stream.getvalue() == words + "\n"


@given(st.text(max_size=40))
def test_no_control_character_reaches_the_terminal(words: str) -> None:
    for ascii_only in (False, True):
        said = shown(words, ascii_only)
        assert not any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 for c in said)
        assert not set(said) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        assert not ascii_only or said.isascii()


def test_an_escape_sequence_in_a_typed_answer_is_defused() -> None:
    assert shown("\x1b[2J\x1b]0;title\x07hello", ascii_only=False) == "[2J]0;titlehello"


@given(st.text(max_size=300), st.integers(20, 200), st.booleans())
def test_paragraphs_fit_the_width_and_break_between_words_only(
    words: str, width: int, ascii_only: bool
) -> None:
    words += " and so on" * 20
    rows = sheet(width, ascii_only).block(Paragraph((Span(words),)), "  ")
    for row in rows:
        assert cell_len(row.plain) <= min(width, MEASURE) or len(row.plain.split()) == 1
    assert " ".join(row.plain for row in rows).split() == shown(words, ascii_only).split()


def test_an_address_wider_than_the_terminal_stays_whole() -> None:
    address = "https://example.org/" + "a" * 50
    assert drawn(f"See {address} there.", 30) == ["See", address, "there."]


def test_without_styles_emphasis_keeps_its_marks() -> None:
    text = "words like *the* and **is**, and `norm`, at $x^2$"
    assert drawn(text) == ["words like the and is, and norm, at x²"]
    bare = Sheet(make_console(io.StringIO()), Look(80, False, styled=False))
    (row,) = bare.prose(markdown.read(text)[0])
    assert row.plain == "words like *the* and **is**, and `norm`, at x²"
    piped, terminal = make_console(io.StringIO()), make_console(io.StringIO())
    terminal._force_terminal, terminal._color_system = True, ColorSystem.STANDARD
    assert [look_at(each).styled for each in (piped, terminal)] == [False, True]


def test_lists_hang_their_items() -> None:
    rows = drawn("- one two three four five six\n- seven\n\n  eight\n\n3. nine\n4. ten", 20)
    assert rows == [
        "• one two three four",
        "  five six",
        "• seven",
        "",
        "  eight",
        "",
        "3. nine",
        "4. ten",
    ]
    assert drawn("- one", ascii_only=True) == ["- one"]


def test_tables_keep_their_columns() -> None:
    rows = drawn("| a | $x_i$ |\n|---|---|\n| one | 2 |\n| three | `four` |", 40)
    assert [row.split() for row in rows if "─" not in row] == [
        ["a", "xᵢ"],
        ["one", "2"],
        ["three", "four"],
    ]
    assert all(row.isascii() for row in drawn("| a |\n|---|\n| b |", ascii_only=True))


WORDS = st.lists(st.text("abc", min_size=1, max_size=14), min_size=1, max_size=6)
TABLES = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.lists(WORDS, min_size=columns, max_size=columns), min_size=2, max_size=5
    )
)


@given(TABLES, st.sampled_from([20, 40, 60, 200]), st.booleans())
def test_a_table_breaks_no_word_and_keeps_to_the_measure(
    table: list[list[list[str]]], width: int, ascii_only: bool
) -> None:
    header, *rows = (tuple((Span(" ".join(cell)),) for cell in row) for row in table)
    block = TableBlock(header, tuple(rows))
    drawn = [row.plain for row in sheet(width, ascii_only).block(block, "")]
    said = Counter(word for row in table for cell in row for word in cell)
    shown = Counter(re.findall("[abc]+", " ".join(drawn)))
    assert all(shown[word] >= count for word, count in said.items())
    assert all(len(row) <= min(MEASURE, width) for row in drawn)


def test_formulas_stand_on_rows_of_their_own_or_in_the_line() -> None:
    assert drawn("Take $\\frac{a}{b}$ or\n\n$$\n\\frac{a}{b}\n$$") == [
        "Take a/b or",
        "",
        "  a",
        "  ─",
        "  b",
    ]


def test_code_is_highlighted_and_its_brackets_stay() -> None:
    text = coloured("def f(x):  # why\n    return x[0]", "python")
    assert text.plain == "def f(x):  # why\n    return x[0]"
    styles = {str(span.style): text.plain[span.start : span.end] for span in text.spans}
    assert styles["code.keyword"] in ("def", "return")
    assert styles["code.comment"] == "# why"
    assert coloured("x", "no-such-language").plain == "x"


def test_long_code_folds_and_loses_nothing() -> None:
    rows = sheet(30).block(Code("x = [" + "1, " * 30 + "]", "python"), "")
    assert all(cell_len(row.plain) <= 30 for row in rows)
    assert "".join(row.plain.strip() for row in rows).count("1,") == 30


def test_an_ascii_look_spells_what_it_cannot_show() -> None:
    assert shown("τ → 0 — “é” ≥ x²", ascii_only=True) == 'tau -> 0 -- "e" >= x^2'
    assert shown("漢", ascii_only=True) == "?"


@every(
    ("environment", "encoding", "ascii_only"),
    [
        ({"LANG": "en_US.UTF-8"}, "utf-8", False),
        ({"LANG": "C.UTF-8"}, "utf-8", False),
        ({}, "utf-8", False),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "utf-8", True),
        ({"LC_CTYPE": "POSIX"}, "utf-8", True),
        ({"LANG": "de_DE.ISO-8859-1"}, "utf-8", True),
        ({"LANG": "en_US.UTF-8"}, "ascii", True),
    ],
)
def test_what_a_terminal_can_show_is_read_from_it(
    environment: dict[str, str], encoding: str, ascii_only: bool
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    assert look_at(Console(file=stream), environment).ascii_only is ascii_only


class Tty(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@given(st.lists(st.text("ab-/.", min_size=1, max_size=120), max_size=6), st.integers(30, 200))
def test_lines_break_between_words_on_a_terminal_and_nowhere_else(
    parts: list[str], columns: int
) -> None:
    words = " ".join(["name:", *parts, "x" * 100])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        shown_at, piped, whole = Tty(), io.StringIO(), Tty()
        say(words, shown_at, indent="  ")
        say(words, piped)
        say(words, whole, whole=True)
    assert shown_at.getvalue().split() == words.split()
    for row in shown_at.getvalue().splitlines():
        assert len(row) <= min(columns, MEASURE) or len(row.split()) == 1
    assert piped.getvalue() == whole.getvalue() == f"{words}\n"


def test_an_error_breaks_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Tty()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("COLUMNS", "60")
    complain("there is no plan yet: contrastive-drill plan --on 2026-12-05 --minutes 20 makes one")
    assert stream.getvalue() == (
        "contrastive-drill: there is no plan yet: contrastive-drill\n"
        "plan --on 2026-12-05 --minutes 20 makes one\n"
    )


def test_times_are_said_as_people_say_them() -> None:
    assert [interval(days) for days in (0, 1, 59, 90, 400)] == [
        "this session",
        "1 d",
        "59 d",
        "3.0 mo",
        "1.1 y",
    ]
    assert [duration(s) for s in (0, 59.6, 61, 3600 + 62)] == ["0:00", "1:00", "1:01", "1:01:02"]
    monday = date(2025, 11, 24).toordinal()
    assert [day_name(monday + n, monday) for n in (0, 1, 2, 7)] == [
        "today",
        "tomorrow",
        "on Wednesday",
        "on 2025-12-01",
    ]
    assert (percent(None), percent(0.876)) == ("-", "88%")
    assert Text(percent(1.0)).plain == "100%"
