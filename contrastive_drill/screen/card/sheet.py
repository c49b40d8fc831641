"""A card as rows of text that fit a width."""

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import assert_never

from rich.console import Console, RenderableType
from rich.text import Text

from contrastive_drill.cards.attempt import Attempt
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.cards.kinds.kind import CheckedAnswer
from contrastive_drill.cards.prose import (
    Block,
    Code,
    Formula,
    Line,
    Listing,
    Paragraph,
    Prose,
    Style,
    TableBlock,
)
from contrastive_drill.screen.card.code import coloured
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.plain import MEASURE, shown

Rows = list[Text]
PERCENT, TIED = re.compile(r"(?<=\d) %"), "\ue000"  # a number and its sign stay in one row
STYLES = {
    Style.PLAIN: "",
    Style.EMPHASIS: "emphasis",
    Style.STRONG: "strong",
    Style.CODE: "code",
    Style.FORMULA: "",
}
MARKS = {Style.PLAIN: "", Style.EMPHASIS: "*", Style.STRONG: "**", Style.CODE: "`"}


class Sheet:
    """Lays text out for one terminal."""

    def __init__(self, console: Console, look: Look) -> None:
        self.console = console
        self.look = look

    def within(self, width: int) -> "Sheet":
        """The same terminal, at most so many cells wide."""
        return Sheet(self.console, self.look._replace(width=min(self.look.width, width)))

    @property
    def blank(self) -> Text:
        """An empty row."""
        return Text()

    def line(self, line: Line) -> Text:
        """One line of card text; formulas stand in it on one row.

        Where there are no styles, what is emphasised stays between the marks of Markdown.
        """
        text = Text()
        for span in line:
            if span.style is Style.FORMULA:
                # Imported on use: many a question has no formula, and the first must be fast.
                from contrastive_drill.formula.layout import inline

                text.append(inline(span.text, ascii_only=self.look.ascii_only))
            else:
                mark = "" if self.look.styled else MARKS[span.style]
                text.append(f"{mark}{self.look.text(span.text)}{mark}", STYLES[span.style])
        return text

    def wrapped(self, text: Text, indent: str = "", first: str | None = None) -> Rows:
        """Text wrapped between words, behind an indent; the first row may have its own.

        A word wider than the terminal, such as an address, stays whole.
        """
        rows: Rows = []
        width = max(min(self.look.width, MEASURE) - len(indent), 10)
        text = text.copy()
        text.overflow, text.plain = "ignore", PERCENT.sub(f"{TIED}%", text.plain)
        for row in text.wrap(self.console, width):
            row.rstrip()
            row.plain = row.plain.replace(TIED, " ")
            lead = indent if rows or first is None else first
            rows.append(Text(lead).append_text(row))
        return rows

    def flowed(self, pieces: Iterable[Text], gap: str) -> Rows:
        """Pieces side by side, as many in a row as fit the width."""
        rows: Rows = []
        for piece in pieces:
            if rows and rows[-1].cell_len + len(gap) + piece.cell_len <= self.look.width:
                rows[-1].append(gap).append_text(piece)
            else:
                rows.append(Text().append_text(piece))
        return rows

    def words(self, words: str, style: str = "", indent: str = "") -> Rows:
        """Words of no card, wrapped, as this terminal can show them."""
        return self.wrapped(Text(self.look.text(words), style), indent)

    def prose(self, prose: Prose, indent: str = "") -> Rows:
        """Blocks, one blank row between each two."""
        return stacked(self.block(block, indent) for block in prose)

    def block(self, block: Block, indent: str) -> Rows:
        """One block of a card."""
        match block:
            case Paragraph(line):
                return self.wrapped(self.line(line), indent)
            case Listing(items, start):
                return self._listing(items, start, indent)
            case Code(text, language):
                return self._code(text, language, indent + "  ")
            case TableBlock(header, rows):
                from contrastive_drill.screen.card.grid import grid_rows

                return grid_rows(self, header, rows, indent)
            case Formula(tex):
                from contrastive_drill.formula.layout import layout

                lead = indent + "  "
                drawn = layout(tex, self.look.width - len(lead), self.look.ascii_only)
                return [Text(lead + row) for row in drawn]
            case _:
                assert_never(block)

    def heading(self, words: str) -> Text:
        """The title of a part of the card."""
        return Text(f"{self.look.pick('──', '--')} {self.look.text(words)}", "heading")

    def answer(self, card: Card, beneath: bool = False) -> Rows:
        """Every text with a heading, and the sources; `beneath` what is spoken, without that."""
        rows: Rows = []
        for text in card.texts():
            blocks, heading = text.blocks, text.heading
            if beneath and text.name == "answer":
                blocks, heading = card.explanation, "Explanation"
            if beneath and text.name == "say":
                continue
            expected = self.expected(card) if text.name == "answer" else []
            if heading and (blocks or expected):
                rows += [Text()] if rows else []
                rows += [self.heading(heading), *expected, *self.prose(blocks)]
        rows += [Text(), self.heading("Sources")]
        for source in card.sources:
            rows += self.words(source.label, "muted", "  ")
        return rows

    def question(self, card: Card) -> Rows:
        """What is asked: the prompt, and the answers to choose from."""
        rows = self.prose(card.prompt)
        for number, line in enumerate(card_kind(card.kind).shown_options(card), 1):
            rows += [Text()] if number == 1 else []
            rows += self.wrapped(self.line(line), "   ", f"{number}  ")
        return rows

    def expected(self, card: Card) -> Rows:
        """The answer that the program checks by, and a blank row; none where it checks nothing."""
        rows: Rows = []
        for line, right, why in card_kind(card.kind).answer_lines(card):
            text = self.line(line)
            if right is None:
                rows += self.wrapped(text)
                continue
            if right:
                text.stylize("strong")
            rows += [*self.wrapped(text, "  ", self._mark(right)), *self.prose(why, "    ")]
        return [*rows, Text()] if rows else []

    def right_answer(self, card: Card) -> Rows:
        """What the program checks by, in a line."""
        rows: Rows = []
        for line, right, _ in card_kind(card.kind).answer_lines(card):
            if right is not False:
                rows += self.wrapped(self.line(line), "  ", self._mark(True) if right else "")
        return rows

    def sources(self, card: Card) -> Rows:
        """The sources, numbered; a terminal that knows hyperlinks opens them by a click."""
        rows: Rows = []
        for number, source in enumerate(card.sources, 1):
            link = f"link {shown(source.url)}" if source.url else ""
            label = Text(self.look.text(source.label), link)
            rows += self.wrapped(label, "   ", f"{number}  ")
        return rows

    def judged(self, typed: str, checked: CheckedAnswer) -> Rows:
        """What was answered, whether it is right, and what is likely wrong with it."""
        style = "success" if checked.right else "bad"
        first, _, reason = self.look.text(typed).partition("\n")
        if checked.words:
            rows = self.wrapped(Text(self.look.text(checked.words), style))
        else:
            words = "right" if checked.right else f"wrong: {checked.remark}"
            text = Text(f"You said {first}  ").append(self._mark(checked.right), style)
            rows = self.wrapped(text.append(self.look.text(words), style), "  ", "")
        return rows + (self.words(f"Your reason: {reason}", indent="  ") if reason else [])

    def _mark(self, right: bool) -> str:
        return self.look.pick("✓ ", "+ ") if right else self.look.pick("✗ ", "- ")

    def record(self, card: Card, section: str) -> Rows:
        """The whole card with every field, as `show` and `bank list` print it."""
        dot = self.look.pick(" · ", " - ")
        place = [f"no. {card.place}"] if card.place is not None else []
        facts = [section, card.level.value, card.kind.value, *place]
        fields = [
            ("demo", card.demo or ""),
            ("needs", ", ".join(card.needs)),
            ("follow-ups", ", ".join(card.follow_ups)),
            ("slips", "; ".join(slip.why for slip in card.slips)),
            ("replaces", ", ".join(card.replaces)),
            ("tags", ", ".join(card.tags)),
            ("from", card.origin),
        ]
        rows = [Text(card.id, "strong")]
        rows += self.words(dot.join(facts), "muted")
        if card.overrides:
            rows += self.words(f"your version; edit {card.id} --revert goes back", "muted")
        rows += [Text(), *self.prose(card.prompt), Text(), *self.answer(card), Text()]
        rows += [self.heading("Key points"), *self.points(card), Text()]
        for name, value in fields:
            if value:
                rows += self.wrapped(Text(self.look.text(f"{name}: {value}"), "muted"), "  ", "")
        return rows

    def points(
        self, card: Card, attempt: Attempt | None = None, keys: Sequence[str] = "123456789"
    ) -> Rows:
        """The key points behind their keys; with a box each where they can be ticked."""
        rows: Rows = []
        for key, point in zip(keys, card.points, strict=False):
            ticked = attempt and point.key in attempt.ticked
            mark = "x" if ticked else "?" if attempt and point.key in attempt.proposed else " "
            lead = f"[{mark}] {key} " if attempt else f"{key} "
            text = self.line(point.line)
            if not point.required:
                text = Text("+ " if attempt else "(bonus) ", "muted").append_text(text)
            if ticked:
                text.stylize("strong")
            rows += self.wrapped(text, " " * len(lead), lead)
        return rows

    def of(self, renderable: RenderableType, indent: str = "") -> Rows:
        """Any drawing of rich as rows of text."""
        options = self.console.options.update(width=max(self.look.width - len(indent), 10))
        rows = []
        for segments in self.console.render_lines(renderable, options, pad=False):
            row = Text(indent)
            for segment in segments:
                row.append(segment.text, segment.style)
            row.rstrip()
            rows.append(row)
        return rows

    def _listing(self, items: Sequence[Prose], start: int | None, indent: str) -> Rows:
        rows: Rows = []
        for number, item in enumerate(items, start or 1):
            mark = f"{number}. " if start is not None else self.look.pick("• ", "- ")
            inner = self.prose(item, indent + " " * len(mark))
            if inner:
                inner[0] = Text(indent + mark).append_text(inner[0][len(indent + mark) :])
            rows.extend(inner)
        return rows

    def _code(self, text: str, language: str, indent: str) -> Rows:
        rows = []
        for line in coloured(self.look.text(text), language).split("\n"):
            pieces = line.wrap(self.console, self.look.width - len(indent), overflow="fold")
            rows += [Text(indent).append_text(piece) for piece in pieces] or [Text()]
        return rows


def stacked(parts: Iterable[Rows]) -> Rows:
    """Parts one under the other, those that are empty left out, a blank row between two."""
    rows: Rows = []
    for part in parts:
        rows += [Text(), *part] if rows and part else part
    return rows


def beside(stacks: Sequence[Sequence[Text]], step: int) -> Rows:
    """Stacks of rows side by side, each beginning `step` cells after the one before."""
    rows = []
    for parts in zip_longest(*stacks, fillvalue=Text()):
        row = Text()
        for number, part in enumerate(parts):
            row.pad_right(number * step - row.cell_len)
            row.append_text(part)
            row.rstrip()
        rows.append(row)
    return rows
