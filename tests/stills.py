"""The README's pictures, taken from the program as it runs.

python tests/stills.py          a review, and a code drill
python tests/stills.py demos    the top of each demo's --png, from a full run; five minutes
python tests/stills.py clip     of one demo
"""

import html
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyte
from terminal import PROGRAM, Terminal

from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.code.task import load
from contrastive_drill.demo import catalogue

STILLS = Path(__file__).parent / "stills"
STILL = STILLS / "review.svg"
CODE_STILL = STILLS / "code.svg"
TALLEST = 1800  # pixels of a demo's picture: the claims, the formulas, the first charts
CELL, ROW, MARGIN = 8.4, 18, 12  # pixels
INK, PAPER = "#d6d9dc", "#14181d"
COLOURS = {"green": "#5fd38d", "magenta": "#d48fe0", "red": "#ff7b72", "brown": "#d6a55c"}


def review_still(home: Path) -> str:
    """The key points of a card, three of them ticked, as an SVG picture."""
    environment = {
        "CONTRASTIVE_DRILL_HOME": str(home),
        "CONTRASTIVE_DRILL_NOW": "2026-11-21T18:30:00+01:00",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }
    arguments = ("review", "--section", "contrastive")
    with Terminal(*arguments, environment=environment) as terminal:
        terminal.wait("type your answer").send("\r").wait("m more").send("1").wait("[x] 1")
        terminal.send("2").wait("[x] 2")
        return drawn(terminal.send("3").wait("Enter Hard").screen)


def code_still(home: Path) -> str:
    """A loss written with a temperature that multiplies, judged, as an SVG picture."""
    environment = {
        "CONTRASTIVE_DRILL_HOME": "",
        "HOME": str(home),
        "CONTRASTIVE_DRILL_NOW": "2026-11-21T18:30:00+01:00",
        "EDITOR": "",
        "VISUAL": "",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }
    task = load(shipped_folder() / "code" / "infonce.py")
    with Terminal("code", "infonce", environment=environment) as terminal:
        terminal.wait("not run yet").wait("q quit")
        (home / "drill-code" / "infonce.py").write_text(task.mutated(task.mutants[0]), "utf-8")
        return drawn(terminal.wait("your temperature multiplies").wait("q quit").screen)


def drawn(screen: pyte.Screen) -> str:
    """A screen as SVG, as far down as something stands on it."""
    last = max(y for y in range(screen.lines) if screen.display[y].strip())
    width, height = screen.columns * CELL + 2 * MARGIN, (last + 1) * ROW + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-size="14" xml:space="preserve" '
        "font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\">"
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>'
    ]
    for y in range(last + 1):
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            ink, paper = COLOURS.get(cell.fg, INK), PAPER
            if cell.reverse:
                ink, paper = paper, ink
                parts.append(
                    f'<rect x="{MARGIN + x * CELL:g}" y="{MARGIN + y * ROW}" '
                    f'width="{CELL + 0.2:g}" height="{ROW}" fill="{paper}"/>'
                )
            if cell.data.strip():
                weight = ' font-weight="bold"' if cell.bold else ""
                parts.append(
                    f'<text x="{MARGIN + x * CELL:g}" y="{MARGIN + y * ROW + 14}" '
                    f'fill="{ink}"{weight}>{html.escape(cell.data)}</text>'
                )
    return "\n".join([*parts, "</svg>\n"])


def demo_still(name: str, home: Path) -> None:
    """The top of the picture that a full run draws, down to a gap, in few colours."""
    from PIL import Image, ImageOps

    drawn = home / "whole.png"
    subprocess.run(
        [PROGRAM, "demo", name, "--device", "cpu", "--png", str(drawn)],
        env={**os.environ, "CONTRASTIVE_DRILL_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with Image.open(drawn) as image:
        whole = image.convert("RGB")
    blank = ImageOps.invert(whole.convert("L"))
    end = min(TALLEST, whole.height)
    while end > TALLEST // 2 and blank.crop((0, end - 24, whole.width, end)).getbbox():
        end -= 1
    top = whole.crop((0, 0, whole.width, end)).quantize(64)
    top.save(STILLS / f"{name}.png", optimize=True)


if __name__ == "__main__":
    wanted = catalogue.names() if sys.argv[1:] == ["demos"] else sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for demo in wanted:
            demo_still(demo, Path(folder))
        if not wanted:
            STILL.write_text(review_still(Path(folder)), "utf-8")
            CODE_STILL.write_text(code_still(Path(folder)), "utf-8")
