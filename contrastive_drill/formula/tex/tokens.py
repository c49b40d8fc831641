r"""The tokens of a formula with their places, and the error that names a place."""

import re
import unicodedata
from collections.abc import Iterable

from contrastive_drill.spelling import near_word

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.|$)|\s+|.[\u0300-\u036f\u20d0-\u20ff]*", re.DOTALL)
MAX_FORMULA = 2_000  # characters: the dearest of them is drawn in a tenth of a second
_ACCENTS = ((0x0300, 0x036F), (0x20D0, 0x20FF))
_LENGTH = r"\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm)\s*\]"
# Characters of one column or two, depending on the version of Unicode and the terminal.
_UNSETTLED = (
    (0x1160, 0x11FF), (0x2630, 0x2637), (0x268A, 0x268F), (0x3164, 0x3164), (0x4DC0, 0x4DFF),
    (0xD7B0, 0xD7FF), (0xFFA0, 0xFFA0), (0x1D300, 0x1D37F), (0x1F3FB, 0x1F3FF),
)  # fmt: skip
_WRAPPERS = (("$$", "$$"), (r"\[", r"\]"), (r"\(", r"\)"), ("$", "$"))


class TexError(ValueError):
    """A formula that cannot be parsed; the message says what is wrong, and at which character."""


class Tokens:
    """The tokens of a formula without the dollars around it, read from left to right.

    A token is a command with its backslash, a run of blanks, or a character with its accents; the
    end is the empty token.
    """

    __slots__ = ("_at", "_places", "_source", "_texts", "past")

    def __init__(self, source: str) -> None:
        if len(source) > MAX_FORMULA:
            raise TexError(f"more than {MAX_FORMULA:,} characters: break it into several")
        _check_characters(source)
        start, end = _inside(source)
        if not source[start:end].strip():
            raise TexError("the formula is empty")
        tokens = [(m.group(), m.start()) for m in _TOKEN.finditer(source, start, end)]
        self._texts = [text for text, _ in tokens] + [""]
        self._places = [place for _, place in tokens] + [end]
        self._source = source
        self._at = 0
        self.past = 0  # the place of the token last taken

    def raw(self) -> str:
        """The next token, blank or not, without taking it."""
        return self._texts[self._at]

    def take_raw(self) -> str:
        """Take the next token, blank or not."""
        text = self._texts[self._at]
        self.past = self._places[self._at]
        if text:
            self._at += 1
        return text

    def peek(self) -> str:
        """The next token that is not blank, without taking it; blanks before it are taken."""
        text = self._texts[self._at]
        if text.isspace():
            self._at += 1  # a run of blanks is one token
            text = self._texts[self._at]
        return text

    def take(self) -> str:
        """Take the next token that is not blank."""
        self.peek()
        return self.take_raw()

    def ahead(self) -> str:
        """The token that is not blank after the one of `peek`."""
        following = self._texts[self._at + 1 : self._at + 3]
        return next((text for text in following if not text.isspace()), "")

    def skip_length(self) -> None:
        r"""Skip the length that may follow the end of a line, as in `\\[2pt]`."""
        if self.peek() != "[":
            return
        if length := re.compile(_LENGTH).match(self._source, self._places[self._at]):
            while self._texts[self._at] and self._places[self._at] < length.end():
                self._at += 1

    def error(self, problem: str, hint: str = "") -> TexError:
        """The problem with the token last taken."""
        text = f"{problem} at character {self.past + 1}" + (hint and f": {hint}")
        return TexError(" ".join(text.split()))

    def unknown(self, what: str, word: str, known: Iterable[str], mark: str = "") -> TexError:
        """The error for an unknown word, with the nearest known one."""
        near = near_word(word, known)
        return self.error(
            f"unknown {what} {mark}{word}", f"did you mean {mark}{near}?" if near else ""
        )


def _inside(source: str) -> tuple[int, int]:
    """The start and end of the formula inside its dollars."""
    start, end = len(source) - len(source.lstrip()), len(source.rstrip())
    for left, right in _WRAPPERS:
        body = source[start:end]
        if len(body) >= len(left + right) and body.startswith(left) and body.endswith(right):
            return start + len(left), end - len(right)
    return start, max(start, end)


def _check_characters(source: str) -> None:
    """Refuse control characters, and characters without a definite width."""
    if source.isascii() and source.isprintable():
        return
    before = ""
    for place, character in enumerate(source):
        code = ord(character)
        category = unicodedata.category(character)
        if category[0] in "CZ" and character not in "\t\n\r \u00a0":
            problem = "is not a printable character"
        elif any(low <= code <= high for low, high in _UNSETTLED):
            problem = "has no width that terminals agree on"
        elif category[0] == "M" and not (
            before[:1] in ("L", "N", "S") and any(low <= code <= high for low, high in _ACCENTS)
        ):
            problem = "is an accent without a letter to stand on"
        else:
            if category[0] != "M":
                before = category
            continue
        raise TexError(f"U+{code:04X} {problem}, at character {place + 1}")
