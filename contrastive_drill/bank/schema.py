"""The form of a bank file as JSON Schema (draft 2020-12): editors complete and underline by it."""

from typing import Any

from contrastive_drill.bank.fields import FIELDS, KIND_FIELDS, KINDS, MACRO, REQUIRED
from contrastive_drill.bank.ladder import RUNGS
from contrastive_drill.cards.form import ID, NAME, TEXT, mapping


def schema() -> dict[str, Any]:
    """The schema of a bank file."""
    forms = {**FIELDS, **KIND_FIELDS}
    card = mapping(REQUIRED, {key: form.schema for key, form in forms.items()})
    card["allOf"] = [
        {"if": {"properties": {"kind": {"const": kind.value}}}, "then": {"required": list(keys)}}
        for kind, keys in KINDS.items()
        if keys
    ]
    cards = {"type": "array", "items": {"$ref": "#/$defs/card"}, "minItems": 1}
    macros = {
        "type": "object",
        "description": r"LaTeX by the name that stands for it: `norm: '\lVert #1 \rVert'`.",
        "propertyNames": {"pattern": f"^{MACRO.pattern}$"},
        "additionalProperties": TEXT,
    }
    keys = {"section": ID.schema, "title": TEXT, "ladder": RUNGS.schema}
    keys |= {"macros": macros, "cards": cards}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of the question bank",
        **mapping(("section", "cards"), keys),
        "$defs": {"id": {"type": "string", "pattern": f"^{NAME.pattern}$"}, "card": card},
    }
