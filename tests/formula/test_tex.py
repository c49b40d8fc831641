r"""Formulas in LaTeX become trees, or one line that says what is wrong."""

import string

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.formula.tex import TexError, parse
from contrastive_drill.formula.tex.commands import COMMANDS
from contrastive_drill.formula.tex.environments import ENVIRONMENTS
from contrastive_drill.formula.tex.nodes import (
    Accent,
    Atom,
    AtomKind,
    Fenced,
    Fraction,
    Matrix,
    Node,
    Root,
    Row,
    Scripts,
    kind_of,
)
from contrastive_drill.formula.tex.parser import MAX_DEPTH, UNKNOWN
from contrastive_drill.formula.tex.symbols import CHARACTERS, FUNCTIONS, SPACES, SYMBOLS
from contrastive_drill.formula.tex.tokens import MAX_FORMULA
from contrastive_drill.spelling import near_word

X, Y, INDEX, J = (Atom(letter) for letter in "xyij")
PRIME = Atom("′")
BAR = Atom("|", AtomKind.REL)
MINUS = Atom("−", AtomKind.BIN)
BLANK = Atom(" ", AtomKind.SPACE, "rm")  # of running text


def row(*items: Node) -> Row:
    return Row(items)


@every(
    ("source", "tree"),
    [
        ("x", X),
        ("12.5", Atom("12.5")),
        (r"\tau", Atom("τ")),
        ("-x", row(Atom("−", AtomKind.BIN), X)),
        ("x y", row(X, Y)),
        (r"\frac12", Fraction(Atom("1"), Atom("2"))),
        (r"\dfrac{x}y", Fraction(X, Y)),
        (r"\binom{x}{y}", Fraction(X, Y, bar=False)),
        (r"\sqrt x", Root(X)),
        (r"\sqrt[3]{x}", Root(X, Atom("3"))),
        (r"\sqrt[x[y]]{x}", Root(X, row(X, Fenced("[", Y, "]")))),
        ("x_i", Scripts(X, INDEX, None)),
        ("x^2_i", Scripts(X, INDEX, Atom("2"))),
        ("x'", Scripts(X, None, PRIME)),
        ("x''^2", Scripts(X, None, row(PRIME, PRIME, Atom("2")))),
        ("x^{}", Scripts(X, None, row())),
        ("_i", Scripts(row(), INDEX, None)),
        (r"x^\top", Scripts(X, None, Atom("⊤"))),
        (r"x_\text{a b}", Scripts(X, Atom("a b", AtomKind.ORD, "rm"), None)),
        (r"\sum_i", Scripts(Atom("∑", AtomKind.OP), INDEX, None, limits=True)),
        (r"\sum\nolimits_i", Scripts(Atom("∑", AtomKind.OP), INDEX, None)),
        (r"\int_i", Scripts(Atom("∫", AtomKind.OP), INDEX, None)),
        (r"\int\limits_i", Scripts(Atom("∫", AtomKind.OP), INDEX, None, limits=True)),
        (r"\log_2", Scripts(Atom("log", AtomKind.OP, "rm"), Atom("2"), None)),
        (r"\max_i", Scripts(Atom("max", AtomKind.OP, "rm"), INDEX, None, limits=True)),
        (r"\operatorname{sim}", Atom("sim", AtomKind.OP, "rm")),
        (r"\operatorname{top-k}", Atom("top-k", AtomKind.OP, "rm")),
        (r"\operatorname{arg\,max}_i", Scripts(Atom("arg max", AtomKind.OP, "rm"), INDEX, None)),
        (
            r"\operatorname*{arg\,max}_i",
            Scripts(Atom("arg max", AtomKind.OP, "rm"), INDEX, None, True),
        ),
        (r"\mathop{\mathbb{E}}_i", Scripts(Atom("E", AtomKind.OP, "bb"), INDEX, None, True)),
        (r"\mathrm{BM25}", Atom("BM25", AtomKind.ORD, "rm")),
        (r"\mathbf x", Atom("x", AtomKind.ORD, "bf")),
        (r"\boldsymbol{\theta}", Atom("θ", AtomKind.ORD, "bf")),
        (r"\hat x", Accent("hat", X)),
        (r"\widehat{xy}", Accent("hat", row(X, Y))),
        ("(x)", Fenced("(", X, ")")),
        ("[x)", Fenced("[", X, ")")),
        (r"\{x\}", Fenced("{", X, "}")),
        (r"\left(x\right]", Fenced("(", X, "]", grow=True)),
        (r"\left.x\right|_i", Scripts(Fenced("", X, "|", grow=True), INDEX, None)),
        (r"\left\{x\right.", Fenced("{", X, "", grow=True)),
        (r"\bigl(x\bigr)", Fenced("(", X, ")")),
        (r"\Big(x\Big)", Fenced("(", X, ")")),
        (r"\lVert x\rVert_2", Scripts(Fenced("‖", X, "‖"), Atom("2"), None)),
        (r"\lceil x\rceil", Fenced("⌈", X, "⌉")),
        (r"\langle x\rangle", Fenced("⟨", X, "⟩")),
        ("|x|", Fenced("|", X, "|")),
        (r"\|x\|^2", Scripts(Fenced("‖", X, "‖"), None, Atom("2"))),
        ("x|y|", row(X, Fenced("|", Y, "|"))),
        ("x|y", row(X, Atom("|", AtomKind.REL), Y)),
        ("|x||y|", row(Fenced("|", X, "|"), Fenced("|", Y, "|"))),
        ("(x", row(Atom("(", AtomKind.OPEN), X)),
        ("x)", row(X, Atom(")", AtomKind.CLOSE))),
        ("((x)", row(Atom("(", AtomKind.OPEN), Fenced("(", X, ")"))),
        ("{x}", X),
        ("{x y}i", row(X, Y, INDEX)),
        ("{x y}^i", Scripts(row(X, Y), None, INDEX)),
        ("1{,}0", row(Atom("1"), Atom(","), Atom("0"))),
        (r"\not=", Atom("≠", AtomKind.REL)),
        (r"\not\in", Atom("∉", AtomKind.REL)),
        (r"\underset{i}{\max}", Scripts(Atom("max", AtomKind.OP, "rm"), INDEX, None, True)),
        (r"\overset{!}{=}", Scripts(Atom("=", AtomKind.REL), None, Atom("!"), True)),
        (r"\underbrace{x}_{y}", Scripts(Accent("underbrace", X), Y, None, True)),
        (r"\xrightarrow{x}", Scripts(Atom("→", AtomKind.REL), None, X, True)),
        (r"\substack{x\\y}", Matrix(((X,), (Y,)), "c")),
        (r"\begin{matrix}x&y\\i&j\end{matrix}", Matrix(((X, Y), (INDEX, J)), "c")),
        (
            r"\begin{pmatrix}x\\[2pt]y\\\end{pmatrix}",
            Fenced("(", Matrix(((X,), (Y,)), "c"), ")", True),
        ),
        (r"\begin{cases}x&y\end{cases}", Fenced("{", Matrix(((X, Y),), "l"), "", True)),
        (r"\begin{array}{l|r}x&y\end{array}", Matrix(((X, Y),), "lr", bars=(1,))),
        (r"\begin{array}[t]{rl}x&y\end{array}", Matrix(((X, Y),), "rlrl")),
        (
            r"\begin{array}{|c|}\hline x\\ \hline y\\ \hline\end{array}",
            Matrix(((X,), (Y,)), "c", bars=(0, 1), lines=(0, 1, 2)),
        ),
        (
            r"\begin{eqnarray}x&=&y\end{eqnarray}",
            Matrix(((X, row(Atom(""), Atom("=", AtomKind.REL), Y)),), "rl"),
        ),
        (
            r"\begin{alignat*}{2}x&y\\i&j\end{alignat*}",
            Matrix(((X, row(Atom(""), Y)), (INDEX, row(Atom(""), J))), "rl"),
        ),
        (
            r"\begin{align*}x&=y\end{align*}",
            Matrix(((X, row(Atom(""), Atom("=", AtomKind.REL), Y)),), "rl"),
        ),
        (r"\text{if } x", row(Atom("if", AtomKind.ORD, "rm"), BLANK, X)),
        (r"\text{a $x$}", row(Atom("a", AtomKind.ORD, "rm"), BLANK, X)),
        (r"\text{a \(x\)}", row(Atom("a", AtomKind.ORD, "rm"), BLANK, X)),
        (r"\text{``a''}", Atom("“a”", AtomKind.ORD, "rm")),
        (r"{\bf x}y", row(Atom("x", AtomKind.ORD, "bf"), Y)),
        (r"\R", Atom("R", AtomKind.ORD, "bb")),
        (r"\norm*{x}", Fenced("‖", X, "‖", grow=True)),
        ("||x||_2", Scripts(Fenced("‖", X, "‖"), Atom("2"), None)),
        ("||x|-|y||", Fenced("|", row(Fenced("|", X, "|"), MINUS, Fenced("|", Y, "|")), "|")),
        ("x|y,|i|", row(X, BAR, Y, Atom(",", AtomKind.PUNCT), Fenced("|", INDEX, "|"))),
        (r"|\cdot|", Fenced("|", Atom("·", AtomKind.BIN), "|")),
        ("x||y", row(X, Atom("‖", AtomKind.REL), Y)),
        ("||x||||y||", row(Fenced("‖", X, "‖"), Fenced("‖", Y, "‖"))),
        ("x{-y}", row(X, row(MINUS, Y))),
        (r"\mathord{-}x", row(Atom("−"), X)),
        (r"\text{50\%}", Atom("50%", AtomKind.ORD, "rm")),
        (r"\displaystyle x", X),
        ("x–y", row(X, Atom("–"), Y)),
        ("≤", Atom("≤", AtomKind.REL)),
    ],
)
def test_tree(source: str, tree: Node) -> None:
    assert parse(source) == tree


