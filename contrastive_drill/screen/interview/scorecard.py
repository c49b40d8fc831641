"""The scorecard of an interview as rows of text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rich.text import Text

from contrastive_drill.cards.ladder import Rung
from contrastive_drill.cards.prose import Line, Span
from contrastive_drill.interview.course import LEVELS, QuestionRole, ThreadOutcome
from contrastive_drill.interview.next_steps import NextSteps
from contrastive_drill.interview.scorecard import (
    PastInterview,
    QuestionScore,
    Scorecard,
    ThreadScore,
)
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.words import duration, plural

FEW = 3  # scenarios below which a level rests on little
ENDS = {
    "time": "the time was used up",
    "nothing left": "nothing was left to ask",
    "left": "you ended it",
}
OUTCOMES = {
    ThreadOutcome.HELD: "Covered",
    ThreadOutcome.SHAKEN: "Partly covered",
    ThreadOutcome.FAILED: "Not covered",
}
MEANING = (
    "Covered: every required point without the popular wrong answer, and at least half of the "
    "follow-ups. Not covered: the scenario itself was not answered. Partly: what lies between."
)


@dataclass(frozen=True, slots=True)
class ScorecardView:
    """An interview's scorecard, with what its drawing needs."""

    score: Scorecard  # at the learner's own time
    titles: Mapping[str, str]  # of the sections
    point: Callable[[str, str], Line | None]  # by card and key; None when reworded or removed
    next_steps: NextSteps
    claim: str | None  # of the demo advised
    before: tuple[PastInterview, ...] = ()  # newest first, in local time
    to_say: Mapping[str, Rung] = field(default_factory=dict)  # next, by section


def scorecard_rows(sheet: Sheet, view: ScorecardView) -> Rows:
    """The verdict and why, every question, the points by topic, what to do next, the last ones."""
    score, look = view.score, sheet.look
    rows: Rows = [sheet.heading(f"Mock interview, {view.score.at:%Y-%m-%d %H:%M}")]
    rows += sheet.words(verdict(view), "strong")
    rows += sheet.words(f"{terms(score)}; {end(score)}", "muted")
    if not score.answered:
        return rows
    for reason in reasons(score):
        rows += sheet.words(reason)
    rows += sheet.words(MEANING, "muted")
    rows += [Text(), sheet.heading("Questions: points, time of budget")]
    for each in score.asked:
        rows += _question(sheet, each)
    rows += [Text(), *sheet.words(pace(score))]
    for name, answer in (("Strongest", score.strongest), ("Weakest", score.weakest)):
        if answer is not None:
            rows += sheet.wrapped(Text(look.text(f"{name}: {_worth(answer)}")), "  ", "")
    for sentence in honesty(score):
        rows += sheet.words(sentence)
    for part in (_topics, _next, _compared):
        rows += [Text(), *part(sheet, view)]
    return rows


def verdict(view: ScorecardView) -> str:
    """How it went, in one sentence: the level, the scenarios covered at it, and the gaps."""
    score = view.score
    if not score.answered:
        return "No question was answered to its end: there is no verdict."
    level = score.terms.get("level") if score.terms.get("holds") else score.reached
    level = level or min((each.level for each in score.threads), key=LEVELS.index, default="mid")
    here = [thread for thread in score.threads if thread.level == level]
    covered = sum(thread.outcome is ThreadOutcome.HELD for thread in here)
    gaps = sorted(score.topics, key=lambda topic: -len(topic.missed))
    names = [view.titles.get(topic.section, topic.section) for topic in gaps if topic.missed]
    found = f"gaps in {', '.join(names[:FEW])}" if names else "no required point missed"
    return f"At {level} level: {covered} of {plural(len(here), 'scenario')} covered; {found}."


def terms(score: Scorecard) -> str:
    """What was asked for."""
    topics, minutes = score.terms.get("topics"), plural(score.terms["minutes"], "minute")
    about = f", on {', '.join(topics)}" if topics else ""
    begun = f"{'at' if score.terms.get('holds') else 'from'} {score.terms.get('level')}"
    return f"{minutes} {begun}{about}, seed {score.seed}"


def end(score: Scorecard) -> str:
    """How it ended, and after how long."""
    if score.how is None:
        return f"cut short after {duration(score.seconds)} of listening"
    return f"{ENDS.get(score.how, score.how)} after {duration(score.seconds)}"


def reasons(score: Scorecard) -> list[str]:
    """Why: the scenarios of each level by how they went, and how much it rests on."""
    sentences = []
    for level in reversed(LEVELS):
        here = [thread for thread in score.threads if thread.level is level]
        for result in ThreadOutcome:
            names = [_thread(thread) for thread in here if thread.outcome is result]
            if names:
                sentences.append(f"{OUTCOMES[result]} at {level}: {'; '.join(names)}.")
    count = len(score.threads)
    if count < FEW:
        sentences.append(f"It rests on {plural(count, 'scenario')}: too few to lean on.")
    return sentences


def _thread(thread: ThreadScore) -> str:
    after = f"{thread.covered} of {plural(thread.follow_ups, 'follow-up')} covered"
    facts = [after if thread.follow_ups else "no follow-up"]
    if thread.beyond:
        facts.append(f"{thread.beyond} harder than the scenario missed, which does not count")
    if thread.baited:
        facts.append("the popular wrong answer at first")
    return f"{thread.card_id} ({', '.join(facts)})"


