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
MEASURE = 90  # columns of text at most: longer lines are hard to read
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


def say(words: str, stream: TextIO | None = None, indent: str = "", *, whole: bool = False) -> None:
    """Print lines to stdout, or to another stream.

    On a terminal a long line is broken between words, what follows behind an indent; not `whole`
    ones, which are for other programs.
    """
    stream = stream or sys.stdout
    encoding = stream.encoding or "ascii"
    for line in words.split("\n"):
        text = shown(line, is_ascii(encoding))
        # A file's name may hold bytes that no encoding has.
        text = text.encode(encoding, "backslashreplace").decode(encoding)
        print(text if whole or not stream.isatty() else _broken(text, indent), file=stream)


def _broken(line: str, indent: str) -> str:
    """A line as several that fit the terminal; a word that is too long stays whole."""
    from shutil import get_terminal_size
    from textwrap import fill

    width = min(get_terminal_size().columns, MEASURE)
    if len(line) <= width:
        return line
    return fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def is_dumb() -> bool:
    """Whether the terminal only prints: it has no cursor to move, and keys come by the line."""
    return os.environ.get("TERM", "").lower() in ("dumb", "unknown")


def ask(prompt: str) -> str:
    """A line, typed under a prompt.

    Raises:
        KeyboardInterrupt: when there is none, as where a menu is left.
    """
    say(f"{prompt}:")
    sys.stdout.flush()
    if not (line := sys.stdin.readline()):
        raise KeyboardInterrupt
    return line.strip()


def complain(message: str) -> None:
    """Say one line on stderr."""
    sys.stdout.flush()
    say(f"contrastive-drill: {message}".replace("\n", " "), sys.stderr)
