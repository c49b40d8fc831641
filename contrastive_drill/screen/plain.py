"""Plain words on any terminal: no control characters, ASCII where there is no more."""

import os
import sys
import unicodedata
from collections.abc import Mapping
from typing import TextIO

# What an ASCII terminal shows instead; the rest is decomposed, then replaced by '?'.
SPELLED = {
    "—": "--", "–": "-", "−": "-", "‐": "-", "‑": "-", "·": "*", "×": "x", "⋅": "*", "•": "*",
    "÷": "/", "ᵀ": "^T",
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
CONTROLS = (0, 9), (0xB, 0x20), (0x7F, 0xA0), (0x202A, 0x202F), (0x2066, 0x206A)
CONTROL = {code: None for begin, end in CONTROLS for code in range(begin, end)}
ASCII_LOCALES = ("ISO8859", "ISO-8859", "ASCII", "ANSI_X3")


def shown(words: str, ascii_only: bool) -> str:
    """Words without control characters; spelled in ASCII where the terminal has no more."""
    if not words.isprintable():
        words = words.expandtabs(4).translate(CONTROL)
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


def is_ascii(encoding: str | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a stream of an encoding, in this locale, can show ASCII only."""
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "").upper()
    if "utf" not in (encoding or "ascii").lower():
        return True
    named = locale in ("C", "POSIX") or any(name in locale for name in ASCII_LOCALES)
    return named and "UTF" not in locale


def say(words: str, stream: TextIO | None = None) -> None:
    """Print lines to stdout, or to another stream."""
    stream = stream or sys.stdout
    encoding = stream.encoding or "ascii"
    for line in words.split("\n"):
        text = shown(line, is_ascii(encoding))
        # A file's name may hold bytes that no encoding has.
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream)


def complain(message: str) -> None:
    """Say one line on stderr."""
    sys.stdout.flush()
    say(f"contrastive-drill: {message}".replace("\n", " "), sys.stderr)
