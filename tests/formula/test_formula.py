"""Formulas drawn on a terminal: what they look like, that they fit, and that they keep meaning."""

import math
import re
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from cases import every
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from contrastive_drill.formula.boxes import Box, bracket
from contrastive_drill.formula.display import draw
from contrastive_drill.formula.glyphs import (
    COMBINING,
    SCRIPT_LETTERS,
    glyph,
    spell,
    subscript,
    superscript,
    width_of,
)
from contrastive_drill.formula.layout import inline, layout
from contrastive_drill.formula.tex import TexError, parse
from contrastive_drill.formula.tex.symbols import ASCII, CHARACTERS, DELIMITERS, SYMBOLS

# Every formula with its source, its forms on one row, and its drawings by width. A drawing that is
# the same as the one before it is left out.
GOLDEN = Path(__file__).with_name("formulas.txt")
FORMS = ("inline", "inline ascii", "80", "60", "40", "80 ascii", "60 ascii", "40 ascii")


class Golden(NamedTuple):
    source: str
    forms: dict[str, tuple[str, ...]]


@cache
def golden() -> dict[str, Golden]:
    found: dict[str, Golden] = {}
    for block in GOLDEN.read_text(encoding="utf-8").split("\n=== ")[1:]:
        (title, source), *sections = (
            part.rstrip("\n").split("\n", 1) for part in f"{block}\n".split("\n@@ ")
        )
        forms = {form: tuple(rows.split("\n")) for form, rows in sections}
        found[title] = Golden(source, forms)
    return found


def form_of(source: str, form: str) -> tuple[str, ...]:
    ascii_only = form.endswith("ascii")
    if form.startswith("inline"):
        return (inline(source, ascii_only),)
    return layout(source, int(form.split()[0]), ascii_only)


@every("title", sorted(golden()))
def test_formulas_look_as_they_did_when_they_were_looked_at(title: str) -> None:
    source, expected = golden()[title]
    forms = {form: form_of(source, form) for form in FORMS}
    shown: dict[str, tuple[str, ...]] = {}
    for form, rows in forms.items():
        narrower = {"60": "80", "40": "60", "60 ascii": "80 ascii", "40 ascii": "60 ascii"}
        if rows != forms.get(narrower.get(form, "")):
            shown[form] = rows
    assert shown == expected


def test_there_are_many_formulas() -> None:
    assert len(golden()) >= 40


# What is drawn is as wide as the terminal will show it.

PRINTED = sorted(
    {symbol for symbol, _ in [*SYMBOLS.values(), *CHARACTERS.values()]}
    | set(ASCII)
    | set(ASCII.values())
    | set(DELIMITERS.values())
    | set(SCRIPT_LETTERS)
    | {chr(code) for code in range(0x20, 0x7F)}
    | {"─", "│", "┌", "√", "∛", "∜", "╭", "┴", "╮", "╰", "┬", "╯", "‾", "→", "_", "⁺", "⁻", "⁼"}
    | {"₍", "₎", "⁽", "⁾", "₊", "₋", "₌", "†", "‡", "′"}
)
LETTERS = "".join(chr(code) for code in range(0x41, 0x7B) if chr(code).isalpha())
GREEK = "".join(chr(code) for code in range(0x391, 0x3CA) if chr(code).isalpha())


@every("text", PRINTED)
def test_width_is_what_rich_measures(text: str) -> None:
    assert width_of(text) == cell_len(text)


@every("font", ["", "rm", "bf", "cal", "bb", "sf", "tt"])
def test_width_of_fonts_is_what_rich_measures(font: str) -> None:
    for letter in LETTERS + GREEK + "0123456789":
        printed = glyph(letter, font, ascii_only=False)
        assert len(printed) == 1
        assert width_of(printed) == cell_len(printed) == 1
        for mark in COMBINING.values():
            assert width_of(printed + mark) == cell_len(printed + mark) == 1


