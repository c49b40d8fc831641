"""A ladder on one screen: what each level says, and the card that teaches it."""

import io

import pytest
from rich.cells import cell_len

from contrastive_drill.bank.library import load, shipped_folder
from contrastive_drill.bank.markdown import read_line
from contrastive_drill.cards.card import Level
from contrastive_drill.cards.ladder import Ladder, Rung
from contrastive_drill.screen.card.ladder import ladder_rows
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import look_at, make_console


def sheet(columns: int) -> Sheet:
    """A terminal so wide, in a pipe."""
    console = make_console(io.StringIO())
    console.size = (columns, 24)
    return Sheet(console, look_at(console))


def rung(level: Level, card: str, line: str) -> Rung:
    """One line of Markdown."""
    return Rung(level, card, read_line(line)[0])


def test_each_level_has_its_heading_and_each_line_its_card() -> None:
    ladder = Ladder(
        "toy",
        (
            rung(Level.MID, "toy-one", "One of $N$ *alone*."),
            rung(Level.SENIOR, "toy-two", "Two."),
            rung(Level.STAFF, "toy-three", "Three."),
            rung(Level.STAFF, "toy-four", "Four."),
        ),
    )
    rows = ladder_rows(sheet(80), ladder, "A toy")
    assert [row.plain for row in rows] == [
        "A toy",
        "── A mid answer says",
        "• One of N *alone*.  toy-one",
        "── A senior adds",
        "• Two.  toy-two",
        "── A staff engineer adds",
        "• Three.  toy-three",
        "• Four.  toy-four",
    ]
    assert any(
        span.style == "muted" and rows[2].plain[span.start : span.end].strip() == "toy-one"
        for span in rows[2].spans
    )


@pytest.mark.parametrize("columns", [80, 60])
def test_every_shipped_ladder_is_one_screen(columns: int) -> None:
    bank = load(shipped_folder())
    for section in bank.ladders:
        rows = ladder_rows(sheet(columns), bank.ladder(section), bank.titles[section])
        assert len(rows) < 24, section
        assert all(cell_len(row.plain) <= columns for row in rows), section
