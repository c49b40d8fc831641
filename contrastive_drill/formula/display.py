"""A formula in two dimensions, each construct drawn as a box."""

import re
from collections.abc import Callable, Sequence
from itertools import cycle

from contrastive_drill.formula.boxes import (
    Box,
    above,
    beside,
    bracket,
    column,
    padded,
    text_box,
    widened,
    with_base,
)
from contrastive_drill.formula.glyphs import COMBINING, glyph, printed, subscript, superscript
from contrastive_drill.formula.inline import (
    bracketed,
    is_short,
    line,
    primes_of,
    script_base,
    script_suffix,
    sides_of,
)
from contrastive_drill.formula.scripts import LargeScripts
from contrastive_drill.formula.spaces import joint, spaced
from contrastive_drill.formula.tex import nodes
from contrastive_drill.formula.tex.nodes import Atom, AtomKind, Node, is_brace, items_of

_STROKES = ("-", "−", "─")
_MARKS = {
    "hat": "^", "tilde": "~", "dot": ".", "ddot": "..", "check": "v", "breve": "u", "ring": "o",
    "acute": "'", "grave": "`", "dddot": "...",
}  # fmt: skip


def draw(node: Node, ascii_only: bool = False, tight: bool = False) -> Box:
    """A formula as a box; `tight` is the style of scripts, with fractions on one row."""
    if isinstance(node, Atom):
        return text_box(printed(node, ascii_only))
    if isinstance(node, nodes.Row):
        return _row(node.items, ascii_only, tight)
    if isinstance(node, nodes.Scripts):
        return _scripts(node, ascii_only, tight)
    if isinstance(node, nodes.Fenced):
        return _fenced(node, ascii_only, tight)
    if tight and isinstance(node, nodes.Fraction | nodes.Root):
        return text_box(line(node, ascii_only, tight))
    if isinstance(node, nodes.Fraction):
        return _fraction(node, ascii_only)
    if isinstance(node, nodes.Root):
        return _root(node, ascii_only)
    if isinstance(node, nodes.Accent):
        return _accent(node, ascii_only, tight)
    return _grid(node, ascii_only, tight)


def _row(items: Sequence[Node], ascii_only: bool, tight: bool) -> Box:
    boxes: list[Box] = []
    written, last, before = "", "", AtomKind.ORD
    visible = bracketed(items) if tight else items
    for item, kind, gap in spaced(visible, tight, tight, ascii_only):
        box = draw(item, ascii_only, tight)
        level = box.rows[box.base]
        if boxes:
            blank = joint(written, last, level, (before, kind), gap, ascii_only)
            if not blank and last[-1:] in _STROKES and level[:1] in _STROKES:
                blank = " "  # separates a minus from the bar after it
            if blank:
                boxes.append(text_box(blank))
                written += blank
        boxes.append(box)
        written += level
        last, before = level, kind
    return beside(boxes)


def _fraction(node: nodes.Fraction, ascii_only: bool) -> Box:
    top, bottom = draw(node.top, ascii_only), draw(node.bottom, ascii_only)
    if not node.bar:
        stack = above([top, text_box(""), bottom], 1)
        return _bracketed(["(", stack, ")"], stack.core, ascii_only)
    stroke = "-" if ascii_only else "─"
    width = max(top.width, bottom.width)
    if any(row.strip() == stroke * width for box in (top, bottom) for row in box.rows):
        width += 2  # the longest bar is the outermost fraction
    if ascii_only:
        width = max(width, 3)  # a single - would read as a minus
    return above([top, text_box(stroke * width), bottom], 1)


def _root(node: nodes.Root, ascii_only: bool) -> Box:
    body = draw(node.body, ascii_only)
    degree = "" if node.degree is None else line(node.degree, ascii_only, tight=True)
    small = superscript(degree)
    if ascii_only or small is None:
        name = {"": "sqrt", "2": "sqrt", "3": "cbrt"}.get(degree, f"sqrt[{degree}]")
        inside = _bracketed(["(", body, ")"], body.core, ascii_only)
        return beside([text_box(name if ascii_only else f"√[{degree}]"), inside])
    sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree, small + "√")
    if body.height == 1:
        if is_short(node.body) or body.width == 1:
            return text_box(sign + body.rows[0])
        left = text_box(sign)
        bar = " " * left.width + "_" * body.width
        return Box((bar, sign + body.rows[0]), left.width + body.width, 1)
    foot = text_box(sign)
    blank = " " * foot.width
    rows = [f"{blank}│{row}" for row in body.rows]
    rows[-1] = f"{sign}│{body.rows[-1]}"
    roof = f"{blank}┌{'─' * body.width}"
    return with_base(Box((roof, *rows), foot.width + 1 + body.width), body.base + 1)


