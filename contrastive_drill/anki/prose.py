r"""The HTML of a note as the text of a card, with a count of what a terminal cannot show.

LaTeX is taken from `\( \)`, `\[ \]`, `[$] [/$]`, `[$$] [/$$]` and `[latex] [/latex]`.
"""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote

from contrastive_drill.anki.latex import Found, lifted
from contrastive_drill.anki.spans import line_of, on_one_line, scripted
from contrastive_drill.cards.prose import (
    Block,
    Code,
    Formula,
    Line,
    Listing,
    Paragraph,
    Prose,
    Span,
    Style,
    TableBlock,
)

PARTS = frozenset([
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "html", "main", "nav", "p", "section", "summary",
])  # fmt: skip
STYLES = {
    **dict.fromkeys(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"), Style.STRONG),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), Style.EMPHASIS),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), Style.CODE),
}
UNSHOWN = {  # with all that stands within them
    "script": "script", "style": "style", "iframe": "frame", "object": "object",
    "audio": "sound", "video": "film", "svg": "drawing", "math": "MathML formula",
    "canvas": "drawing", "head": "head", "template": "template", "noscript": "script",
    "title": "title",
}  # fmt: skip
LOST = {
    "a": "link", "u": "underline", "s": "stroke", "strike": "stroke", "del": "stroke",
    "mark": "colour", "font": "colour", "embed": "object", "input": "field",
}  # fmt: skip
SOUND = re.compile(r"\[/?(?:sound|anki):[^\[\]\n]*\]")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[!?][^<>]*>")
COLOUR = re.compile(r"(?:^|[;\s])(?:color|background(?:-color)?)\s*:", re.IGNORECASE)
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e"
                    "\u2060-\u2069\ufeff\ufdd0-\ufdef]")  # fmt: skip
DEEPEST = 3  # lists within each other
HOLE = re.compile("\ufdd0(\\d+)\ufdd1")  # in the place of a formula
BREAK = Span("\n")


class ProseOf(NamedTuple):
    """The text of a field."""

    blocks: Prose
    lost: Counter[str]  # what it had besides, by name
    pictures: tuple[str, ...]  # the names of their files


def prose_of(html: str) -> ProseOf:
    """The text of a field; whatever its HTML is, this takes time in proportion to its length."""
    html = UNSEEN.sub("", html)
    lost = Counter({"sound": len(SOUND.findall(html))})
    html, formulas = lifted(SOUND.sub("", _without_comments(html)), "\ufdd0{}\ufdd1")
    reader = _Reader(formulas, lost)
    reader.feed(_tags_alone(html))
    reader.close()
    blocks = reader.finished()
    return ProseOf(blocks, +lost, tuple(dict.fromkeys(reader.pictures)))


def _without_comments(html: str) -> str:
    begin, *others = html.split("<!--")
    return begin + "".join(each.partition("-->")[2] for each in others)


def _tags_alone(html: str) -> str:
    """The HTML with every < that begins no tag as a word: the parser would look far for its end."""
    pieces, place = [], 0
    for tag in TAG.finditer(html):
        pieces += [html[place : tag.start()].replace("<", "&lt;"), tag[0]]
        place = tag.end()
    return "".join([*pieces, html[place:].replace("<", "&lt;")])


