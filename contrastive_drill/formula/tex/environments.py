r"""What stands in rows and columns between `\begin` and `\end`: matrices, cases, alignments."""

import re

from contrastive_drill.formula.tex import nodes
from contrastive_drill.formula.tex.nodes import Node, items_of, row_of
from contrastive_drill.formula.tex.parser import Reader
from contrastive_drill.formula.tex.tokens import LENGTH

# Brackets around, alignment of the columns.
ENVIRONMENTS: dict[str, tuple[str, str, str]] = {
    "matrix": ("", "c", ""), "smallmatrix": ("", "c", ""), "pmatrix": ("(", "c", ")"),
    "bmatrix": ("[", "c", "]"), "Bmatrix": ("{", "c", "}"), "vmatrix": ("|", "c", "|"),
    "Vmatrix": ("‖", "c", "‖"), "array": ("", "c", ""), "darray": ("", "c", ""),
    "subarray": ("", "c", ""), "cases": ("{", "l", ""), "dcases": ("{", "l", ""),
    "rcases": ("", "l", "}"), "drcases": ("", "l", "}"), "aligned": ("", "rl", ""),
    "align": ("", "rl", ""), "alignat": ("", "rl", ""), "alignedat": ("", "rl", ""),
    "flalign": ("", "rl", ""), "eqnarray": ("", "rl", ""), "split": ("", "rl", ""),
    "equation": ("", "rl", ""), "gathered": ("", "c", ""), "gather": ("", "c", ""),
    "multline": ("", "l", ""),
}  # fmt: skip

_MAX_CELLS = 400
_LINE_ENDS = (r"\\", r"\cr")
_RULES = (r"\hline", r"\hdashline", r"\toprule", r"\midrule", r"\bottomrule")
_PLACE = re.compile(r"\s*\[\s*[tcb]\s*\]")
_SIDE = re.compile(r"\s*\[\s*[lcr]\s*\]")
_OTHERS = "use matrix, cases, aligned or array"


def environment(reader: Reader, _: str) -> Node:
    r"""What stands between `\begin` and `\end`, after the first."""
    name = _word_in_braces(reader)
    plain = name.removesuffix("*")
    if plain not in ENVIRONMENTS:
        raise reader.tokens.unknown(name, ENVIRONMENTS, _OTHERS)
    left, align, right = ENVIRONMENTS[plain]
    bars: tuple[int, ...] = ()
    if plain.endswith("array") and plain != "eqnarray":
        reader.tokens.option(_PLACE)
        align, bars = _columns(reader)
    elif plain in ("aligned", "gathered", "alignedat"):
        reader.tokens.option(_PLACE)
    elif plain.endswith("matrix") and name != plain:
        align = reader.tokens.option(_SIDE).strip(" []") or align
    if plain.endswith("at"):
        _word_in_braces(reader)  # the number of equations beside each other
    rows: list[list[Node]] = [[]]
    lines: list[int] = []
    while True:
        while not rows[-1] and reader.tokens.peek() in _RULES:
            reader.tokens.take()
            lines.append(len(rows) - 1)
        items = reader.items()
        if align == "rl" and len(rows[-1]) % 2 and items:
            items.insert(0, nodes.NULL)  # as in TeX
        rows[-1].append(row_of(items))
        end = reader.tokens.take()
        if end in _LINE_ENDS:
            reader.tokens.option(LENGTH)
            rows.append([])
        elif end != "&":
            break
    if end != r"\end" or _word_in_braces(reader) != name:
        raise reader.tokens.error(rf"\begin{{{name}}} without its \end{{{name}}}")
    if rows[-1] == [nodes.NOTHING] and len(rows) > 1:
        rows.pop()
    if plain == "eqnarray":
        rows = [[row[0], row_of([i for cell in row[1:] for i in items_of(cell)])] for row in rows]
    if len(rows) * max(map(len, rows)) > _MAX_CELLS:  # a short row is filled up
        raise reader.tokens.error(f"a grid of more than {_MAX_CELLS} cells")
    grid = nodes.Matrix(tuple(map(tuple, rows)), align, bars, tuple(lines))
    return nodes.Fenced(left, grid, right, grow=True) if left or right else grid


def _columns(reader: Reader) -> tuple[str, tuple[int, ...]]:
    """The alignment of an array's columns, and the columns before which a bar stands."""
    columns = _word_in_braces(reader).replace(" ", "")
    if odd := columns.strip("lcr|"):
        raise reader.tokens.error(f"a column {odd[0]}", "an array has l, c, r and | only")
    align = columns.replace("|", "") or "c"
    bars = [place - columns[:place].count("|") for place, c in enumerate(columns) if c == "|"]
    return align * (1 + (align == "rl")), tuple(bars)  # `rl` alone is that of equations


def _word_in_braces(reader: Reader) -> str:
    word = ""
    if reader.tokens.take() == "{":
        while (token := reader.tokens.take_raw()) not in ("}", ""):
            word += token
        if token:
            return word
    raise reader.tokens.error("a name in braces is missing", "such as {cases}")


def substack(reader: Reader, _: str) -> Node:
    """Lines in braces, one below the other."""
    if reader.tokens.take() != "{":
        raise reader.tokens.error(r"\substack without its braces")
    rows = [(row_of(reader.items()),)]
    while (end := reader.tokens.take()) in _LINE_ENDS:
        rows.append((row_of(reader.items()),))
    if end != "}":
        raise reader.tokens.error("a { without its }")
    return nodes.Matrix(tuple(rows), "c")
