"""A card as JSON and back, so that a cached card needs no parser: derived from the fields."""

from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from functools import cache
from operator import call
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.ladder import Ladder
from contrastive_drill.cards.prose import Block

Reader = Callable[[Any], Any]


def encode(card: Card) -> dict[str, Any]:
    """The card as lists, strings and numbers; a field with its default is left out."""
    values = {field: getattr(card, field.name) for field in fields(card)}
    return {f.name: _plain(value) for f, value in values.items() if value != f.default}


def encode_ladder(ladder: Ladder) -> list[Any]:
    """The ladder as lists and strings."""
    row: list[Any] = _plain(ladder)
    return row


def decode_ladder(row: list[Any]) -> Ladder:
    """The ladder of which `encode_ladder` made the row.

    Raises:
        KeyError, TypeError, ValueError: for another row.
    """
    ladder: Ladder = _reader(Ladder)(row)
    return ladder


def _plain(value: Any) -> Any:
    """Records are lists without defaults at their end; a block begins with its class."""
    if isinstance(value, Enum):
        return value.value
    if not isinstance(value, tuple):
        return value
    parts = [_plain(part) for part in value]
    if hasattr(value, "_fields"):
        defaults = value._field_defaults  # type: ignore[attr-defined]
        for name in reversed(value._fields):
            if name not in defaults or getattr(value, name) != defaults[name]:
                break
            parts.pop()
    return [type(value).__name__, *parts] if isinstance(value, Block) else parts


def decode(row: dict[str, Any]) -> Card:
    """The card of which `encode` made the row.

    Raises:
        KeyError, TypeError, ValueError: for a row of other fields.
    """
    readers = {**_readers(), "expected": _reader(card_kind(Kind(row["kind"])).expects)}
    return Card(**{name: readers[name](value) for name, value in row.items()})


@cache
def _readers() -> dict[str, Reader]:
    return {field.name: _reader(field.type) for field in fields(Card) if field.name != "expected"}


def _new_reader(hint: Any) -> Reader:
    if get_origin(hint) is tuple:  # of any length
        read = _reader(get_args(hint)[0])
        return lambda rows: tuple(map(read, rows))
    if hint == Block:  # a list holds blocks: their readers wait for their use
        classes = {each.__name__: each for each in get_args(hint)}
        return lambda row: _reader(classes[row[0]])(row[1:])
    if isinstance(hint, UnionType):  # with None
        (read,) = (_reader(each) for each in get_args(hint) if each is not NoneType)
        return lambda row: None if row is None else read(row)
    if issubclass(hint, Enum):
        return {member.value: member for member in hint}.__getitem__
    if hasattr(hint, "_fields"):
        readers = [_reader(each) for each in get_type_hints(hint).values()]
        return lambda row: hint(*map(call, readers, row))
    return hint if hint is not NoneType else lambda row: row  # str, int, float, bool


_reader: Callable[[Any], Reader] = cache(_new_reader)
