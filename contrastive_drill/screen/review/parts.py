"""What both views of a session draw: its progress, what was recorded, the summary."""

from collections.abc import Sequence

from rich.text import Text

from contrastive_drill.memory.log import Learned, Mode, Review
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.session_view import Closing, Question
from contrastive_drill.words import day_name, duration, interval, plural

DAYS = 6  # named in the summary; cards that return after them are counted together


def header(sheet: Sheet, question: Question) -> Rows:
    """How far the session is, and which card this is."""
    look, card = sheet.look, question.card
    width = min(30, look.width // 3)
    bar = look.bar(question.done / max(question.total, 1), width)
    bar.append(f" {question.done}/{question.total}  {duration(question.seconds)}")
    if question.retries:
        bar.append(f"  {question.retries} to repeat")
    if question.mode is not Mode.REVIEW:
        bar.append(f"  {question.mode}", "muted")
    if question.mode is Mode.EXAM:  # a section is a hint, and so is what is remembered
        return sheet.wrapped(bar)
    dot = look.pick(" · ", " - ")
    facts = [question.section, card.level.value, question.state]
    if card.place is not None:
        facts.insert(2, f"no. {card.place}")
    return [*sheet.wrapped(bar), *sheet.words(dot.join(facts), "muted")]


def recorded(question: Question, review: Review) -> str:
    """What was recorded: the rating, and in a review when the card returns."""
    if question.mode is not Mode.REVIEW or not isinstance(review.after, Learned):
        return review.rating.label
    return f"{review.rating.label}, returns in {interval(review.after.due_day - review.day)}"


def answer_rows(sheet: Sheet, answers: Sequence[tuple[str, str | None]]) -> Rows:
    """What was answered before: when and how well, and the words where they were typed."""
    rows: Rows = [Text(), sheet.heading("Your last answers")] if answers else []
    for when, typed in answers:
        rows.append(Text(when))
        if typed:
            rows += sheet.words(typed, indent="  ")
    return rows


def summary_rows(sheet: Sheet, closing: Closing) -> Rows:
    """What was recalled, what returns when, and which required points were missed."""
    summary, look = closing.summary, sheet.look
    if not summary.answers:
        return [Text("No card was answered.")]
    rows: Rows = [sheet.heading("Session")]
    rows += sheet.words(
        f"{summary.recalled} of {plural(summary.asked, 'card')} recalled at the first asking, "
        f"{plural(summary.answers, 'answer')} in {duration(summary.seconds)}."
    )
    if closing.mode is Mode.CRAM:
        rows += sheet.words("Crammed: logged, and the schedule stays as it was.")
    else:
        groups = [f"{count} {day_name(day, closing.day)}" for day, count in summary.returns[:DAYS]]
        later = sum(count for _, count in summary.returns[DAYS:])
        groups += [f"{later} later"] if later else []
        rows += sheet.words(f"They return: {', '.join(groups)}.")
    if closing.left:
        rows += sheet.words(f"{plural(closing.left, 'card')} not asked yet.")
    if closing.missed:
        rows += [Text(), sheet.heading("Required points missed")]
        for point in closing.missed:
            rows += sheet.wrapped(sheet.line(point), "  ", look.pick("• ", "- "))
    return rows
