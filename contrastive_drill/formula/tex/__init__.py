r"""LaTeX mathematics as a tree of values, or one line that says what is wrong with it.

It covers the formulas of cards, not all of TeX. An unknown command is an error that names the
nearest known one, so that no formula is drawn with a gap.
"""

from contrastive_drill.formula.tex.commands import COMMANDS
from contrastive_drill.formula.tex.nodes import Node, row_of
from contrastive_drill.formula.tex.parser import ENDS, Reader
from contrastive_drill.formula.tex.tokens import TexError, Tokens

__all__ = ["Node", "TexError", "parse"]


def parse(source: str) -> Node:
    """The tree of a formula, with or without the dollars around it.

    Raises:
        TexError: for a formula that cannot be parsed.
    """
    reader = Reader(Tokens(source), COMMANDS)
    items = reader.items()
    if end := reader.tokens.take():
        raise reader.tokens.error(ENDS[end])
    return row_of(items)
