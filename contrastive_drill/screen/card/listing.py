"""The hits of a search, and lists of cards, as rows."""

from collections.abc import Sequence

from rich.text import Text

from contrastive_drill.cards.chain import ChainStep
from contrastive_drill.cards.prose import Line, first_line
from contrastive_drill.cards.search import Hit, spans
from contrastive_drill.cards.variant import example
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.session_view import PastAnswer

AHEAD = 30  # cells of context before the first word that matches


def hit_rows(sheet: Sheet, hits: Sequence[Hit], words: str, titles: dict[str, str]) -> Rows:
    """For each card its id, level and section, then the passage that matched, cut to one row."""
    rows: Rows = []
    for hit in hits:
        card = hit.card
        about = f"  {card.level}, {sheet.look.text(titles[card.section])}"
        rows += sheet.wrapped(Text().append(card.id, "strong").append(about, "muted"))
        text = sheet.line(hit.passage)
        matches = spans(text.plain, words)
        for start, end in matches:
            text.stylize("match", start, end)
        rows.append(_cut(sheet, text, matches))
    return rows


def _cut(sheet: Sheet, text: Text, matches: Sequence[tuple[int, int]]) -> Text:
    """One row of the text around its first match."""
    room = sheet.console.width - 2
    dots = sheet.look.pick("…", "...")
    text = Text(" ").join(text.split("\n"))
    start = matches[0][0] if matches else 0
    begin = 0
    if text.cell_len > room and start > AHEAD:
        begin = text.plain.rfind(" ", 0, start - AHEAD) + 1
    row = Text("  ").append(dots if begin else "").append_text(text[begin:])
    row.truncate(room + 2, overflow="crop" if sheet.look.ascii_only else "ellipsis")
    return row


def chain_rows(sheet: Sheet, title: str, steps: Sequence[ChainStep]) -> Rows:
    """A heading, then a row a card, set in by how far it is from the first; none without cards."""
    if not steps:
        return []
    rows: Rows = [Text(), sheet.heading(title)]
    for card, depth in steps:
        row = Text("  " * depth).append(f"{card.id}  ", "strong")
        row.append_text(sheet.line(first_line(example(card).prompt)))
        row.truncate(sheet.look.width, overflow="crop" if sheet.look.ascii_only else "ellipsis")
        rows.append(row)
    return rows


def entry_rows(sheet: Sheet, entries: Sequence[tuple[str, str, str, Line]]) -> Rows:
    """One row a card: its state, its id, its level, and as much of the prompt as fits."""
    state_width = max((len(state) for state, *_ in entries), default=0)
    id_width = min(max((len(name) for _, name, *_ in entries), default=0), 34)
    rows: Rows = []
    for state, name, level, prompt in entries:
        row = Text(f"{state:<{state_width}} ", "muted").append(f"{name:<{id_width}} ", "strong")
        row.append(f"{level:<6} ", "muted").append_text(sheet.line(prompt))
        row.truncate(sheet.console.width, overflow="crop" if sheet.look.ascii_only else "ellipsis")
        rows.append(row)
    return rows


def answer_rows(sheet: Sheet, answers: Sequence[PastAnswer]) -> Rows:
    """What was answered before: when and how well, and the words where they were typed."""
    rows: Rows = [Text(), sheet.heading("Your last answers")] if answers else []
    for when, typed in answers:
        rows.append(Text(when))
        if typed:
            rows += sheet.words(typed, indent="  ")
    return rows
