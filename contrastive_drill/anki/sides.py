"""What a card of Anki asks and answers: by its templates, unless the learner says which fields."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from contrastive_drill.anki.collection import AnkiCard, NoteType

MAP = re.compile(r"(?P<name>.+?):\s+(?:(?P<front>.+?)\s+->\s+(?P<back>.+)|(?P<none>none))\s*")
MAP_SAYS = "'TYPE: FIELD, ... -> FIELD, ...', 'TYPE/CARD: ...' for one card of it, or 'TYPE: none'"
NAME = re.compile(r"\{\{([^{}]*)\}\}")
SPECIAL = frozenset(
    ("FrontSide", "Tags", "Type", "Deck", "Subdeck", "CardFlag", "Card", "CardID", "")
)
GAP = re.compile(r"(\{\{c[\d,]{1,20}::|\}\})")
OCCLUSION = "image-occlusion:"


class Sides(NamedTuple):
    """The fields of a card's question and of its answer; none of either where it is left out."""

    front: tuple[str, ...]
    back: tuple[str, ...]


class Draft(NamedTuple):
    """A card in HTML."""

    question: str
    said: str  # the answer itself
    rest: str  # what else the back shows


Maps = Mapping[str, Sides]  # by the name of a note type, or that and its card's with a slash


def told(text: str) -> tuple[str, Sides]:
    """A map as the learner writes it: the name of what it is for, and its fields.

    Raises:
        ValueError: when it cannot be read.
    """
    match = MAP.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is no map: write {MAP_SAYS}")
    sides = (match[side] or "" for side in ("front", "back"))
    names = (tuple(filter(None, map(str.strip, each.split(",")))) for each in sides)
    return match["name"].strip(), Sides(*names)


def card_name(card: AnkiCard) -> str:
    """The card's note type, with the name of its template where there are several."""
    templates = card.type.templates
    if card.type.is_cloze or len(templates) < 2 or card.place >= len(templates):
        return card.type.name
    return f"{card.type.name}/{templates[card.place].name}"


def sides_of(card: AnkiCard, maps: Maps) -> Sides:
    """The fields of the two sides."""
    for name in (card_name(card), card.type.name):
        if name in maps:
            return maps[name]
    return _guessed(card.type, 0 if card.type.is_cloze else card.place)


def draft(card: AnkiCard, sides: Sides) -> Draft | None:
    """The card in HTML; None for one without words, or whose picture has its parts covered."""
    fields = card.fields
    front, back = ([fields.get(name, "") for name in names] for names in sides)
    if OCCLUSION in "".join(front):
        return None
    if not card.type.is_cloze:
        said, *rest = [*filter(_has_words, back), ""]
        made = Draft(_joined(front), said, _joined(rest))
    else:
        number, gaps = card.place + 1, list[str]()
        question = _joined([_clozed(each, number, gaps) for each in front])
        said = "".join(f"<li>{each}</li>" for each in gaps)
        whole = [_clozed(each, number) for each in (*front, *back)]
        said = f"<ul>{said}</ul>" if len(gaps) > 1 else "".join(gaps)
        made = Draft(question, said, _joined(whole))
    return made if _has_words(made.question) and _has_words(made.said) else None


def _has_words(html: str) -> bool:
    return bool(re.sub(r"<(?!img)[^<>]*>|&nbsp;|\s", "", html))


def _joined(parts: Iterable[str]) -> str:
    return "".join(f"<div>{part}</div>" for part in parts if _has_words(part))


@lru_cache(maxsize=999)
def _guessed(kind: NoteType, place: int) -> Sides:
    if place >= len(kind.templates):
        return Sides(kind.fields[:1], kind.fields[1:])
    template = kind.templates[place]
    front = tuple(_names(kind, template.front, ("type", "hint"))) or kind.fields[:1]
    shown = [*_names(kind, template.back, ()), *_names(kind, template.front, ())]
    back = tuple(dict.fromkeys(name for name in shown if name not in front))
    return Sides(front, back or tuple(name for name in kind.fields if name not in front))


def _names(kind: NoteType, side: str, without: tuple[str, ...]) -> Iterable[str]:
    """The fields that a side of a template shows, each once, but those with some filters."""
    found = dict[str, None]()
    for inner in NAME.findall(side):
        *filters, name = (part.strip() for part in inner.split(":"))
        if not name.startswith(("#", "^", "/")) and not set(filters) & set(without):
            found[name] = None
    return [name for name in found if name in kind.fields and name not in SPECIAL]


def _clozed(html: str, number: int, gaps: list[str] | None = None) -> str:
    """The text of a cloze with all gaps filled, or with those of a number open, which go to `gaps`.

    As Anki reads it: a gap ends at the first two braces, and may hold others.
    """
    opened: list[tuple[str, list[str]]] = [("", [])]
    for part in GAP.split(html):
        if part.startswith("{{c") and part.endswith("::"):
            opened.append((part, []))
        elif part == "}}" and len(opened) > 1:
            opening, inside = opened.pop()
            words, _, hint = "".join(inside).partition("::")
            if gaps is not None and str(number) in opening[3:-2].split(","):
                gaps.append(words)
                words = f"[{hint or '…'}]"
            opened[-1][1].append(words)
        else:
            opened[-1][1].append(part)
    return "".join(part for opening, inside in opened for part in (opening, *inside))