def _scripts(node: nodes.Scripts, ascii_only: bool, tight: bool) -> Box:
    base = draw(script_base(node.base), ascii_only, tight)
    primes, sup = primes_of(node.sup)
    mark = ("'" if ascii_only else "′") * primes
    if node.limits and not tight:
        label = not is_brace(node.base)
        boxes = [beside([base, text_box(mark)]) if mark else base]
        if node.sub is not None:
            boxes.append(draw(node.sub, ascii_only, label))
        if sup is not None:
            boxes.insert(0, draw(sup, ascii_only, label))
        return above(boxes, 0 if sup is None else 1)
    if ascii_only and base.height == 1:
        return text_box(line(node, ascii_only, tight))
    if ascii_only and base.core == (0, 0):
        return beside([base, text_box(script_suffix(node, ascii_only))])
    low = None if node.sub is None else draw(node.sub, ascii_only, tight=True)
    high = None if sup is None else draw(sup, ascii_only, tight=True)
    large = ascii_only or isinstance(node, LargeScripts)
    small_low = "" if node.sub is None else _small(subscript, node.sub, large)
    small_high = "" if sup is None else _small(superscript, sup, large)
    if base.core == (0, 0):
        if small_low is not None and small_high is not None:
            return beside([base, text_box(mark + small_low + small_high)])
        parts = [base, text_box(mark)] if mark else [base]
        return beside([*parts, _script_column(base.core, low, high)])
    low = text_box(small_low) if small_low else low
    high = text_box(small_high) if small_high else high
    if mark:
        high = text_box(mark) if high is None else beside([text_box(mark), high])
    return beside([base, _script_column(base.core, low, high)])


def _small(script: Callable[[str], str | None], node: Node, large: bool) -> str | None:
    """A script in Unicode's raised or lowered characters; None where one is missing."""
    return None if large else script(line(node, tight=True))


def _script_column(core: tuple[int, int], low: Box | None, high: Box | None) -> Box:
    """Scripts to the right of a base: above and below its row, or level with its ends."""
    outside = int(core == (0, 0))
    upper = [] if high is None else [*high.rows, *[""] * (core[0] + outside - 1)]
    lower = [] if low is None else [*[""] * (core[1] + outside - 1), *low.rows]
    if not core[0] and not outside and upper:
        middle = [upper.pop()]  # nothing is above the baseline: the superscript begins on it
    elif not core[1] and not outside and lower:
        middle = [lower.pop(0)]
    else:
        middle = [""]
    width = max(box.width for box in (low, high) if box is not None)
    rows = tuple([padded(row, width) for row in [*upper, *middle, *lower]])
    return Box(rows, width, len(upper))


def _fenced(node: nodes.Fenced, ascii_only: bool, tight: bool) -> Box:
    parts: list[Box | str] = [node.left]
    if isinstance(node.body, nodes.Matrix) and node.left and not node.right:
        parts.append(text_box(" "))  # a blank between a brace and its cases
    run: list[Node] = []
    for item in items_of(node.body):
        if isinstance(item, Atom) and item.font == "stretch":
            parts += [_row(run, ascii_only, tight), text_box(" "), item.text, text_box(" ")]
            run = []
        else:
            run.append(item)
    parts += [_row(run, ascii_only, tight), node.right]
    boxes = [part for part in parts if isinstance(part, Box)]
    core = (max(box.core[0] for box in boxes), max(box.core[1] for box in boxes))
    full = (max(box.base for box in boxes), max(box.height - box.base - 1 for box in boxes))
    # As in TeX, scripts alone do not make a bracket taller, unless they reach far and it may grow.
    far = node.grow and (full[0] - core[0] > 1 or full[1] - core[1] > 1)
    if not far and core == (0, 0):
        parts[0], parts[-1] = map(text_box, sides_of(node, ascii_only))
    return _bracketed(parts, full if far else core, ascii_only)


def _bracketed(parts: Sequence[Box | str], extent: tuple[int, int], ascii_only: bool) -> Box:
    """Boxes side by side, with brackets that span `extent`: the rows above and below."""
    boxes = []
    for part in parts:
        if isinstance(part, Box):
            boxes.append(part)
        elif part and extent == (0, 0):
            boxes.append(text_box(printed(Atom(part), ascii_only)))
        elif part:
            boxes.append(bracket(part, *extent, ascii_only))
    return beside(boxes)