class _Reader(HTMLParser):
    """Builds the blocks; elements that are not closed, or closed twice, do no harm."""

    def __init__(self, formulas: list[Found], lost: Counter[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.formulas, self.lost, self.pictures = formulas, lost, list[str]()
        self.line: list[Span] = []
        self.levels: list[list[Block]] = [[]]  # the text, and the item of each open list
        self.lists: list[tuple[str, int | None, list[Prose]]] = []
        self.rows: list[list[Line]] | None = None  # of the open table
        self.styles: list[str] = []  # open elements that set text
        self.hidden: list[str] = []
        self.code: list[str] | None = None  # the words of an open `pre`
        self.script: tuple[str, int] | None = None

    def finished(self) -> Prose:
        """The blocks, whatever was left open."""
        self._end_code()
        self._end_table()
        while self.lists:
            self._end_list()
        self._end_line()
        return tuple(self.levels[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if self.hidden or tag in UNSHOWN:
            self._hide(tag)
        elif tag == "img":
            self._picture(held.get("src", ""))
        elif tag == "br":
            self._break()
        elif self.code is None:
            if tag in LOST and (tag != "a" or held.get("href")):
                self.lost[LOST[tag]] += 1
            elif COLOUR.search(held.get("style", "")):
                self.lost["colour"] += 1
            self._begin(tag, held)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag in self.hidden:
                del self.hidden[self.hidden.index(tag) :]
        elif tag == "pre":
            self._end_code()
        elif self.code is None:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if self.code is not None:
            self.code.append(HOLE.sub(self._tex, data))
            return
        for place, part in enumerate(HOLE.split(data)):
            if place % 2:
                self._formula(self.formulas[int(part)])
            elif part:
                self._words(part)

    def _hide(self, tag: str) -> None:
        if not self.hidden and tag in UNSHOWN:
            self.lost[UNSHOWN[tag]] += 1
        if tag in UNSHOWN and len(self.hidden) < 9:
            self.hidden.append(tag)

    def _begin(self, tag: str, held: dict[str, str]) -> None:
        if tag == "pre":
            self._end_line()
            self.code = []
        elif tag in ("ul", "ol"):
            self._end_table()
            self._end_line()
            if len(self.lists) < DEEPEST:
                start = held.get("start", "1")
                first = int(start) if start.isdecimal() and len(start) < 5 else 1
                self.lists.append((tag, first if tag == "ol" else None, []))
                self.levels.append([])
        elif tag == "li" and self.lists and self.rows is None:
            self._end_item()
        elif tag == "table" and self.rows is None:
            self._end_line()
            self.rows = []
        elif tag == "tr" and self.rows is not None:
            self._end_cell()
            self.rows.append([])
        elif tag in ("td", "th") and self.rows is not None:
            self._end_cell()
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append(())
        elif tag in PARTS or tag == "li":
            self._end_line()
        elif tag in ("sub", "sup") and self.script is None:
            self.script = tag, len(self.line)
        if tag in STYLES and len(self.styles) < 99:
            self.styles.append(tag)

    def _end(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.lists:
            self._end_list()
        elif tag == "li" and self.lists and self.rows is None:
            self._end_item()
        elif tag == "table":
            self._end_table()
        elif tag in ("td", "th") and self.rows is not None:
            self._end_cell()
        elif tag in PARTS:
            self._end_line()
        elif self.script and tag == self.script[0]:
            self._end_script()
        if tag in self.styles:
            del self.styles[len(self.styles) - 1 - self.styles[::-1].index(tag)]

    def _words(self, text: str) -> None:
        style = STYLES[self.styles[-1]] if self.styles else Style.PLAIN
        self.line.append(Span(re.sub(r"\s+", " ", text), style))

    def _formula(self, found: Found) -> None:
        if found.style is not Style.FORMULA:
            self.lost["undrawn formula"] += found.style is Style.CODE
            self.line.append(Span(re.sub(r"\s+", " ", found.text), found.style))
        elif found.is_displayed and self.rows is None and not self.styles:
            self._end_line()
            self.levels[-1].append(Formula(found.text))
        else:
            self.line.append(Span(" ".join(found.text.split()), Style.FORMULA))

    def _tex(self, hole: re.Match[str]) -> str:
        return self.formulas[int(hole[1])].text

    def _picture(self, source: str) -> None:
        name = unquote(source.strip())
        if not name or ":" in name:
            self.lost["outside picture"] += 1
            return
        self.pictures.append(name)
        self._words(f"[picture: {name}]")

    def _break(self) -> None:
        if self.code is not None:
            self.code.append("\n")
        elif self.line and self.line[-1] is BREAK and self.rows is None:  # an empty line
            self._end_line()
        else:
            self.line.append(BREAK)

    def _end_script(self) -> None:
        assert self.script
        (tag, start), self.script = self.script, None
        self.line[start:] = scripted(self.line[start:], tag == "sub")

    def _end_line(self) -> None:
        if self.script:
            self._end_script()
        if self.rows is not None:
            self.line.append(Span(" "))
        else:
            if line := line_of(self.line):
                self.levels[-1].append(Paragraph(line))
            self.line = []

    def _end_item(self) -> None:
        self._end_line()
        if self.levels[-1]:
            self.lists[-1][2].append(tuple(self.levels[-1]))
            self.levels[-1] = []

    def _end_list(self) -> None:
        self._end_table()
        self._end_item()
        _, start, items = self.lists.pop()
        self.levels.pop()
        if items:
            match self.levels[-1][-1:]:
                case [Listing(others, first)] if (first is None) is (start is None):
                    self.levels[-1][-1] = Listing((*others, *items), first)
                case _:
                    self.levels[-1].append(Listing(tuple(items), start))

    def _end_code(self) -> None:
        if self.code is not None:
            if text := "".join(self.code).strip("\n").replace("\t", "    ").rstrip():
                self.levels[-1].append(Code(text))
            self.code = None

    def _end_cell(self) -> None:
        if self.rows and self.rows[-1]:
            line = line_of([*_cell(self.rows[-1][-1]), *self.line])
            self.rows[-1][-1] = on_one_line(line)
            self.line = []

    def _end_table(self) -> None:
        if self.rows is None:
            return
        self._end_cell()
        rows, self.rows = [row for row in self.rows if any(row)], None
        outside, self.line = self.line, []
        width = max(map(len, rows), default=0)
        if width > 1 and len(rows) > 1:
            head, *body = [(*row, *[()] * (width - len(row))) for row in rows]
            self.levels[-1].append(TableBlock(head, tuple(body)))
        else:
            self.levels[-1].extend(Paragraph(cell) for row in rows for cell in row if cell)
        self.line = outside
        self._end_line()


def _cell(line: Line) -> Line:
    return (*line, Span(" ")) if line else ()
