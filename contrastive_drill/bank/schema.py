"""The form of a bank file as JSON Schema (draft 2020-12): editors complete and underline by it."""

from typing import Any

from contrastive_drill.bank import answers
from contrastive_drill.bank.reader import FORMS, NAME, OPTIONAL, REQUIRED
from contrastive_drill.cards.calculations import GENERATORS
from contrastive_drill.cards.card import Kind, Level, Ruling, SourceKind

TEXT = {"type": "string", "minLength": 1}
IDS = {"type": "array", "items": {"$ref": "#/$defs/id"}}
WORDS = {
    "id": "Names the card for ever: the learner's history hangs on it.",
    "level": "The seniority at which an interviewer expects the answer.",
    "kind": "What the card asks for.",
    "prompt": "The question, in Markdown.",
    "answer": "The answer, in Markdown; it starts with the answer.",
    "points": "What a complete answer says: two to six, the required ones first.",
    "sources": "How each number and statement is known.",
    "place": "Its number in the cold list.",
    "demo": "The experiment that shows it.",
    "needs": "Cards to meet first.",
    "follow_ups": "Cards that an interviewer asks next.",
    "bait": "The popular wrong answer, and why it fails.",
    "erratum": "What study sheets say, and what is right.",
    "tags": "Words to find it by.",
    "ruling": "What the claim is (kind verdict).",
    "choices": "Three to six answers, one of them right (kind choice).",
    "number": "The number with its unit, such as '9.40 nats' (kind numeric).",
    "worked": "A calculation that comes to the number, such as 'log(32768)'.",
    "tolerance": "How far off an answer may be: '2 %', or '0.05' in the unit of the number.",
    "calculation": "The generator that draws the numbers (kind calculation).",
}


def _record(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _one_of(words: Any) -> dict[str, Any]:
    return {"enum": [str(word) for word in words]}


def _pair(first: str, second: str) -> dict[str, Any]:
    return _record((first, second), **{first: TEXT, second: TEXT})


def schema() -> dict[str, Any]:
    """The schema of a bank file."""
    fields: dict[str, Any] = {
        "id": {"$ref": "#/$defs/id"},
        "level": _one_of(level.value for level in Level),
        "kind": _one_of(kind.value for kind in Kind),
        "prompt": TEXT,
        "answer": TEXT,
        "points": {"type": "array", "items": {"$ref": "#/$defs/point"}, "maxItems": 9},
        "sources": {"type": "array", "items": {"$ref": "#/$defs/source"}, "minItems": 1},
        "place": {"type": "integer", "minimum": 1},
        "demo": {"$ref": "#/$defs/id"},
        "needs": IDS,
        "follow_ups": IDS,
        "bait": _pair("answer", "fails"),
        "erratum": _pair("sheet", "correct"),
        "tags": IDS,
        "ruling": _one_of(ruling.value for ruling in Ruling),
        "choices": {
            "type": "array",
            "items": {"$ref": "#/$defs/choice"},
            "minItems": 3,
            "maxItems": 6,
        },
        "number": TEXT,
        "worked": TEXT,
        "tolerance": TEXT,
        "calculation": _one_of(sorted(GENERATORS)),
    }
    assert set(fields) == {*REQUIRED, *OPTIONAL}
    card = _record(REQUIRED, **{k: {**v, "description": WORDS[k]} for k, v in fields.items()})
    card["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind.value}}},
            "then": {"required": list(keys)},
        }
        for kind, keys in answers.KEYS.items()
    ]
    sources = {
        kind.value: {**TEXT, "pattern": f"^(?:{FORMS[kind][0].pattern})$"}
        if kind in (SourceKind.ARXIV, SourceKind.DOI, SourceKind.DEMO)
        else TEXT
        for kind in SourceKind
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of the question bank",
        **_record(
            ("section", "cards"),
            section={"$ref": "#/$defs/id"},
            title=TEXT,
            cards={"type": "array", "items": {"$ref": "#/$defs/card"}, "minItems": 1},
        ),
        "$defs": {
            "id": {"type": "string", "pattern": f"^{NAME.pattern}$"},
            "card": card,
            "point": {
                **_record((), must=TEXT, bonus=TEXT),
                "minProperties": 1,
                "maxProperties": 1,
            },
            "choice": {
                **_record((), right=TEXT, wrong=TEXT, why=TEXT),
                "oneOf": [{"required": ["right"]}, {"required": ["wrong", "why"]}],
            },
            "source": {
                **_record((), **sources, where=TEXT),
                "oneOf": [{"required": [kind.value]} for kind in SourceKind],
            },
        },
    }
