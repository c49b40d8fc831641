"""What Markdown takes otherwise than it was meant, found before a part of it is lost."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from contrastive_drill.bank.delimiters import HIDDEN_BAR
from contrastive_drill.formula.tex import is_command

REFUSED = {
    "ragged": r"a row with more cells than the head of its table: write \| for a bar in its text",
    "rule": "a table whose rule has not as many columns as its head: make them as many",
    "inner": r"* within a word would make it emphasis: write \*, or put it in $...$ or `code`",
    "latex": "LaTeX outside a formula: put $ around it, or ` if it is code",
    "lone": "a lone bracket with a backslash: close the formula, or leave the backslash out",
    "math_inline_double": "a displayed formula within a table or emphasis: write it as $...$",
}
_RULE = re.compile(r"\s*\|?(?:\s*:?--+:?\s*\|)+(?:\s*:?--+:?)?\s*")  # below the head of a table
_COMMAND = re.compile(r"\\([A-Za-z])")
_LONE = (r"\(", r"\)", r"\[", r"\]")


def misreadings(parser: MarkdownIt) -> None:
    """Teach a parser of Markdown to find them: their tokens have the types in `REFUSED`."""
    parser.core.ruler.after("inline", "misreadings", _mark)


def _mark(state: StateCore) -> None:
    _mark_ragged(state)
    for token in state.tokens:
        pieces = [each for each in token.children or () if each.type != "text" or each.content]
        _mark_inner(pieces)
        for piece, following in zip(pieces, [*pieces[1:], Token("text", "", 0)], strict=False):
            if piece.type == "text" and _RULE.fullmatch(piece.content):
                piece.type = "rule"
            elif piece.type == "text_special" and piece.markup in _LONE:
                piece.type = "lone"
            elif piece.type == "text_special" and (start := _COMMAND.match(piece.content)):
                # Markdown takes a backslash and a letter for a piece.
                rest = re.match("[A-Za-z]*", following.content * (following.type == "text"))
                if rest and rest[0] and is_command(start[1] + rest[0]):
                    piece.type = "latex"


def _mark_ragged(state: StateCore) -> None:
    """Find the rows of tables that have cells too many, or too few because bars were hidden."""
    lines = state.src.split("\n")
    columns = 0
    for token in state.tokens:
        if token.type == "table_open":
            table, columns = token, 0
        elif token.type == "th_open":
            columns += 1
        elif token.type == "tr_open" and token.map and columns:
            line = lines[token.map[0]].strip()
            cells = re.split(r"(?<!\\)\|", line.removeprefix("|"))
            missing = len(cells) - line.endswith("|") < columns
            if any(map(str.strip, cells[columns:])) or (missing and HIDDEN_BAR in line):
                table.map = token.map
                table.type = "ragged_open"
        elif token.type == "table_close":
            token.type = table.type.replace("open", "close")


def _mark_inner(tokens: list[Token]) -> None:
    """Find emphasis that begins and ends within words: the stars of 2*3*4 are factors."""
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.nesting > 0:
            opened.append(place)
        elif token.nesting < 0 and opened:
            first = opened.pop()
            before, after = tokens[first - 1 : first], tokens[place + 1 : place + 2]
            if _joins(before, -1, ")]") and _joins(after, 0, "(["):
                tokens[first].type, token.type = "inner_open", "inner_close"


def _joins(tokens: list[Token], end: int, brackets: str) -> bool:
    """Whether what stands beside a star at its end is a word or a bracket."""
    if not tokens or tokens[0].type in ("softbreak", "hardbreak"):
        return False
    character = tokens[0].content[end:][:1]
    return tokens[0].type != "text" or character.isalnum() or character in tuple(brackets)
