"""A section's ladder on one screen: what a mid answer says, what a senior and a staff one add."""

from contrastive_drill.cards.card import Level
from contrastive_drill.cards.ladder import Ladder
from contrastive_drill.screen.card.sheet import Rows, Sheet

HEADINGS = {
    Level.MID: "A mid answer says",
    Level.SENIOR: "A senior adds",
    Level.STAFF: "A staff engineer adds",
}


def ladder_rows(sheet: Sheet, ladder: Ladder, title: str) -> Rows:
    """The topic, and for each level its sentences, each with the card that teaches it."""
    rows: Rows = sheet.words(title, "strong")
    for level, heading in HEADINGS.items():
        rows.append(sheet.heading(heading))
        for rung in ladder.at(level):
            text = sheet.line(rung.line).append(f"  {rung.card}", "muted")
            rows += sheet.wrapped(text, "  ", sheet.look.pick("• ", "- "))
    return rows
