r"""The LaTeX in the HTML of a note: between `\( \)`, `\[ \]`, `[$]`, `[$$]` and `[latex]`."""

import re
from collections.abc import Iterator
from html import unescape
from string import ascii_uppercase
from typing import NamedTuple

from contrastive_drill.cards.prose import Style
from contrastive_drill.formula.tex import TexError, written_out

# What is within code is none.
_CLOSINGS = {
    r"\(": r"\)", r"\[": r"\]", "[$]": "[/$]", "[$$]": "[/$$]", "[latex]": "[/latex]",
    "<pre": "</pre", "<code": "</code",
}  # fmt: skip
_OPENING = re.compile("|".join(map(re.escape, _CLOSINGS)), re.IGNORECASE)
_LOWER = {ord(letter): letter.lower() for letter in ascii_uppercase}
_MOST = 5_000  # characters of a document of LaTeX
_LINE = re.compile(r"<br\s*/?>|</?(?:div|p)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# What a document of LaTeX holds: a displayed formula, one in running text, or words.
_PARTS = re.compile(
    r"\$\$(?P<d1>.+?)\$\$|\\\[(?P<d2>.+?)\\\]"
    r"|\\begin\{(?P<env>displaymath|equation\*?|math)\}(?P<d3>.+?)\\end\{(?P=env)\}"
    r"|(?P<d4>\\begin\{(?P<rows>align\*?|gather\*?)\}.+?\\end\{(?P=rows)\})"
    r"|\$(?P<i1>[^$]+)\$|\\\((?P<i2>.+?)\\\)|(?P<words>[^$\\]+|.)",
    re.DOTALL,
)


class Found(NamedTuple):
    """A piece of LaTeX: a formula that can be drawn, one that stays as typed, or words."""

    text: str
    style: Style
    is_displayed: bool = False


def lifted(html: str, hole: str) -> tuple[str, list[Found]]:
    """The HTML with a hole, such as `<{}>`, for each piece of LaTeX in it; in linear time."""
    low = html.translate(_LOWER)
    pieces, found, place, missing = list[str](), list[Found](), 0, set[str]()
    for opening in _OPENING.finditer(html):
        closing = _CLOSINGS[opening[0].lower()]
        if opening.start() < place or closing in missing:
            continue
        end = low.find(closing, opening.end())
        if end < 0:
            missing.add(closing)
            continue
        code = opening[0].startswith("<")
        pieces.append(html[place : end if code else opening.start()])
        if not code:
            for each in _found_in(opening[0].lower(), _typed(html[opening.end() : end])):
                pieces.append(hole.format(len(found)))
                found.append(each)
        place = end + len(closing) * (not code)
    return "".join([*pieces, html[place:]]), found


def _found_in(opening: str, text: str) -> Iterator[Found]:
    if opening != "[latex]":
        yield _found(text, opening in (r"\[", "[$$]"))
        return
    if len(text) > _MOST:
        yield Found(text, Style.CODE)
        return
    for part in _PARTS.finditer(text):
        displayed = next((part[name] for name in ("d1", "d2", "d3", "d4") if part[name]), None)
        if displayed is not None:
            yield _found(displayed, True)
        elif inline := part["i1"] or part["i2"]:
            yield _found(inline, False)
        else:
            yield Found(part["words"], Style.PLAIN)


def _typed(html: str) -> str:
    return unescape(_TAG.sub("", _LINE.sub("\n", html))).replace("\xa0", " ")


def _found(tex: str, is_displayed: bool) -> Found:
    tex = "\n".join(filter(None, map(str.strip, tex.split("\n"))))
    try:
        return Found(written_out(tex, {}), Style.FORMULA, is_displayed)
    except TexError:
        return Found(" ".join(tex.split()), Style.CODE)
