"""A guide, written in Markdown, as rows for the terminal."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, TableElement
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.plain import MEASURE, shown
from contrastive_drill.screen.theme import MARKDOWN

_COMMENT = re.compile(r"<!--.*?-->\n?", re.S)
_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\n?", re.M)
_GUIDE = re.compile(r"\[([^\]]+)\]\((\w+)\.md\)")
_FILE = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")


def title_of(guide: str) -> str:
    """The title of a guide, which is its first line."""
    return guide.partition("\n")[0].removeprefix("# ")


def list_rows(sheet: Sheet, guides: Mapping[str, str]) -> Rows:
    """The guides by name and title."""
    width = max(map(len, guides)) + 2
    rows: Rows = [sheet.heading("Guides")]
    for name, guide in guides.items():
        title = Text(sheet.look.text(title_of(guide)))
        rows += sheet.wrapped(title, " " * (width + 2), f"  {name:<{width}}")
    words = "contrastive-drill help NAME shows a guide, or the options of a command."
    return [*rows, Text(), *sheet.words(words)]


def key_rows(sheet: Sheet, keys: Mapping[str, Sequence[str]]) -> Rows:
    """Every key of a session by the name that `config key.NAME` takes; what several do, once."""
    rows: Rows = [sheet.heading("Keys")]
    width, before = max(map(len, keys)) + 2, ""
    for name, (key, does) in sorted(keys.items()):
        lead = f"{name:<{width}}{sheet.look.text(key):<7}"
        same = sheet.look.pick("″", '"')
        words = same if does == before else does
        rows += sheet.wrapped(Text(words), " " * len(lead), lead)
        before = does
    words = "contrastive-drill config key.NAME KEY gives it another; config keys anki takes Anki's."
    return [*rows, Text(), *sheet.words(words)]


def guide_rows(sheet: Sheet, guide: str, more: str = "") -> Rows:
    """A guide, and `more` below it."""
    sheet = sheet.within(MEASURE)
    with sheet.console.use_theme(MARKDOWN):
        rows = [*_trimmed(sheet.of(_Page(_readable(guide, sheet))))]
    if sheet.look.ascii_only:  # bullets and rules, drawn by rich, are spelled letter for letter
        rows = [Text(sheet.look.text(row.plain), spans=row.spans) for row in rows]
    return [*rows, *([Text(), *sheet.words(more)] if more else [])]


def _readable(guide: str, sheet: Sheet) -> str:
    """Markdown without what a terminal has no use for; a link to a guide names its command.

    Where there is no colour, code keeps its backticks.
    """
    guide = _PICTURE.sub("", _COMMENT.sub("", guide))
    guide = _GUIDE.sub(r"\1 (`contrastive-drill help \2`)", guide)
    lines = [shown(line, sheet.look.ascii_only) for line in _FILE.sub(r"\1", guide).split("\n")]
    if sheet.console.no_color or not sheet.console.is_terminal:
        lines = [x if x.startswith("    ") else _CODE.sub(r"`` `\1` ``", x) for x in lines]
    return "\n".join(lines)


def _trimmed(rows: Iterable[Text]) -> Iterable[Text]:
    """Rows without blank ones at the end, and never two of them in turn."""
    blank = 0
    for row in rows:
        if not row.plain.strip():
            blank += 1
            continue
        yield from [Text()] * min(blank, 1)
        blank = 0
        yield row


class _Title(Heading):
    """A heading at the left, where rich would centre it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text("── ", "heading").append_text(self.text)


class _Code(CodeBlock):
    """Code behind an indent, folded where it is too wide; no background."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - 4, 10)
        for line in str(self.text).rstrip().split("\n"):
            for piece in Text(line).wrap(console, width, overflow="fold") or [Text()]:
                yield Text("    ").append_text(piece)


class _Grid(TableElement):
    """A table, or a paragraph a row where its columns would be too narrow to read."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        assert self.header is not None
        assert self.header.row is not None
        heads = [cell.content for cell in self.header.row.cells]
        body = [[cell.content for cell in row.cells] for row in self.body.rows] if self.body else []
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="strong")
        for head in heads:
            table.add_column(head, overflow="fold")
        for row in body:
            table.add_row(*row)
        # A measurement is clipped to the width that it is told of.
        least = Measurement.get(console, options.update(max_width=10_000), table).minimum
        if least <= options.max_width:
            yield table
            return
        for first, *others in body:
            pairs = (
                Text.assemble((head.plain, "muted"), " ", cell)
                for head, cell in zip(heads[1:], others, strict=True)
            )
            yield Text.assemble((first.plain, "strong"), ": ").append_text(Text(", ").join(pairs))


class _Page(Markdown):
    """Markdown as the guides need it."""

    elements: ClassVar = {
        **Markdown.elements,
        "heading_open": _Title,
        "fence": _Code,
        "code_block": _Code,
        "table_open": _Grid,
    }