def _accent(node: nodes.Accent, ascii_only: bool, tight: bool) -> Box:
    body = draw(node.body, ascii_only, tight)
    mark = node.mark
    letter = body.level if isinstance(node.body, Atom) and not ascii_only else ""
    if len(letter) == 1 and mark in COMBINING:
        return text_box(letter + COMBINING[mark])
    if is_brace(node):
        body = widened(body, 3)
        stroke = text_box(_brace(body.width, mark == "overbrace", ascii_only))
    elif mark in ("bar", "overline"):
        stroke = text_box("_" * body.width)
    elif mark == "underline":
        stroke = text_box(("-" if ascii_only else "‾") * body.width)
    elif mark in ("vec", "leftarrow"):
        stroke = text_box(glyph({"vec": "→", "leftarrow": "←"}[mark], "", ascii_only))
    else:
        stroke = text_box(_MARKS[mark])
    under = mark in ("underline", "underbrace")
    stack = above([body, stroke] if under else [stroke, body], 0 if under else 1)
    return Box(stack.rows, stack.width, stack.base, stack.core if is_brace(node) else body.core)


def _brace(width: int, over: bool, ascii_only: bool) -> str:
    """A horizontal brace with its tip in the middle."""
    left, tip, right, stroke = (
        (".^.-" if over else "'v'-") if ascii_only else ("╭┴╮─" if over else "╰┬╯─")
    )
    before = (width - 3) // 2
    return left + stroke * before + tip + stroke * (width - 3 - before) + right


def _grid(node: nodes.Matrix, ascii_only: bool, tight: bool) -> Box:
    cells = [[draw(cell, ascii_only, tight) for cell in row] for row in node.rows]
    equations = node.align == "rl"
    columns = max([*map(len, cells), *node.bars])
    widths = [
        max((row[place].width for row in cells if place < len(row)), default=0)
        for place in range(columns)
    ]
    blank = " " if tight else "  "
    gaps = ["", *("" if equations and place % 2 else blank for place in range(1, columns)), ""]
    for place in set(node.bars):
        rule = "│" * node.bars.count(place)
        gaps[place] = f"{' ' * (place > 0)}{rule}{' ' * (place < columns)}"
    rows: list[Box] = []
    for row in cells:
        boxes = [
            widened(row[place] if place < len(row) else text_box(""), width, align)
            for place, (width, align) in enumerate(zip(widths, cycle(node.align), strict=False))
        ]
        rows.append(_between(boxes, gaps, ascii_only))
    roomy = not tight and any(row.height > 1 for row in rows)
    # Blank rows between the rows; in a grid of two it is also the baseline.
    roomy = roomy or (len(rows) == 2 and not tight and not equations and columns > 1)
    parts: list[Box] = []
    for place in range(len(rows) + 1):
        inner = 0 < place < len(rows)
        if place in node.lines:
            crossings = "├┼┤" if inner else "└┴┘" if place else "┌┬┐"
            parts.append(_rule(widths, gaps, crossings, ascii_only))
        elif roomy and inner:
            parts.append(_between([text_box(" " * width) for width in widths], gaps, ascii_only))
        parts += rows[place : place + 1]
    stack = above(parts, len(parts) // 2)
    return stack if len(parts) % 2 else with_base(stack, (stack.height - 1) // 2)


def _between(cells: Sequence[Box], gaps: Sequence[str], ascii_only: bool) -> Box:
    """The cells of a row with the gaps before, between and after them."""
    row = beside(cells)
    parts = [
        column([gap.replace("│", "|" if ascii_only else "│")] * row.height, row.base)
        for gap in gaps
    ]
    return beside(
        [part for pair in zip(parts, [*cells, text_box("")], strict=True) for part in pair]
    )


def _rule(widths: Sequence[int], gaps: Sequence[str], crossings: str, ascii_only: bool) -> Box:
    """A rule across a grid, which crosses its bars."""
    row = ""
    for place, gap in enumerate(gaps):
        crossing = crossings[(place > 0) + (place == len(widths))]
        row += gap.replace(" ", "─").replace("│", crossing) + "─" * sum(widths[place : place + 1])
    return text_box(re.sub("[^─]", "+", row).replace("─", "-") if ascii_only else row)