def pace(score: Scorecard) -> str:
    """Time per question against the budget."""
    past = score.past
    each = sum(answer.seconds for answer in score.answered) / past.questions
    budget = sum(answer.budget for answer in score.answered) / past.questions
    return (
        f"{past.on_time} of {plural(past.questions, 'answer')} within the budget; "
        f"{duration(each)} a question, the budget {duration(budget)}."
    )


def honesty(score: Scorecard) -> list[str]:
    """The popular answers given, the formulas and the measurements."""
    baits = [each.baited for each in score.answered if each.baited is not None]
    boards = [each.board for each in score.asked if each.board is not None]
    shown = [each.measured for each in score.asked if each.measured is not None]
    times, formulas = plural(len(baits), "time"), plural(len(boards), "formula")
    sentences = {
        f"The wrong answer that most candidates give: {sum(baits)} of {times}.": baits,
        f"Whiteboard: {sum(boards)} of {formulas} right.": boards,
        f"Measurements: {sum(shown)} of {len(shown)} would have shown it.": shown,
    }
    return [sentence for sentence, answers in sentences.items() if answers]


def _question(sheet: Sheet, each: QuestionScore) -> Rows:
    """One question on one row: a mark, its points, its time, its name behind its depth."""
    look = sheet.look
    if each.rating is None:
        mark, style = look.pick("·", "."), "muted"
    elif not each.missed and each.rating > 1:
        mark, style = look.pick("✓", "+"), "good"
    else:
        mark, style = look.pick("✗", "-"), "bad"
    points = f"{each.covered}/{each.required}" if each.rating is not None else "open"
    late = " over" if each.seconds > each.budget else ""
    took = f"{duration(each.seconds):>5} of {duration(each.budget)}{late:<5}"
    lead = f"{mark} {points:>4} {took} {'  ' * each.depth}"
    kind = each.level if each.part is QuestionRole.SCENARIO else each.part
    facts = [kind.value, *(["popular answer"] if each.baited else [])]
    name = Text(each.card_id).append(f"  {', '.join(facts)}", "muted")
    rows = sheet.wrapped(name, " " * len(lead), lead)
    rows[0].stylize(style, 0, len(mark))
    return rows


def _worth(each: QuestionScore) -> str:
    took = f"{duration(each.seconds)} of {duration(each.budget)}"
    points = f"{each.covered} of {plural(each.required, 'required point')}"
    wrong = ", the answer wrong" if not each.missed and each.rating == 1 else ""
    return f"{each.card_id} ({points}{wrong}, {took})"


def _topics(sheet: Sheet, view: ScorecardView) -> Rows:
    look = sheet.look
    rows: Rows = [sheet.heading("Required points by topic")]
    for topic in view.score.topics:
        title = look.text(view.titles.get(topic.section, topic.section))
        covered = f"  {topic.covered} of {topic.required} covered, "
        count = covered + plural(topic.questions, "question")
        rows += sheet.wrapped(Text(title, "strong").append(count, "none"), "  ", "")
        for card_id, key in topic.missed:
            line = view.point(card_id, key) or (Span("(reworded since)"),)
            text = sheet.line(line).append(f"  ({card_id})", "muted")
            rows += sheet.wrapped(text, "    ", "  " + look.pick("• ", "- "))
        if rung := view.to_say.get(topic.section):
            text = Text("To say next: ").append_text(sheet.line(rung.line))
            text.append(f"  ({rung.card})", "muted")
            rows += sheet.wrapped(text, "    ", "  " + look.pick("→ ", "> "))
    return rows


def _next(sheet: Sheet, view: ScorecardView) -> Rows:
    look = sheet.look
    rows: Rows = [sheet.heading("Do next")]
    for number, advice in enumerate(view.next_steps.cards, 1):
        line = Text(f"contrastive-drill show {advice.card_id}", "command")
        line.append(f"  {advice.reason}", "none")
        rows += sheet.wrapped(line, "   ", f"{number}  ")
    if view.next_steps.demo is not None:
        line = Text(f"contrastive-drill demo {view.next_steps.demo}", "command")
        line.append(look.text(f"  {view.claim or ''}"), "none")
        rows += sheet.wrapped(line, "   ", look.pick("→  ", ">  "))
    return rows


def _compared(sheet: Sheet, view: ScorecardView) -> Rows:
    rows: Rows = [sheet.heading("Beside the last ones")]
    if not view.before:
        words = "No earlier interview has an answer: the next one is compared with this."
        return rows + sheet.words(words, "muted")
    return [*rows, *_past_rows((view.score.past, *view.before), first="this one")]


def history_rows(sheet: Sheet, interviews: Sequence[PastInterview]) -> Rows:
    """Every interview, newest first."""
    if not interviews:
        return sheet.words("No interview was held yet: contrastive-drill interview begins one.")
    return _past_rows(interviews)


def _past_rows(interviews: Sequence[PastInterview], first: str = "") -> Rows:
    """One line for each interview, newest first; the first may have a name for its date."""
    header = f"{'date':<10}  {'level':<6}  {'points':>12}  {'in time':>7}  popular answers"
    rows: Rows = [Text(header, "strong")]
    for past in interviews:
        date = first if first and past is interviews[0] else f"{past.at:%Y-%m-%d}"
        share = f"{past.covered / past.required:.0%}" if past.required else "-"
        points = f"{past.covered}/{past.required} {share:>4}"
        in_time = f"{past.on_time}/{past.questions}"
        baits = f"{past.baited}/{past.baits}" if past.baits else "-"
        level = past.reached or "-"
        rows.append(Text(f"{date:<10}  {level:<6}  {points:>12}  {in_time:>7}  {baits}"))
    return rows
