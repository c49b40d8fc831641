"""Written calculations: Python's own value for every one, and nothing but arithmetic."""

import ast
import math
import time
from contextlib import suppress

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.cards.arithmetic import FUNCTIONS, evaluate

NAMES = {
    name: getattr(math, name) for name in ("log", "log2", "log10", "log1p", "exp", "sqrt", "comb")
} | {"floor": math.floor, "ceil": math.ceil, "max": max, "min": min, "round": round, "abs": abs}

numbers = st.integers(0, 99).map(str) | st.floats(0, 99, allow_nan=False).map(repr)
exponents = st.integers(0, 50).map(str) | st.floats(0, 9, allow_nan=False).map(repr)
signs = st.sampled_from(["+", "-", "*", "/", "//", "%"])


def deeper(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Calculations made of smaller ones; not all are in brackets, so that precedence counts."""
    one_argument = st.sampled_from(["log", "log2", "exp", "sqrt", "floor", "ceil", "round"])
    return st.one_of(
        st.tuples(inside, signs, inside).map(" ".join),
        st.tuples(inside, signs, inside).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inside, exponents).map(" ** ".join),
        st.tuples(st.sampled_from(["-", "+"]), inside).map("".join),
        st.tuples(one_argument, inside).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(inside, inside, inside).map(lambda parts: f"max({', '.join(parts)})"),
        st.tuples(inside, inside).map(lambda parts: f"min({', '.join(parts)})"),
        st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda nk: f"comb({nk[0]}, {nk[1]})"),
    )


def is_bounded(text: str) -> bool:
    """Whether Python itself can be asked: no tower of powers."""
    return sum(isinstance(node, ast.Pow) for node in ast.walk(ast.parse(text))) <= 1


@given(st.recursive(numbers, deeper, max_leaves=8).filter(is_bounded))
def test_a_calculation_comes_to_what_python_says(text: str) -> None:
    try:
        value = float(eval(text, {"__builtins__": {}}, NAMES))
    except (ArithmeticError, ValueError, TypeError):  # float() of a complex number
        value = math.nan
    if math.isfinite(value) and len(text) <= 1000:
        assert evaluate(text) == value
    else:
        with pytest.raises(ValueError, match="is no calculation"):
            evaluate(text)


@every(
    ("text", "value"),
    [
        ("2 * 32768**2 / 2**30", 2.0),
        ("log(1 + 32767 * exp(-1))", 9.397316),
        ("-2**2", -4),
        ("2**3**2", 512),
        ("7 // 2 + 7 % 2", 4),
        ("comb(1000, 500) / 2**1000", 0.0252250),
        ("log2(2**5000)", 5000),
        ("sum(1, 2, 3)", 6),
        ("round(2.567, 1)", 2.6),
        ("  1 +\n  2  ", 3),
        ("1_000 + .5", 1000.5),
        ("comb(5, 7)", 0),
        ("comb(100000, 99998)", 4999950000),
    ],
)
def test_calculations_of_the_kind_that_cards_hold(text: str, value: float) -> None:
    assert evaluate(text) == pytest.approx(value, rel=1e-5)


@every(
    "text",
    [
        *("", " ", "x", "pi", "True", "None", "...", "'a'", "b'a'", "1j", "1 2", "2 * 3)", "1,024"),
        *("[1]", "(1, 2)", "{1}", "{}", "f'{1}'", "1 if 1 else 2", "1if 1else 2", "1 < 2", "not 1"),
        *("2^31", "1 | 2", "1 << 9", "~1", "1 @ 2", "1 and 2", "lambda: 1", "(x := 1)", "*[1]"),
        *("a.b", "(1).real", "log.__self__", "[0][0]", "[x for x in (1, 2)]", "await 1", "yield"),
        *("__import__('os')", "exec('1')", "open('f')", "abs(1)", "log(x=1)", "max(*[1, 2])"),
        *("print(1)", "log(log)", "log", "math.log(2)", "(log)(2)(2)", "pow(2, 9)"),
        *("1\x00", "\ud800", "log(-1)", "log(0)", "sqrt(-1)", "1 / 0", "1 % 0", "0 ** -1"),
        *("(-8) ** 0.5", "exp(1000)", "1e999", "-1e999", "1e999 - 1e999", "2.0 ** 2000"),
        *("10 ** 400", "comb(5.0, 2)", "log()", "comb(-1, 2)", "round(1, 2.5)", "max()", "1; 2"),
        *("import os", "x = 1", "1 # 2\n+", "٣"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match="is no calculation: ") as caught:
        evaluate(text)
    assert "\n" not in str(caught.value)


def test_an_unknown_word_is_told_what_is_known() -> None:
    with pytest.raises(
        ValueError, match=r"'2 \^ 31' is not known here; write it with .* \*\*"
    ) as no:
        evaluate("2 ^ 31")
    assert all(name in str(no.value) for name in FUNCTIONS)


def test_a_long_text_is_refused_and_shown_in_part() -> None:
    assert evaluate("1" + " + 1" * 124) == 125  # 497 characters
    with pytest.raises(ValueError, match="more than 500 characters") as no:
        evaluate("1" + " + 1" * 125)
    assert str(no.value).startswith(f"'1{' + 1' * 14} +…' is no")


BOMBS = [
    "10 ** 10 ** 10",
    "(9 ** 9999) ** 9999",
    "9 ** 9 ** 9 ** 9",
    "2 ** -99999999999",
    "(-3) ** 10 ** 12",
    "comb(10 ** 9, 5 * 10 ** 8)",
    "comb(10 ** 300, 10 ** 200)",
    "comb(10 ** 9999, 10 ** 9998)",
    "round(5, -10 ** 9)",
    "round(5, 10 ** 30)",
    "*".join(["9 ** 9999"] * 90),
    "1" + "0" * 900 + " ** 10000",
    "1" * 4000,
    "1" * 5000,
    "(" * 199 + "1" + ")" * 199,
    "(" * 400 + "1" + ")" * 400,
    "(" * 90_000 + "1",
    "-" * 900 + "1",
    "-" * 90_000 + "1",
    "1 + " * 240 + "1",
    "1 + " * 50_000 + "1",
    "log(" * 150 + "9" + ")" * 150,
    "log(10 ** 9999 // 7 ** 5) ** 1000 // 1",
    "2 ** 2 ** 2 ** 2 ** 2 ** 2 ** 2",
    "max(" + "9 ** 9999, " * 80 + "1)",
]


@every("text", BOMBS)
def test_no_calculation_fills_the_memory_or_takes_for_ever(text: str) -> None:
    begun = time.process_time()
    with suppress(ValueError):
        assert math.isfinite(evaluate(text))
    assert time.process_time() - begun < 10  # where one goes off, minutes pass; else 10 ms


WORDS = st.sampled_from(
    (*"0123456789.+-*/%()[]{},=<>!:'\"\\#@_ \n", "**", "//", "log", "comb(", "round(", "lambda ",
     "if ", "for ", "in ", "__class__", ".real", "10**", "9999", "1e308", "print", "None", "0x")
)  # fmt: skip


@given(st.text(max_size=40) | st.lists(WORDS, max_size=25).map("".join))
def test_no_text_breaks_the_calculator(text: str) -> None:
    with suppress(ValueError):
        assert math.isfinite(evaluate(text))
