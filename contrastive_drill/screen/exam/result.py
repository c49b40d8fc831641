"""The result of an exam as rows of text, and as JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.text import Text

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.prose import first_line
from contrastive_drill.cards.variant import variant
from contrastive_drill.exam.questions import NUMBERED
from contrastive_drill.exam.result import AIM, ENOUGH, LONG, PartResult, Result
from contrastive_drill.screen.card.sheet import Rows, Sheet, stacked
from contrastive_drill.words import date_of, duration, plural

LISTED = 12  # questions not answered in full, named one by one


@dataclass(frozen=True, slots=True)
class ExamView:
    """An exam and its result, with what its drawing needs."""

    id: str
    at: datetime  # the learner's own time
    seed: int
    terms: str  # what was asked for, in words
    ended: str | None  # how; None while it is open
    result: Result
    cards: Callable[[str], Card | None]  # None where the bank has the card no more


def exam_rows(sheet: Sheet, exam: ExamView) -> Rows:
    """What the exam says, and the questions not answered in full."""
    return stacked([_result(sheet, exam), _incomplete(sheet, exam)])


def _result(sheet: Sheet, exam: ExamView) -> Rows:
    """The verdict, the parts, and what FSRS had expected."""
    result = exam.result
    rows: Rows = [sheet.heading(f"Cold exam, {exam.at:%Y-%m-%d %H:%M}")]
    rows += sheet.words(f"{exam.terms}, seed {exam.seed}", "muted")
    if not result.score.answered:
        return rows + sheet.words("No question is answered yet.")
    rows += sheet.words(verdict(exam), "strong")
    rows += sheet.words(f"{counts(result)}; {pace(result)}.")
    if exam.ended is None:
        rows += sheet.words("contrastive-drill exam goes on with the next question, on any day.")
    if result.parts:
        rows += [Text(), *_parts(sheet, result.parts)]
    return [*rows, Text(), *sheet.words(_expected(result), "" if result.expectation else "muted")]


def _incomplete(sheet: Sheet, exam: ExamView) -> Rows:
    """What to look at again; nothing where all was in full."""
    result, look = exam.result, sheet.look
    if not result.incomplete:
        return []
    rows: Rows = [sheet.heading("Not answered in full")]
    for answer in result.incomplete[:LISTED]:
        card = exam.cards(answer.card_id)
        # With the numbers it was asked with: the id of the answer drew them.
        asked = card and first_line(variant(card, answer.id).prompt)
        what = sheet.line(asked) if asked else Text("(no longer in the bank)")
        text = Text(f"{answer.rating.label}: ").append_text(what)
        text.append(f"  ({answer.card_id})", "muted")
        rows += sheet.wrapped(text, "  ", look.pick("• ", "- "))
    more = len(result.incomplete) - LISTED
    if more > 0:
        rows += sheet.words(f"and {more} more: contrastive-drill exam --result --json", "muted")
    return rows


def verdict(exam: ExamView) -> str:
    """What the exam says, in one or two sentences."""
    result = exam.result
    if result.left:
        how = "left" if exam.ended else "paused"
        where = f"{how} with {plural(result.left, 'question')} of {result.asked} to go"
        return f"{result.score.full} in full so far, {where}."
    if not result.whole:
        return (
            f"{result.score.full} of {result.asked} in full. "
            "The cold list asks for two in three; no verdict rests on a part of it."
        )
    first = f"{result.long} of the first {LONG} cold"
    enough = "drilled enough" if result.enough else f"not yet: {ENOUGH} are drilled enough"
    every = f"{result.score.full} of all {NUMBERED}"
    aim = "the aim is reached" if result.aim else f"the aim is {AIM}"
    return f"{first}: {enough}. {every}: {aim}."


def counts(result: Result) -> str:
    """The three kinds of answers, and how many of the first the ticks do not bear out."""
    score, alone = result.score, ""
    if result.generous:
        alone = f" ({result.generous} by your rating alone: a required point was not ticked)"
    return f"{score.full} in full{alone}, {score.gap} with a gap, {score.missed} not"


def pace(result: Result) -> str:
    """How long it took."""
    each = result.seconds / result.score.answered
    return f"{duration(result.seconds)} in all, {duration(each)} a question"


def _parts(sheet: Sheet, parts: tuple[PartResult, ...]) -> Rows:
    look = sheet.look
    width = min(15, max(look.width - 50, 8))
    rows: Rows = []
    for each in parts:
        line = Text(f"{each.part.first:>2}-{each.part.last:<2} ")
        line.append_text(look.blocks(round(width * each.score.full / each.asked), width))
        line.append(f" {each.score.full}/{each.asked}", "strong").append(f"  {each.part.title}")
        rows += sheet.wrapped(line, " " * 6, "")
        if each.weak:
            lead = "      " + look.pick("→ ", "> ")
            rows += sheet.wrapped(Text(f"{each.part.gap}."), " " * 8, lead)
    if any(each.small for each in parts):
        rows += sheet.words(
            "A part of which fewer than two thirds are asked is a sample: nothing is read off it.",
            "muted",
        )
    return rows


def _expected(result: Result) -> str:
    expectation = result.expectation
    if expectation is None:
        return "FSRS had nothing to predict: no card of it was met on an earlier day."
    words = (
        f"Of {plural(expectation.cards, 'card')} met on an earlier day FSRS expected "
        f"{expectation.expected:.1f} ± {expectation.deviation:.1f} recalled; "
        f"you recalled {expectation.recalled}"
    )
    off = expectation.recalled - expectation.expected
    if abs(off) <= 2 * max(expectation.deviation, 0.5):
        return f"{words}: as expected, within two standard deviations."
    if off > 0:
        return f"{words}: more than chance explains. Rate as strictly here as in reviews."
    return f"{words}: fewer than chance explains. Rate as strictly in reviews as here."


def exam_record(exam: ExamView) -> dict[str, Any]:
    """An exam as JSON: times in seconds, scores as counts."""
    result = exam.result
    expected = result.expectation
    return {
        "id": exam.id,
        "at": exam.at.isoformat(timespec="seconds"),
        "terms": exam.terms,
        "seed": exam.seed,
        "ended": exam.ended,
        "asked": result.asked,
        **result.score._asdict(),
        "rated_alone": result.generous,
        "left": result.left,
        "seconds": result.seconds,
        "whole_list": result.whole,
        "first_45": result.long if result.whole else None,
        "drilled_enough": result.enough if result.whole and not result.left else None,
        "aim_reached": result.aim if result.whole and not result.left else None,
        "parts": [
            {
                "first": each.part.first,
                "last": each.part.last,
                "title": each.part.title,
                "asked": each.asked,
                **each.score._asdict(),
                "weak": each.weak,
            }
            for each in result.parts
        ],
        "expectation": expected and expected._asdict(),
        "incomplete": [
            {
                "card": answer.card_id,
                "rating": answer.rating.label.lower(),
                "missed": list(answer.missed),
                "seconds": answer.seconds,
                "day": date_of(answer.day),
            }
            for answer in result.incomplete
        ],
    }


def history_rows(sheet: Sheet, exams: list[ExamView]) -> Rows:
    """One line for each exam, newest first."""
    if not exams:
        return sheet.words("No exam was begun yet: contrastive-drill exam begins one.")
    rows: Rows = []
    for exam in exams:
        result = exam.result
        state = "open" if exam.ended is None else exam.ended
        state += f", {result.left} to go" if result.left else ""
        line = Text(f"{exam.at:%Y-%m-%d %H:%M}  ")
        line.append(f"{result.score.full}/{result.score.answered} in full", "strong")
        line.append(f"  {duration(result.seconds)}  {state}  ")
        line.append(sheet.look.text(exam.terms), "muted")
        rows += sheet.wrapped(line, "  ", "")
    return rows
