"""What both views of a session draw: its progress, what was recorded, the summary."""

from rich.cells import cell_len
from rich.text import Text

from contrastive_drill.memory.log import Learned, Mode, Review
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.plain import MEASURE
from contrastive_drill.screen.session_view import Closing, Question
from contrastive_drill.words import day_name, duration, plural

DAYS = 6  # named in the summary; cards that return after them are counted together


def header(sheet: Sheet, question: Question) -> Rows:
    """Which card this is, and how far the session is."""
    card, dot = question.card, sheet.look.pick(" · ", " - ")
    place = [f"no. {card.place}"] if card.place is not None else []
    facts = [question.section, card.level.value, *place, question.state]
    if question.mode is Mode.EXAM:  # a section is a hint, and so is what is remembered
        facts = []
    progress = [f"{question.done}/{question.total}", duration(question.seconds)]
    progress += [f"{question.retries} to repeat"] if question.retries else []
    progress += [question.mode] if question.mode is not Mode.REVIEW else []
    left, right = sheet.look.text(dot.join(facts)), dot.join(progress)
    gap = min(sheet.look.width, MEASURE) - cell_len(left) - cell_len(right)
    if gap < 2:
        return [*sheet.words(left, "muted"), *sheet.words(right)]
    return [Text(left, "muted").append(" " * gap if left else "").append(right, "strong")]


def recorded(question: Question, review: Review) -> str:
    """What was recorded: the rating, and in a review what it leads to."""
    if question.mode is not Mode.REVIEW or not isinstance(review.after, Learned):
        return review.rating.label
    prospect = question.prospect(review.after)
    if question.planned_for and not question.returns(review.after):
        return f"{review.rating.label}, recall {prospect} on {question.planned_for.date}"
    return f"{review.rating.label}, returns in {prospect}"


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
    elif closing.planned:
        rows += sheet.words("Tomorrow's plan, made from these answers, says which return.")
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