@every("source", ["$x$", "$$x$$", r"\(x\)", r"\[ x \]", "  x\n"])
def test_dollars_around_a_formula_are_no_part_of_it(source: str) -> None:
    assert parse(source) == X


def test_scripts_of_a_braced_symbol_join_its_own() -> None:
    w_o = Scripts(Atom("w"), Atom("O"), None)
    expected = Scripts(Atom("v"), w_o, row(PRIME, Atom("⊤")))
    assert parse(r"{v'_{w_O}}^{\top}") == expected
    assert parse(r"v'^{\top}_{w_O}") == expected
    assert parse("{x^i}_j") == Scripts(X, J, INDEX)
    assert parse("{x_i}_j") == Scripts(Scripts(X, INDEX, None), J, None)
    assert parse("{x^i}^j") == Scripts(Scripts(X, None, INDEX), None, J)


def test_spaces_are_as_wide_as_their_names_say() -> None:
    assert parse(r"\quad") == Atom("  ", AtomKind.SPACE)
    assert parse(r"\!") == Atom("", AtomKind.SPACE)


@every("name", sorted(SYMBOLS))
def test_every_symbol_is_read(name: str) -> None:
    printed, kind = SYMBOLS[name]
    source = f"\\{name}"
    if kind is AtomKind.OPEN or kind is AtomKind.CLOSE:
        assert parse(source) == Atom(printed, kind)
    elif printed in "|‖" and kind is AtomKind.ORD:
        assert parse(f"x{source} y") == row(X, Atom(printed, AtomKind.REL), Y)
    else:
        assert parse(source) == Atom(printed, kind)


