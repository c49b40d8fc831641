"""The first screen as lines of plain text; without rich, for it must be quick."""

from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING

from contrastive_drill.reports.status import MORE_NEW, Home, LevelRecall
from contrastive_drill.words import day_name, long_date, plural

if TYPE_CHECKING:
    from contrastive_drill.screen.keymap import KeyMap

CHOICE = ("review", "")  # of cards that are still to be chosen
BAR = 20  # characters of a level's bar, where there is room
NARROW = 56  # columns below which it is half as long


def home_lines(home: Home, width: int, bindings: "KeyMap | None" = None) -> list[str]:
    """Today, the levels, what waits, and the keys, or the next command where none are read."""
    status = home.status
    lines = [_day(status.day)] if bindings else []
    if not status.learned:
        lines.append(f"Welcome. {plural(status.cards, 'card')} wait for you.")
    lines += [_today(home)]
    if status.streak > 1:
        lines.append(f"{status.streak} days in a row.")
    if status.learned:
        lines += ["", *(_bar(level, width) for level in home.levels)]
        lines += wrap(
            "Known: expected to be recalled today, of all cards of the level (FSRS).", width
        )
    if waits := _waits(home):
        lines += ["", *waits]
    return [*lines, "", *_step(home, bindings)]


def _day(day: int) -> str:
    return f"{date.fromordinal(day):%A} {long_date(day)}"


def _today(home: Home) -> str:
    status = home.status
    if home.minutes is not None:
        return home.minutes.words
    if cards := status.due + status.new:
        parts = [f"{n} {kind}" for n, kind in ((status.due, "due"), (status.new, "new")) if n]
        work = f"{plural(cards, 'card')}, about {max(status.minutes, 1):.0f} min"
        return f"Today: {work}: {', '.join(parts)}."
    later = ""
    if status.next_due_day is not None:
        later = f" The next card is due {day_name(status.next_due_day, status.day)}."
    return f"{'Today is a day off' if home.day_off else 'Nothing is due today'}.{later}"


def _bar(known: LevelRecall, width: int) -> str:
    size = BAR if width >= NARROW else BAR // 2
    full = round(size * known.share)
    bar = "█" * full + "░" * (size - full)
    return f"{known.level:<7}{bar} {known.share:>4.0%} known   {known.seen} of {known.cards} seen"


def _waits(home: Home) -> list[str]:
    lines = []
    if home.interview_day is not None and home.interview_day >= home.status.day:
        days = home.interview_day - home.status.day
        when = f"in {plural(days, 'day')}" if days else "today"
        lines.append(f"Your interview is {when}, {_day(home.interview_day)}.")
    if home.exam is not None:
        answered = f"{home.exam.answered} of {home.exam.asked} answered"
        done = home.exam.answered == home.exam.asked
        lines.append(f"A cold exam {'is done' if done else 'waits'}: {answered}.")
    return lines


def _step(home: Home, bindings: "KeyMap | None") -> list[str]:
    if bindings:
        from contrastive_drill.screen.bindings import Situation

        words = bindings.bar(Situation.HOME, begin="begin" if home.ready else "go on all the same")
        return ["   ".join(f"{key}: {does}" for key, does in words)]
    more = "" if home.ready else f" --new {MORE_NEW}, or contrastive-drill report"
    return [f"Next step: contrastive-drill review{more}"]


def menu(home: Home) -> list[tuple[str, tuple[str, ...]]]:
    """Everything the program does, each with the arguments that do it; nothing leaves."""
    status, exam = home.status, home.exam
    today = f"{status.due} due, {status.new} new" if status.due or status.new else "nothing due"
    if home.minutes is not None:
        today = f"{home.minutes.left:.0f} minutes of your {home.minutes.source} are left"
    progress = f"goes on, {exam.answered} of {exam.asked} answered" if exam else "55 questions cold"
    flagged = f"{status.flagged} flagged, {status.suspended} suspended"
    if exam is not None and exam.answered == exam.asked:
        progress = f"its result, all {exam.asked} answered"
    return [
        (f"Review: {today}", ("review",)),
        (f"Exam: {progress}", ("exam",)),
        ("Choose what to study", CHOICE),
        ("Interview: half an hour with an interviewer", ("interview",)),
        ("Plan: an interview date, and the minutes you have", ("plan",)),
        ("Report: where you stand, and what to do next", ("report",)),
        ("Code: write a mechanism, judged at every save", ("code",)),
        ("Demos: see a claim hold, or fail", ("demo",)),
        ("Search the cards", ("search",)),
        ("Browse the cards", ("browse",)),
        (f"Flags: {flagged}", ("flags",)),
        ("Cards of your own: add, edit, check", ("bank",)),
        ("Settings: see and change them", ("config",)),
        ("Files and their health", ("doctor",)),
        ("All commands", ("--help",)),
        ("Leave", ()),
    ]


def choices(home: Home) -> list[tuple[str, str]]:
    """Ways to choose what to study, each with the option, or what is to be named."""
    return [
        ("What you failed lately", "--failed"),
        ("The points you miss most", "--missed"),
        (f"What you flagged: {plural(home.status.flagged, 'card')}", "--flagged"),
        ("A section: what is due and new in it", "--section"),
        ("A tag", "--tag"),
        ("A kind of card", "--kind"),
        ("A level", "--level"),
        ("One card, now", "card"),
    ]
