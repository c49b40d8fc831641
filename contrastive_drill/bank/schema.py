"""The form of a bank file as JSON Schema (draft 2020-12): editors complete and underline by it."""

from typing import Any, assert_never

from contrastive_drill.bank.fields import FIELDS, KIND_FIELDS, KINDS, NAME, REQUIRED
from contrastive_drill.cards.form import (
    CountForm,
    Form,
    LineForm,
    ListForm,
    NameForm,
    PatternForm,
    ProseForm,
    RecordForm,
    SentenceForm,
    TaggedForm,
    WordForm,
)

TEXT = {"type": "string", "minLength": 1}
ID = {"$ref": "#/$defs/id"}


def schema() -> dict[str, Any]:
    """The schema of a bank file."""
    fields = {**FIELDS, **KIND_FIELDS}
    properties = {key: {**_form(f.form), "description": f.about} for key, f in fields.items()}
    card = _mapping(REQUIRED, properties)
    card["allOf"] = [
        {"if": {"properties": {"kind": {"const": kind.value}}}, "then": {"required": list(keys)}}
        for kind, keys in KINDS.items()
        if keys
    ]
    items = (field.form.item for field in fields.values() if isinstance(field.form, ListForm))
    tagged = {item.name: _tagged(item) for item in items if isinstance(item, TaggedForm)}
    cards = {"type": "array", "items": {"$ref": "#/$defs/card"}, "minItems": 1}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of the question bank",
        **_mapping(("section", "cards"), {"section": ID, "title": TEXT, "cards": cards}),
        "$defs": {"id": {"type": "string", "pattern": f"^{NAME.pattern}$"}, "card": card, **tagged},
    }


def _form(form: Form) -> dict[str, Any]:
    """What may stand in a field."""
    match form:
        case NameForm():
            return ID
        case CountForm():
            return {"type": "integer", "minimum": 1}
        case WordForm(words):
            return {"enum": [str(word) for word in words]}
        case PatternForm(pattern, strict=True):
            return {**TEXT, "pattern": f"^(?:{pattern.pattern})$"}
        case PatternForm() | SentenceForm() | LineForm() | ProseForm():
            return TEXT
        case RecordForm(keys):
            return _mapping(tuple(keys), {key: _form(each) for key, each in keys.items()})
        case TaggedForm(name):
            return {"$ref": f"#/$defs/{name}"}
        case ListForm(item, fewest, most):
            bounds = {"minItems": fewest, "maxItems": most}
            known = {key: bound for key, bound in bounds.items() if bound is not None}
            return {"type": "array", "items": _form(item), **known}
        case _:
            assert_never(form)


def _tagged(form: TaggedForm) -> dict[str, Any]:
    keys = {**form.tags, **form.beside}
    mapping = _mapping((), {key: _form(each) for key, each in keys.items()})
    explained = dict.fromkeys(form.explained, tuple(form.beside))
    return {**mapping, "oneOf": [{"required": [tag, *explained.get(tag, ())]} for tag in form.tags]}


def _mapping(required: tuple[str, ...], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