@every("character", sorted(set(CHARACTERS) - {"‖"}))
def test_a_character_is_read_like_its_command(character: str) -> None:
    assert kind_of(parse(character)) is CHARACTERS[character][1]


@every("name", sorted([*FUNCTIONS, *SPACES]))
def test_every_name_without_an_argument_is_read(name: str) -> None:
    assert kind_of(parse(f"\\{name} {{}}")) in (AtomKind.OP, AtomKind.SPACE)


@every("name", sorted(ENVIRONMENTS))
def test_every_environment_is_read(name: str) -> None:
    spec = "{cc}" if name.endswith(("array", "at")) and name != "eqnarray" else ""
    tree = parse(rf"\begin{{{name}}}{spec}x & y \\ i & j\end{{{name}}}")
    grid = tree.body if isinstance(tree, Fenced) else tree
    assert isinstance(grid, Matrix)
    assert len(grid.rows) == 2


@every(
    ("source", "message"),
    [
        ("", "the formula is empty: write it between the dollars"),
        ("$ $", "the formula is empty: write it between the dollars"),
        (r"x + \alhpa", r"unknown command \alhpa at character 5: did you mean \alpha?"),
        (r"$x + \alhpa$", r"unknown command \alhpa at character 6: did you mean \alpha?"),
        (r"\qzqzqz", rf"unknown command \qzqzqz at character 1: {UNKNOWN}"),
        (
            r"\begin{caes}x\end{caes}",
            "unknown environment caes at character 12: did you mean cases?",
        ),
        (r"{1 \over 2}", r"\over is not known here at character 4: write \frac{a}{b}"),
        (r"\frac{1}", r"\frac has no argument at character 9: put it in braces"),
        (r"\frac{1}^2", r"\frac has no argument at character 9: put it in braces"),
        ("x^", "^ has no argument at character 3: put it in braces"),
        ("x_i_j", "a second subscript (put the first in braces) at character 4"),
        ("x^i^j", "a second superscript (put the first in braces) at character 4"),
        ("{x", "a { without its } at character 3"),
        ("x}", "} without its { at character 2"),
        ("x & y", r"& outside a matrix, cases or aligned (the sign is \&) at character 3"),
        (
            r"x \\ y",
            r"\\ outside a matrix, cases or aligned (begin one around the lines) at character 3",
        ),
        (r"\left(x", r"a \left( without its \right at character 8"),
        (r"x\right)", r"\right without its \left at character 2"),
        (
            r"\left x\right)",
            r"\left needs a delimiter, not x, at character 7: such as ( [ \{ | or .",
        ),
        (r"\begin{cases}x", r"\begin{cases} without its \end{cases} at character 15"),
        (r"\begin x", "a name in braces is missing at character 8: such as {cases}"),
        ("50%", r"a bare %, which starts a comment (the sign is \%) at character 3"),
        ("a#b", r"a bare # (the sign is \#) at character 2"),
        ("a$b", r"a $ inside a formula (the sign is \$) at character 2"),
        ("\\", r"a backslash that starts no command (the sign is \backslash) at character 1"),
        (r"\text{a", r"\text{ without its } at character 8"),
        (r"\text{\tau}", r"\tau in running text (put it between dollars) at character 7"),
        (r"\text{$x}", r"a $ inside \text without its partner at character 9"),
        (r"\sqrt[3", "a [ without its ] at character 8"),
        (
            r"\operatorname{x_i}",
            r"\operatorname without a plain name at character 18: write letters in it",
        ),
        (
            r"\not x",
            r"\not before something that has no negated form at character 6: write \ne, \notin or"
            " the like",
        ),
        ("x^10", "^ takes only the 1 at character 3: put all of it in braces"),
        ("e^-x", "^ takes only the - at character 3: put all of it in braces"),
        ("x^{2}'", "a second superscript (put the first in braces) at character 6"),
        (
            r"x\limits_i",
            r"\limits after what is no operator at character 2: write \mathop{...} around it",
        ),
        (r"\hline", r"\hline is not known here at character 1: put it at the start of a row"),
        (r"\norn{x}", r"unknown command \norn at character 1: did you mean \norm?"),
        (
            r"\begin{array}{r@{}l}x\end{array}",
            "a column @ at character 18: an array has l, c, r and | only",
        ),
        ("x\x1b[31m", "U+001B is not a printable character, at character 2: leave it out"),
        ("x\u202ey", "U+202E is not a printable character, at character 2: leave it out"),
        (
            "\u0302",
            "U+0302 is an accent without a letter to stand on, at character 1: leave it out",
        ),
        (
            "x\ufe0f",
            "U+FE0F is an accent without a letter to stand on, at character 2: leave it out",
        ),
        ("\u1160", "U+1160 has no width that terminals agree on, at character 1: leave it out"),
    ],
)
def test_errors_say_what_is_wrong_and_where(source: str, message: str) -> None:
    with pytest.raises(TexError) as caught:
        parse(source)
    assert str(caught.value) == message


