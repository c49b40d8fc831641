"""Numbers in few digits, with the letter of a thousand, a million and so on."""

import math

UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
HUGE = 1e15  # from here on the units run out


def figure(value: float, digits: int = 3, *, plain: float = 1e4, small: float = 1e-4) -> str:
    """A number in at most so many significant digits, 3 or more: 0.5, 1234, 2.5M, 3e-7.

    Whole digits are kept below `plain`; below `small` it gets an exponent.
    """
    return _spelt(value, digits, plain, small, "")


def measured(value: float, digits: int = 3) -> str:
    """A measured number in so many significant digits, zeros at the end too: 0.500, 12.3, 2.50M.

    A whole number is taken to be a count, and has no decimals.
    """
    exact = float(value).is_integer() and abs(value) < 1e4
    return _spelt(value, digits, 1e4, 1e-3, "" if exact else "#")


def _spelt(value: float, digits: int, plain: float, small: float, zeros: str) -> str:
    if not math.isfinite(value) or not value:
        return f"{value:g}"
    rounded = float(f"{value:.{digits - 1}e}")
    size, unit = abs(rounded), ""
    if size >= HUGE or size < small:
        mantissa, _, exponent = f"{value:{zeros}.{digits - 1}e}".partition("e")
        if "." in mantissa and not zeros:
            mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}e{int(exponent)}"
    if size >= plain:
        divisor, unit = next((by, name) for by, name in UNITS if size >= by)
        rounded /= divisor
    elif size >= 10**digits:
        return f"{value:.0f}"
    return f"{rounded:{zeros}.{digits}g}".rstrip(".") + unit
