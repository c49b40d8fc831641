"""What a typed number can mean: with either separator, as precise as it was written, in units."""

import re

from contrastive_drill.cards.quantity import Number, Quantity, measure, read

# Thousands to some and a fraction to others: 3,467 and 32.768.
AMBIGUOUS = re.compile(r"(?<![\d.,])([1-9]\d{0,2})([.,])(\d{3})(?![\d.,])")
WRITTEN_OUT = re.compile(r"\W*(\d+)(?:[.,](\d+))?(?:[eE]([-+]?\d+))?(?!\s*[\d.,/^*x×·])")
EXACTLY = re.compile(r"\bdigits?\b|\bdecimals?\b|\bwhole number\b|\bexact|\bnearest\b", re.I)
FEWEST = 2  # digits, which suffice where the question asks for no precision


def readings(text: str) -> list[Quantity]:
    """The quantities that a text may stand for, the usual one first; none where it is no number."""

    def otherwise(match: re.Match[str]) -> str:
        point = "." if match[2] == "," else ""
        return f"{match[1]}{point}{match[3]}"

    both = (read(text), read(AMBIGUOUS.sub(otherwise, text)))
    return list(dict.fromkeys(each for each in both if each))


def rounding(text: str) -> float:
    """Half of what the last digit counts for; 0 for fewer than two digits and for calculations."""
    match = WRITTEN_OUT.match(text)
    if match is None:
        return 0.0
    whole, decimals, power = match[1], match[2] or "", int(match[3] or 0)
    digits = whole.rstrip("0") if not decimals else whole + decimals
    if len(digits.lstrip("0")) < FEWEST:
        return 0.0
    exponent = power - len(decimals) + len(whole + decimals) - len(digits)
    return 0.5 * 10.0**exponent if abs(exponent) < 100 else 0.0


def rounds_to(number: Number, given: Quantity, half: float, *others: Quantity) -> bool:
    """Whether a number rounds to what was given, and none of the others does."""
    value = number.converted(given)
    if not value or not half or not given.value:
        return False
    room = half * abs(value / given.value) * (1 + 1e-9)
    near = [abs(each.value - value) <= room for each in (number.wanted, *others)]
    return near == [True, *(False for _ in others)]


def in_named_unit(given: Quantity, number: Number, words: str) -> Quantity:
    """A plain number for a count of what the card's words name, such as 74 tokens of a batch."""
    thing = measure(given.unit)[0]
    is_named = thing.isalpha() and re.search(rf"\b{re.escape(thing)}s?\b", words, re.I)
    return Quantity(given.value) if is_named and not number.wanted.unit else given
