"""What a running demo shows: one row a stage, the time left, the latest pictures, nothing more."""

from io import StringIO

import pyte
import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from contrastive_drill.demo.result import Note, Picture, Strip
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.demo.progress import ProgressView, live


def console(width: int = 80, height: int = 24, **options: object) -> Console:
    return Console(file=StringIO(), width=width, height=height, **options)  # type: ignore[arg-type]


def printed(screen: Console) -> str:
    assert isinstance(screen.file, StringIO)
    return screen.file.getvalue()


class Seconds:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def view(
    width: int = 80, height: int = 24, *, ascii_only: bool = False
) -> tuple[ProgressView, Seconds]:
    clock = Seconds()
    return ProgressView(console(width, height), Look(width, ascii_only), clock), clock


def strip(title: str, caption: str = "shade") -> Strip:
    return Strip(title, (Picture(caption, (((9, 9, 9),) * 8,) * 8),))


def words(rows: ProgressView) -> list[str]:
    return [row.plain for row in rows.rows()]


def half_done(width: int = 80, *, ascii_only: bool = False) -> ProgressView:
    """One stage done in ten seconds, one half done in four."""
    shown, clock = view(width, ascii_only=ascii_only)
    shown.progress("cosine", 10, 200, {})
    clock.now = 10
    shown.progress("cosine", 200, 200, {"loss": 0.125, "spread": 0.5})
    shown.progress("squared [error]", 1, 101, {"loss": 1.0})
    clock.now = 14
    shown.progress("squared [error]", 51, 101, {"loss": 1234.25, "τ": 0.07})
    return shown


def test_bars_stand_under_each_other_with_time_and_numbers() -> None:
    assert words(half_done()) == [
        "cosine          ━━━━━━━━━━━━━━━━━━━━      0:10 loss 0.125, spread 0.500",
        "squared [error] ━━━━━━━━━━────────── 0:04 left loss 1234, τ 0.0700",
    ]


def test_at_sixty_columns_the_bars_are_short_and_in_ascii_they_are_signs() -> None:
    assert words(half_done(60, ascii_only=True)) == [
        "cosine          ========      0:10 loss 0.125, spread 0.500",
        "squared [error] ====---- 0:04 left loss 1234, tau 0.0700",
    ]


def test_a_stage_heard_of_again_starts_again() -> None:
    shown, clock = view()
    shown.progress("epoch", 4, 4, {})
    clock.now = 100
    shown.progress("epoch", 1, 4, {})
    clock.now = 102
    shown.progress("epoch", 2, 4, {})
    assert words(shown) == ["epoch ━━━━━━━━━━────────── 0:04 left"]


def test_a_stage_that_ended_keeps_its_time() -> None:
    shown, clock = view()
    shown.progress("epoch", 0, 4, {})
    clock.now = 3
    shown.progress("epoch", 4, 4, {})
    clock.now = 9
    shown.progress("epoch", 4, 4, {})
    assert words(shown) == ["epoch ━━━━━━━━━━━━━━━━━━━━ 0:03"]


@every(("height", "expected"), [(40, ["two", "one", "new"]), (20, ["one", "new"])])
def test_the_latest_strip_of_each_title_stands_under_the_bars(
    height: int, expected: list[str]
) -> None:
    shown, _ = view(height=height)
    shown.progress("epoch", 1, 4, {})
    for finding in (strip("one", "old"), strip("two", ""), strip("one", "new"), Note("a note")):
        shown.add(finding)
    rows = words(shown)
    assert rows[0].startswith("epoch")
    assert rows[1] == ""
    assert [row for row in rows if row in ("one", "two", "old", "new", "a note")] == expected


def test_a_strip_is_drawn_once_until_the_window_changes() -> None:
    shown, _ = view(height=60)
    shown.add(strip("one"))
    first = shown.rows()
    assert all(a is b for a, b in zip(first[1:], shown.rows()[1:], strict=True))
    shown.console.width = 70
    assert all(a is not b for a, b in zip(first[1:], shown.rows()[1:], strict=True))


@given(
    st.integers(20, 120),
    st.integers(5, 40),
    st.dictionaries(st.text(min_size=1, max_size=40), st.integers(0, 9), max_size=30),
    st.booleans(),
)
def test_what_is_shown_fits_any_terminal(
    width: int, height: int, stages: dict[str, int], ascii_only: bool
) -> None:
    shown, clock = view(width, height, ascii_only=ascii_only)
    for stage, done in stages.items():
        shown.progress(stage, 0, 9, {})
        clock.now += 2
        shown.progress(stage, done, 9, {"loss": 0.001234, "a long name": 1e9})
    shown.add(strip("a title"))
    rows = shown.rows()
    assert len(rows) < height
    assert max((row.cell_len for row in rows), default=0) <= width
    if ascii_only:
        assert all(row.plain.isascii() for row in rows)


@every("options", [{}, {"force_terminal": True, "_environ": {"TERM": "dumb"}}])
def test_where_nothing_is_redrawn_a_stage_is_a_line_and_pictures_wait(
    options: dict[str, object],
) -> None:
    screen = console(**options)  # type: ignore[arg-type]
    with live(screen) as report:
        for stage in ("squared [error]", "cosine"):
            for step in range(1, 201):
                report.progress(stage, step, 200, {"loss": 1 / step, "spread": 0.5})
            report.add(strip(stage))
        report.progress("reading", 1, 1, {})
    assert printed(screen).splitlines() == [
        "squared [error]: 200 steps, loss 0.00500, spread 0.500",
        "cosine: 200 steps, loss 0.00500, spread 0.500",
        "reading: 1 step",
    ]


def on_screen(screen: Console) -> pyte.Screen:
    """What a terminal shows of all that was printed."""
    shown = pyte.Screen(screen.width, screen.height)
    pyte.Stream(shown).feed(printed(screen).replace("\n", "\r\n"))
    return shown


def test_on_a_terminal_the_bars_stay_and_the_pictures_go() -> None:
    screen = console(force_terminal=True, _environ={})
    with live(screen) as report:
        report.progress("squared [error]", 1, 2, {"loss": 0.25})
        report.add(strip("a strip"))
        report.progress("squared [error]", 2, 2, {"loss": 0.125})
        report.progress("cosine", 1, 2, {})
    shown = on_screen(screen)
    rows = [row.rstrip() for row in shown.display]
    assert rows[:2] == [
        "squared [error] ━━━━━━━━━━━━━━━━━━━━    0:00 loss 0.125",
        "cosine          ━━━━━━━━━━────────── stopped",
    ]
    assert not any(rows[2:])
    assert not shown.cursor.hidden
    assert (shown.cursor.x, shown.cursor.y) == (0, 2)


def test_an_interruption_leaves_the_terminal_as_it_was() -> None:
    screen = console(force_terminal=True, _environ={})

    def run() -> None:
        with live(screen) as report:
            report.progress("cosine", 1, 2, {})
            report.add(strip("a strip"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    shown = on_screen(screen)
    assert shown.display[0].rstrip() == "cosine ━━━━━━━━━━────────── stopped"
    assert not any(row.strip() for row in shown.display[1:])
    assert not shown.cursor.hidden
