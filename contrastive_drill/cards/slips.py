"""The likely slip behind a wrong number: one the card knows, bits for bytes, another prefix."""

import math
from collections.abc import Iterable
from contextlib import suppress

from contrastive_drill.cards.arithmetic import evaluate
from contrastive_drill.cards.quantity import Number, Quantity, measure

# A family, the ratio of what was typed to what was wanted, and the mistake it betrays there.
SLIPS = (
    ("MAC", 2.0, "twice as much: are those FLOPs? A multiply-add is two"),
    ("FLOP", 0.5, "half of it: are those multiply-adds? Each is two FLOPs"),
    ("byte", 8.0, "eight times as much: bits for bytes?"),
    ("byte", 1 / 8, "an eighth of it: divided by 8 once too often, or b (bits) for B (bytes)?"),
    ("byte", 2.0**10 / 1e3, "2 % too much: 1000 and 1024 exchanged?"),
    ("byte", 1e3 / 2.0**10, "2 % too little: 1000 and 1024 exchanged?"),
    ("byte", 2.0**20 / 1e6, "5 % too much: powers of 1000 and of 1024 exchanged?"),
    ("byte", 1e6 / 2.0**20, "5 % too little: powers of 1000 and of 1024 exchanged?"),
    ("byte", 2.0**30 / 1e9, "7 % too much: powers of 1000 and of 1024 exchanged?"),
    ("byte", 1e9 / 2.0**30, "7 % too little: powers of 1000 and of 1024 exchanged?"),
    ("nat", 1 / math.log(2), "1.44 times as much: log₂ where ln is meant?"),
    ("nat", 1 / math.log(10), "0.43 of it: log₁₀ where ln is meant?"),
    ("bit", math.log(2), "0.69 of it: ln where log₂ is meant?"),
    ("bit", math.log10(2), "0.30 of it: log₁₀ where log₂ is meant?"),
    ("%", 0.01, "a hundredth of it: a share for a percentage?"),
    ("share", 100.0, "a hundred times as much: a percentage for a share?"),
    ("any", 2.0, "twice as much: a factor of 2 too many?"),
    ("any", 0.5, "half of it: a factor of 2 left out?"),
    ("any", -1.0, "the sign is the other way round"),
)
PREFIXES = tuple(base**power for base in (1e3, 2.0**10) for power in (-3, -2, -1, 1, 2, 3))
NEAR = 0.005  # of a ratio


def slip_values(slips: Iterable[tuple[str, str]], unit: str) -> dict[str, Quantity]:
    """What each slip comes to, by what is wrong with it; what is no calculation is left out."""
    values = {}
    for gives, why in slips:
        with suppress(ValueError):
            values[why] = Quantity(evaluate(gives), unit)
    return values


def slip_made(slips: Iterable[tuple[str, str]], number: Number, given: Quantity) -> str:
    """What was done by mistake, where one of a card's slips comes to the answer given; else ""."""
    for why, wrong in slip_values(slips, number.wanted.unit).items():
        if number._replace(wanted=wrong).accepts(given):
            return f"{why}?"
    return ""


def told_apart(slips: tuple[tuple[str, str], ...], number: Number) -> tuple[tuple[str, str], ...]:
    """The slips without those that come to the very number, which for this draw are none."""
    wanted = number.wanted
    same = [
        why
        for why, value in slip_values(slips, wanted.unit).items()
        if math.isclose(value.value, wanted.value, rel_tol=1e-9)
    ]
    return tuple(slip for slip in slips if slip[1] not in same)


def accepted_slips(slips: Iterable[tuple[str, str]], number: Number) -> list[str]:
    """Why each slip that the tolerance would take for right is one."""
    wrong = slip_values(slips, number.wanted.unit)
    return [why for why, value in wrong.items() if number.accepts(value)]


def remark(number: Number, given: Quantity) -> str:
    """What is likely wrong with an answer that is not near enough; "" when nothing is known."""
    wanted, value = number.wanted, number.converted(given)
    unit = wanted.unit
    family, scale = measure(unit)
    if value is None:
        words = f"the unit is {unit or 'none: a plain number'}"
        both = {family, given.size[0]}
        return f"a multiply-add is two FLOPs; {words}" if both == {"FLOP", "MAC"} else words
    if not wanted.value or not math.isfinite(value):
        return ""
    ratio = value / wanted.value
    kinds = {"any", family, "%" if scale == 0.01 else ""}
    if not unit and abs(wanted.value) <= 1:
        kinds.add("share")
    for kind, slip, words in SLIPS:
        if kind in kinds and abs(ratio / slip - 1) < NEAR:
            return words
    takes_prefix = scale > 1 or family not in ("", "nat")
    if takes_prefix and any(abs(ratio / slip - 1) < NEAR for slip in PREFIXES):
        times = f"{ratio:.4g}" if ratio > 1 else f"1/{1 / ratio:.4g}"
        return f"{times} times as much: is the prefix right?"
    return ""
