"""JSON Schema (draft 2020-12) in few words: every key is required, and no other is allowed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from contrastive_drill.cards.form import mapping

Form = dict[str, Any]

TEXT: Form = {"type": "string"}
FLAG: Form = {"type": "boolean"}
COUNT: Form = {"type": "integer", "minimum": 0}
WHOLE: Form = {"type": "integer"}
NUMBER: Form = {"type": "number"}
DAY: Form = {"type": "string", "format": "date"}
MOMENT: Form = {"type": "string", "format": "date-time"}


class Output(NamedTuple):
    """What a command prints with `--json`."""

    number: int  # raised when a key changes its meaning or goes
    command: str
    keys: Mapping[str, Form]


def one_of(words: str) -> Form:
    """One of these words."""
    return {"enum": words.split()}


def maybe(form: Form) -> Form:
    """This, or null."""
    return {"anyOf": [form, {"type": "null"}]}


def each(form: Form) -> Form:
    """A list of these."""
    return {"type": "array", "items": form}


def by_name(form: Form) -> Form:
    """Any keys, each with one of these."""
    return {"type": "object", "additionalProperties": form}


def record(keys: Mapping[str, Form], **more: Form) -> Form:
    """An object with these keys."""
    known = {**keys, **more}
    return mapping(known, known)


def keys(form: Form, names: str) -> dict[str, Form]:
    """Several keys of one form."""
    return dict.fromkeys(names.split(), form)


LEVEL = one_of("mid senior staff")
RATING = one_of("again hard good easy")
