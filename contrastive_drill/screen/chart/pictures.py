"""Small pictures in character cells, side by side with the words that belong to them."""

from collections.abc import Sequence

from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

from contrastive_drill.demo.result import Picture, Pixels, Strip
from contrastive_drill.screen.card.sheet import Rows, Sheet, beside

SHADES, ASCII_SHADES = "█▓▒░ ", "@%#*+=-:. "  # dark to light: ink on paper
WIDEST = 16  # cells: half of 32 pixels, so that each averages whole ones
NARROWEST = 10  # cells: below this a picture cannot be made out, and a strip takes another row
LARGE = 12  # cells: as small as pictures may get to have two strips side by side
WIDEST_STRIP = 80  # cells of one of two strips
GAP = 2  # cells between pictures
LUMINANCE = (0.299, 0.587, 0.114)  # ITU-R BT.601

Means = list[list[tuple[float, float, float]]]


def colours_pictures(console: Console) -> bool:
    """Whether a console has colours enough for pictures: with sixteen, shades are better."""
    return console.color_system not in (None, "standard") and not console.no_color


def picture_rows(
    pixels: Pixels, cells: int, *, ascii_only: bool = False, color: bool = True
) -> list[Text]:
    """A square picture `cells` wide and half as high: two pixels a cell, one over the other.

    Without colour, or in ASCII, the darker a cell the more ink it has.
    """
    means = resized(pixels, cells, cells + cells % 2)
    rows = []
    if color and not ascii_only:
        for upper, lower in zip(means[::2], means[1::2], strict=True):
            row = Text()
            for above, below in zip(upper, lower, strict=True):
                row.append("▀", Style(color=_rgb(above), bgcolor=_rgb(below)))
            rows.append(row)
        return rows
    shades = ASCII_SHADES if ascii_only else SHADES
    light = [
        [sum(w * (a + b) / 2 for w, a, b in zip(LUMINANCE, above, below, strict=True))
         for above, below in zip(upper, lower, strict=True)]
        for upper, lower in zip(means[::2], means[1::2], strict=True)
    ]  # fmt: skip
    low, high = min(map(min, light)), max(map(max, light))
    for line in light:
        levels = [(value - low) / (high - low) if high > low else 1.0 for value in line]
        rows.append(Text("".join(shades[round(level * (len(shades) - 1))] for level in levels)))
    return rows


def resized(pixels: Pixels, columns: int, rows: int) -> Means:
    """The picture at another size: the mean colour of what each new pixel covers."""
    height, width = len(pixels), len(pixels[0])
    across, down = _shares(width, columns), _shares(height, rows)
    return [
        [
            (
                sum(v * h * pixels[y][x][0] for y, v in ys for x, h in xs),
                sum(v * h * pixels[y][x][1] for y, v in ys for x, h in xs),
                sum(v * h * pixels[y][x][2] for y, v in ys for x, h in xs),
            )
            for xs in across
        ]
        for ys in down
    ]


def _shares(old: int, new: int) -> list[list[tuple[int, float]]]:
    """For each new pixel of a line, the old ones it covers and the share of each; they sum to 1."""
    shares = []
    for index in range(new):
        start, end = index * old / new, (index + 1) * old / new
        covered = range(int(start), min(int(-(-end // 1)), old))
        parts = [(i, (min(end, i + 1) - max(start, i)) * new / old) for i in covered]
        shares.append([(i, share) for i, share in parts if share > 1e-9])
    return shares


def strip_rows(sheet: Sheet, strip: Strip, *, color: bool = True) -> Rows:
    """A heading, then its pictures side by side with their captions under them."""
    return [*_title(sheet, strip), *_gallery(sheet, strip, color)]


def _title(sheet: Sheet, strip: Strip) -> Rows:
    return sheet.words(strip.title, "strong")


def _gallery(sheet: Sheet, strip: Strip, color: bool) -> Rows:
    """The pictures of a strip, as many in a row as stay large enough."""
    width = sheet.look.width
    across = max(min(len(strip.pictures), (width + GAP) // (NARROWEST + GAP)), 1)
    cells = max(min(WIDEST, (width + GAP) // across - GAP), 1)
    rows: Rows = []
    for start in range(0, len(strip.pictures), across):
        row = strip.pictures[start : start + across]
        rows += beside([_captioned(sheet, each, cells, color) for each in row], cells + GAP)
    return rows


def strips_rows(sheet: Sheet, strips: Sequence[Strip], *, color: bool = True) -> list[Rows]:
    """Every strip as rows; two beside each other where their pictures stay large enough."""
    half = min((sheet.look.width - 2 * GAP) // 2, WIDEST_STRIP)
    most = max((len(strip.pictures) for strip in strips), default=1)
    if len(strips) < 2 or (half + GAP) // max(most, 1) - GAP < LARGE:
        return [strip_rows(sheet, strip, color=color) for strip in strips]
    drawn = []
    column, step = sheet.within(half), half + 2 * GAP
    for pair in paired(strips):
        titles = [_title(column, strip) for strip in pair]
        galleries = [_gallery(column, strip, color) for strip in pair]
        drawn.append([*beside(titles, step), *beside(galleries, step)])
    return drawn


def paired(strips: Sequence[Strip]) -> list[Sequence[Strip]]:
    """Two columns, read down: the first half of the strips beside the second."""
    half = -(-len(strips) // 2)
    return [strips[row::half] for row in range(half)]


def _captioned(sheet: Sheet, picture: Picture, cells: int, color: bool) -> Rows:
    """A picture over its caption, which wraps to the width of the picture."""
    look = sheet.look
    drawn = picture_rows(picture.pixels, cells, ascii_only=look.ascii_only, color=color)
    return [*drawn, *Text(look.text(picture.caption), "muted").wrap(sheet.console, cells)]


def _rgb(colour: tuple[float, float, float]) -> Color:
    return Color.from_rgb(*(round(part) for part in colour))
