"""Two values compared, and values in words: short, and as Python that can be pasted."""

from typing import Any

import numpy as np

SHOWN = 6  # numbers of an array that are shown
LISTED = 40  # values of a list in Python


def unlike(want: Any, got: Any, tolerance: float) -> tuple[str, str] | None:
    """How two values differ, as what is expected and what came; None where they do not."""
    if isinstance(want, list | tuple):
        if not isinstance(got, list | tuple) or len(got) != len(want):
            return f"{len(want)} values", short(got)
        found = (unlike(a, b, tolerance) for a, b in zip(want, got, strict=True))
        return next(filter(None, found), None)
    if isinstance(want, dict):
        if not isinstance(got, dict) or got.keys() != want.keys():
            return f"the keys {short(sorted(map(str, want)))}", short(got)
        found = (unlike(want[key], got[key], tolerance) for key in want)
        return next(filter(None, found), None)
    if want is None or isinstance(want, str):
        return None if type(want) is type(got) and want == got else (short(want), short(got))
    if got is None or isinstance(got, str | list | dict):
        return short(want), short(got)
    a, b = np.asarray(want), np.asarray(got)
    if a.shape != b.shape:
        return f"the shape {a.shape}", f"{b.shape}"
    if a.dtype.kind in "iub" and b.dtype.kind == "f" and a.size:
        return "whole numbers", "floats"
    one, other, a, b = a, b, a.astype(float), b.astype(float)
    finite = a[np.isfinite(a)]
    room = 1e-6 + tolerance * (np.abs(a) + (np.sqrt(np.mean(finite**2)) if finite.size else 0.0))
    with np.errstate(invalid="ignore"):
        near = (np.abs(a - b) <= np.where(np.isfinite(a), room, 0)) | (a == b)
    near |= np.isnan(a) & np.isnan(b)
    if near.all():
        return None
    if a.size > SHOWN:
        at = tuple(int(n) for n in np.argwhere(~near)[0])
        place = f" at {list(at)}"
        return short(one[at]) + place, short(other[at])
    return short(one), short(other)


def short(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, float | np.floating):
        return f"{value:.4g}"
    if isinstance(value, np.ndarray):
        if value.size > SHOWN:
            return f"an array {value.shape}"
        return " ".join(np.array2string(value, precision=4, suppress_small=True).split())
    if isinstance(value, list | tuple):
        return f"({', '.join(map(short, value[:SHOWN]))})"
    words = " ".join(str(value).split())
    return words if len(words) <= 60 else words[:57] + "..."


def python(value: Any, make: str) -> str:
    """A value as one would type it; arrays to four digits."""
    if isinstance(value, np.ndarray):
        if not value.ndim:
            return f"{value.item():.6g}" if value.dtype.kind == "f" else str(value.item())
        text = np.array2string(value, 72, 4, True, separator=", ", threshold=200)
        return f"{make}({text})"
    if isinstance(value, list | tuple):
        more = ", ..." if len(value) > LISTED else ""
        return f"[{', '.join(python(each, make) for each in value[:LISTED])}{more}]"
    return f"{value:.6g}" if isinstance(value, float) else repr(value)
