"""Answers that the program checks: how they are asked for, and what it says of them."""

from rich.text import Text

from contrastive_drill.cards.card import Card, Choices, Ruling, Task
from contrastive_drill.cards.grade import CheckedAnswer
from contrastive_drill.cards.prose import plain
from contrastive_drill.cards.quantity import Number, is_unit, measure, read
from contrastive_drill.screen.card.sheet import Rows, Sheet

RULINGS = tuple(Ruling)


def wants_number(card: Card) -> bool:
    """Whether a number is to be typed."""
    return isinstance(card.expected, Number | Task)


def answer_keys(card: Card) -> tuple[tuple[str, str], ...]:
    """The keys that answer where the program checks, with what they do."""
    match card.expected:
        case Ruling():
            return tuple((str(i), ruling.value) for i, ruling in enumerate(RULINGS, 1))
        case Choices(options):
            return ((f"1-{len(options)}", "choose"),)
        case Number() | Task():
            return (("0-9", "type the number"),)
        case _:
            return ()


def answer_of(card: Card, key: str) -> str | None:
    """The answer that a digit stands for, as the log keeps it; None for another key."""
    number = int(key) if key.isascii() and key.isdigit() else 0
    match card.expected:
        case Ruling() if 1 <= number <= len(RULINGS):
            return RULINGS[number - 1].value
        case Choices(options) if 1 <= number <= len(options):
            return plain(options[number - 1].line)
        case _:
            return None


def answer_prompt(card: Card) -> str:
    """What a line is asked for."""
    match card.expected:
        case Ruling():
            return "right, imprecise or wrong"
        case Choices(options):
            return f"Your choice, 1 to {len(options)}"
        case Number() | Task():
            return "Your number, with its unit"
        case _:
            return "Your answer"


def line_answer(card: Card, line: str) -> str:
    """A typed line as the log keeps it.

    Raises:
        ValueError: when the line is no answer to this kind of card, with what to write instead.
    """
    chosen = answer_of(card, line)
    if chosen is not None:
        return chosen
    match card.expected:
        case Ruling() if line.lower() not in RULINGS:
            raise ValueError("Write right, imprecise or wrong, or their number from 1 to 3.")
        case Choices(options):
            raise ValueError(f"Write a number from 1 to {len(options)}.")
        case Number() | Task():
            return number_in(card, line)
        case _:
            return line


def number_in(card: Card, line: str) -> str:
    """A typed line that holds a number; a word after it that is no unit is asked for again.

    Raises:
        ValueError: when no number can be read, or its unit is unknown, with what to write instead.
    """
    given = read(line)
    if given is None:
        raise ValueError("Begin with a number, such as 2.1 GiB, 1e9 or 2^31.")
    number = card.expected.number if isinstance(card.expected, Task) else card.expected
    wanted = number.wanted.unit if isinstance(number, Number) else ""
    if not is_unit(given.unit) and measure(given.unit) != measure(wanted):
        raise ValueError(f"'{given.unit}' is no unit here: write the number alone, or its unit.")
    return line.strip()


def judged_rows(sheet: Sheet, typed: str, checked: CheckedAnswer) -> Rows:
    """What was answered, whether it is right, and what is likely wrong with it."""
    look = sheet.look
    mark = look.pick("✓", "+") if checked.right else look.pick("✗", "-")
    style = "success" if checked.right else "bad"
    word = "right" if checked.right else "wrong"
    rows = [sheet.heading("You said"), *sheet.wrapped(Text(look.text(typed)))]
    said = f"{word}: {checked.remark}" if not checked.right else word
    return [*rows, *sheet.wrapped(Text(look.text(said), style), "  ", f"{mark} ")]
