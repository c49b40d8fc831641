"""Formulas and tables in the Markdown of cards: shown as meant, or refused with the remedy."""

import re

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.bank.export import record
from contrastive_drill.bank.markdown import LONE_DOLLAR, read, read_line
from contrastive_drill.bank.misreadings import REFUSED
from contrastive_drill.bank.reader import read as read_file
from contrastive_drill.bank.schema import schema
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.prose import (
    Block,
    Code,
    Formula,
    Line,
    Listing,
    Paragraph,
    Span,
    Style,
    TableBlock,
    formulas_of,
    plain,
)
from contrastive_drill.formula.tex import TexError, parse, written_out


def text(words: str) -> Paragraph:
    return Paragraph((Span(words),))


def tex(source: str) -> Span:
    return Span(source, Style.FORMULA)


@every(
    ("source", "blocks"),
    [
        (r"a \(x\) b", [Paragraph((Span("a "), tex("x"), Span(" b")))]),
        (r"\(p(x|y)\)", [Paragraph((tex("p(x|y)"),))]),
        (r"\[x\]", [Formula("x")]),
        ("\\[\nx\n- y\n\\]", [Formula("x\n- y")]),
        ("a\n\\[\nx\n= y\n\\]\nb", [text("a"), Formula("x\n= y"), text("b")]),
        (r"a \[x\] b", [text("a"), Formula("x"), text("b")]),
        ("\\[ \\begin{matrix} a \\\\[2pt] b \\end{matrix} \\]", None),
        ("a $$x$$ b", [text("a"), Formula("x"), text("b")]),
        ("a $$x$$, b $$y$$.", [text("a"), Formula("x,"), text("b"), Formula("y.")]),
        ("a\n$$\nx\n- y\n$$\nb", [text("a"), Formula("x\n- y"), text("b")]),
        ("$$x$$ (1)", [Formula("x"), text("(1)")]),
        ("- a $$x$$\n- b", [Listing(((text("a"), Formula("x")), (text("b"),)))]),
        ("- a\n  \\[\n  x\n  \\]\n- b", [Listing(((text("a"), Formula("x")), (text("b"),)))]),
        (r"\\(x\\)", [text(r"\(x\)")]),
        (r"`\(x\) $$`", [Paragraph((Span(r"\(x\) $$", Style.CODE),))]),
        ("```\n\\[x\\]\n$$ | `a|b`\n```", [Code("\\[x\\]\n$$ | `a|b`")]),
        ("*so* a * b", None),
        ("*un*do 2 * 3", None),
        (r"C:\new\temp", [text(r"C:\new\temp")]),
    ],
)
def test_what_is_read(source: str, blocks: list[Block] | None) -> None:
    found, faults = read(source)
    assert not faults
    assert blocks is None or list(found) == blocks


@every(
    ("source", "line", "problem"),
    [
        ("2*3*4", 0, REFUSED["inner"]),
        ("a\n\nx**2 + y**2", 2, REFUSED["inner"]),
        ("(a)*b*(c)", 0, REFUSED["inner"]),
        ("$x$*2*$y$", 0, REFUSED["inner"]),
        ("| a | b |\n|---|\n| c | d |", 0, REFUSED["rule"]),
        ("a | b\n--|--|--\nc | d", 0, REFUSED["rule"]),
        (r"the \tau of it", 0, REFUSED["latex"]),
        (r"\begin{align} a &= b \\ c \end{align}", 0, REFUSED["latex"]),
        (r"a \(x", 0, REFUSED["lone"]),
        (r"x\] b", 0, REFUSED["lone"]),
        ("*a $$x$$ b*", 0, REFUSED["math_inline_double"]),
        ("|a|b|\n|-|-|\n|$$x$$|c|", 2, REFUSED["math_inline_double"]),
        ("|a|b|\n|-|-|\n|c|d|\n|e|f|g|", 3, REFUSED["ragged"]),
        ("|a|b|\n|-|-|\n| costs $5|6$ |", 2, REFUSED["ragged"]),
        ("2$x$", 0, LONE_DOLLAR),
        ("a $$\nx\n- y\n$$", 0, LONE_DOLLAR),
    ],
)
def test_what_would_be_shown_otherwise_is_refused(source: str, line: int, problem: str) -> None:
    assert (line, problem) in read(source)[1]


def test_a_line_holds_no_displayed_formula() -> None:
    assert read_line("a $$x$$ b")[1]
    assert read_line(r"a \(x\) b")[0] == (Span("a "), tex("x"), Span(" b"))


# Whatever bars are in them, the cells of a table are those that were written.

cells = st.one_of(
    st.text("ab 12.,", min_size=1, max_size=6).map(str.strip).filter(bool).map(lambda w: (w, w)),
    st.sampled_from([r"\|x\|", "|x|", "p(x|y)", r"\|x\|_2|y|"]).flatmap(
        lambda f: st.sampled_from([(f"${f}$", f), (rf"\({f}\)", f)])
    ),
    st.sampled_from(["a|b", "||", "a | b", "|"]).map(lambda c: (f"`{c}`", c)),
    st.just((r"`a \| b`", "a | b")),
    st.just((r"a \| b", "a | b")),
)


