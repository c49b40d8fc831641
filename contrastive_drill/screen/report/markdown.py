"""The report as Markdown: headings, lists and tables that any reader of it shows."""

import re
from collections.abc import Iterator
from typing import assert_never

from contrastive_drill.cards.markdown import code
from contrastive_drill.cards.prose import Line, Style, plain
from contrastive_drill.demo.result import Chart, Note, Table
from contrastive_drill.reports.document import blocks
from contrastive_drill.screen.plain import shown

# What begins or ends emphasis, code, a link, a tag, an entity, a formula or a cell.
SPECIAL = re.compile(r"[\\`*_\[\]<>|~$&]")
LEADING = re.compile(r"^([#+\-=]|\d+(?=[.)]))")  # what a line may not begin with


def report_markdown(document: blocks.Document) -> str:
    """The whole report, ending in a line break."""
    return shown("\n".join(_lines(document)) + "\n")


def _lines(document: blocks.Document) -> Iterator[str]:
    yield f"# {document.title}, {document.day}"
    yield from ("", escaped("; ".join(document.about)))
    for section in document.sections:
        yield from ("", f"## {escaped(section.title)}")
        for block in section.blocks:
            yield from _block(section, block)


def _block(section: blocks.ReportSection, block: blocks.Block) -> Iterator[str]:
    """The lines of a block, after an empty one."""
    match block:
        case Note():
            yield from ("", escaped(block.text))
        case blocks.Steps():
            yield ""
            for number, step in enumerate(block.steps, 1):
                yield f"{number}. {escaped(step.why)}: {code(step.command)}"
        case blocks.Bars():
            yield from _block(section, block.table)
        case Table():
            if block is not section.lead:
                yield from ("", f"### {escaped(block.title)}")
            yield from ("", *_table(block))
            for note in block.notes:
                yield from ("", escaped(note))
        case blocks.Points():
            yield from ("", f"### {escaped(block.title)}", "")
            for point in block.points:
                words = f"{point.missed} of {point.asked}"
                yield f"- {words}: {_line(point.line)} ({code(point.card_id)})"
        case blocks.Detail():
            yield from _block(section, block.block)
        case blocks.Columns() | blocks.Calendar() | Chart():
            pass  # their numbers stand in a table
        case _:
            assert_never(block)


def _table(table: Table) -> Iterator[str]:
    """Escaped cells; the first column is words, the others stand on the right."""
    yield f"| {' | '.join(map(escaped, table.columns))} |"
    yield f"|---|{'---:|' * (len(table.columns) - 1)}"
    for row in table.rows:
        yield f"| {' | '.join(map(escaped, row))} |"


def escaped(words: str) -> str:
    """Words that Markdown shows as they are, on one line."""
    line = SPECIAL.sub(r"\\\g<0>", " ".join(words.split()))
    return LEADING.sub(lambda m: f"{m[0]}\\" if m[0].isdigit() else f"\\{m[0]}", line)


def _line(line: Line) -> str:
    """A line of a card: formulas and code stay what they are."""
    parts = []
    for text, style in line:
        match style:
            case Style.CODE | Style.FORMULA:
                parts.append(code(" ".join(text.split())))
            case _:
                parts.append(escaped(text) if text.strip() else text)
                # `escaped` takes the blanks at the ends, which part one span from the next.
                if text.strip():
                    parts[-1] = " " * text[0].isspace() + parts[-1] + " " * text[-1].isspace()
    return "".join(parts) or escaped(plain(line))
