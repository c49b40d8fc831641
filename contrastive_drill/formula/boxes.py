"""Rectangles of characters that formulas are built from, and tall brackets.

Every box has a baseline: the row that is level with its neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contrastive_drill.formula.glyphs import width_of


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Rows of one width, in columns.

    `base` is the index of the baseline. `core` counts the rows above and below it that brackets
    must span: all but raised and lowered scripts.
    """

    rows: tuple[str, ...]
    width: int
    base: int = 0
    core: tuple[int, int] = (0, 0)

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.rows)

    @property
    def level(self) -> str:
        """The row on the baseline."""
        return self.rows[self.base]


def text_box(text: str) -> Box:
    """One row."""
    return Box((text,), width_of(text))


def beside(boxes: Sequence[Box]) -> Box:
    """Boxes from left to right on one baseline."""
    if len(boxes) == 1:
        return boxes[0]
    base = max((box.base for box in boxes), default=0)
    below = max((len(box.rows) - box.base for box in boxes), default=1)
    width = sum(box.width for box in boxes)
    if base + below == 1:
        return Box(("".join(box.rows[0] for box in boxes),), width)
    rows = [""] * (base + below)
    for box in boxes:
        blank = " " * box.width
        first = base - box.base
        last = first + len(box.rows)
        for place in range(len(rows)):
            rows[place] += box.rows[place - first] if first <= place < last else blank
    core = (max(box.core[0] for box in boxes), max(box.core[1] for box in boxes))
    return Box(tuple(rows), width, base, core)


def above(boxes: Sequence[Box], level: int, align: str = "c") -> Box:
    """Boxes from top to bottom; the baseline is that of the box number `level`."""
    width = max(box.width for box in boxes)
    rows = [row for box in boxes for row in widened(box, width, align).rows]
    base = sum(len(box.rows) for box in boxes[:level]) + boxes[level].base
    return Box(tuple(rows), width, base, (base, len(rows) - base - 1))


def widened(box: Box, width: int, align: str = "c") -> Box:
    """The box padded to a width, aligned by `align`: l, c or r."""
    missing = width - box.width
    if missing <= 0:
        return box
    before = {"l": 0, "c": missing // 2, "r": missing}[align]
    left, right = " " * before, " " * (missing - before)
    rows = tuple([left + row + right for row in box.rows])
    return Box(rows, width, box.base, box.core)


def padded(text: str, width: int) -> str:
    """A text padded to a width."""
    return text + " " * (width - width_of(text))


def with_base(box: Box, base: int) -> Box:
    """The box with another baseline, and all rows as its core."""
    return Box(box.rows, box.width, base, (base, len(box.rows) - base - 1))


def column(rows: Sequence[str], base: int) -> Box:
    """A vertical stroke: texts of one width, one below the other."""
    return Box(tuple(rows), width_of(rows[0]), base, (base, len(rows) - base - 1))


# Top, middle and bottom row, and the rows between them.
_TALL = {
    "(": "⎛⎜⎝⎜", ")": "⎞⎟⎠⎟", "[": "⎡⎢⎣⎢", "]": "⎤⎥⎦⎥", "{": "⎧⎨⎩⎪", "}": "⎫⎬⎭⎪",
    "⌈": "⎡⎢⎢⎢", "⌉": "⎤⎥⎥⎥", "⌊": "⎢⎢⎣⎢", "⌋": "⎥⎥⎦⎥", "⟨": "╱⟨╲│", "⟩": "╲⟩╱│",
    "|": "││││", "‖": "║║║║",
}  # fmt: skip
_TALL_ASCII = {
    "(": "/|\\|", ")": "\\|/|", "[": "[[[[", "]": "]]]]", "{": "/<\\|", "}": "\\>/|",
    "⌈": "[|||", "⌉": "]|||", "⌊": "||[|", "⌋": "||]|", "⟨": "/<\\|", "⟩": "\\>/|",
    "|": "||||", "‖": "||||",
}  # fmt: skip
# With two rows, where a slash on the baseline would read as a division.
_LOW_ASCII = {"(": "(", ")": ")", "{": "{", "}": "}", "⟨": "<", "⟩": ">"}


def bracket(symbol: str, rows_above: int, rows_below: int, ascii_only: bool) -> Box:
    """A bracket of two rows or more, given the rows above and below the baseline."""
    height = rows_above + 1 + rows_below
    if ascii_only and height == 2 and symbol in _LOW_ASCII:
        return column([_LOW_ASCII[symbol]] * height, rows_above)
    pieces = (_TALL_ASCII if ascii_only else _TALL).get(symbol, symbol * 4)
    top, middle, bottom, between = list(pieces)
    rows = [top, *[between] * (height - 2), bottom]
    if height > 2:
        # The tip of a brace points at the baseline unless that is its first or last row.
        rows[min(max(rows_above, 1), height - 2)] = middle
    if ascii_only and symbol == "‖":
        rows = [row * 2 for row in rows]
    return column(rows, rows_above)
