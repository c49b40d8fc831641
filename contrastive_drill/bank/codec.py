"""A card as JSON and back, so that a cached card needs no parser: derived from the fields."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind, card_kind


class Codec(NamedTuple):
    """How values of one type become JSON, and values again."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def encode(card: Card) -> dict[str, Any]:
    """The card as lists, strings and numbers; a field with its default is left out."""
    codecs = {**_card_codecs(), "expected": _codec(card_kind(card.kind).expects)}
    return {
        field.name: codecs[field.name].encode(value)
        for field in fields(card)
        if (value := getattr(card, field.name)) != field.default
    }


def decode(row: dict[str, Any]) -> Card:
    """The card of which `encode` made the row.

    Raises:
        KeyError, TypeError, ValueError: for a row of another layout.
    """
    codecs = {**_card_codecs(), "expected": _codec(card_kind(Kind(row["kind"])).expects)}
    return Card(**{name: codecs[name].decode(value) for name, value in row.items()})


@cache
def _card_codecs() -> dict[str, Codec]:
    return {field.name: _codec(field.type) for field in fields(Card) if field.name != "expected"}


def _new_codec(hint: Any) -> Codec:
    if get_origin(hint) is tuple:  # of any length
        item = _codec(get_args(hint)[0])
        return Codec(
            lambda values: [item.encode(value) for value in values],
            lambda rows: tuple([item.decode(row) for row in rows]),
        )
    if isinstance(hint, UnionType):
        return _optional(hint) if NoneType in get_args(hint) else _tagged(get_args(hint))
    if issubclass(hint, Enum):
        members = {member.value: member for member in hint}
        return Codec(lambda member: member.value, members.__getitem__)
    return _record(hint) if hasattr(hint, "_fields") else Codec(_same, _same)


_codec: Callable[[Any], Codec] = cache(_new_codec)


def _same(value: Any) -> Any:
    return value


def _optional(hint: Any) -> Codec:
    (codec,) = (_codec(member) for member in get_args(hint) if member is not NoneType)
    return Codec(
        lambda value: None if value is None else codec.encode(value),
        lambda row: None if row is None else codec.decode(row),
    )


def _tagged(members: tuple[Any, ...]) -> Codec:
    """One of several classes, by its name; a class may hold others, so each waits for its use."""
    named = {member.__name__: member for member in members}
    return Codec(
        lambda value: [type(value).__name__, *_codec(type(value)).encode(value)],
        lambda row: _codec(named[row[0]]).decode(row[1:]),
    )


def _record(cls: Any) -> Codec:
    """A NamedTuple as the list of its values, without defaults at the end."""
    codecs = [_codec(hint) for hint in get_type_hints(cls).values()]
    encoders, decoders = zip(*codecs, strict=True)
    defaults = tuple(cls._field_defaults.get(name, MISSING) for name in cls._fields)

    def encode_values(value: Any) -> list[Any]:
        length = len(value)
        while length and value[length - 1] == defaults[length - 1]:
            length -= 1
        return [encoder(part) for encoder, part in zip(encoders, value[:length], strict=False)]

    def decode_values(row: list[Any]) -> Any:
        return cls(*[decoder(part) for decoder, part in zip(decoders, row, strict=False)])

    return Codec(encode_values, decode_values)