@every(
    ("typed", "meant"),
    [
        ("farc", "frac"), ("fracc", "frac"), ("fra", "frac"), ("lamda", "lambda"), ("tau", "tau"),
        ("tua", "tau"), ("sgima", "sigma"), ("Thetaa", "Theta"), ("mathBB", "mathbb"),
        ("rightarow", "rightarrow"), ("infnity", "infty"), ("alphax", "alpha"), ("neqq", "neq"),
        ("opertorname", "operatorname"),
    ],
)  # fmt: skip
def test_a_mistyped_command_is_named(typed: str, meant: str) -> None:
    assert near_word(typed, [*SYMBOLS, *COMMANDS, *FUNCTIONS]) == meant


@every("typed", ["Rr", "foo", "mat", "bfx", "char", "mathlarger", "pdv", "unit"])
def test_a_command_that_is_another_word_has_no_hint(typed: str) -> None:
    assert near_word(typed, [*SYMBOLS, *COMMANDS, *FUNCTIONS]) is None


def nested(opening: str, closing: str, depth: int) -> str:
    return opening * depth + "x" + closing * depth


@every(
    ("opening", "closing"),
    [
        ("{", "}"),
        ("(", ")"),
        ("(", ""),
        (r"\left(", r"\right)"),
        (r"\hat", ""),
        (r"\sqrt{", "}"),
        (r"\sqrt[", "]x"),
        ("x_{", "}"),
        (r"\frac{", "}{x}"),
        (r"\frac", "x"),
        (r"\text{$", "$}"),
        (r"\begin{matrix}", r"\end{matrix}"),
        (r"\substack{", "}"),
        (r"\not", ""),
    ],
)
def test_nesting_has_a_limit_that_is_no_crash(opening: str, closing: str) -> None:
    with pytest.raises(TexError, match=f"more than {MAX_DEPTH} groups"):
        parse(nested(opening, closing, MAX_FORMULA // len(opening + closing) - 1))
    with pytest.raises(TexError, match=f"more than {MAX_FORMULA:,} characters"):
        parse(nested(opening, closing, 5000))


def test_reasonable_nesting_is_within_the_limit() -> None:
    parse(nested(r"\frac{1}{1+\sqrt{(", ")}}", 8))


def test_bars_that_never_close_are_no_crash() -> None:
    parse("|" * (MAX_FORMULA - 1) + "x")


PIECES = st.sampled_from(
    [
        *(f"\\{name}" for name in [*COMMANDS, "right", "end", "limits", "quad", "log"]),
        *"{}[]()|^_&'$%#~ .,;:+-=<>/",
        *(r"\\", r"\ ", "\\", r"\begin{cases}", r"\end{cases}", r"\left(", r"\right)", r"\|"),
        *string.ascii_letters[:3],
        *("7", "é", "τ", "中", "\u0302", "\x07", "\u200d", "\U0001f3fb", "\n"),
    ]
)


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=25).map("".join)))
def test_nothing_but_tex_error_escapes(source: str) -> None:
    message = "no error"
    try:
        parse(source)
    except TexError as error:
        message = str(error)
    assert message
    assert "\n" not in message
