"""The ladder of a section as a file holds it: sentences short enough to be said, a few a level."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from contrastive_drill.bank.problems import Problem
from contrastive_drill.bank.say import words_in
from contrastive_drill.cards import form
from contrastive_drill.cards.card import Level
from contrastive_drill.cards.ladder import Ladder, Rung
from contrastive_drill.cards.prose import Line, Paragraph
from contrastive_drill.spelling import closest

WORDS, LINES = 16, 3  # of a line; of a level, so that all levels fit one screen


def _line(file: Any, node: Any) -> Line:
    line: Line = file.line(node)
    if (words := words_in((Paragraph(line),))) > WORDS:
        file.problem(node, f"a line of a ladder has {words} words: at most {WORDS}")
    return line


RUNGS = form.each(
    form.record(
        Rung, level=form.word(Level, Level), card=form.ID, line=form.Form(form.TEXT, _line)
    ),
    minItems=len(Level),
    maxItems=LINES * len(Level),
).about(
    f"What a mid answer says, what a senior adds, what a staff engineer adds: up to {LINES} lines"
    f" each of up to {WORDS} words, as they are said."
)


def read(file: Any, node: Any, section: str) -> Ladder | None:
    """The ladder at a node of a file; None where there is none, or a problem, which is noted."""
    if node is None:
        return None
    before = len(file.problems)
    rungs = RUNGS.read(file, node)
    if len(file.problems) == before and (fault := _fault(rungs)):
        file.problem(node, fault)
    if len(file.problems) > before:
        file.blame(_name(section), before)
        return None
    return Ladder(section, rungs, f"{file.path}:{node.start_mark.line + 1}")


def _fault(rungs: Collection[Rung]) -> str:
    """What is wrong with the levels of a ladder; "" when nothing is."""
    levels = [rung.level for rung in rungs]
    counts = Counter(levels)
    few = all(1 <= counts[level] <= LINES for level in Level)
    if few and levels == sorted(levels, key=list(Level).index):
        return ""
    return f"a ladder goes from {', then '.join(Level)}, with one to {LINES} lines each"


def faults(ladders: Iterable[Ladder], known: Collection[str]) -> Iterator[Problem]:
    """Ladders of a section that has one, and those that name a card which is not there."""
    first: dict[str, Ladder] = {}
    for ladder in ladders:
        if (other := first.setdefault(ladder.section, ladder)) is not ladder:
            said = f"the section '{ladder.section}' has its ladder in {other.origin}: keep one"
            yield _problem(ladder, said)
        for rung in ladder.rungs:
            if rung.card not in known:
                way_on = closest(rung.card, known) or "name the card that teaches it"
                yield _problem(ladder, f"a ladder names '{rung.card}', which is no card: {way_on}")


def _problem(ladder: Ladder, message: str) -> Problem:
    path, _, line = ladder.origin.rpartition(":")
    return Problem(path, int(line), 1, message, _name(ladder.section))


def _name(section: str) -> str:
    """Stands for a card's id in a problem: the cards of the file are none the worse."""
    return f"the ladder of {section}"
