"""Markdown -> the blocks of a card, or what a terminal card cannot show."""

from collections.abc import Mapping
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from contrastive_drill.bank import misreadings
from contrastive_drill.bank.delimiters import formulas
from contrastive_drill.cards import prose
from contrastive_drill.cards.prose import Block, Line, Prose, Span, Style
from contrastive_drill.formula.tex import TexError, written_out

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


class _Refusal(Exception):
    """Carries the line and the message out of the walk."""


@cache
def _parser() -> MarkdownIt:
    # text_join would hide which dollar signs were escaped; a reference would vanish silently.
    return (
        MarkdownIt("commonmark")
        .enable("table")
        .disable(["text_join", "reference"])
        .use(formulas)
        .use(misreadings.misreadings)
    )


def read(text: str, macros: Mapping[str, str] = {}) -> tuple[Prose, list[Fault]]:
    """The blocks of a Markdown text with macros written out, and every fault found in it."""
    faults: list[Fault] = []
    blocks: list[Block] = []
    for node in SyntaxTreeNode(_parser().parse(text, {"macros": macros})).children:
        try:
            blocks.append(_block(node))
        except _Refusal as refusal:
            faults.append(refusal.args[0])
    return tuple(blocks), faults


def read_line(text: str, macros: Mapping[str, str] = {}) -> tuple[Line, list[Fault]]:
    """One line of text, such as a key point."""
    blocks, faults = read(text, macros)
    if faults:
        return (), faults
    match blocks:
        case (prose.Paragraph(line),):
            return line, []
        case _:
            return (), [(0, "one paragraph is wanted here, without lists, code or $$")]


def _line_number(node: SyntaxTreeNode) -> int:
    while node.map is None and node.parent is not None:
        node = node.parent
    return node.map[0] if node.map else 0


def _refuse(node: SyntaxTreeNode, message: str) -> _Refusal:
    return _Refusal((_line_number(node), message))


def _block(node: SyntaxTreeNode) -> Block:
    match node.type:
        case "paragraph":
            return prose.Paragraph(_inline(node.children[0]))
        case "math_block":
            return prose.Formula(_tex(node))
        case "fence":
            return prose.Code(node.content.rstrip("\n"), node.info.strip())
        case "bullet_list" | "ordered_list":
            start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
            items = tuple(tuple(_block(b) for b in item.children) for item in node.children)
            return prose.Listing(items, start)
        case "table":
            rows = [row for part in node.children for row in part.children]
            header, *body = [
                tuple(_inline(cell.children[0]) for cell in row.children) for row in rows
            ]
            return prose.TableBlock(header, tuple(body))
        case _:
            raise _refuse(node, REFUSED.get(node.type, f"cannot show {node.type} in a card"))


def _inline(node: SyntaxTreeNode, style: Style = Style.PLAIN) -> Line:
    spans: list[Span] = []
    for child in node.children:
        match child.type:
            case "text":
                if "$" in child.content:
                    raise _refuse(child, LONE_DOLLAR)
                spans.append(Span(child.content, style))
            case "text_special":
                spans.append(Span(child.content, style))
            case "softbreak":
                spans.append(Span(" ", style))
            case "hardbreak":
                spans.append(Span("\n", style))
            case "code_inline":
                spans.append(Span(child.content, Style.CODE))
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


def _tex(node: SyntaxTreeNode) -> str:
    tex = node.content.strip()
    try:
        return written_out(tex, node.meta["macros"])
    except TexError as error:
        raise _refuse(node, f"formula {tex!r}: {error}") from error
