"""A formula that the candidate writes down, in two dimensions beside the card's."""

import re
from contextlib import suppress

from rich.text import Text

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.prose import Formula
from contrastive_drill.screen.card.sheet import Rows, Sheet, beside
from contrastive_drill.screen.interview.scenes import Position, Scene

GAP = 6  # columns between two formulas
# A formula in words, such as "sum of exp(s)", would lose its spaces if it were read as LaTeX.
WORD, LATEX = re.compile(r"[A-Za-z]{2}"), re.compile(r"[\\$]")


def board(position: Position, card: Card) -> Scene:
    """The formula asked for."""
    return Scene(
        position,
        lambda sheet: [*sheet.question(card), Text(), sheet.heading("To the whiteboard")],
        "Write down the formula that your answer rests on: LaTeX or plain text.",
    )


def coding(position: Position, task: Card, minutes: float) -> Scene:
    """The code asked for."""
    return Scene(
        position,
        lambda sheet: [sheet.heading("In code"), Text(), *sheet.question(task)],
        f"Write it now, in {minutes:.0f} minutes? Each save is judged, and there are no hints.",
    )


def compared(position: Position, card: Card, typed: str | None) -> Scene:
    """The formula as it was written, and as the card has it: side by side where they fit."""

    def rows(sheet: Sheet) -> Rows:
        right: Rows = [sheet.heading("The card has")]
        for formula in card.formulas:
            right += [Text(), *sheet.block(formula, "")]
        if not typed:
            return right
        left = [sheet.heading("You wrote"), Text(), *written(sheet, typed)]
        step = max(row.cell_len for row in left) + GAP
        if step + max(row.cell_len for row in right) > sheet.look.width:
            return [*left, Text(), *right]
        return beside([left, right], step)

    if not typed:
        ask = "Did you have it right on paper?"
    elif same_formula(typed, card):
        ask = "Sign for sign the same, as the program reads it. Do you agree?"
    else:
        ask = "Is yours the same, whatever its letters are called?"
    return Scene(position, rows, ask)


def written(sheet: Sheet, typed: str) -> Rows:
    """A formula that was typed, in two dimensions where it is LaTeX; else as it was typed."""
    from contrastive_drill.formula.tex import TexError

    if not WORD.search(typed) or LATEX.search(typed):
        with suppress(TexError):
            return sheet.block(Formula(typed), "")
    return [row for line in typed.splitlines() for row in sheet.words(line)]


def same_formula(typed: str, card: Card) -> bool:
    """Whether a typed formula is one of the card's, sign for sign."""
    from contrastive_drill.formula.tex import TexError, parse

    try:
        tree = parse(typed)
        return any(parse(formula.tex) == tree for formula in card.formulas)
    except TexError:
        return False
