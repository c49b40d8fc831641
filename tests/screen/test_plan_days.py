"""The days of a plan as columns: they fit, and are as high as their cards are many."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.planner.forecast import DayLoad
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import Look, make_console
from contrastive_drill.screen.planner.days import HEIGHT, MARGIN, days_chart

FIRST = date(2026, 11, 21).toordinal()
loads = st.lists(st.tuples(st.floats(0, 90), st.floats(0, 90)), min_size=1, max_size=366)


def drawn(work: list[DayLoad], width: int, *, ascii_only: bool = False) -> list[str]:
    sheet = Sheet(make_console(io.StringIO()), Look(width, ascii_only, styled=False))
    return [row.plain for row in days_chart(sheet, work)]


def work(*cards: tuple[float, float]) -> list[DayLoad]:
    return [DayLoad(FIRST + n, 20.0, 20.0, met, looks) for n, (met, looks) in enumerate(cards)]


@given(loads, st.integers(30, 120), st.booleans())
def test_any_days_fit_any_terminal(
    cards: list[tuple[float, float]], width: int, ascii_only: bool
) -> None:
    title, *rows, dates = drawn(work(*cards), width, ascii_only=ascii_only)
    assert all(len(row) <= width for row in (*rows, dates))
    assert title.startswith("Cards a day")
    assert len(rows) >= HEIGHT
    assert dates.split()[:2] == ["21", "Nov"]
    if ascii_only:
        assert all(row.isascii() for row in rows)


def test_a_column_is_as_high_as_its_cards_are_many_the_new_ones_above() -> None:
    cards = work((12, 0), (0, 12), (6, 6), (0, 0), (4, 2), (0, 0), (0, 0), (2, 0))
    rows = drawn(cards, 60, ascii_only=True)[1:-1]
    columns = ["".join(row.ljust(60)[MARGIN + 4 * n] for row in rows) for n in range(8)]
    assert rows[0].startswith(" 12 ###")
    assert columns == [
        "######", "......", "###...", "      ", "   ##.", "      ", "      ", "     #",
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "said"), [(56, "Cards a day: "), (57, "each column 2 days")])
def test_more_days_than_columns_share_them(days: int, said: str) -> None:
    title, *rows, _ = drawn(work(*[(8, 0)] * (days - 1), (0, 0)), 60)
    assert said in title
    assert rows[-1].count("█") == (55 if days == 56 else 28)