@every("symbol", sorted({*"()[]{}|‖⌈⌉⌊⌋⟨⟩/", *DELIMITERS.values()} - {""}))
@every("ascii_only", [False, True])
def test_tall_brackets_are_as_wide_as_they_say(symbol: str, ascii_only: bool) -> None:
    for above in range(4):
        for below in range(4):
            if above + below:
                check_box(bracket(symbol, above, below, ascii_only))


@every(
    ("source", "rows"),
    [
        (r"e^a\left(\sum_j p_j - s\right)", ("e^a (sum p_j - s)", "    ( j         )")),
        (r"\left\{\sum_j p_j\right\}", ("{sum p_j}", "{ j     }")),
        (r"a\left\langle\sum_j p_j\right\rangle", ("a<sum p_j>", " < j     >")),
        (r"\left(\frac xy\right)", ("/ x \\", "|---|", "\\ y /")),
    ],
)
def test_a_bracket_of_two_ascii_rows_is_no_slash(source: str, rows: tuple[str, ...]) -> None:
    assert layout(source, 40, ascii_only=True) == rows


@every("name", sorted(SYMBOLS))
def test_every_symbol_has_a_spelling(name: str) -> None:
    spelled = spell(SYMBOLS[name][0])
    assert spelled.isascii()
    assert spelled
    assert not spelled.startswith("U+")


def test_scripts_use_small_characters_for_all_or_nothing() -> None:
    assert superscript("−1") == "⁻¹"
    assert superscript("q1") is None
    assert superscript("t′") is None  # eᵗ′ would be the derivative of eᵗ
    assert subscript("ij") == "ᵢⱼ"
    assert subscript("i,j") is None
    assert layout("x^{n-1}", 40) == ("xⁿ⁻¹",)
    assert layout("x^{qn}", 40) == (" qn", "x")
    assert layout("x_i^{qn}", 40) == (" qn", "x", " i")


def check_box(box: Box) -> None:
    assert {cell_len(row) for row in box.rows} == {box.width}
    assert 0 <= box.base < len(box.rows)
    assert box.core[0] <= box.base
    assert box.core[1] <= len(box.rows) - 1 - box.base


def check_rows(rows: tuple[str, ...], ascii_only: bool) -> None:
    for row in rows:
        assert row == row.rstrip()
        assert row.isprintable()
        assert row.isascii() or not ascii_only


# Random formulas of every construct.

WORDS = [r"\mathrm{sim}", r"\text{a b}", r"\log", r"\max", r"\operatorname*{top}", r"\text{中}"]
ATOMS = [
    *"xyINd17+-=,:<|!/'",
    *(r"\tau", r"\le", r"\cdot", r"\times", r"\to", r"\,", r"\quad", r"\infty", r"\|", r"\in"),
    *(
        r"\mathbf{x}",
        r"\mathcal{L}",
        r"\mathbb{E}",
        r"\hat{x}",
        r"\bar{\mathbf{y}}",
        "(",
        ")",
        "[]",
    ),
    *(r"\partial", r"\sum", r"\int", r"\ldots", r"\lfloor", r"\rfloor", "0.07", r"\top", *WORDS),
]
WRAPS = [
    r"\sqrt{%s}", r"\sqrt[3]{%s}", r"\sqrt[n]{%s}", r"\left(%s\right)", r"\left\{%s\right.",
    r"\left\lceil %s\right\rceil", r"\lVert %s\rVert", "(%s)", "|%s|", r"\bar{%s}", r"\hat{%s}",
    r"\underline{%s}", r"\underbrace{%s}_{\text{label}}", r"\overbrace{%s}", r"\mathbf{%s}", "{%s}",
    r"\exp(%s)", r"\substack{%s\\x}", r"\left.%s\right|_{0}",
]  # fmt: skip
PAIRS = [
    r"\frac{%s}{%s}", r"\binom{%s}{%s}", "{%s}_{%s}", "{%s}^{%s}", r"\sum_{%s}^{%s}",
    r"\max_{%s}%s", r"{%s}'^{%s}", r"\begin{cases}%s & x\\ y & %s\end{cases}",
    r"\begin{pmatrix}%s\\ %s\end{pmatrix}", r"\begin{aligned}x &= %s\\ &\le %s\end{aligned}",
    r"\begin{bmatrix}%s & 1\\ 0 & %s\\ 2 & 3\end{bmatrix}", r"\overset{%s}{%s}", "%s = %s",
    r"\left(%s\,\middle|\,%s\right)",
]  # fmt: skip


