"""The terminal as it is: its width, its colours, and the characters it can show."""

import os
import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple, TextIO

from rich.console import Console

# What an ASCII terminal shows instead; the rest is decomposed, then replaced by '?'.
SPELLED = {
    "—": "--", "–": "-", "−": "-", "‐": "-", "‑": "-", "·": "*", "×": "x", "⋅": "*", "•": "*",
    "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⇔": "<=>", "↦": "|->", "↑": "^", "↓": "v",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~=", "≡": "==", "±": "+/-", "∞": "inf", "√": "sqrt",
    "∑": "sum", "∏": "prod", "∂": "d", "∇": "grad", "∈": " in ", "∝": " prop. to ", "∼": "~",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "u",
    "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi",
    "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "ℓ": "l",
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "…": "...", "′": "'", "″": '"', "°": " deg",
    "²": "^2", "³": "^3", "½": "1/2", "¼": "1/4", "‖": "||", "⊤": "^T", "ß": "ss", "ø": "o",
    "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "œ": "oe", "€": "EUR", "£": "GBP", "§": "Sec. ",
    "✓": "x", "█": "#", "░": ".", "─": "-", "│": "|", "━": "=", "▸": ">", "☐": "[ ]",
}  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ASCII_LOCALE = re.compile(r"(C|POSIX|.*ISO-?8859.*|.*ASCII.*|.*ANSI_X3.*)$", re.I)


class Look(NamedTuple):
    """How to draw: everything a view needs to know of the terminal."""

    width: int
    ascii_only: bool
    plain: bool = False  # no colour, no redrawing: line mode and pipes

    def text(self, words: str) -> str:
        """Words as this terminal can show them, without control characters."""
        return shown(words, self.ascii_only)

    def pick(self, unicode: str, ascii_form: str) -> str:
        """One of two drawings of the program's own."""
        return ascii_form if self.ascii_only else unicode


def shown(words: str, ascii_only: bool) -> str:
    """Words without control characters; spelled in ASCII where the terminal has no more."""
    words = CONTROL.sub("", words.expandtabs(4))
    if not ascii_only or words.isascii():
        return words
    return "".join(map(_spelled, words))


def _spelled(character: str) -> str:
    if character.isascii():
        return character
    if character in SPELLED:
        return SPELLED[character]
    folded = unicodedata.normalize("NFKD", character)
    return "".join(c for c in folded if c.isascii()) or (
        "" if unicodedata.combining(character) else "?"
    )


def make_console(stream: TextIO, plain: bool = False) -> Console:
    """A console that prints values as they are: no markup, no emoji codes, no guessed colours."""
    return Console(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=False,
        no_color=True if plain else None,
        force_terminal=False if plain else None,
    )


def look_at(console: Console, environment: Mapping[str, str] = os.environ) -> Look:
    """What this console can show."""
    locale = next(
        (environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), ""
    )
    narrow = "utf" not in (console.encoding or "ascii").lower()
    return Look(
        width=max(console.width, 20),
        ascii_only=narrow or (bool(ASCII_LOCALE.match(locale)) and "utf" not in locale.lower()),
        plain=not console.is_terminal,
    )