@given(
    st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=4), st.sampled_from(["", "- "])
)
def test_the_cells_of_a_table_are_those_that_were_written(
    rows: list[tuple[tuple[str, str], ...]], mark: str
) -> None:
    written = ["| a | b | c |", "|---|---|---|"]
    written += ["| " + " | ".join(source for source, _ in row) + " |" for row in rows]
    found, faults = read(("\n" + " " * len(mark)).join([mark + written[0], *written[1:]]))
    assert not faults
    (block,) = found
    table = block.items[0][0] if isinstance(block, Listing) else block
    assert isinstance(table, TableBlock)
    shown = [tuple(map(plain, row)) for row in table.rows]
    assert shown == [tuple(meant for _, meant in row) for row in rows]


# Macros.

MACROS = {
    "R": r"\mathbb{R}", "n": r"\lVert #1\rVert", "both": "#2 + #1", "T": r"^\top", "sum": "a+b",
    "loss": r"\mathcal{L}_{\text{#1}}", "twice": r"\n{\n{#1}}", "bold": r"\mathbf",
}  # fmt: skip


@every(
    ("source", "meant"),
    [
        (r"x\in\R^d", r"x\in\mathbb{R}^d"),
        (r"\R x", r"\mathbb{R} x"),
        (r"\n{x}_2", r"\lVert x\rVert_2"),
        (r"\n x", r"\lVert x\rVert"),
        (r"\n\alpha", r"\lVert \alpha\rVert"),
        (r"\both{x}{y}", "y + x"),
        (r"x\T y", r"x^\top y"),
        (r"x^\sum", "x^{a+b}"),
        (r"\frac\sum2", r"\frac{a+b}2"),
        (r"\loss{CLIP}", r"\mathcal{L}_{\text{CLIP}}"),
        (r"\twice{x}", r"\lVert \lVert x\rVert\rVert"),
        (r"\bold x", r"\mathbf x"),
        (
            r"\begin{matrix}\R&1\\[2pt]2&3\end{matrix}",
            r"\begin{matrix}\mathbb R&1\\2&3\end{matrix}",
        ),
        (r"$\R$", r"\mathbb{R}"),
    ],
)
def test_a_macro_is_its_latex(source: str, meant: str) -> None:
    text = written_out(source, MACROS)
    assert parse(text) == parse(meant)
    assert not any(f"\\{name}" in text.replace(r"\mathbb", "") for name in ("R", "n", "T", "loss"))


@every(
    ("macros", "problem"),
    [
        ({"a": r"\a"}, r"\a is written out without end"),
        ({"a": r"\b\b", "b": r"\a"}, "is written out without end"),
        ({"a": "#1" * 60, "b": r"\a{\a{x}}"}, "is written out without end"),
        ({"a": "#x"}, r"# in \a before no number of an argument at character 1: as in #1"),
        ({"a": "#1"}, r"\a has no argument"),
    ],
)
def test_a_macro_that_cannot_be_written_out_is_an_error(
    macros: dict[str, str], problem: str
) -> None:
    with pytest.raises(TexError) as caught:
        written_out(rf"\{[*macros][-1]}", macros)
    assert problem in str(caught.value)


FILE = r"""
section: mine
macros:
  loss: '\mathcal{L}_{\text{#1}}'
  \T: '^\top'
cards:
  - id: own
    level: mid
    kind: recall
    prompt: What is $\loss{CLIP}$?
    answer: It is $x\T y$.
    points: [must: '$\loss{CLIP}$ is one.']
    sources: [computed: so]
"""


def card_of(file: str) -> Card:
    reading = read_file("f.yaml", file.encode())
    assert not reading.problems
    return reading.cards[0]


def test_the_macros_of_a_file_are_written_out_in_its_cards() -> None:
    card = card_of(FILE)
    assert formulas_of(card.prompt) == (r"\mathcal{L}_{\text{CLIP}}",)
    assert formulas_of(card.answer) == (r"x^\top y",)
    line: Line = card.points[0].line
    assert line[0] == tex(r"\mathcal{L}_{\text{CLIP}}")


@every(
    ("before", "after", "problem"),
    [
        ("loss: '", "loss2: '", "4:10: macro 'loss2': a name of letters is wanted"),
        (r"\mathcal", r"\mathcla", r"4:9: macro 'loss': unknown command \mathcla"),
        (r"'^\top'", r"'\begin{cases}'", r"5:7: macro '\T': \begin{cases} without its"),
        (r"'^\top'", r"\top # x", "5:7: what follows # is lost as a comment"),
        (r"'^\top'", "[1]", "5:7: text is wanted here"),
        (r"\T: ", "loss: ", "5:3: 'loss' stands twice"),
        (r"x\T y", r"x\S y", None),
        (r"x\T y", r"x\Top y", r"11:13: formula 'x\\Top y': unknown command \Top"),
    ],
)
def test_what_is_wrong_with_a_macro_is_named(before: str, after: str, problem: str | None) -> None:
    assert before in FILE
    found = [
        str(each) for each in read_file("f.yaml", FILE.replace(before, after).encode()).problems
    ]
    assert any(f"f.yaml:{problem}" in each for each in found) if problem else not found


def test_what_is_exported_needs_no_macros() -> None:
    exported = str(record(card_of(FILE), "Mine"))
    assert "CLIP" in exported
    assert r"\loss" not in exported


def test_the_schema_knows_macros() -> None:
    form = schema()["properties"]["macros"]
    assert form["type"] == "object"
    pattern = re.compile(form["propertyNames"]["pattern"])
    assert [bool(pattern.search(name)) for name in ("R", r"\T", "R1")] == [True, True, False]