def compose(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda form, a: form % a, st.sampled_from(WRAPS), inner),
        st.builds(lambda form, a, b: form % (a, b), st.sampled_from(PAIRS), inner, inner),
        st.lists(inner, min_size=1, max_size=5).map(" ".join),
    )


FORMULAS = st.recursive(st.sampled_from(ATOMS), compose, max_leaves=14)


@given(FORMULAS, st.booleans(), st.integers(20, 90))
@settings(max_examples=300)
def test_any_formula_fits_and_is_plain_text(source: str, ascii_only: bool, width: int) -> None:
    try:
        tree = parse(source)
    except TexError as error:
        assume("groups within each other" not in str(error))
        raise
    check_box(draw(tree, ascii_only))
    rows = layout(tree, width, ascii_only)
    check_rows(rows, ascii_only)
    assert all(cell_len(row) <= width for row in rows)
    check_rows((inline(tree, ascii_only),), ascii_only)


@given(st.text(max_size=30), st.booleans())
def test_only_tex_error_escapes_from_any_text(source: str, ascii_only: bool) -> None:
    try:
        rows = layout(source, 30, ascii_only)
    except TexError:
        return
    check_rows((*rows, inline(source, ascii_only)), ascii_only)
    assert all(cell_len(row) <= 30 for row in rows)


@every(
    "form", ["{%s}", "(%s)", r"\sqrt{x_{%s}}", r"\frac{%s}{x}", "x_{%s}", r"\hat{%s}", r"|x+(%s)|"]
)
def test_the_deepest_formula_can_be_drawn(form: str) -> None:
    source, deeper = "x", form % "x"
    while True:
        try:
            parse(deeper)
        except TexError:
            break
        source, deeper = deeper, form % deeper
    assert layout(source, 80)
    assert layout(source, 80, ascii_only=True)


@every("width", range(20, 60, 3))
def test_a_word_longer_than_the_width_is_cut(width: int) -> None:
    rows = layout(r"x = \mathrm{" + "a" * 90 + r"}_{\text{中中中中中中中中中中}}", width)
    assert all(cell_len(row) <= width for row in rows)
    assert "".join("".join(rows).split()).count("a") == 90


@every("width", [-1, 0, 1, 2, 5, 19])
def test_no_terminal_is_too_narrow_for_an_answer(width: int) -> None:
    rows = layout(r"\frac{\mathrm{abc}}{x}+\text{中中}\sum_{i=1}^{N}\log x", width)
    assert all(cell_len(row) <= max(width, 2) for row in rows)


def test_a_one_row_form_breaks_before_relations_and_outside_brackets() -> None:
    source = r"\mathrm{left}(a + b + c)^{qq} = \mathrm{right}(d + e + f)"
    assert layout(source, 30, ascii_only=True) == (
        "left(a + b + c)^(qq)",
        "     = right(d + e + f)",
    )
    assert layout(r"\mathrm{abc}(a + b + c + d + e + f + g)", 20) == (
        "abc(a + b + c + d",
        "    + e + f + g)",
    )


def test_the_lines_of_an_alignment_break_one_by_one() -> None:
    source = r"\begin{aligned} a &= b + c + d + e + f + g \\ h &= i \end{aligned}"
    assert layout(source, 40) == ("a = b + c + d + e + f + g", "h = i")
    assert layout(source, 20) == ("a = b + c + d + e", "     + f + g", "h = i")


def test_a_tree_is_drawn_like_its_source() -> None:
    source = r"\frac{1}{\tau}"
    assert layout(parse(source), 40) == layout(source, 40) == ("1", "─", "τ")
    assert inline(parse(source)) == inline(source) == "1/τ"


