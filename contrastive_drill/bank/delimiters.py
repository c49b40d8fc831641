r"""Formulas within Markdown: what begins and ends them.

Besides `$` and `$$` they are `\(...\)` and `\[...\]`, as Anki and MathJax have them. A displayed
formula may stand next to text. Bars in a formula or in code part no cells of a table.
"""

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

HIDDEN_BAR = "\x1e"  # in the place of a bar that parts no cells; a card's text cannot hold it
_SPANS = re.compile(
    r"(?<![\\`])(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)"
    r"|(?<![\\\d])\$\$?(?:\\.|[^$\\\n])+\$(?!\d)"
    r"|\\\((?:\\[^()\n]|[^\\\n])+\\\)"
)
_BRACKETS = re.compile(
    r"\\\((?P<inline>(?:\\[^()]|[^\\])+)\\\)|\\\[(?P<block>(?:\\[^\[\]]|[^\\])+)\\\]", re.DOTALL
)
_CLOSINGS = {"$$": re.compile(r"\$\$"), r"\[": re.compile(r"(?<!\\)\\\]")}


def formulas(parser: MarkdownIt) -> None:
    """Teach a parser of Markdown the formulas; `math_inline` and `math_block` are their tokens."""
    parser.use(dollarmath_plugin, allow_labels=False, allow_digits=False, double_inline=True)
    parser.block.ruler.at("math_block", _block, {"alt": ["paragraph", "list"]})
    parser.inline.ruler.before("escape", "brackets", _inline)
    parser.core.ruler.after("normalize", "bars", _hide_bars)
    parser.core.ruler.after("inline", "formulas", _finish)


def _hide_bars(state: StateCore) -> None:
    state.src = _SPANS.sub(
        lambda span: re.sub(r"(?<!\\)\|" if span["ticks"] else r"\|", HIDDEN_BAR, span[0]),
        state.src,
    )


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A displayed formula on lines of its own."""
    first = state.bMarks[start] + state.tShift[start]
    closing = _CLOSINGS.get(state.src[first : first + 2])
    if closing is None or state.is_code_block(start):
        return False
    lines: list[str] = []
    for number in range(start, end):
        place = first + 2 if number == start else state.bMarks[number] + state.tShift[number]
        text = state.src[place : state.eMarks[number]]
        outside = state.sCount[number] < state.blkIndent and not state.isEmpty(number)
        if outside or (lines and text.startswith(r"\[")):
            return False
        found = closing.search(text)
        lines.append(text[: found.start()] if found else text)
        if found and text[found.end() :].strip():
            return False
        if found and not silent:
            token = state.push("math_block", "math", 0)
            token.content = "\n".join(lines)
            token.map = [start, number + 1]
            state.line = number + 1
        if found:
            return True
    return False


def _inline(state: StateInline, silent: bool) -> bool:
    r"""A formula between `\(` and `\)`, or `\[` and `\]`, within text."""
    found = _BRACKETS.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        kind = "math_inline" if found["inline"] else "math_inline_double"
        state.push(kind, "math", 0).content = found["inline"] or found["block"]
    state.pos = found.end()
    return True


def _finish(state: StateCore) -> None:
    tokens: list[Token] = []
    for token in state.tokens:
        for each in (token, *(token.children or ())):
            each.content = each.content.replace(HIDDEN_BAR, "|")
            if each.type.startswith("math"):
                each.meta = state.env
        tokens.append(token)
        if token.type == "paragraph_close":
            tokens[-3:] = _apart(*tokens[-3:])
    state.tokens = tokens


def _apart(opening: Token, inline: Token, closing: Token) -> list[Token]:
    """A paragraph as several, with the displayed formulas in its text as blocks between them."""
    parts: list[list[Token]] = [[]]
    line = inline.map[0] if inline.map else 0
    depth = 0
    for child in inline.children or ():
        depth += child.nesting
        if depth or child.type != "math_inline_double":
            parts[-1].append(child)
        else:
            child.type, child.map = "math_block", [line, line + 1]
            parts += [[child], []]
        line += child.content.count("\n") + child.type.endswith("break")
    if len(parts) == 1:
        return [opening, inline, closing]
    tokens: list[Token] = []
    for before, part in pairwise([[], *parts]):
        if part[:1] and part[0].type == "math_block":
            tokens += part
        elif part := _trimmed(part, before):
            tokens += [opening.copy(), inline.copy(children=part), closing.copy()]
    return tokens


def _trimmed(text: list[Token], formula: list[Token]) -> list[Token]:
    """Text without the blanks at its ends; the formula before it takes its comma."""
    if formula and text and text[0].type == "text" and text[0].content[:1] in tuple(".,;:"):
        formula[0].content += text[0].content[0]
        text[0].content = text[0].content[1:]
    while text and not text[0].nesting and not text[0].content.strip():
        text = text[1:]
    while text and not text[-1].nesting and not text[-1].content.strip():
        text = text[:-1]
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if text and text[end].type == "text":
            text[end].content = strip(text[end].content)
    return text
