"""Formulas as MathML: everything that is drawn in the terminal, and nothing that browsers lack."""

import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from cases import every
from shipped import cards

from contrastive_drill.cards.prose import formulas_of
from contrastive_drill.formula.mathml import mathml
from contrastive_drill.formula.tex import TexError

# MathML Core; `math` is the root.
ELEMENTS = {
    "math", "mi", "mn", "mo", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot", "msub", "msup",
    "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd",
}  # fmt: skip
CHILDREN = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3,
    "munderover": 3, "msqrt": 1, "math": 1, "mtd": 1,
}  # fmt: skip
GOLDEN = Path(__file__).with_name("formulas.txt")


@cache
def sources() -> tuple[str, ...]:
    """The formulas of every shipped card, and those that the terminal is tested with."""
    prose = [
        part
        for card in cards()
        for part in (card.prompt, card.answer)
        + ((card.bait.answer, card.bait.fails) if card.bait else ())
        + ((card.erratum.sheet, card.erratum.correct) if card.erratum else ())
    ]
    bank = {tex for part in prose for tex in formulas_of(part)}
    sections = GOLDEN.read_text("utf-8").split("=== ")[1:]
    drawn = {section.split("\n@@")[0].split("\n", 1)[1].strip() for section in sections}
    return tuple(sorted(bank | drawn))


def said(element: ET.Element) -> str:
    """The words of an element, as on a page."""
    return "".join(element.itertext()).replace("\N{FUNCTION APPLICATION}", "")


def test_there_are_many_formulas() -> None:
    assert len(sources()) > 200


@every("block", [False, True])
def test_every_formula_is_well_formed_and_whole(block: bool) -> None:
    for source in sources():
        root = ET.fromstring(mathml(source, block=block))
        assert root.get("display") == ("block" if block else None)
        for element in root.iter():
            assert element.tag in ELEMENTS, source
            if element.tag in CHILDREN:
                assert len(element) == CHILDREN[element.tag], source
            if element.tag in ("mi", "mn", "mo", "mtext"):
                assert (element.text or "").strip(), source
                assert "\\" not in (element.text or ""), source
        assert said(root), source


@every(
    ("source", "words"),
    [
        (r"\frac{1}{N}\sum_{i=1}^{N}\log x_i", "1N∑i=1Nlogxi"),
        (r"\arg\max_c \mathbf{x}^\top\mathbf{y}_c", "argmaxc𝐱⊤𝐲c"),
        (r"x\sim p", "x∼p"),
        (r"\mathbb{E}[|x|]", "𝔼[|x|]"),
        (r"a < b \text{ if } c", "a<bifc"),
        (r"\mathcal{L}", "ℒ"),
    ],
)
def test_a_formula_says_what_was_written(source: str, words: str) -> None:
    assert said(ET.fromstring(mathml(source))) == words


def part(source: str, path: str) -> ET.Element:
    found = ET.fromstring(mathml(source)).find(path)
    assert found is not None
    return found


def test_scripts_limits_roots_and_binomials_have_their_elements() -> None:
    assert [child.text for child in part("x_i^2", "msubsup")] == ["x", "i", "2"]
    assert part(r"\sum_{i}^{N} x", ".//munderover")[0].text == "∑"
    assert part(r"\max_x f", ".//munder")[0].text == "max"
    assert part(r"\sqrt[3]{x}", "mroot")[1].text == "3"
    assert part(r"\binom{n}{k}", ".//mfrac").get("linethickness") == "0"
    assert part(r"\hat{x}", "mover").get("accent") == "true"


def test_letters_are_italic_alone_and_upright_where_told() -> None:
    assert part("d", "mi").get("mathvariant") is None
    assert part(r"\mathrm{d}", "mi").get("mathvariant") == "normal"
    assert part(r"\mathrm{sim}", "mi").attrib == {}


def test_signs_know_whether_they_join_two_sides() -> None:
    def around(source: str) -> list[tuple[str | None, str | None]]:
        signs = ET.fromstring(mathml(source)).iter("mo")
        return [(sign.get("lspace"), sign.get("rspace")) for sign in signs]

    assert around("a-b") == [("0.2222em", "0.2222em")]
    assert around("=-b") == [("0.2778em", "0.2778em"), ("0.0em", "0.0em")]
    assert around("x_{a-b}") == [("0.0em", "0.0em")], "none in scripts"


def test_brackets_grow_where_told() -> None:
    grown = part(r"\left(\frac{1}{2}\right)", "mrow")
    assert [grown[0].get("stretchy"), grown[-1].get("stretchy")] == ["true", "true"]
    assert part("(x)", ".//mo").get("stretchy") == "false"


def test_a_function_stands_off_what_it_acts_on() -> None:
    assert [child.tag for child in part(r"2\log x", "mrow")] == [
        "mn", "mspace", "mi", "mo", "mspace", "mi",
    ]  # fmt: skip
    assert [child.tag for child in part(r"\log(x)", "mrow")][:3] == ["mi", "mo", "mrow"]


def test_cases_and_equations_are_aligned_by_style() -> None:
    cells = part(r"\begin{cases} 1 & x \\ 0 & y \end{cases}", ".//mtable").iter("mtd")
    assert {cell.get("style") for cell in cells} == {"text-align: left"}
    equation = list(part(r"\begin{aligned} a &= b \end{aligned}", ".//mtable").iter("mtd"))
    assert equation[0].get("style") == "text-align: right; padding-right: 0"
    assert equation[1].get("style") == "text-align: left; padding-left: 0"


def test_markup_in_text_is_escaped() -> None:
    assert "<script" not in mathml(r"\text{<script>} < \mathrm{a\&b}")
    assert said(ET.fromstring(mathml(r"\text{<b>} \& c"))) == "<b>&c"


@every("source", [r"\foo", r"\frac{1", "x^"])
def test_what_the_terminal_cannot_read_is_no_formula_here_either(source: str) -> None:
    with pytest.raises(TexError):
        mathml(source)
