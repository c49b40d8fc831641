r"""The tokens of a formula with their places, and the error that names a place."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise

from contrastive_drill.spelling import near_word

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.|$)|\s+|.[\u0300-\u036f\u20d0-\u20ff]*", re.DOTALL)
MAX_FORMULA = 2_000  # characters: the dearest of them is drawn in a tenth of a second
_ACCENTS = ((0x0300, 0x036F), (0x20D0, 0x20FF))
LENGTH = re.compile(r"\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm)\s*\]")
_LONGEST_OPTION = 20  # tokens
MOST_ARGUMENTS = 9  # of a macro
_MOST_WRITTEN = 2_000  # tokens in the place of macros
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
    end is the empty token. A macro is written out when it is met.
    """

    __slots__ = ("_at", "_macros", "_places", "_texts", "_written", "past")

    def __init__(self, source: str, macros: Mapping[str, str]) -> None:
        if len(source) > MAX_FORMULA:
            raise TexError(f"more than {MAX_FORMULA:,} characters: break it into several")
        _check_characters(source)
        start, end = _inside(source)
        if not source[start:end].strip():
            raise TexError("the formula is empty: write it between the dollars")
        tokens = [(m.group(), m.start()) for m in _TOKEN.finditer(source, start, end)]
        self._texts = [text for text, _ in tokens] + [""]
        self._places = [place for _, place in tokens] + [end]
        self._macros = macros
        self._written = 0
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

    def peek(self, braced: bool = False) -> str:
        """The next token that is not blank, without taking it; blanks before it are taken.

        A macro there is written out, `braced` where it is to stay one piece.
        """
        while True:
            text = self._texts[self._at]
            if text.isspace():
                self._at += 1  # a run of blanks is one token
            elif text[:1] == "\\" and text[1:] in self._macros:
                self._write_out(text[1:], braced)
            else:
                return text

    def take(self) -> str:
        """Take the next token that is not blank."""
        self.peek()
        return self.take_raw()

    def ahead(self) -> str:
        """The token that is not blank after the one of `peek`."""
        following = self._texts[self._at + 1 : self._at + 3]
        return next((text for text in following if not text.isspace()), "")

    def option(self, pattern: re.Pattern[str]) -> str:
        r"""Take an option in brackets, such as the length in `\\[2pt]`; empty without one."""
        found = pattern.match("".join(self._texts[self._at : self._at + _LONGEST_OPTION]))
        taken = ""
        while found and len(taken) < found.end():
            taken += self.take_raw()
        return taken

    def written_out(self) -> str:
        """The formula with the macros that were met written out."""
        text = ""
        for token, following in pairwise(self._texts):
            apart = token[:1] == "\\" and token[-1].isalpha() and following[:1].isalpha()
            text += token + " " * apart
        return text.strip()

    def _write_out(self, name: str, braced: bool) -> None:
        """Put the body of a macro in its place, and its arguments into the body."""
        start = self._at
        self.take_raw()
        parts = re.split(r"(?<!\\)#([1-9]?)", self._macros[name])  # text, number, text, ...
        if "" in parts[1::2]:
            raise self.error(f"# in \\{name} before no number of an argument", "as in #1")
        given = [self._given(name) for _ in range(max(map(int, parts[1::2]), default=0))]
        tokens: list[str] = ["{"] * braced
        for turn, part in enumerate(parts):
            tokens += given[int(part) - 1] if turn % 2 else _TOKEN.findall(part)
            if self._written + len(tokens) >= _MOST_WRITTEN:
                raise self.error(f"\\{name} is written out without end")
        tokens += ["}"] * braced
        place = self._places[start]
        self._texts[start : self._at] = tokens
        self._places[start : self._at] = [place] * len(tokens)
        self._at = start
        self._written += len(tokens) + 1

    def _given(self, name: str) -> list[str]:
        """The tokens of the next argument of a macro."""
        while (token := self.take_raw()).isspace():
            pass
        tokens = [token]
        depth = int(token == "{")
        while token and depth:
            tokens.append(token := self.take_raw())
            depth += (token == "{") - (token == "}")
        if not token or tokens == ["}"]:
            raise self.error(f"\\{name} has no argument")
        return tokens[1:-1] if tokens[0] == "{" else tokens

    def error(self, problem: str, hint: str = "") -> TexError:
        """The problem with the token last taken."""
        text = f"{problem} at character {self.past + 1}" + (hint and f": {hint}")
        return TexError(" ".join(text.split()))

    def unknown(self, word: str, known: Iterable[str], remedy: str) -> TexError:
        """The error for an unknown word: the known one that was meant perhaps, or the remedy."""
        near = near_word(word.lstrip("\\"), known)
        mark = "\\" * word.startswith("\\")
        what = "command" if mark else "environment"
        return self.error(
            f"unknown {what} {word}", f"did you mean {mark}{near}?" if near else remedy
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
        raise TexError(f"U+{code:04X} {problem}, at character {place + 1}: leave it out")
