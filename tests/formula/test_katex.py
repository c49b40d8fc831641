"""Our reader against KaTeX's: what both read, read alike; the rest is refused with a remedy."""

from collections import Counter

from cases import every
from faultbench.formulas import trials
from katex import REMEDY, Reading, letters, reading, readings, signs

from contrastive_drill.formula.layout import inline, layout
from contrastive_drill.formula.tex import TexError, parse

# Read here as LaTeX or a person means them, where KaTeX does not know them.
OURS_ALONE = {
    r"\begin{array}[t]{cc} a & b \\ c & d \end{array}": "[a&b;c&d;]",
    r"\left\llbracket x \right\rrbracket": "⟦x⟧",
    r"\begin{eqnarray} a &=& b \\ c &=& d \end{eqnarray}": "[a&=b;c&=d;]",
    r"\begin{eqnarray*} x &\le& y + z \\ &\le& w \end{eqnarray*}": "[x&≤y+z;&≤w;]",
    r"\begin{multline} a + b \\ + c \end{multline}": "[a+b;+c;]",
    r"\begin{flalign} a &= b \end{flalign}": "[a&=b;]",
    r"\text{learning_rate}": "learning_rate",
    r"x^\sqrt{2}": "x^{√{2}}",
}
# Read otherwise than KaTeX does, on purpose.
OTHERWISE = {
    r"\log\sigma({v'_{w_O}}^\top v_{w_I}) + \sum_{i=1}^k \mathbb{E}_{w_i\sim P_n(w)}"
    r"\left[\log\sigma(-{v'_{w_i}}^\top v_{w_I})\right]": "scripts of a braced letter are its own",
    r"\left<x,y\right>": "angle brackets, not signs",
    r"\begin{aligned}[t] a &= b \\ c &= d \end{aligned}": "[t] is no text",
    r"\text{naïve}": "a letter with its mark",
    "é": "a letter with its mark",
    "x²": "a character as it was typed",
    r"a \coloneq b": "the sign of mathtools since 2022",
    r"\underline{x}": "another character for the line",
    r"\underline{\text{x}}": "another character for the line",
    r"\begin{matrix}\end{matrix}": "one empty row",
    r"\begin{cases}\end{cases}": "one empty row",
    r"\not\mid": "the one character",
}


def test_there_are_many_formulas() -> None:
    accepted = [each for each in readings() if each.read is not None]
    assert len(readings()) >= 1300
    assert sum(is_read(each.tex) for each in accepted) >= 1115, "of these KaTeX reads 1176"


def is_read(tex: str) -> bool:
    try:
        return bool(parse(tex))
    except TexError:
        return False


@every("formula", readings, ids=lambda each: each.tex)
def test_a_formula_is_read_as_katex_does_or_refused_with_the_remedy(formula: Reading) -> None:
    ours, message = None, ""
    try:
        ours = reading(formula.tex)
    except TexError as error:
        message = str(error)
    if ours is None:
        assert REMEDY.search(message), message
    elif formula.tex in OTHERWISE:
        assert ours != formula.read
    elif formula.read is None:
        assert ours == OURS_ALONE[formula.tex]
    else:
        assert ours == formula.read


@every("formula", readings, ids=lambda each: each.tex)
def test_no_letter_and_no_digit_is_lost_in_a_drawing(formula: Reading) -> None:
    try:
        tree, wanted = parse(formula.tex), letters(reading(formula.tex))
    except TexError:
        return
    assert letters(inline(tree)) == wanted
    assert signs(inline(tree)) == signs(reading(formula.tex))
    assert Counter(letters("".join(layout(tree, 200)))) == Counter(wanted)
    for width in (20, 40):
        assert Counter(letters("".join(layout(tree, width)))) == Counter(wanted)


def test_random_formulas_are_shown_whole_or_refused_with_the_remedy() -> None:
    made = [*trials(300, 13)]
    assert len(made) > 300
    assert not [*filter(None, made)]
