"""Every output with `--json` by its name: its number, and its form as JSON Schema."""

from typing import Any

from contrastive_drill.schemas import cards, demos, progress, sittings
from contrastive_drill.schemas.notation import record

OUTPUTS = {**progress.OUTPUTS, **sittings.OUTPUTS, **cards.OUTPUTS, **demos.OUTPUTS}


def stamped(name: str, value: dict[str, Any]) -> dict[str, Any]:
    """What an output prints, after its number."""
    return {"schema": OUTPUTS[name].number, **value}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an output."""
    number, command, keys = OUTPUTS[name]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"contrastive-drill {command} --json",
        **record({"schema": {"const": number}, **keys}),
    }
