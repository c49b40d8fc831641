"""The calendar of days: in characters, and as SVG.

Weeks run across and weekdays down, Monday first. In SVG a day is a square, larger and stronger the
more was answered: size tells as much as colour does, so that it is read on paper and by any eye.
"""

from datetime import date
from itertools import pairwise

from rich.text import Text

from contrastive_drill.reports.document.blocks import Calendar
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.chart.markup import SIZE, label, picture, text
from contrastive_drill.words import plural

STEPS = (1, 10, 20, 40)  # answers a day, from which on each shade is
SHADES, ASCII_SHADES = "·░▒▓█", ".-+*#"
NAMES = ("Mon", "", "Wed", "", "Fri", "", "Sun")
SIDES = (5.0, 8.0, 11.0, 14.0)  # of the squares from each of the STEPS on
PITCH = 16.0  # from one day to the next
LEFT, TOP = 36.0, 24.0  # room for the names of weekdays and months
MOST = 26  # weeks


def calendar_rows(sheet: Sheet, calendar: Calendar) -> Rows:
    """A column for each week, as many as fit, today in the last; a row for each weekday."""
    weeks = min((calendar.last - calendar.first) // 7 + 1, (sheet.look.width - 4) // 2)
    monday = calendar.last - (calendar.last - calendar.first) % 7 - 7 * (weeks - 1)
    shades = sheet.look.pick(SHADES, ASCII_SHADES)
    months = "".join(f"{name:<{2 * wide}}" for name, wide in _months(monday, weeks))
    rows: Rows = [Text(f"    {months}".rstrip())]
    for weekday, name in enumerate(NAMES):
        row = Text(f"{name:<4}")
        for day in range(monday + weekday, calendar.last + 1, 7):
            shade = step(calendar.counts.get(day, 0))
            row.append(
                shades[shade] * 2 if shade else f"{shades[0]} ", "share" if shade else "muted"
            )
        row.rstrip()
        rows.append(row)
    legend = ("none", *_bounds(" to ", " or more"))
    keys = "  ".join(f"{shade} {words}" for shade, words in zip(shades, legend, strict=True))
    return [*rows, *sheet.words(keys, "muted")]


def _bounds(to: str, more: str) -> list[str]:
    """What the shades stand for."""
    return [*(f"{low}{to}{high - 1}" for low, high in pairwise(STEPS)), f"{STEPS[-1]}{more}"]


def _months(monday: int, weeks: int) -> list[tuple[str, int]]:
    """The months by their weeks; without a name where a month ends at once.

    A week is of the month in which it ends.
    """
    months: list[tuple[str, int]] = []
    for week in range(weeks):
        name = f"{date.fromordinal(monday + 7 * week + 6):%b}"
        if months and months[-1][0] == name:
            months[-1] = (name, months[-1][1] + 1)
        else:
            months.append((name, 1))
    return [(name if wide > 1 else "", wide) for name, wide in months]


def calendar_svg(calendar: Calendar, name: str) -> str:
    """A square for each day; `name` begins the ids."""
    first, weeks = calendar.first, (calendar.last - calendar.first) // 7 + 1
    squares = [
        _day(day, calendar.counts.get(day, 0), divmod(day - first, 7))
        for day in range(first, calendar.last + 1)
    ]
    names = [
        label(word, LEFT - 8, TOP + row * PITCH + SIZE / 3, "end")
        for row, word in enumerate(NAMES[:6])
        if word
    ]
    months, week = [], 0
    for month, wide in _months(first, weeks):
        months.append(label(month, LEFT + week * PITCH + 2, SIZE - 1))
        week += wide
    # As wide as the longest, and the legend, need.
    size = (LEFT + MOST * PITCH, TOP + 7 * PITCH + 24)
    parts = [*months, *names, _inked("\n".join(squares)), *_legend(TOP + 7 * PITCH + 8)]
    return picture(name, calendar.title, calendar.words, size, parts, "chart days")


def step(count: int) -> int:
    """The shade of a day: 0 without an answer, up to 4."""
    return sum(count >= bound for bound in STEPS)


def _inked(shape: str) -> str:
    return f'<g class="c2" color="#00795c" fill="currentColor">{shape}</g>'


def _day(day: int, count: int, place: tuple[int, int]) -> str:
    """A square with the words for a pointer that rests on it; a dot for a day without answers."""
    across, down = place
    x, y = LEFT + across * PITCH + PITCH / 2, TOP + down * PITCH
    words = f"{date.fromordinal(day):%a %Y-%m-%d}: {plural(count, 'answer')}"
    return _square(x, y, step(count), f"<title>{text(words)}</title>")


def _square(x: float, y: float, size: int, title: str = "") -> str:
    if not size:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.2" fill-opacity="0.6">{title}</circle>'
    side = SIDES[size - 1]
    return (
        f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:g}" '
        f'height="{side:g}" rx="2">{title}</rect>'
    )


def _legend(y: float) -> list[str]:
    """What the sizes stand for."""
    x = LEFT
    parts = []
    for size, words in enumerate(_bounds("-", " or more answers"), start=1):
        parts.append(_inked(_square(x + 7, y + 2, size)))
        parts.append(label(words, x + 19, y + 2 + SIZE / 3))
        x += 19 + len(words) * 7 + 16
    return parts
