"""A plan as rows of text, and as JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from contrastive_drill.demo.result import Table
from contrastive_drill.planner.explanation import Rest, rest
from contrastive_drill.planner.forecast import Forecast, RecallForecast
from contrastive_drill.planner.later_interview import LaterInterview
from contrastive_drill.planner.needs import MORE
from contrastive_drill.planner.plan import Plan
from contrastive_drill.planner.plan_terms import FIRST_WEEKS, Repeats
from contrastive_drill.planner.spread import RANGE
from contrastive_drill.screen.card.sheet import Rows, Sheet, stacked
from contrastive_drill.screen.chart.tables import body_rows
from contrastive_drill.screen.planner.days import days_chart
from contrastive_drill.words import date_of, long_date, plural

LONG = 8  # days from which it is said why cards rest
LEAST = 0.005  # the share from which a difference is named


class Terms(NamedTuple):
    """What else is said of a plan than what it expects."""

    repeats: Repeats  # as wished
    first_weeks: bool  # of a person, in which failed cards are asked again
    later: LaterInterview | None


def brief_rows(sheet: Sheet, plan: Plan, forecast: Forecast, *_: object) -> Rows:
    """Three lines: what to expect, today, and the next step."""
    whole = forecast.all
    day, away = long_date(plan.interview_day), plan.interview_day - plan.day
    rows = sheet.words(
        f"{day}, in {plural(away, 'day')}: expect to recall {whole.expected:.0%} of "
        f"{plural(whole.cards, 'card')} ({whole.low:.0%} to {whole.high:.0%}).",
        "strong",
    )
    today, step = _today(plan)
    return [*rows, *sheet.words(today), *sheet.words(f"Next step: {step}")]


def plan_rows(
    sheet: Sheet, plan: Plan, forecast: Forecast, terms: Terms, titles: Mapping[str, str]
) -> Rows:
    """The three lines, the days, the sections, and what is assumed."""
    words: Rows = []
    sentences = (_repeats(plan, terms), _rest(plan, rest(plan)), _later(terms.later))
    for sentence in (_short(forecast, titles), *sentences):
        words += sheet.words(sentence) if sentence else []
    more = sheet.words("plan --all has every number.", "muted")
    parts = [days_chart(sheet, forecast.work), _table(sheet, forecast.sections, titles)]
    return stacked([brief_rows(sheet, plan, forecast), *parts, [*words, *more]])


def all_rows(
    sheet: Sheet, plan: Plan, forecast: Forecast, terms: Terms, titles: Mapping[str, str]
) -> Rows:
    """The same, then all that the forecast says: levels, what more time buys, and the bound."""
    whole = forecast.all
    rows: Rows = []
    sentences = [
        f"Today it would be {whole.now:.0%}; on the day, without study, {whole.idle:.0%}.",
        _needs(forecast),
        f"Ten more minutes on each day of study would add {_points(forecast.more)}."
        if forecast.more >= LEAST
        else "",
        _unmet(plan, forecast),
    ]
    for sentence in filter(None, sentences):
        rows += sheet.words(sentence)
    close, width = int(100 * forecast.close), plan.outlook.model.steps.width
    failed = "asks a failed one again" if plan.repeats else "asks no failed one again that day"
    steps = f" So far ahead it reckons in steps of {width} days." if width > 1 else ""
    note = sheet.words(
        f"Under the memory model (FSRS-6) this is at least {close}% of what any schedule could "
        f"reach in these minutes that looks at a card once a day and {failed}, by weight. The "
        "range is meant for nine in ten learners: memories differ from the model's, and days are "
        f"missed.{steps}",
        "muted",
    )
    usual = plan_rows(sheet, plan, forecast, terms, titles)[:-1]
    return stacked([usual, _table(sheet, forecast.levels, titles), rows, note])


def _today(plan: Plan) -> tuple[str, str]:
    """What there is today, and the next step."""
    turns = plan.today
    if not plan.seconds[0]:
        later = (plan.day + n for n, seconds in enumerate(plan.seconds) if seconds)
        day = next(later, plan.interview_day)
        name = f"{date.fromordinal(day):%A} {long_date(day)}"
        return "No time is left today.", f"the next cards come on {name}"
    if not turns:
        return "Today no card gains from a look.", "rest, or read"
    minutes = min(sum(turn.seconds for turn in turns), plan.seconds[0]) / 60
    words = f"Today: {plural(len(turns), 'card')} in about {plural(round(minutes) or 1, 'minute')}."
    return words, "contrastive-drill review"


def _repeats(plan: Plan, terms: Terms) -> str:
    """What is assumed of failed cards, and the difference it makes."""
    why = ", as you wish"
    if terms.repeats is Repeats.AUTO:
        why = ", which recalls more on the day"
        if terms.first_weeks:
            why = f": assumed for your first {FIRST_WEEKS} days of study"
    again, other, switch = "only on another day", "Asking it again today", "always"
    worth = -plan.repeats_worth
    if plan.repeats:
        again, other, switch = "again today", "Not asking it again", "never"
        worth = plan.repeats_worth
    change = f"{'cost' if worth > 0 else 'add'} {_points(abs(worth))}"
    return (
        f"A card failed today is asked {again}{why}. {other} would "
        f"{change if abs(worth) >= LEAST else 'change less than half a point'} under the memory "
        f"model, which knows little of a single day (plan --repeats {switch})."
    )


def _rest(plan: Plan, found: Rest | None) -> str:
    """Why a card may not be asked again for weeks."""
    if found is None or len(plan.seconds) < LONG or found.more > found.once / 2:
        return ""
    first = f", a first look at another card {100 * found.once:.0f}" if found.new else ""
    return (
        f"After one look today a card is recalled on {long_date(plan.interview_day)} with "
        f"{found.once:.0%}; one more look would add {100 * found.more:.0f} points at best{first}. "
        "So a card may rest for weeks, where Anki asks it again as soon as recall falls to 90%."
    )


def _later(later: LaterInterview | None) -> str:
    """What the next interview costs the one after it."""
    if later is None:
        return ""
    lost = later.alone - later.expected
    cost = f"{_points(lost)} less than" if lost >= LEAST else "as much as"
    return (
        f"After it comes {long_date(later.interview_day)}: about {later.expected:.0%} of "
        f"{plural(later.cards, 'card')} then, {cost} if all the time until then were its own."
        f"{f' {later.following} more after that.' if later.following else ''}"
    )


def _needs(forecast: Forecast) -> str:
    reached = ", ".join(
        f"about {n.minutes:.0f} to {n.share:.0%}" for n in forecast.needs if n.minutes is not None
    )
    never = [f"{n.share:.0%} cannot be had by then" for n in forecast.needs if n.minutes is None]
    if not reached:
        return f"However many minutes a day: {''.join(never[:1])}."
    return f"Minutes on each day of study that it would take: {'; '.join([reached, *never[:1]])}."


def _unmet(plan: Plan, forecast: Forecast) -> str:
    """Where many cards will not even be met: that there is no time for all of them."""
    new = len(plan.deck.order) - plan.deck.met
    met = sum(work.met for work in forecast.work)
    if met >= 0.95 * new or new - met < 3:
        return ""
    return (
        f"There is time to meet about {met:.0f} of {new} new cards: the plan takes those that "
        "gain most."
    )


def _points(share: float) -> str:
    points = 100 * share
    return f"about {points:.0f} points" if points >= 1.5 else "about one point"


def _short(forecast: Forecast, titles: Mapping[str, str]) -> str:
    names = ", ".join(titles.get(part.name, part.name) for part in forecast.short)
    more = "plan --weight NAME=2 weighs a section or a level."
    return f"Short of time: {names}. {more}" if names else ""


def _table(sheet: Sheet, parts: tuple[RecallForecast, ...], titles: Mapping[str, str]) -> Rows:
    columns = ("", "cards", "now", "idle", "plan", "range")
    rows = [
        (
            titles.get(part.name, part.name),
            f"{part.cards}",
            *(f"{share:.0%}" for share in (part.now, part.idle, part.expected)),
            f"{part.low:.0%} to {part.high:.0%}",
        )
        for part in parts
    ]
    note = "now, idle: recalled today, and on the day without study; plan: on the day"
    return [*body_rows(sheet, Table("", columns, tuple(rows))), *sheet.words(note, "muted")]


def plan_record(plan: Plan, forecast: Forecast, terms: Terms) -> dict[str, Any]:
    """The plan as JSON: shares from 0 to 1, minutes, days as dates."""
    found, later = rest(plan), terms.later
    return {
        "day": date_of(plan.day),
        "interview_day": date_of(plan.interview_day),
        "expected": forecast.all._asdict(),
        "range": {"low": RANGE[0], "high": RANGE[1]},
        "sections": [part._asdict() for part in forecast.sections],
        "levels": [part._asdict() for part in forecast.levels],
        "short": [part.name for part in forecast.short],
        "expected_weighted": forecast.expected_weighted,
        "bound": forecast.bound,
        "close": forecast.close,
        "minutes_for": [need._asdict() for need in forecast.needs],
        "more_minutes": {"minutes": MORE, "share": forecast.more},
        "today": [turn._asdict() for turn in plan.today],
        "repeats": {
            "asked_again": plan.repeats,
            "wish": terms.repeats.value,
            "first_weeks": terms.first_weeks,
            "worth": plan.repeats_worth,
        },
        "rest": found and found._asdict(),
        "later": later and {**later._asdict(), "interview_day": date_of(later.interview_day)},
        "work": [{**work._asdict(), "day": date_of(work.day)} for work in forecast.work],
    }
