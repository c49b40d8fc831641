"""The settings of a demo: the fields of its `Config`, their bounds, and how one is changed.

A demo writes its settings as annotated fields; the comment beside each in the source is its help:

    steps: Count = 200  # 4 s a loss on two cores
"""

import inspect
import io
import math
import tokenize
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from contrastive_drill.demo.result import Value
from contrastive_drill.errors import UsageProblem
from contrastive_drill.spelling import UnknownName


@dataclass(frozen=True, slots=True)
class Within:
    """The bounds of a number; `open_low` and `open_high` exclude the bound itself."""

    low: float
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def __contains__(self, value: float) -> bool:
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return above and below

    def __str__(self) -> str:
        least, most = _short(self.low), _short(self.high)
        low = f"above {least}" if self.open_low else f"{least} or more"
        if math.isinf(self.high):
            return low
        if not (self.open_low or self.open_high):
            return f"{least} to {most}"
        return f"{low} and {'below' if self.open_high else 'at most'} {most}"


def _short(number: float) -> str:
    """The shortest text that gives a number exactly: 1e9, 0.5, 1500."""
    short = f"{number:g}".replace("e+0", "e")
    return short if float(short) == number else str(number)


Count = Annotated[int, Within(1, 10**9)]
Few = Annotated[int, Within(2, 1500)]  # of the pairs that there are
Positive = Annotated[float, Within(0, open_low=True)]
Amount = Annotated[float, Within(0)]
Share = Annotated[float, Within(0, 1, open_low=True, open_high=True)]
Shares = Annotated[tuple[float, ...], Within(0, 1, open_low=True, open_high=True)]

KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a word"}
LISTED = "numbers with commas between"

Device = Literal["auto", "cpu", "cuda", "mps"]
# The fields that every `Config` begins with: their type and their help.
COMMON: dict[str, tuple[Any, str]] = {
    "seed": (Annotated[int, Within(0, 2**63 - 1)], "of every random number"),
    "device": (Device, "auto takes CUDA, then MPS, then the processor"),
}


class Option(NamedTuple):
    """One field of a `Config`."""

    name: str
    value: Value
    kind: Any  # int, float, bool, str or tuple
    bounds: Within | None
    words: str  # its help
    choices: tuple[str, ...] = ()  # the only values allowed, if any

    @property
    def allowed(self) -> str:
        """The allowed values, in words."""
        if self.choices:
            return f"{', '.join(self.choices[:-1])} or {self.choices[-1]}"
        kind = LISTED if self.kind is tuple else KINDS[self.kind]
        return f"{kind}, {self.bounds}" if self.bounds else kind


def options(config: Any) -> tuple[Option, ...]:
    """The fields of a frozen dataclass, with bounds from their annotations."""
    hints = get_type_hints(type(config), include_extras=True)
    comments = _words(type(config))
    result = []
    for field in fields(config):
        hint, words = COMMON.get(field.name, (hints[field.name], ""))
        bounds: Within | None = None
        choices: tuple[str, ...] = ()
        if get_origin(hint) is Annotated:
            hint, bounds = get_args(hint)[:2]
        if get_origin(hint) is Literal:
            hint, choices = str, get_args(hint)
        kind = get_origin(hint) or hint
        value = getattr(config, field.name)
        words = comments.get(field.name, words)
        result.append(Option(field.name, value, kind, bounds, words, choices))
    return tuple(result)


def changed(config: Any, settings: list[str]) -> Any:
    """The config with some of its fields set by texts such as "steps=100".

    Raises:
        UsageProblem: for a text without "=", an unknown field, or a value that is not allowed.
    """
    known = {option.name: option for option in options(config)}
    values = {}
    for text in settings:
        name, equals, spelt = (part.strip() for part in text.partition("="))
        if not equals:
            raise UsageProblem(f"--set {text!r} has no '=': write --set name=value")
        if name not in known:
            raise UnknownName(f"there is no setting '{name}'", name, known)
        values[name] = _read(known[name], spelt)
    return replace(config, **values)


def _read(option: Option, text: str) -> Value:
    """The value of a text, if the option allows it."""
    wrong = UsageProblem(f"{option.name} must be {option.allowed}, not {text!r}"[:200])
    if option.kind is str:
        if option.choices and text not in option.choices:
            raise wrong
        return text
    value: Value
    numbers: tuple[float, ...]
    try:
        if option.kind is bool:
            return {"true": True, "false": False}[text.lower()]
        if option.kind is tuple:
            value = numbers = tuple(float(part) for part in text.split(","))
        else:
            number = option.kind(text)
            value, numbers = number, (number,)
        finite = all(map(math.isfinite, numbers))
    except (KeyError, ValueError, OverflowError):
        raise wrong from None
    if not finite or (option.bounds and not all(number in option.bounds for number in numbers)):
        raise wrong
    return value


def spelt(value: Value) -> str:
    """A value in the form that `--set` reads."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_short, value)) if isinstance(value, tuple) else str(value)


def _words(kind: type) -> dict[str, str]:
    """The comment that ends the line of each field."""
    try:
        source = inspect.getsource(kind)
    except (OSError, TypeError):  # the source is not installed
        return {}
    comments: dict[str, str] = {}
    name = ""
    for token in tokenize.generate_tokens(io.StringIO(inspect.cleandoc(source)).readline):
        if token.type == tokenize.NAME and not token.line[: token.start[1]].strip():
            name = token.string
        elif token.type == tokenize.COMMENT and token.line[: token.start[1]].strip():
            comments[name] = token.string.removeprefix("#").strip()
    return comments