@every(
    ("source", "rows"),
    [
        ("a-b", ("a − b",)),
        ("-b", ("−b",)),
        ("a=-b", ("a = −b",)),
        ("(-b)", ("(−b)",)),
        ("a,-b", ("a, −b",)),
        (r"a\cdot-b", ("a · −b",)),
        ("|-b|", ("|−b|",)),
        ("p(x|-b)", ("p(x | −b)",)),
        ("a:=b", ("a := b",)),
        (r"\log x", ("log x",)),
        (r"\log(x)", ("log(x)",)),
        (r"2\log x", ("2 log x",)),
        (r"\log x/\log y", ("log x/log y",)),
        ("e^{t'}+x'^2", (" t′", "e   + x′²")),
        (r"\log\sigma(x)", ("log σ(x)",)),
        (r"\sin^2x", ("sin² x",)),
        ("x!", ("x!",)),
        ("1{,}000", ("1,000",)),
        (r"f\colon X\to Y", ("f: X → Y",)),
        (r"\mathrm{rank}\,A", ("rank A",)),
        (r"A\mathrm{rank}B", ("A rank B",)),
        (r"x^{-1}y^{*}z^{\top}", ("x⁻¹y* zᵀ",)),
        (r"{x^a}^b", ("(xᵃ)ᵇ",)),
        (r"-\frac12", ("  1", "− ─", "  2")),
        (r"\left.x\right|_0", ("x|₀",)),
    ],
)
def test_spacing(source: str, rows: tuple[str, ...]) -> None:
    assert layout(source, 40) == rows


@every(
    ("source", "row"),
    [
        (r"\tau\times\sigma", "tau x sigma"),
        (r"\tau x\sigma", "tau x*sigma"),
        (r"x\times y\times z", "x * y x z"),
        (r"\log x\tau", "log x*tau"),
        (r"\tau\,x\,(b)", "tau x*(b)"),
        (r"f\circ g", "f o g"),
        (r"\tau o\sigma", "tau o*sigma"),
        (r"\text{if } x<1", "if x < 1"),
        (r"\mathbb{R}^{d\times r}", "R^(d x r)"),
        (r"t\,\mathbf{x}_i", "t x_i"),
        (r"\lfloor x\rceil+\lceil x\rceil", "round(x) + ceil(x)"),
        (r"\text{naïve 中}", "naive U+4E2D"),
    ],
)
def test_ascii_keeps_letters_and_signs_apart(source: str, row: str) -> None:
    assert inline(source, ascii_only=True) == row
    assert layout(source, 40, ascii_only=True) == (row,)


# The one-row form keeps its meaning: random arithmetic is written in LaTeX together with its value,
# put on one row, read back by a parser that knows only what is taught in school, and compared.
#
# Two readings that group differently must differ in value, so every operation but + − · / is a
# stand-in that is no algebraic relative of the others.

NAMES = {"x": 0.731, "y": 1.217, "a": 0.389, "o": 1.611, "tau": 0.577, "alpha": 1.093}
LATEX_NAMES = {"tau": r"\tau", "alpha": r"\alpha"}
SUBSCRIPTS = {"": "", "i": "i", "ij": "ij", "1": "1", "tau": r"\tau", "k+1": "k+1", "q": "q"}


def value_of(name: str, sub: str) -> float:
    return NAMES[name] + sum(ord(c) * (place + 3) for place, c in enumerate(sub)) / 1009


def power(a: float, b: float) -> float:
    return 1.5 + math.sin(a + 2.7 * b)


def call(name: str, a: float) -> float:
    return {"log": math.cos(a), "exp": 2 + math.sin(3 * a), "√": 1.7 + math.cos(2 * a + 1)}[name]


def norm(a: float) -> float:
    return 1.2 + math.sin(5 * a)


class Term(NamedTuple):
    """LaTeX, its value, and how tightly it holds together: 3 a symbol, 2 a factor, 1 a product."""

    tex: str
    value: float
    level: int
    open_end: bool = False  # a function whose argument has no brackets


def fits(value: float) -> bool:
    return 1e-2 < abs(value) < 1e4


def group(term: Term) -> str:
    return f"({term.tex})" if term.level < 2 else term.tex


