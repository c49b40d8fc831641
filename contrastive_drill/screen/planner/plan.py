"""A plan as rows of text, and as JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rich.text import Text

from contrastive_drill.planner.explanation import Cause, Explanation
from contrastive_drill.planner.forecast import MORE, RANGE, DayLoad, Forecast, RecallForecast
from contrastive_drill.planner.plan import Plan
from contrastive_drill.planner.steps import step_width
from contrastive_drill.screen.card.sheet import Rows, Sheet, stacked
from contrastive_drill.words import date_of, day_name, plural

DAYS = 14  # of the workload, shown one by one; the rest by week


def plan_rows(
    sheet: Sheet, plan: Plan, forecast: Forecast, titles: Mapping[str, str] | None
) -> Rows:
    """The forecast first, with today and what more time buys; then the parts; then the days.

    Without the titles of sections, the forecast alone.
    """
    if titles is None:
        return _forecast(sheet, plan, forecast)
    return stacked(
        [
            _forecast(sheet, plan, forecast),
            _table(sheet, forecast, titles),
            _days(sheet, forecast.work),
        ]
    )


def _forecast(sheet: Sheet, plan: Plan, forecast: Forecast) -> Rows:
    whole = forecast.all
    day = date.fromordinal(plan.interview_day)
    away = plural(plan.interview_day - plan.day, "day")
    rows = [sheet.heading(f"Interview on {day:%A} {day.day} {day:%B %Y}, in {away}")]
    rows += sheet.words(
        f"Expect to recall about {whole.expected:.0%} of {plural(whole.cards, 'card')} "
        f"({whole.low:.0%} to {whole.high:.0%}).",
        "strong",
    )
    sentences = [
        f"Today it would be {whole.now:.0%}; on the day, without study, {whole.idle:.0%}.",
        _today(plan),
        _needs(forecast),
        f"Ten more minutes on each day of study would add {_points(forecast.more)}."
        if forecast.more >= 0.005
        else "",
        _unmet(plan, forecast),
    ]
    for sentence in filter(None, sentences):
        rows += sheet.words(sentence)
    close, width = round(100 * forecast.close), step_width(plan.deck.steps.tolist())
    steps = f" So far ahead it reckons in steps of {width} days." if width > 1 else ""
    rows.append(Text())
    return rows + sheet.words(
        f"Under the memory model (FSRS-6) this is about {close}% of what any schedule of these "
        "minutes could reach. The range is of nine in ten imagined learners whose memories differ "
        f"from the model's, and who miss a day now and then.{steps}",
        "muted",
    )


def _today(plan: Plan) -> str:
    turns = plan.today
    if not plan.seconds[0]:
        return "No time is left today: the next cards come on the next day of the plan."
    if not turns:
        return "Today no card gains from a look: rest, or read."
    minutes = min(sum(turn.seconds for turn in turns), plan.seconds[0]) / 60
    return (
        f"Today: {plural(len(turns), 'card')} in about {plural(round(minutes), 'minute')}; "
        "contrastive-drill review asks them."
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
    new = int(plan.deck.new_counts.sum())
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


def _table(sheet: Sheet, forecast: Forecast, titles: Mapping[str, str]) -> Rows:
    parts = [(titles.get(part.name, part.name), part) for part in forecast.sections]
    parts += [(part.name, part) for part in forecast.levels]
    width = min(max(len(name) for name, _ in parts), max(sheet.look.width - 38, 12))
    header = f"{'':<{width}} {'cards':>5} {'now':>5} {'idle':>5} {'plan':>5}  range"
    rows: Rows = [Text(header, "strong")]
    for place, (name, part) in enumerate(parts):
        if place == len(forecast.sections):
            rows.append(Text())
        rows.append(_part(sheet, name, part, width))
    if forecast.short:
        names = ", ".join(titles.get(part.name, part.name) for part in forecast.short)
        words = f"Short of time: {names}. plan --weight NAME=2 weighs a section or a level."
        rows += [Text(), *sheet.words(words)]
    note = "now, idle: recalled today, and on the day without study; plan: on the day"
    return rows + sheet.words(note, "muted")


def _part(sheet: Sheet, name: str, part: RecallForecast, width: int) -> Text:
    shown = sheet.look.text(name)
    cut = shown if len(shown) <= width else shown[: width - 1] + sheet.look.pick("…", ".")
    line = Text(f"{cut:<{width}} {part.cards:>5} {part.now:>5.0%} {part.idle:>5.0%} ")
    line.append(f"{part.expected:>5.0%}", "strong")
    line.append(f"  {part.low:.0%} to {part.high:.0%}", "muted")
    return line


def _days(sheet: Sheet, work: tuple[DayLoad, ...]) -> Rows:
    """The work of the next days, one by one, then by weeks."""
    rows: Rows = [Text(f"{'day':<10} {'minutes':>7} {'new':>4} {'again':>5}", "strong")]
    for each in work[:DAYS]:
        day = date.fromordinal(each.day)
        line = f"{day:%a} {day:%m-%d}  {each.minutes:>7.0f} {each.met:>4.0f} {each.looks:>5.0f}"
        rows.append(Text(line, "" if each.planned else "muted"))
    for begin in range(DAYS, len(work), 7):
        week = work[begin : begin + 7]
        first = date.fromordinal(week[0].day)
        minutes, met, looks = (
            sum(getattr(each, name) for each in week) for name in ("minutes", "met", "looks")
        )
        rows.append(Text(f"wk {first:%m-%d}   {minutes:>7.0f} {met:>4.0f} {looks:>5.0f}"))
    if any(each.planned for each in work) and not any(round(each.looks) for each in work):
        note = "No card comes again: one more new card gains more than a second look at an old one."
        rows += sheet.words(note, "muted")
    return rows


def reason_words(reason: Explanation, plan: Plan) -> str:
    """Why a card is asked now, or is not, in one sentence."""
    day = date.fromordinal(plan.interview_day)
    when = f"{day.day} {day:%B}"
    gain = (
        f"a look today ({reason.seconds:.0f} s) takes recall on {when} from {reason.idle:.0%} "
        f"to {reason.looked:.0%}"
    )
    match reason.why:
        case Cause.NOW:
            return f"Now: {gain}, the {_ordinal(reason.rank)} of {reason.fits} that fit into today."
        case Cause.NEXT:
            return (
                f"Not today: {gain}, but {reason.fits} cards that gain more by the second fill "
                f"today's time (it is the {_ordinal(reason.rank)} of {reason.ranked})."
            )
        case Cause.LATER:
            later = day_name(reason.best_day or plan.day, plan.day)
            return f"Not today: a look gains most {later}, closer to {when}."
        case Cause.KEPT:
            return f"Not before {when}: without another look it is recalled with {reason.idle:.0%}."
        case Cause.BURIED:
            return (
                f"Not today: it is buried until tomorrow, though {gain}; contrastive-drill resume "
                f"{reason.card_id} asks it again."
            )
        case Cause.DEAR:
            return f"Not before {when}: {gain}, and the time is worth more on other cards."
        case _:
            kept = f"without another look it is recalled on {when} with {reason.idle:.0%}"
            return f"Not again today: it was answered today; {kept}."


def _ordinal(number: int | None) -> str:
    number = number or 0
    teen = 10 <= number % 100 <= 20
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def plan_record(plan: Plan, forecast: Forecast) -> dict[str, Any]:
    """The plan as JSON: shares from 0 to 1, minutes, days as dates."""
    return {
        "schema": 1,
        "day": date_of(plan.day),
        "interview_day": date_of(plan.interview_day),
        "expected": forecast.all._asdict(),
        "range": {"low": RANGE[0] / 100, "high": RANGE[1] / 100},
        "sections": [part._asdict() for part in forecast.sections],
        "levels": [part._asdict() for part in forecast.levels],
        "short": [part.name for part in forecast.short],
        "bound": forecast.bound,
        "close": forecast.close,
        "minutes_for": [need._asdict() for need in forecast.needs],
        "more_minutes": {"minutes": MORE, "share": forecast.more},
        "today": [turn._asdict() for turn in plan.today],
        "work": [{**work._asdict(), "day": date_of(work.day)} for work in forecast.work],
    }


def reason_record(reason: Explanation) -> dict[str, Any]:
    """An explanation as JSON."""
    return {
        "schema": 1,
        **reason._asdict(),
        "why": reason.why.value,
        "best_day": date_of(reason.best_day),
    }
