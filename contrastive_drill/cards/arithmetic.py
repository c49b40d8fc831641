"""The value of a written calculation such as "2 * 32768**2 / 2**30"."""

import ast
import math
import operator
import warnings
from collections.abc import Callable
from typing import Any


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(base, int) and isinstance(exponent, int):
        _must_fit(base.bit_length() * abs(exponent))
    return base**exponent


def _combinations(n: Any, k: Any) -> int:
    n, k = operator.index(n), operator.index(k)
    _must_fit(n.bit_length() * min(k, n - k))
    return math.comb(n, k)


def _rounded(number: Any, digits: Any = None) -> Any:
    _must_fit(4 * abs(digits or 0))
    return round(number, digits)


def _must_fit(bits: int) -> None:
    """A mistake must not fill the memory, nor run for ever."""
    if bits > LARGEST:
        raise ValueError("a number in it is too large")


BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
UNARY: dict[type, Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
FUNCTIONS: dict[str, Callable[..., float]] = {
    "log": math.log, "log2": math.log2, "log10": math.log10, "log1p": math.log1p,
    "exp": math.exp, "sqrt": math.sqrt, "round": _rounded, "floor": math.floor, "ceil": math.ceil,
    "max": lambda *terms: max(terms), "min": lambda *terms: min(terms),
    "sum": lambda *terms: sum(terms), "comb": _combinations,
}  # fmt: skip
LARGEST = 10_000  # bits of a whole number
LONGEST = 500  # characters of a calculation
KNOWN = f"write it with numbers, + - * / // % **, brackets and {', '.join(FUNCTIONS)}"


def evaluate(text: str) -> float:
    """The value of a calculation.

    Raises:
        ValueError: for anything but numbers, + - * / // % **, brackets and `FUNCTIONS`, and for
            what has no finite value.
    """
    text = " ".join(text.split())
    try:
        if len(text) > LONGEST:
            raise ValueError(f"it has more than {LONGEST} characters")
        if "#" in text:
            raise ValueError("it has a comment")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python says of "1if 2else 3"
            tree = ast.parse(text, mode="eval")
        value = float(_value(tree.body))
        if not math.isfinite(value):
            raise ValueError("it comes to no finite number")
        return value
    except SyntaxError as error:
        reason = f"{error.msg}; {KNOWN}"
    except (TypeError, ArithmeticError, RecursionError, MemoryError, ValueError) as error:
        reason = str(error)
    shown = text if len(text) <= 60 else text[:59] + "…"
    raise ValueError(f"'{shown}' is no calculation: {reason}")


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(int() | float() as number) if not isinstance(number, bool):
            value: Any = number
        case ast.UnaryOp(sign, operand) if type(sign) in UNARY:
            value = UNARY[type(sign)](_value(operand))
        case ast.BinOp(left, sign, right) if type(sign) in BINARY:
            value = BINARY[type(sign)](_value(left), _value(right))
        case ast.Call(ast.Name(name), arguments, []) if name in FUNCTIONS:
            value = FUNCTIONS[name](*map(_value, arguments))
        case _:
            raise ValueError(f"'{ast.unparse(node)}' is not known here; {KNOWN}")
    if isinstance(value, int):
        _must_fit(value.bit_length())
    return value
