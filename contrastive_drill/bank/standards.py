"""What the shipped bank asks of a card beyond being sound: brevity, evidence, fair rulings."""

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Collection, Iterator

from contrastive_drill.bank.say import words_in
from contrastive_drill.cards.card import Card, SourceKind
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.kinds.numeric import NumberKind
from contrastive_drill.cards.prose import Line, Paragraph, Prose, Style, blocks_of, lines_of, plain
from contrastive_drill.cards.quantity import Number
from contrastive_drill.cards.variant import example
from contrastive_drill.formula.layout import inline

ANSWER_WORDS, POINT_WORDS = 150, 14
POINTS = range(2, 6)
PROMPT_ROWS, SCENARIO_ROWS, COLUMNS = 3, 5, 80
RIGHT_SHARE = (0.28, 0.40)  # of the rulings, so that habit does not pay
FEW_RULINGS = 30  # below it a share says nothing
COMPOUND = re.compile(r";|, (?:and|but|so|which|while|whereas) ")
GIVEAWAY = re.compile(r"\b(?:wrong\w*|mist[ao]k\w+|flaw\w*|incorrect\w*|myths?|believe)\b", re.I)
SMALLEST = 12  # whole numbers up to it are words
YEARS = range(1990, 2031)
DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
# A number by itself: no part of a name (ViT-L/14, GPT-3, top-10), nor of another number.
ALONE = re.compile(rf"(?<![\w.,/-]){DIGITS.pattern}(?![\w/]|-\w|\.\d)")
VERBATIM = (Style.FORMULA, Style.CODE)  # worked or quoted: they show themselves whence they are


def faults(card: Card) -> Iterator[str]:
    """What keeps a sound card out of the shipped bank."""
    for rule in RULES:
        yield from rule(card)


def unbalanced(cards: Collection[Card]) -> str | None:
    """What is wrong with the rulings of a bank's verdicts, taken together."""
    rulings = Counter(str(card.expected) for card in cards if card.kind is Kind.VERDICT)
    share = rulings["right"] / max(1, total := rulings.total())
    least, most = RIGHT_SHARE
    if total < FEW_RULINGS or least <= share <= most:
        return None
    counted = ", ".join(f"{count} {ruling}" for ruling, count in rulings.most_common())
    return f"of {total} rulings {share:.0%} are right ({counted}): about a third should be"


def _said(card: Card) -> Iterator[str]:
    if not card.say:
        yield "lacks 'say', what one would say in twenty seconds"


def _length(card: Card) -> Iterator[str]:
    if (words := words_in(card.answer)) > ANSWER_WORDS:
        yield f"answer has {words} words: at most {ANSWER_WORDS}; cut it, or ask it as a follow-up"
    most = SCENARIO_ROWS if card.kind is Kind.SCENARIO else PROMPT_ROWS
    if (rows := _rows(example(card).prompt)) > most:
        yield f"prompt has {rows} rows of {COLUMNS} columns: at most {most}"


def _points(card: Card) -> Iterator[str]:
    if len(card.points) not in POINTS:
        yield f"has {len(card.points)} key points: {POINTS[0]} to {POINTS[-1]} are asked for"
    if sorted(card.points, key=lambda point: not point.required) != list(card.points):
        yield "required key points stand first"
    for point in card.points:
        shown = plain(point.line)
        if (words := words_in((Paragraph(point.line),))) > POINT_WORDS:
            yield f"key point of {words} words, at most {POINT_WORDS}: '{shown}'"
        if found := COMPOUND.search(_prose(point.line)):
            yield f"key point says two things, joined by '{found[0].strip(', ')}': '{shown}'"


def _giveaway(card: Card) -> Iterator[str]:
    text = " ".join(map(plain, lines_of(card.prompt)))
    if card.kind is Kind.VERDICT and (found := GIVEAWAY.search(text)):
        yield f"prompt gives the ruling away by '{found[0]}'"


def _numbers(card: Card) -> Iterator[str]:
    if isinstance(card_kind(card.kind), NumberKind):
        if not card.slips:
            yield "lacks 'slips', the popular wrong numbers"
        if all(source.second_hand for source in card.sources):
            yield "asks for a number that was only seen second hand"


def _commits(card: Card) -> Iterator[str]:
    for source in card.sources:
        if source.kind is SourceKind.CODE and " " in source.reference and not source.commit:
            yield f"the source {source.reference} lacks its commit"


def _figures(card: Card) -> Iterator[str]:
    """Numbers in its sentences that no source line has; what the prompt gives needs none."""
    blocks = [*blocks_of(card.say + card.answer)]
    sentences = [block.line for block in blocks if isinstance(block, Paragraph)]
    displayed = tuple(block for block in blocks if not isinstance(block, Paragraph))
    shown = [f"{source.reference} {source.where}" for source in card.sources]
    shown += [plain(line) for line in lines_of(card.prompt + displayed)]
    shown += [text for line in sentences for text, style in line if style in VERBATIM]
    known = {_value(n) for text in shown for n in DIGITS.findall(text.replace("{,}", ","))}
    if isinstance(card.expected, Number):
        known.add(card.expected.wanted.value)
    written = dict.fromkeys(n for line in sentences for n in ALONE.findall(_prose(line)))
    bare = [number for number in written if _is_figure(number) and not _is_of(number, known)]
    if bare:
        yield f"no source line has {', '.join(bare)}: name it where it was read, or leave it out"


def _is_figure(number: str) -> bool:
    if "." in number:
        return True
    return _value(number) > SMALLEST and ("," in number or int(number) not in YEARS)


def _is_of(number: str, known: Collection[float]) -> bool:
    """Whether a number is one of those known, rounded as it is written."""
    places = len(number.partition(".")[2])
    return any(round(each, places) == _value(number) for each in known)


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _prose(line: Line) -> str:
    """The words of a line, with a letter for each formula and code."""
    return "".join("x" if span.style in VERBATIM else span.text for span in line)


def _rows(prompt: Prose) -> int:
    """Rows of the sentences on a terminal; what a question displays has to be there."""
    lines = [block.line for block in blocks_of(prompt) if isinstance(block, Paragraph)]
    shown = [
        "".join(inline(text) if style is Style.FORMULA else text for text, style in line)
        for line in lines
    ]
    return sum(len(textwrap.wrap(row, COLUMNS, break_on_hyphens=False)) for row in shown)


RULES: tuple[Callable[[Card], Iterator[str]], ...] = (
    *(_said, _length, _points, _giveaway, _numbers, _commits, _figures),
)
