"""A card as JSON lists and back, so that a cached card needs no parser."""

from typing import Any

from contrastive_drill.cards.card import (
    Bait,
    Card,
    Choice,
    Choices,
    Erratum,
    Expected,
    KeyPoint,
    Kind,
    Level,
    Ruling,
    Source,
    SourceKind,
    Task,
)
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
from contrastive_drill.cards.quantity import Number, Quantity

STYLES = tuple(Style)


def encode(card: Card) -> list[Any]:
    """The card as lists, strings and numbers, in the order `decode` reads."""
    bait = [_prose(card.bait.answer), _prose(card.bait.fails)] if card.bait else None
    erratum = [_prose(card.erratum.sheet), _prose(card.erratum.correct)] if card.erratum else None
    return [
        card.id,
        card.section,
        card.level,
        card.kind,
        _prose(card.prompt),
        _prose(card.answer),
        [[_line(point.line), point.required] for point in card.points],
        [[source.kind, source.reference, source.where] for source in card.sources],
        card.place,
        card.demo,
        card.needs,
        card.follow_ups,
        bait,
        erratum,
        card.tags,
        card.origin,
        _expected(card.expected),
    ]


def decode(row: list[Any]) -> Card:
    """The card that `encode` made the lists of."""
    bait, erratum = row[12], row[13]
    return Card(
        id=row[0],
        section=row[1],
        level=Level(row[2]),
        kind=Kind(row[3]),
        prompt=_read_prose(row[4]),
        answer=_read_prose(row[5]),
        points=tuple(KeyPoint(_read_line(line), required) for line, required in row[6]),
        sources=tuple(Source(SourceKind(kind), name, where) for kind, name, where in row[7]),
        place=row[8],
        demo=row[9],
        needs=tuple(row[10]),
        follow_ups=tuple(row[11]),
        bait=Bait(*map(_read_prose, bait)) if bait else None,
        erratum=Erratum(*map(_read_prose, erratum)) if erratum else None,
        tags=tuple(row[14]),
        origin=row[15],
        expected=_read_expected(row[16]),
    )


def _expected(expected: Expected | None) -> list[Any] | None:
    match expected:
        case None:
            return None
        case Ruling():
            return ["r", expected]
        case Choices(options):
            return ["c", [[_line(c.line), c.right, _prose(c.why)] for c in options]]
        case Number(wanted, tolerance, relative):
            return ["n", wanted.value, wanted.unit, tolerance, relative]
        case Task(name, tolerance, _):
            return ["t", name, tolerance]


def _read_expected(row: list[Any] | None) -> Expected | None:
    match row:
        case None:
            return None
        case ["r", word]:
            return Ruling(word)
        case ["c", options]:
            read = (Choice(_read_line(a), right, _read_prose(why)) for a, right, why in options)
            return Choices(tuple(read))
        case ["n", value, unit, tolerance, relative]:
            return Number(Quantity(value, unit), tolerance, relative)
        case ["t", name, tolerance]:
            return Task(name, tolerance)
        case _:
            raise ValueError(f"not an answer to check: {row!r}")


def _line(line: Line) -> list[Any]:
    return [[span.text, STYLES.index(span.style)] for span in line]


def _read_line(rows: list[Any]) -> Line:
    return tuple(Span(text, STYLES[style]) for text, style in rows)


def _prose(prose: Prose) -> list[Any]:
    return [_block(block) for block in prose]


def _read_prose(rows: list[Any]) -> Prose:
    return tuple(map(_read_block, rows))


def _block(block: Block) -> list[Any]:
    match block:
        case Paragraph(line):
            return ["p", _line(line)]
        case Listing(items, start):
            return ["l", [_prose(item) for item in items], start]
        case Code(text, language):
            return ["c", text, language]
        case TableBlock(header, rows):
            return ["g", [*map(_line, header)], [[*map(_line, row)] for row in rows]]
        case Formula(tex):
            return ["f", tex]


def _read_block(row: list[Any]) -> Block:
    match row:
        case ["p", line]:
            return Paragraph(_read_line(line))
        case ["l", items, start]:
            return Listing(tuple(map(_read_prose, items)), start)
        case ["c", text, language]:
            return Code(text, language)
        case ["g", header, rows]:
            cells = tuple(tuple(map(_read_line, cells)) for cells in rows)
            return TableBlock(tuple(map(_read_line, header)), cells)
        case ["f", tex]:
            return Formula(tex)
        case _:
            raise ValueError(f"not a block: {row!r}")
