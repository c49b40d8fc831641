"""Numbers with a unit as a person types them, and whether two of them agree."""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

# A comma before other than three digits, or after 0, is a decimal comma: 1,024 is more than a
# thousand, 10,4 and 0,512 are not.
SPACE = "[_'’ \u00a0\u2009\u202f]"
COMMAS, SPACED = (rf"(?!0)\d{{1,3}}(?:{between}\d{{3}})+(?!\d)" for between in (",", SPACE))
NUMBER = (
    rf"[-+−]?(?:{COMMAS}(?:\.\d*)?|{SPACED}(?:\.\d*|,\d+)?|\d+(?:\.\d*|,\d+)?|\.\d+)"
    r"(?:[eE][-+−]?\d{1,3})?"
)
# Patterns are compiled when one is first used: the first card of most reviews has no number.
WRITTEN = (
    rf"(?:(?i:about|around|roughly|ca\.?)|[~≈=])?\s*(?P<minus>[-−]\s+)?(?P<first>{NUMBER})"
    rf"(?:\s*(?P<sign>\*\*|\^|/|[x×*·⋅]\s*10\s*(?:\^|\*\*))\s*(?P<second>{NUMBER}))?"
    # A unit begins with a letter; what looks like more of the number is none.
    r"\s*(?P<unit>[%×]|-?(?![eEx]\s*[-+−]?\d)[^\W\d_].*)?\.?"
)
GROUPS = rf"[-+]?(?:{COMMAS}|{SPACED})"
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
SUPERSCRIPT = "[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+"
BESIDE = r"\s*(?:\(.*\)|\bof\s.*)"  # "GB (decimal)", "GB of memory"

SCALES = {
    "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40,
    "kilo": 1e3, "mega": 1e6, "giga": 1e9, "tera": 1e12,
    "kibi": 2.0**10, "mebi": 2.0**20, "gibi": 2.0**30, "tebi": 2.0**40,
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12,
}  # fmt: skip
COUNTED = {
    "token": "token", "tok": "token", "vector": "vector", "pair": "pair",
    "parameter": "parameter", "param": "parameter", "weight": "parameter",
    "dimension": "dimension", "dim": "dimension",
}  # fmt: skip
# Units that take the prefixes above, by their family. Two families never agree: a MAC is no FLOP.
PREFIXED = {
    "": "", "B": "byte", "byte": "byte", "b": "bit", "bit": "bit", "FLOP": "FLOP",
    "MAC": "MAC", "multiply-add": "MAC", **COUNTED,
}  # fmt: skip
FIXED = {
    "%": ("", 0.01), "percent": ("", 0.01),
    "x": ("", 1.0), "×": ("", 1.0), "times": ("", 1.0), "fold": ("", 1.0), "-fold": ("", 1.0),
    "nat": ("nat", 1.0),
    "s": ("second", 1.0), "sec": ("second", 1.0), "second": ("second", 1.0),
    "ms": ("second", 1e-3), "us": ("second", 1e-6), "µs": ("second", 1e-6), "μs": ("second", 1e-6),
    "min": ("second", 60.0), "minute": ("second", 60.0),
    "h": ("second", 3600.0), "hour": ("second", 3600.0), "day": ("second", 86400.0),
}  # fmt: skip
# What one unit of the first family is in the second. A bit is 1/8 byte of storage, or ln 2 nats of
# information; no byte is a nat.
RATES = {
    ("bit", "byte"): 1 / 8, ("byte", "bit"): 8.0,
    ("bit", "nat"): math.log(2), ("nat", "bit"): 1 / math.log(2),
}  # fmt: skip


def _spellings() -> Iterator[tuple[str, tuple[str, float]]]:
    yield from FIXED.items()
    for unit, family in PREFIXED.items():
        yield unit, (family, 1.0)
        for prefix, scale in SCALES.items():
            yield prefix + unit, (family, scale)
    for unit, family in COUNTED.items():
        yield "B" + unit, (family, 1e9)  # 7B parameters


UNITS = dict(_spellings())
# For those who do not care about capitals: gflops, gb, gib. A byte goes before a bit.
FOLDED = {name.lower(): size for name, size in reversed(UNITS.items()) if len(name) > 1}
FAMILIES = {family for family, _ in UNITS.values()} | {""}


