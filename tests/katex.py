"""The formulas of the fixture `formula/katex.json`, as KaTeX reads them and as we do.

`formula/katex.mjs` writes what KaTeX makes of them.
"""

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from typing import NamedTuple

from contrastive_drill.formula.mathml import mathml

FIXTURE = Path(__file__).parent / "formula" / "katex.json"
# One sign, two characters: KaTeX's, ours.
SIGNS = str.maketrans(
    {
        "∣": "|", "∥": "||", "‖": "||", "⋅": "·", "∗": "*", "≔": ":=", "≕": "=:", "⩽": "≤",
        "⩾": "≥", "ˉ": "‾", "⃗": "→", "ˊ": "´", "ˋ": "`", "⃛": "...", "‘": "`", "’": "'",
    }
)  # fmt: skip
INVISIBLE = re.compile(r"[\s\u200b\u2061-\u2064]")
NAMED = re.compile(
    r"(?:hat|tilde|bar|d{0,3}ot|vec|check|breve|acute|grave|ring|overline|underline|leftarrow"
    r"|binom)\("
)
ACCENT = re.compile(r"[_^]\{[~→←‾_⏞⏟]\}")
# What a message says when the remedy is plain: close what was opened, or the remedy itself.
REMEDY = re.compile(r": .|\(.+\)|without its ")


class Reading(NamedTuple):
    """A formula, and how KaTeX reads it; None where it refuses the formula."""

    tex: str
    read: str | None


@cache
def readings() -> tuple[Reading, ...]:
    """Every formula of the fixture."""
    kept = json.loads(FIXTURE.read_text("utf-8"))["formulas"]
    return tuple(
        Reading(each["tex"], plain(each["read"]) if "read" in each else None) for each in kept
    )


def reading(tex: str) -> str:
    """How we read a formula, in the form of the fixture.

    Raises:
        TexError: for a formula that is refused.
    """
    return plain(_shape(ET.fromstring(mathml(tex))))


def plain(text: str) -> str:
    """A reading with one character for one sign."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text.translate(SIGNS)).translate(SIGNS))


def letters(drawn: str) -> str:
    """The letters and digits of a drawing or a reading, in order."""
    return "".join(filter(str.isalnum, _spelled(drawn)))


def signs(drawn: str) -> str:
    """The relations, operators and other signs of a one-row form or a reading, in order."""
    text = _spelled(ACCENT.sub("", drawn))
    return "".join(c for c in text if unicodedata.category(c) in ("Sm", "So") and c not in "|‖√─")


def _spelled(drawn: str) -> str:
    text = NAMED.sub(
        "(", unicodedata.normalize("NFKD", drawn.replace("\u20d7", "").translate(SIGNS))
    )
    for sign, meaning in (
        ("∛", "3"),
        ("∜", "4"),
        ("⊤", "T"),
        ("ɑ", "α"),
        ("ı", "i"),
        ("ˇ", ""),
        ("°", "∘"),
        ("-", "−"),
    ):
        text = text.replace(sign, meaning)
    return text


def _shape(element: ET.Element) -> str:
    """The mirror of `shape` in katex.mjs."""
    parts = [_shape(child) for child in element]
    first, second, third = [*parts, "", "", ""][:3]
    match element.tag:
        case "mfrac":
            return f"{{{first}/{second}}}"
        case "msqrt":
            return f"√{{{first}}}"
        case "mroot":
            return f"√[{second}]{{{first}}}"
        case "msub" | "munder":
            return f"{first}_{{{second}}}"
        case "msup" | "mover":
            return f"{first}^{{{second}}}"
        case "msubsup" | "munderover":
            return f"{first}_{{{second}}}^{{{third}}}"
        case "mtr":
            return f"{'&'.join(parts)};"
        case "mtable":
            return f"[{''.join(parts)}]"
    return (element.text or "") + "".join(parts)
