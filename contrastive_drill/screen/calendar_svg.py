"""The calendar of days as SVG: a square for each day, larger and stronger the more was answered.

Weeks run across and weekdays down, Monday first. Size tells as much as colour does, so that the
picture is read on paper and by any eye.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from contrastive_drill.screen.chart.markup import SIZE, label, picture, text
from contrastive_drill.screen.report_days import STEPS
from contrastive_drill.screen.words import plural

SIDES = (5.0, 8.0, 11.0, 14.0)  # of the squares from each of the STEPS on
PITCH = 16.0  # from one day to the next
LEFT, TOP = 36.0, 24.0  # room for the names of weekdays and months
FEWEST, MOST = 18, 26  # weeks


def weeks(counts: Mapping[int, int], today: int) -> tuple[date, int]:
    """The Monday the calendar begins with and its weeks up to this one: half a year at most."""
    this = _monday(date.fromordinal(today))
    days = [day for day, count in counts.items() if count]
    first = _monday(date.fromordinal(min(days))) if days else this
    count = min(max((this - first).days // 7 + 1, FEWEST), MOST)
    return this - timedelta(weeks=count - 1), count


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def calendar_svg(counts: Mapping[int, int], today: int, name: str) -> str:
    """The days up to `today` with their numbers of answers, by study day; `name` begins ids."""
    first, count = weeks(counts, today)
    squares = [
        _day(first + timedelta(days=place), counts, divmod(place, 7))
        for place in range(today - first.toordinal() + 1)
    ]
    names = [
        label(word, LEFT - 8, TOP + row * PITCH + SIZE / 3, "end")
        for row, word in ((0, "Mon"), (2, "Wed"), (4, "Fri"))
    ]
    # As wide as the longest, and the legend, need.
    size = (LEFT + MOST * PITCH, TOP + 7 * PITCH + 24)
    parts = [
        *_months(first, count),
        *names,
        '<g class="c2" color="#00795c" fill="currentColor">',
        *squares,
        "</g>",
        *_legend(TOP + 7 * PITCH + 8),
    ]
    return picture(name, "Answers a day", described(counts, today), size, parts, "chart days")


def described(counts: Mapping[int, int], today: int) -> str:
    """The calendar in words."""
    first, _ = weeks(counts, today)
    shown = {
        day: count for day, count in counts.items() if count and first.toordinal() <= day <= today
    }
    days = today - first.toordinal() + 1
    words = (
        f"{first} to {date.fromordinal(today)}: {plural(sum(shown.values()), 'answer')} "
        f"on {len(shown)} of {plural(days, 'day')}"
    )
    if not shown:
        return f"{words}."
    most = max(shown, key=lambda day: (shown[day], day))
    return f"{words}; most on {date.fromordinal(most)}: {shown[most]}."


def step(count: int) -> int:
    """The size of a day's square: 0 for a day without an answer, up to 4."""
    return sum(count >= bound for bound in STEPS)


def _day(day: date, counts: Mapping[int, int], place: tuple[int, int]) -> str:
    """A square with the words for a pointer that rests on it; a dot for a day without answers."""
    across, down = place
    x, y = LEFT + across * PITCH + PITCH / 2, TOP + down * PITCH
    count = counts.get(day.toordinal(), 0)
    title = f"<title>{day:%a} {day}: {text(plural(count, 'answer'))}</title>"
    return _square(x, y, step(count), title)


def _square(x: float, y: float, size: int, title: str = "") -> str:
    if not size:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.2" fill-opacity="0.6">{title}</circle>'
    side = SIDES[size - 1]
    return (
        f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:g}" '
        f'height="{side:g}" rx="2">{title}</rect>'
    )


def _months(first: date, count: int) -> list[str]:
    """The name of each month over the first week that begins in it, where there is room."""
    found, last = [], -9
    for week in range(count):
        monday = first + timedelta(weeks=week)
        if (monday.day <= 7 or week == 0) and week - last > 2:
            # A month that ends at once would stand in the way of the next one's name.
            if week == 0 and (monday + timedelta(weeks=2)).month != monday.month:
                continue
            found.append(label(f"{monday:%b}", LEFT + week * PITCH + 2, SIZE - 1))
            last = week
    return found


def _legend(y: float) -> list[str]:
    """What the sizes stand for."""
    bounds = [f"{low}-{high - 1}" for low, high in pairwise(STEPS)]
    x = LEFT
    parts = []
    for size, words in enumerate((*bounds, f"{STEPS[-1]} or more answers"), start=1):
        square = _square(x + 7, y + 2, size)
        parts.append(f'<g class="c2" color="#00795c" fill="currentColor">{square}</g>')
        parts.append(label(words, x + 19, y + 2 + SIZE / 3))
        x += 19 + len(words) * 7 + 16
    return parts
