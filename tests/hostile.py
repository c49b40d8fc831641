"""Words that mean harm in every medium, and a checker for each medium they may end up in."""

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from io import BytesIO
from zipfile import ZipFile

import pyte
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pages import Outline

from contrastive_drill.anki.package import TABLES

MARK = "alert(1)"  # stays to be seen
# Colours that the program has not; a clipboard, a link and a title; a row erased.
ESCAPES = (
    "\x1b[7;5;35m\x1b]52;c;aGk=\x07\x1b]8;;http://x.example\x1b\\\x1b]0;owned\x07\x1b[2K\x9b31m"
)
HIDING = "\u202e\u2066\u200b\u2060\ufeff\u00ad\U000e0041a\u200db"  # turned, invisible, joined
MARKUP = (
    f"`<script>{MARK}</script>]]>--> | $x$ $$ \\(y\\) \"'&amp;{{{{7*7}}}} [l](http://x) ~~s~~ # *e*"
)
LINE = f"{ESCAPES}{HIDING}{MARKUP}\x7f\r"
NUL = "\x00"
RAW = "\udcff"  # a byte that is no character, in a file's name or an argument
FORGED = "\n# forged\n- [x](http://x)\n"
NAME = f"{ESCAPES.replace('/', '')}{HIDING}<b>`|$'\"{RAW}"  # of a file
ALLOWED = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text",
    "text_special", "code_inline", "softbreak", "table_open", "table_close", "thead_open",
    "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close", "th_open", "th_close",
    "td_open", "td_close", "bullet_list_open", "bullet_list_close", "ordered_list_open",
    "ordered_list_close", "list_item_open", "list_item_close",
}  # fmt: skip
# What the program itself says to a terminal: colours, moves, erasing, modes, and links to papers.
OWN = re.compile(
    r"\x1b\[[0-9;]*[mABCDGHJK]|\x1b\[\?(?:1|7|12|25|1049|2004)[hl]|\x1b\[\?7[hl]"
    r"|\x1b\]8;(?:id=\d+)?;(?:https://(?:arxiv\.org|doi\.org|github\.com)/[!-~]*)?\x1b\\"
)
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(dollarmath_plugin)


def package() -> bytes:
    """A package of Anki whose names and texts are such words."""
    words = LINE + FORGED
    models = {"1": {
        "name": words, "type": 0, "flds": [{"name": words}, {"name": "Back"}],
        "tmpls": [{"name": words, "qfmt": f"{{{{{words}}}}}", "afmt": "{{Back}}"}] * 2,
    }}  # fmt: skip
    content = BytesIO()
    with closing(sqlite3.connect(":memory:")) as connection, ZipFile(content, "w") as file:
        connection.executescript(TABLES)
        column = (json.dumps(models), json.dumps({"1": {"name": words}}))
        connection.execute("INSERT INTO col (id, models, decks) VALUES (1, ?, ?)", column)
        for place, guid in enumerate((words, "contrastive-drill:" + words)):
            connection.execute(
                "INSERT INTO notes (id, guid, mid, tags, flds) VALUES (?, ?, 1, ?, ?)",
                (place, guid, words, f"{words}\x1f{words}"),
            )
            connection.execute(
                "INSERT INTO cards (id, nid, did, ord, odid, queue, flags)"
                " VALUES (?, ?, 1, ?, 0, -1, 1)", (place, place, place),
            )  # fmt: skip
        file.writestr("collection.anki2", connection.serialize())
    return content.getvalue()


def plain(text: bytes) -> str:
    """Lines of words."""
    words = text.decode("utf-8")
    for place, character in enumerate(words):
        is_hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        assert not is_hidden or character == "\n", (
            f"{character!r} in {words[max(place - 60, 0) : place + 60]!r}"
        )
    return words


def document(text: bytes) -> str:
    """One JSON value, in ASCII, that any reader takes."""
    value = json.loads(plain(text).encode("ascii"))
    return json.dumps(value, ensure_ascii=False).encode().decode()


def markdown(text: bytes) -> str:
    """Headings, lists, tables and words, and nothing that the words may have made."""
    words = plain(text)
    tokens = list(_tokens(MARKDOWN.parse(words)))
    made = {token.type for token in tokens} - ALLOWED
    assert not made, made
    headings = [tokens[n + 1].content for n, t in enumerate(tokens) if t.type == "heading_open"]
    assert "forged" not in headings
    lines = (token.children or () for token in tokens if token.type == "inline")
    return "\n".join("".join(part.content for part in line) for line in lines)


def _tokens(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        yield token
        yield from _tokens(token.children or ())


class _Page(Outline):
    """A page that holds to its outline."""

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def page(text: bytes) -> str:
    """A page whose words are words: nothing runs, nothing is fetched."""
    read = _Page(plain(text))
    for tag, attributes in read.elements:
        assert tag not in ("script", "iframe", "object", "link", "form", "b", "base"), tag
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            fetched = name in ("src", "href")
            assert not fetched or (value or "").startswith(("#", "data:image/png;")), value
    return read.words


def terminal(raw: bytes) -> str:
    """What a terminal was told: words, and of its commands only the program's own."""
    told = OWN.sub("", raw.decode("utf-8")).replace("\r", "").replace("\b", "")
    plain(told.encode())
    assert b"\x1b[7;5;35m" not in raw
    screen = pyte.Screen(200, 100)
    pyte.ByteStream(screen).feed(raw)
    assert not screen.title
    return told