def arithmetic(random: Random, size: int) -> Term:
    """A random term of about that many symbols."""
    if size < 2:
        return symbol(random)
    left = random.randint(1, size - 1)
    form = random.choice(FORMS_OF_ARITHMETIC)
    if form in PAIRED:
        return paired(form, arithmetic(random, left), arithmetic(random, size - left), random)
    return single(form, arithmetic(random, size - 1), symbol(random))


def symbol(random: Random) -> Term:
    if random.random() < 0.3:
        digits = random.choice(["2", "3", "12", "0.5"])
        return Term(digits, float(digits), 3)
    name, sub = random.choice(sorted(NAMES)), random.choice(sorted(SUBSCRIPTS))
    script = f"_{{{SUBSCRIPTS[sub]}}}" if sub else ""
    return Term(LATEX_NAMES.get(name, name) + script, value_of(name, sub), 3)


def paired(form: str, a: Term, b: Term, random: Random) -> Term:
    if form in ("+", "-"):
        right = f"({b.tex})" if b.level < 1 else b.tex
        value = a.value + b.value if form == "+" else a.value - b.value
        return Term(f"{a.tex} {form} {right}", value, 0, b.open_end)
    if form == "frac" and fits(b.value):
        return Term(rf"\frac{{{a.tex}}}{{{b.tex}}}", a.value / b.value, 2)
    if form == "pow":
        base = a.tex if a.level == 3 else f"({a.tex})"
        if random.random() < 0.5 and not a.open_end:
            base = f"{{{a.tex}}}"  # braces that the row must turn into brackets
        return Term(f"{base}^{{{b.tex}}}", power(a.value, b.value), 2)
    left = f"({a.tex})" if a.level < 1 else a.tex
    if form in ("dot", "times"):
        sign = r"\cdot" if form == "dot" else r"\times"
        return Term(f"{left} {sign} {group(b)}", a.value * b.value, 1, b.open_end)
    left = f"({a.tex})" if a.level < 1 or a.open_end else a.tex
    right = f"({b.tex})" if b.level < 2 or b.tex[0].isdigit() else b.tex
    return Term(f"{left} {right}", a.value * b.value, 1, b.open_end)


def single(form: str, a: Term, other: Term) -> Term:
    if form == "neg":
        return Term("-" + (f"({a.tex})" if a.level < 1 else a.tex), -a.value, 0, a.open_end)
    if form == "root":
        return Term(rf"\sqrt{{{a.tex}}}", call("√", a.value), 2)
    if form in ("log", "exp"):
        return Term(rf"\{form}({a.tex})", call(form, a.value), 2)
    if form == "bare":
        argument = a if a.level == 2 and a.tex.startswith(r"\frac") else other
        return Term(rf"\log {argument.tex}", call("log", argument.value), 2, True)
    if form == "abs" and "vert" not in a.tex:  # bars within bars have no one reading
        return Term(rf"\lvert {a.tex}\rvert", norm(a.value), 2)
    return Term(rf"\left({a.tex}\right)", a.value, 2)


PAIRED = ("+", "-", "dot", "times", "near", "frac", "pow")
FORMS_OF_ARITHMETIC = (*PAIRED, "near", "frac", "neg", "root", "log", "exp", "bare", "abs", "left")

UP, DOWN = (
    {
        small: plain
        for plain in "0123456789abdeghijklmnoprstuvwxyz()=+−αβγδ"
        if (small := script(plain)) is not None
    }
    for script in (superscript, subscript)
)
TOKEN = re.compile(r" x(?= )|[a-z]+|[0-9.]+|\S")
GREEK_NAMES = {"τ": "tau", "α": "alpha"}


def plain_text(text: str) -> str:
    """Small characters as ^(...) and _(...), signs in ASCII."""
    for table, mark in ((UP, "^"), (DOWN, "_")):
        run = f"[{re.escape(''.join(table))}]+"
        for small in sorted(set(re.findall(run, text)), key=len, reverse=True):
            text = text.replace(small, f"{mark}({''.join(table[c] for c in small)})")
    return text.replace("−", "-").replace("·", "*").replace("×", "*")


