"""Markdown -> the blocks of a card, or what a terminal card cannot show."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from contrastive_drill.bank import misreadings
from contrastive_drill.bank.delimiters import formulas
from contrastive_drill.cards import prose
from contrastive_drill.cards.prose import Block, Line, Prose, Span, Style
from contrastive_drill.formula.tex import MAX_FORMULA, TexError, written_out

Fault = tuple[int, str]  # (line from 0 within the text, what is wrong and how to fix it)

REFUSED = {
    "heading": "no headings in a card: use **strong** text",
    "blockquote": "no quotations in a card: use a paragraph or a list",
    "hr": "no rules in a card: leave the line out",
    "html_block": "no HTML in a card: use Markdown, or put the text in `code`",
    "html_inline": "no HTML in a card: use Markdown, or put the text in `code`",
    "link": "no links in the text: name the paper and put it under sources",
    "image": "no images in a card: a terminal cannot show them",
    **misreadings.REFUSED,
    "code_block": "indented text would become code: use ``` fences, or remove the indent",
}
LONE_DOLLAR = r"a lone $: close the formula, part it from digits, or write \$"
STYLES = {"em": Style.EMPHASIS, "strong": Style.STRONG}
MAX_NESTING = 10  # lists and their items, or styles, within each other
MAX_CELLS = 1_000  # that the rows of a table can have
MAX_TITLES = 20_000  # characters, where each row repeats the titles
DEEP = (
    f"more than {MAX_NESTING // 2} lists, or {MAX_NESTING} styles, within each other: make it flat"
)
WIDE = f"so many | on so many lines could be a table of more than {MAX_CELLS:,} cells: shorten it"


class _Node(NamedTuple):
    """A token with those that stand within it."""

    type: str
    token: Token
    line: int
    children: list["_Node"]


class _Refusal(Exception):
    """Carries the line and the message out of the walk."""


@cache
def _parser() -> MarkdownIt:
    # text_join would hide which dollar signs were escaped; a reference would vanish silently.
    return (
        MarkdownIt("commonmark", {"maxNesting": MAX_NESTING + 2})  # where it drops what is deeper
        .enable("table")
        .disable(["text_join", "reference"])
        .use(formulas)
        .use(misreadings.misreadings)
    )


class Macros(dict[str, str]):
    """The LaTeX of a file's own commands by name, and the room for what they write out."""

    room = 200_000  # characters, in all formulas of the file


NO_MACROS = Macros()


def read(text: str, macros: Macros = NO_MACROS) -> tuple[Prose, list[Fault]]:
    """The blocks of a Markdown text with macros written out, and every fault found in it."""
    lines = text.split("\n")
    if len(lines) * max(line.count("|") for line in lines) > MAX_CELLS:  # a short row is filled up
        return (), [(0, WIDE)]
    try:
        nodes = _tree(_parser().parse(text, {"macros": macros}))
    except _Refusal as refusal:
        return (), [refusal.args[0]]
    faults: list[Fault] = []
    blocks: list[Block] = []
    for node in nodes:
        try:
            blocks.append(_block(node))
        except _Refusal as refusal:
            faults.append(refusal.args[0])
    return tuple(blocks), faults


def read_line(text: str, macros: Macros = NO_MACROS) -> tuple[Line, list[Fault]]:
    """One line of text, such as a key point."""
    blocks, faults = read(text, macros)
    if faults:
        return (), faults
    match blocks:
        case (prose.Paragraph(line),):
            return line, []
        case _:
            return (), [(0, "one paragraph is wanted here, without lists, code or $$")]


def _tree(tokens: Sequence[Token], line: int = 0) -> list[_Node]:
    """Tokens as a tree that is not too deep to be walked."""
    top: list[_Node] = []
    levels = [top]
    for token in tokens:
        if token.nesting < 0:
            levels.pop()
            continue
        line = token.map[0] if token.map else line
        within = _tree(token.children or (), line)
        node = _Node(token.type.removesuffix("_open"), token, line, within)
        levels[-1].append(node)
        if token.nesting:
            levels.append(within)
        if len(levels) > MAX_NESTING:
            raise _refuse(node, DEEP)
    return top


def _refuse(node: _Node, message: str) -> _Refusal:
    return _Refusal((node.line, message))


def _block(node: _Node) -> Block:
    match node.type:
        case "paragraph":
            return prose.Paragraph(_inline(node.children[0]))
        case "math_block":
            return prose.Formula(_tex(node))
        case "fence":
            return prose.Code(node.token.content.rstrip("\n"), node.token.info.strip())
        case "bullet_list" | "ordered_list":
            start = int(node.token.attrs.get("start", 1)) if node.type == "ordered_list" else None
            items = tuple(tuple(_block(b) for b in item.children) for item in node.children)
            return prose.Listing(items, start)
        case "table":
            rows = [row for part in node.children for row in part.children]
            header, *body = [
                tuple(_inline(cell.children[0]) for cell in row.children) for row in rows
            ]
            if len(body) * sum(len(prose.plain(title)) for title in header) > MAX_TITLES:
                raise _refuse(node, "titles of columns that are too long for so many rows")
            return prose.TableBlock(header, tuple(body))
        case _:
            raise _refuse(node, REFUSED.get(node.type, f"cannot show {node.type} in a card"))


def _inline(node: _Node, style: Style = Style.PLAIN) -> Line:
    spans: list[Span] = []
    for child in node.children:
        match child.type:
            case "text":
                if "$" in child.token.content:
                    raise _refuse(child, LONE_DOLLAR)
                spans.append(Span(child.token.content, style))
            case "text_special":
                spans.append(Span(child.token.content, style))
            case "softbreak":
                spans.append(Span(" ", style))
            case "hardbreak":
                spans.append(Span("\n", style))
            case "code_inline":
                spans.append(Span(child.token.content, Style.CODE))
            case "math_inline":
                spans.append(Span(_tex(child), Style.FORMULA))
            case "em" | "strong":
                spans.extend(_inline(child, STYLES[child.type]))
            case _:
                raise _refuse(child, REFUSED.get(child.type, f"cannot show {child.type}"))
    return _merged(spans)


def _merged(spans: list[Span]) -> Line:
    merged: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        if merged and merged[-1].style is span.style and span.style is not Style.FORMULA:
            merged[-1] = Span(merged[-1].text + span.text, span.style)
        else:
            merged.append(span)
    return tuple(merged)


def _tex(node: _Node) -> str:
    tex, macros = node.token.content.strip(), node.token.meta["macros"]
    try:
        if not macros:
            return written_out(tex, macros)
        if macros.room < 0:
            raise TexError("the macros of this file write out too much: use fewer")
        macros.room -= MAX_FORMULA
        whole = written_out(tex, macros)
        macros.room += MAX_FORMULA - len(whole)
        return whole
    except TexError as error:
        raise _refuse(node, f"formula {tex!r}: {error}") from error
