"""A frame in a window: the head and the foot stay, the body scrolls, and no row is lost."""

from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from contrastive_drill.screen.frame import Frame, window

ROWS = st.integers(0, 30)


def rows(name: str, count: int) -> list[Text]:
    """So many rows that can be told apart."""
    return [Text(f"{name}{number}") for number in range(count)]


@given(st.integers(0, 6), ROWS, st.integers(1, 8), st.integers(2, 40))
def test_paging_shows_every_row_once_or_more_and_ends(
    head: int, body: int, foot: int, height: int
) -> None:
    frame = Frame(rows("h", head), rows("b", body), rows("f", foot))
    seen: set[str] = set()
    top, tops = 0, []
    while top not in tops:
        tops.append(top)
        shown = window(frame, 80, height, top, ("Space", "-"))
        assert len(shown.rows) <= max(height, 3)
        seen |= {row.plain for row in shown.rows}
        top = shown.scrolled(pages=1)
    wanted = {row.plain for row in (*frame.head, *frame.body)}
    assert wanted <= seen
    assert "f0" in seen
    if shown.page:
        assert any(row.plain.startswith("the end") for row in shown.rows) or top in tops
        assert window(frame, 80, height, shown.scrolled(pages=-99), ("Space", "-")).top == 0


def test_what_fits_does_not_scroll() -> None:
    whole = window(Frame(rows("h", 2), rows("b", 5), rows("f", 3)), 80, 10, 9, ("Space", "-"))
    assert len(whole.rows) == 10
    assert (whole.page, whole.scrolled(rows=1), whole.scrolled(pages=1)) == (0, 0, 0)
    cut = window(Frame(rows("h", 2), rows("b", 6), rows("f", 3)), 80, 10, 9, ("Space", "-"))
    assert cut.page == 4
    assert cut.top == 2
    assert cut.rows[-4].plain == "the end: - back"
