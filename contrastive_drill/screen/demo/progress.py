"""What a demo shows while it runs: a bar for each stage, and its latest pictures under them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from contrastive_drill.demo.result import Chart, Finding, Strip
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.chart.numbers import measured
from contrastive_drill.screen.chart.pictures import colours_pictures, strip_rows
from contrastive_drill.screen.chart.plots import chart_rows
from contrastive_drill.screen.console import Look, look_at
from contrastive_drill.screen.demo.result import READABLE
from contrastive_drill.words import duration, plural

LOW = 8  # rows of a chart under the bars
ROOMY = 80  # cells: from here on the bars are long
REFRESHES = 4  # a second: more would cost the training time


@dataclass(slots=True)
class Stage:
    """How far one stage is; times in seconds of the view's clock."""

    since: float
    first: int  # steps done at its first report
    done: int
    total: int
    numbers: dict[str, float]
    ended: float | None = None

    def clock(self, now: float) -> str:
        """The time it took, or the time left once that can be estimated."""
        if self.ended is not None:
            return duration(self.ended - self.since)
        steps, spent = self.done - self.first, now - self.since
        if steps <= 0 or spent < 1:  # nothing to judge by yet
            return ""
        return f"{duration(spent / steps * (self.total - self.done))} left"


@dataclass(slots=True)
class ProgressView:
    """A demo's progress and findings so far, as rows.

    Another thread asks for the rows: what they are drawn from is replaced, never changed.
    """

    console: Console
    look: Look
    clock: Callable[[], float]
    stages: dict[str, Stage] = field(default_factory=dict)
    pictures: dict[str, Strip | Chart] = field(default_factory=dict)  # the latest of each title
    over: bool = False  # the run has ended, or was
    _drawn: dict[str, tuple[Strip | Chart, int, list[Text]]] = field(default_factory=dict)

    def progress(self, stage: str, done: int, total: int, numbers: dict[str, float]) -> None:
        """Steps done in a stage, with the numbers to show beside its bar."""
        now = self.clock()
        known = self.stages.get(stage)
        if known is None or done < known.done:  # or a new run of it
            known = Stage(now, done, done, total, numbers)
        ended = (now if known.ended is None else known.ended) if done >= total else None
        reported = replace(known, done=done, total=total, numbers=numbers, ended=ended)
        self.stages = {**self.stages, stage: reported}

    def add(self, finding: Finding) -> None:
        """A finding of the demo; pictures and charts are shown at once."""
        if isinstance(finding, Strip | Chart):
            others = {title: old for title, old in self.pictures.items() if title != finding.title}
            self.pictures = {**others, finding.title: finding}

    def rows(self) -> list[Text]:
        """The bars, then the latest pictures that a terminal of this height has room for."""
        height = self.console.height - 1
        bars = self.bars()[-height:]
        if self.over:  # the pictures stand in the result
            return bars
        shown: list[Text] = []
        for picture in reversed(self.pictures.values()):
            rows = self._picture(picture)
            if len(bars) + len(shown) + 1 + len(rows) > height:
                break
            shown = [Text(), *rows, *shown]
        return bars + shown

    def _picture(self, picture: Strip | Chart) -> list[Text]:
        """A picture as rows, drawn anew only when it or the terminal changed."""
        width = min(self.console.width, READABLE)
        drawn, at, rows = self._drawn.get(picture.title, (None, 0, []))
        if drawn is not picture or at != width:
            sheet = Sheet(self.console, self.look._replace(width=width))
            color = colours_pictures(self.console)
            if isinstance(picture, Strip):
                rows = strip_rows(sheet, picture, color=color)
            else:
                rows = chart_rows(sheet, picture, height=LOW, color=color)
            self._drawn[picture.title] = picture, width, rows
        return rows

    def bars(self) -> list[Text]:
        """A row a stage: its name, how much is done, the time, and its numbers."""
        now, width, stages = self.clock(), self.console.width, self.stages
        names = {name: self.look.text(name) for name in stages}
        longest = min(max(map(cell_len, names.values()), default=0), max(width // 3, 8))
        length = 20 if width >= ROOMY else 8
        clocks = [
            "stopped" if self.over and stage.ended is None else stage.clock(now)
            for stage in stages.values()
        ]
        last = max(map(len, clocks), default=0)
        rows = []
        for (name, stage), clock in zip(stages.items(), clocks, strict=True):
            row = Text(set_cell_size(names[name], longest) + " ")
            row.append_text(self.look.bar(stage.done / max(stage.total, 1), length))
            row.append(f" {clock:>{last}} ").append(self.look.text(spelt(stage.numbers)), "muted")
            row.truncate(width)
            row.rstrip()
            rows.append(row)
        return rows


class Lines:
    """One line when a stage ends: what a log or a screen reader can follow."""

    def __init__(self, console: Console, look: Look) -> None:
        self.console, self.look = console, look

    def progress(self, stage: str, done: int, total: int, numbers: dict[str, float]) -> None:
        """Steps done in a stage; printed only when all of them are."""
        if done == total:
            facts = ", ".join(part for part in (plural(total, "step"), spelt(numbers)) if part)
            line = Text(self.look.text(f"{stage}: {facts}"))
            self.console.print(line, highlight=False, soft_wrap=True)

    def add(self, finding: Finding) -> None:
        """A finding of the demo; the result at the end has it."""


@contextmanager
def live(
    console: Console, clock: Callable[[], float] = time.monotonic
) -> Iterator["ProgressView | Lines"]:
    """What a demo reports to: redrawn in place, or a line a stage where nothing can be redrawn."""
    look = look_at(console)
    if not console.is_terminal or console.is_dumb_terminal:
        yield Lines(console, look)
        return
    from rich.console import Group
    from rich.live import Live

    view = ProgressView(console, look, clock)
    drawing = Live(
        console=console, get_renderable=lambda: Group(*view.rows()), refresh_per_second=REFRESHES
    )
    with drawing:
        try:
            yield view
        finally:
            view.over = True


def spelt(numbers: dict[str, float]) -> str:
    """Numbers with their names, on one line."""
    return ", ".join(f"{name} {measured(value)}" for name, value in numbers.items())
