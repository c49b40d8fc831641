"""Random formulas and the Markdown around them: shown whole, or refused with what to write."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from time import process_time

from katex import REMEDY, letters, reading, readings, signs
from rich.cells import cell_len

from contrastive_drill.bank.markdown import read
from contrastive_drill.cards.prose import Code, formulas_of
from contrastive_drill.formula.layout import inline, layout
from contrastive_drill.formula.tex import TexError, parse, written_out

# A formula, and how KaTeX reads it.
Read = tuple[str, str]
PAIRS: tuple[tuple[str, str], ...] = (
    (r"\frac{%s}{%s}", "{%s/%s}"),
    (r"\left(%s\right)=\sqrt{%s}", "(%s)=√{%s}"),
    (r"\left\lVert %s\right\rVert\,\left[%s\right]", "||%s||[%s]"),
    (r"{Q}_{%s}^{%s}", "Q_{%s}^{%s}"),
    (r"\sum_{%s}{%s}", "∑_{%s}%s"),
    (r"\begin{pmatrix}%s&\\&%s\end{pmatrix}", "([%s&;&%s;])"),
    (r"\begin{cases}%s&\text{if }a\\%s\end{cases}", "{[%s&ifa;%s;]"),
    (r"\text{if }{%s}\text{ then }{%s}", "if%sthen%s"),
    (r"\norm{%s}+\abs{%s}", "||%s||+|%s|"),
)
STARTS = "\\{}[]()|^_&'$%#~ .,;:+-=<>/ax7τ"
WRAPS: tuple[tuple[str, str], ...] = (
    ("$", "$"), (r"\(", r"\)"), ("\n\n$$\n", "\n$$\n\n"), (" $$", "$$ "), (r"\[", r"\]"),
    ("\n\n\\[\n", "\n\\]\n\n"),
)  # fmt: skip
LONG: tuple[Callable[[int], str], ...] = (
    lambda n: "+".join("x" * n),
    lambda n: r"\frac{a}{b}=" * (n // 6) + "c",
    lambda n: "|x|" * (n // 2),
    lambda n: "(x)" * (n // 2),
    lambda n: r"\text{ab} x " * (n // 4),
    lambda n: r"\begin{aligned}" + r"a&=b\\" * (n // 4) + r"\end{aligned}",
    lambda n: r"\begin{matrix}" + r"a&b&c&d\\" * (n // 6) + r"\end{matrix}",
)


def trials(count: int, seed: int) -> Iterator[str]:
    """Read and draw, break, or wrap random formulas, `count` of them; and time long ones."""
    rng = Random(seed)
    known = [
        (each.tex, each.read)
        for each in readings()
        if each.read and _is_read_alike(each.tex, each.read)
    ]
    for number in range(count):
        yield (_composed, _broken, _wrapped)[number % 3](rng, known)
    yield from map(_is_slow, LONG[: max(count // 120, 1)])


def _is_read_alike(tex: str, read: str) -> bool:
    try:
        return reading(tex) == read
    except TexError:
        return False


def _composed(rng: Random, known: list[Read]) -> str:
    """Formulas within each other are read as KaTeX reads each, and lose nothing when drawn."""
    tex, wanted = rng.choice(known)
    for _ in range(rng.randrange(3)):
        (form, read), other = rng.choice(PAIRS), rng.choice(known)
        parts = [(tex, wanted), other][:: rng.choice((1, -1))]
        tex, wanted = form % (parts[0][0], parts[1][0]), read % (parts[0][1], parts[1][1])
    try:
        ours, tree = reading(tex), parse(tex)
    except TexError as error:
        return f"{tex}: refused, {error}"
    if ours != wanted:
        return f"{tex}: read as {ours}, not {wanted}"
    width, in_ascii = rng.randrange(20, 100), rng.random() < 0.5
    rows = layout(tree, width, in_ascii)
    if any(cell_len(row) > width for row in rows):
        return f"{tex}: wider than {width}"
    if not in_ascii and Counter(letters("".join(rows))) != Counter(letters(wanted)):
        return f"{tex}: drawn at {width} with other letters"
    row = inline(tree)
    whole = letters(row) == letters(wanted) and signs(row) == signs(wanted)
    return "" if whole else f"{tex}: other signs on one row"


def _broken(rng: Random, known: list[Read]) -> str:
    """A formula with a slip is drawn, or refused in a line with a remedy."""
    tex, _ = rng.choice(known)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(tex) + 1)
        tex = tex[:at] + rng.choice(STARTS) * rng.randrange(2) + tex[at + rng.randrange(2) :]
    try:
        tree = parse(tex)
    except TexError as error:
        message = str(error)
        good = message.isprintable() and REMEDY.search(message)
        return "" if good else f"{tex}: no remedy in {message!r}"
    layout(tree, 60)
    inline(tree, ascii_only=True)
    text = written_out(tex, {"zz": "x"})
    return "" if parse(text) == tree else f"{tex}: written out as {text}"


def _wrapped(rng: Random, known: list[Read]) -> str:
    """Formulas in Markdown are the formulas of its blocks, in order, whatever is around them."""
    meant: list[str] = []
    text = "So"
    for _ in range(rng.randint(1, 4)):
        tex, _ = rng.choice(known)
        left, right = rng.choice(WRAPS)
        if left == "$" and (tex[:1].isspace() or tex[-1:].isspace() or r"\(" in tex):
            continue
        if r"\(" in tex or "$" in tex or "\\]" in tex or tex.endswith("\\"):
            continue
        meant.append(tex.strip())
        text += f" {left}{tex}{right} " + rng.choice(("and", "*so*", "", "a `|` b", "(b)"))
    blocks, faults = read(text)
    if faults:
        return f"{text!r}: {faults}"
    if any(isinstance(block, Code) for block in blocks):
        return f"{text!r}: became code"
    found = [*formulas_of(blocks)]
    return "" if found == meant else f"{json.dumps(text)}: {found}"


def _is_slow(form: Callable[[int], str]) -> str:
    """A drawing takes time in proportion to the length of its formula."""

    def seconds(size: int) -> float:
        tree = parse(form(size))
        return min(_timed(lambda: layout(tree, 80)) for _ in range(3))

    short, long = seconds(150), seconds(600)
    # Four times as long; quadratic would be sixteen times.
    return f"{form(8)}: {short:.3f} s, four times as long {long:.3f} s" if long > 9 * short else ""


def _timed(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start