class Quantity(NamedTuple):
    """A number and its unit as written, such as 2.1 and "GiB"; "" for a plain number."""

    value: float
    unit: str = ""

    def __str__(self) -> str:
        gap = "" if self.unit in ("", "×") else " "
        is_long = 9999 < abs(self.value) < 1e12
        number = f"{self.value:.0f}" if is_long else f"{self.value + 0.0:.4g}"  # no −0
        return f"{number}{gap}{self.unit}"

    @property
    def size(self) -> tuple[str, float]:
        """The family of its unit, and the number in the family's own unit."""
        family, scale = measure(self.unit)
        return family, self.value * scale


class Number(NamedTuple):
    """The number a card asks for, and how far off an answer may be."""

    wanted: Quantity
    tolerance: float  # in the unit of `wanted`, or a share of its value when `relative`
    relative: bool = True

    def __str__(self) -> str:
        room = f"{100 * self.tolerance:g} %" if self.relative else f"{self.tolerance:g}"
        return f"{self.wanted}, give or take {room}"

    def accepts(self, given: Quantity) -> bool:
        """Whether an answer is near enough; one without a unit is taken in the wanted unit."""
        value = self.converted(given)
        # A hair more, so that 9.4 is within 0.1 of 9.5 in binary too.
        room = self.slack * (1 + 1e-9) + 1e-300
        return value is not None and abs(value - self.wanted.value) <= room

    @property
    def slack(self) -> float:
        """How far off an answer may be, in the wanted unit."""
        return self.tolerance * (abs(self.wanted.value) if self.relative else 1)

    def converted(self, given: Quantity) -> float | None:
        """The answer in the wanted unit; None where the units measure different things."""
        family, scale = measure(self.wanted.unit)
        other, size = given.size
        counts = family in COUNTED.values() or (family == "" and scale > 1)
        if not given.unit:  # or in full: 2400000 where "2.4 million" is wanted
            in_full = scale > 1 and abs(size) > abs(self.wanted.value) * math.sqrt(scale)
            return size / scale if in_full else size
        if counts and given.unit == "B":  # a model of 7B
            return given.value * 1e9 / scale
        is_bare = other == "" and measure(given.unit)[1] > 1  # 35 G for GFLOPs, 2 million tokens
        is_count = counts and family == "" and other in COUNTED.values()
        rate = 1.0 if other == family or is_bare or is_count else RATES.get((other, family))
        return None if rate is None else size * rate / scale


def is_unit(unit: str) -> bool:
    """Whether a word is a unit known here; no word at all is one."""
    return measure(unit)[0] in FAMILIES


def measure(unit: str) -> tuple[str, float]:
    """The family of a unit, and its size there; a word that is no unit is a family of its own."""
    words = re.sub(BESIDE, "", unit).rstrip(".").replace(" ", "")
    for known, name in ((UNITS, words), (FOLDED, words.lower())):
        for spelling in (name, name.removesuffix("s")):
            if spelling in known:
                return known[spelling]
    return words.lower().removesuffix("s"), 1.0


def read(text: str) -> Quantity | None:
    """A quantity in any usual spelling: 1,024 · 2.1e9 B · 2^31 · 1/16 · 3 × 10⁸ · 6 % · ~9.4 nats.

    None for a text that is not one number and its unit.
    """
    text = re.sub(SUPERSCRIPT, lambda raised: "^" + raised[0].translate(RAISED), text.strip())
    match = re.fullmatch(WRITTEN, text.replace("^^", "^"))
    if match is None:
        return None
    first, sign = _number(match["first"]), match["sign"]
    try:
        second = _number(match["second"]) if sign else 1.0
        if sign == "/":
            first /= second
        elif sign in ("^", "**"):
            first = math.copysign(abs(first) ** second, first)  # as in −2^31, without brackets
        elif sign:
            first *= 10.0**second
    except ArithmeticError:
        return None
    unit = " ".join((match["unit"] or "").split())
    return Quantity(-first if match["minus"] else first, unit) if math.isfinite(first) else None


def _number(text: str) -> float:
    text = text.replace("−", "-")
    if groups := re.match(GROUPS, text):
        text = re.sub(f",|{SPACE}", "", groups[0]) + text[groups.end() :]
    return float(text.replace(",", "."))
