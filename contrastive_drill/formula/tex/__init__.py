r"""LaTeX mathematics as a tree of values, or one line that says what is wrong with it.

It covers the formulas of cards, not all of TeX. An unknown command is an error that says what to
write, so that no formula is drawn with a gap.
"""

from collections.abc import Mapping

from contrastive_drill.formula.tex.commands import COMMANDS
from contrastive_drill.formula.tex.nodes import Node, row_of
from contrastive_drill.formula.tex.parser import ENDS, Reader
from contrastive_drill.formula.tex.symbols import FUNCTIONS, SYMBOLS
from contrastive_drill.formula.tex.tokens import MAX_FORMULA, MOST_ARGUMENTS, TexError, Tokens

__all__ = [
    "MAX_FORMULA",
    "MOST_ARGUMENTS",
    "Node",
    "TexError",
    "is_command",
    "parse",
    "written_out",
]

_NO_MACROS: Mapping[str, str] = {}


def parse(source: str) -> Node:
    """The tree of a formula, with or without the dollars around it.

    Raises:
        TexError: for a formula that cannot be parsed.
    """
    return _read(source, _NO_MACROS)[0]


def written_out(source: str, macros: Mapping[str, str]) -> str:
    r"""The LaTeX of a formula without macros: of `\name`, `macros` has the body by its name.

    Raises:
        TexError: for a formula that cannot be parsed.
    """
    text = _read(source, macros)[1].written_out() if macros else source.strip()
    parse(text)  # which is what is drawn
    return text


def is_command(name: str) -> bool:
    """Whether a name with a backslash before it is LaTeX."""
    return name in COMMANDS or name in SYMBOLS or name in FUNCTIONS


def _read(source: str, macros: Mapping[str, str]) -> tuple[Node, Tokens]:
    tokens = Tokens(source, macros)
    reader = Reader(tokens, COMMANDS)
    items = reader.items()
    if end := tokens.take():
        raise tokens.error(ENDS[end])
    return row_of(items), tokens
