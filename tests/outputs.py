"""What `--json` prints, against its schema."""

import json
from functools import cache
from typing import Any

from contrastive_drill.schemas.outputs import schema


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator, FormatChecker

    form = schema(name)
    Draft202012Validator.check_schema(form)
    return Draft202012Validator(form, format_checker=FormatChecker())


@cache  # the bank takes a second, and many tests print it
def misfits(name: str, text: str) -> tuple[str, ...]:
    """Where an output does not fit."""
    errors = _validator(name).iter_errors(json.loads(text))
    return tuple(f"{error.json_path}: {error.message[:200]}" for error in errors)
