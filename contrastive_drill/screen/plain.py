"""Plain words on any terminal: no control characters, ASCII where there is no more."""

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
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
# They join letters of some scripts, and emoji; between ASCII ones they only hide in a word.
STRAY_JOINERS = re.compile(r"(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
ASCII_LOCALES = ("ISO8859", "ISO-8859", "ASCII", "ANSI_X3")


class _Visible(dict[int, str | None]):
    """What stands for each character that is not printable, found when it is first met."""

    def __missing__(self, code: int) -> str | None:
        self[code] = self._of(chr(code), code)
        return self[code]

    @staticmethod
    def _of(character: str, code: int) -> str | None:
        category = unicodedata.category(character)
        if category == "Cs":  # half a pair; the last 128 are bytes of a file's name
            return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code < 0xDD00 else f"\\u{code:04x}"
        if category in ("Zl", "Zp"):
            return " "
        hidden = category in ("Cc", "Cf") or code & 0xFFFE == 0xFFFE
        return None if hidden and character not in "\n\u200c\u200d" else character


VISIBLE = _Visible()


def shown(words: str, ascii_only: bool = False) -> str:
    """Words as any reader may have them, spelled in ASCII where a terminal has no more.

    Nothing in them moves a cursor, turns the direction of writing or hides: no control or
    invisible character; a byte of a file's name that no encoding has is written out.
    """
    if not words.isprintable():
        words = STRAY_JOINERS.sub("", words.expandtabs(4).translate(VISIBLE))
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


def say(
    words: str | Iterable[str],
    stream: TextIO | None = None,
    indent: str = "",
    *,
    whole: bool = False,
) -> None:
    """Print a line, or several, to stdout or to another stream.

    A line is one line whatever file is named in it. On a terminal a long one is broken between
    words, what follows behind an indent; not a `whole` text, which is for other programs.
    """
    stream = stream or sys.stdout
    if isinstance(words, str):
        words = words.split("\n") if whole else [words]
    for line in words:
        text = shown(line.replace("\n", " "), is_ascii(stream.encoding))
        text = text if whole or not stream.isatty() else _broken(text, indent)
        print(
            text, file=stream
        )  # the only place that prints words: the linter holds the rest to it


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
    say(f"contrastive-drill: {message}", sys.stderr)
