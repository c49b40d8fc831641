"""A card with every field as plain values for JSON; its text is Markdown that reads back."""

from dataclasses import fields
from enum import Enum
from typing import Any

from contrastive_drill.cards.card import Card, KeyPoint, Slip, Source
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.cards.ladder import Ladder
from contrastive_drill.cards.markdown import markdown, markdown_line
from contrastive_drill.cards.prose import Prose


def record(card: Card, title: str) -> dict[str, Any]:
    """Every field of a card; the keys are those of the bank files, with `section_title` added."""
    values: dict[str, Any] = {}
    for field in fields(card):
        value = getattr(card, field.name)
        match field.name:
            case "section":
                values |= {"section": value, "section_title": title}
            case "expected":
                values |= card_kind(card.kind).record(card)
            case "origin":
                values |= {"digest": card.digest, "origin": value}
            case name:
                values[name] = markdown(value) if field.type == Prose else _plain(value)
    return values


def ladder_record(ladder: Ladder, title: str) -> dict[str, Any]:
    """A ladder's section, its title, and its rungs with the keys of the bank files."""
    rungs = [
        {"level": r.level.value, "card": r.card, "line": markdown_line(r.line)}
        for r in ladder.rungs
    ]
    return {"section": ladder.section, "section_title": title, "ladder": rungs}


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case KeyPoint(line, required):
            return {"key": value.key, "required": required, "text": markdown_line(line)}
        case Slip():
            return value._asdict()
        case Source():
            return {**value._asdict(), "kind": value.kind.value, "url": value.url}
        case Slip():
            return value._asdict()
        case tuple() if hasattr(value, "_asdict"):  # texts by name, such as a bait
            return {name: markdown(text) for name, text in value._asdict().items()}
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value
