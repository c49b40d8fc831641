"""A card with every field as plain values for JSON; its text is Markdown that reads back."""

import re
from typing import Any

from contrastive_drill.cards.card import Card, Choices, Expected, Ruling, Task
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
from contrastive_drill.cards.quantity import Number

SPECIAL = re.compile(r"([\\`*_$<>\[\]|&#~])")
OPENING = re.compile(r"^(\d*)([-+=.)])")  # what would begin a list or a rule


def record(card: Card, title: str) -> dict[str, Any]:
    """Every field of a card; the keys are those of the bank files, with `section_title` added."""
    bait, erratum = card.bait, card.erratum
    return {
        "id": card.id,
        "section": card.section,
        "section_title": title,
        "level": card.level.value,
        "kind": card.kind.value,
        "place": card.place,
        "prompt": markdown(card.prompt),
        "answer": markdown(card.answer),
        "points": [
            {"key": point.key, "required": point.required, "text": _line(point.line)}
            for point in card.points
        ],
        "sources": [
            {
                "kind": source.kind.value,
                "reference": source.reference,
                "where": source.where,
                "url": source.url,
            }
            for source in card.sources
        ],
        "demo": card.demo,
        "needs": list(card.needs),
        "follow_ups": list(card.follow_ups),
        "bait": bait and {"answer": markdown(bait.answer), "fails": markdown(bait.fails)},
        "erratum": erratum
        and {"sheet": markdown(erratum.sheet), "correct": markdown(erratum.correct)},
        "tags": list(card.tags),
        **_expected(card.expected),
        "digest": card.digest,
        "origin": card.origin,
    }


def text_of(line: Line) -> str:
    """A line as Markdown."""
    return _line(line)


def _expected(expected: Expected | None) -> dict[str, Any]:
    match expected:
        case None:
            return {}
        case Ruling():
            return {"ruling": expected.value}
        case Choices(options):
            return {
                "choices": [
                    {"right": c.right, "text": _line(c.line), "why": markdown(c.why)}
                    for c in options
                ]
            }
        case Number(wanted, tolerance, relative):
            room = f"{100 * tolerance:g} %" if relative else f"{tolerance:g}"
            return {"number": f"{wanted.value!r} {wanted.unit}".strip(), "tolerance": room}
        case Task(name, tolerance, _):
            return {"calculation": name, "tolerance": f"{100 * tolerance:g} %"}


def markdown(prose: Prose) -> str:
    """The blocks as Markdown."""
    return "\n\n".join(_block(block) for block in prose)


def _block(block: Block) -> str:
    match block:
        case Paragraph(line):
            return _line(line)
        case Listing(items, start):
            return "\n".join(
                _item("- " if start is None else f"{start + index}. ", item)
                for index, item in enumerate(items)
            )
        case Code(text, language):
            fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
            return f"{fence}{language}\n{text}\n{fence}"
        case TableBlock(header, rows):
            rule = " | ".join("---" for _ in header)
            lines = [" | ".join(map(_line, row)) for row in (header, *rows)]
            return "\n".join(f"| {line} |" for line in (lines[0], rule, *lines[1:]))
        case Formula(tex):
            return f"$$\n{tex}\n$$"


def _item(mark: str, item: Prose) -> str:
    return mark + markdown(item).replace("\n", "\n" + " " * len(mark))


def _line(line: Line) -> str:
    return OPENING.sub(r"\1\\\2", "".join(map(_span, line)))


def _span(span: Span) -> str:
    match span.style:
        case Style.FORMULA:
            return f"${span.text}$"
        case Style.CODE:
            fence = "`" * (max(map(len, re.findall("`+", span.text)), default=0) + 1)
            pad = " " if span.text[:1] == "`" or span.text[-1:] == "`" else ""
            return f"{fence}{pad}{span.text}{pad}{fence}"
        case Style.EMPHASIS:
            return f"*{_escaped(span.text)}*"
        case Style.STRONG:
            return f"**{_escaped(span.text)}**"
        case Style.PLAIN:
            return _escaped(span.text)


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text).replace("\n", "\\\n")
