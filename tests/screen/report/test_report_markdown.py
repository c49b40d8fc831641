"""The report as Markdown: words stay what they are, and every number is there."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from report_values import full, hostile, rich

from contrastive_drill.cards.markdown import code
from contrastive_drill.cards.prose import Span, Style
from contrastive_drill.demo.result import Note, Table
from contrastive_drill.reports.document import document
from contrastive_drill.reports.document.blocks import Bars, Detail
from contrastive_drill.screen.report.markdown import escaped, report_markdown

MARKDOWN = MarkdownIt("commonmark").enable("table")
FULL = document(full())


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")))


def inner(source: str) -> list[tuple[str, str]]:
    """The inline parts that Markdown reads in a paragraph: their kinds and words."""
    tokens = MARKDOWN.parse(source)
    assert [token.type for token in tokens] in (
        ["paragraph_open", "inline", "paragraph_close"], [],
    )  # fmt: skip
    return [(child.type, child.content) for token in tokens for child in token.children or ()]


@given(words | st.text("\\`*_[]<>|~$&#+-=.)1! a", max_size=12))
def test_any_words_stand_in_markdown_as_they_are(said: str) -> None:
    parts = inner(escaped(said))
    assert {kind for kind, _ in parts} <= {"text", "text_special"}
    assert "".join(content for _, content in parts) == " ".join(said.split())


@example(" a ")
@example("`")
@given(st.text("`ab \\*$<", min_size=1, max_size=12).filter(lambda said: said.strip()))
def test_code_stands_in_markdown_as_it_is(said: str) -> None:
    assert inner(f"x{code(said)}x")[1] == ("code_inline", said)


def cells(source: str) -> Iterator[list[str]]:
    """The rows of every table that Markdown reads."""
    row: list[str] = []
    for before, token in pairwise(MARKDOWN.parse(source)):
        if before.type in ("td_open", "th_open"):
            row.append("".join(child.content for child in token.children or ()))
        if token.type == "tr_close":
            yield row
            row = []


def test_the_markdown_has_every_table_and_every_sentence() -> None:
    source = report_markdown(FULL)
    rows = list(cells(source))
    sentences = {
        token.children and "".join(child.content for child in token.children)
        for token in MARKDOWN.parse(source)
        if token.type == "inline"
    }
    for section in FULL.sections:
        assert section.title in sentences
        for block in section.blocks:
            inner = block.block if isinstance(block, Detail) else block
            table = inner.table if isinstance(inner, Bars) else inner
            if isinstance(table, Table):
                for row in (table.columns, *table.rows):
                    assert [" ".join(cell.split()) for cell in row] in rows
                assert set(table.notes) <= sentences
            if isinstance(table, Note):
                assert table.text in sentences


def test_hostile_words_leave_the_headings_as_they_are() -> None:
    tags = [token.tag for token in MARKDOWN.parse(report_markdown(document(hostile())))]
    assert tags.count("h1") == 2, "opened and closed"
    assert tags.count("h2") == 2 * len(FULL.sections)


def test_a_formula_of_two_lines_makes_no_list_of_its_own() -> None:
    line = (Span("a\n     - b", Style.FORMULA),)
    assert "`a - b`" in report_markdown(document(rich(line=line)))