class School:
    """Reads + − before · / before juxtaposition before powers, and nothing else."""

    def __init__(self, text: str) -> None:
        self.tokens = TOKEN.findall(plain_text(text))
        self.in_bars = False

    def peek(self) -> str:
        return self.tokens[0].strip() if self.tokens else ""

    def take(self) -> str:
        token = str(self.tokens.pop(0)).strip()
        return GREEK_NAMES.get(token, token)

    def is_times(self) -> bool:
        sign, after = [*self.tokens, "", ""][:2]
        ends = (*"+-*/)", "", "|" if self.in_bars else ")")
        return sign == "*" or (sign == " x" and after not in ends)

    def whole(self) -> float:
        value = self.sum()
        assert not self.tokens, self.tokens
        return value

    def sum(self) -> float:
        value = self.product()
        while self.peek() in ("+", "-"):
            value += self.product() if self.take() == "+" else -self.product()
        return value

    def product(self) -> float:
        if self.peek() == "-":
            self.take()
            return -self.product()
        value = self.chain()
        while self.is_times() or self.peek() == "/":
            if self.take() == "/":
                value /= self.chain()
            else:
                value *= self.signed()
        return value

    def signed(self) -> float:
        if self.peek() == "-":
            self.take()
            return -self.chain()
        return self.chain()

    def chain(self) -> float:
        value = self.power()
        ends = (")", "+", "-", "/", "", *("|" if self.in_bars else ""))
        while not self.is_times() and self.peek() not in ends:
            value *= self.power()
        return value

    def power(self) -> float:
        value = self.atom()
        while self.peek() == "^":
            self.take()
            value = power(value, self.atom())
        return value

    def bracketed(self, closing: str) -> float:
        value = self.sum()
        assert self.take() == closing
        return value

    def atom(self) -> float:
        token = self.take()
        if token == "(":
            return self.bracketed(")")
        if token == "|":
            self.in_bars = True
            value = norm(self.bracketed("|"))
            self.in_bars = False
            return value
        if token in ("√", "sqrt"):
            return call("√", self.atom())
        if token in ("log", "exp"):
            return call(token, self.atom() if self.peek() == "(" else self.power())
        if token[0].isdigit():
            return float(token)
        if token not in NAMES:
            token, rest = token[0], token[1:]
            self.tokens.insert(0, rest)
        sub = ""
        if self.peek() == "_":
            self.take()
            sub = self.take()
            if sub == "(":
                sub = ""
                while self.peek() != ")":
                    sub += self.take()
                self.take()
        return value_of(token, sub)


@every("seed", range(10))
@every("ascii_only", [False, True])
def test_the_one_row_form_keeps_its_meaning(seed: int, ascii_only: bool) -> None:
    random = Random(seed)
    for _ in range(150):
        term = arithmetic(random, random.randint(1, 12))
        row = inline(term.tex, ascii_only)
        read = School(row).whole()
        assert math.isclose(read, term.value, rel_tol=1e-6, abs_tol=1e-6), f"{term.tex}: {row}"


@every(
    ("text", "value"),
    [
        ("2 + 3 · 0.5", 3.5),
        ("2/(3 + 1)", 0.5),
        ("12/2 · 3", 18),
        ("12/2(3)", 2),
        ("−x²", -power(0.731, 2)),
        ("xy", 0.731 * 1.217),
        ("tau x alpha", 0.577 * 1.093),
        ("tau*x alpha", 0.577 * 0.731 * 1.093),
    ],
)
def test_the_school_parser_reads_what_school_teaches(text: str, value: float) -> None:
    assert math.isclose(School(text).whole(), value)


def test_scripts_of_one_letter_stand_alike() -> None:
    assert layout(r"u_o + u_c + w_o", 40) == ("u  + u  + wₒ", " o    c")
    assert layout(r"u_o + w_o", 40) == ("uₒ + wₒ",)
    assert layout(r"\frac{x_q}{x_i}", 40) == ("x", " q", "──", "x", " i")
