"""How the fields of a card are written in a bank file: what an editor expects, what a file holds.

A file is a `YamlFile` of the bank and a node is one of its places: cards know no YAML.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
MAX_NAME = 80  # characters: files are named by them
NAME = re.compile(rf"(?!.{{{MAX_NAME + 1}}})[a-z0-9]+(-[a-z0-9]+)*")
NAMED = f"a name of lower-case letters, digits and single hyphens, at most {MAX_NAME}: 'clip-loss'"


class Form(NamedTuple):
    """One way to write a field; what is odd in a file is noted there, and reads as nothing."""

    schema: dict[str, Any]  # JSON Schema
    read: Callable[[Any, Any], Any]  # the value at a node of a file; the node may be None

    def about(self, words: str) -> "Form":
        """The same, with what an author writes in it."""
        return self._replace(schema={**self.schema, "description": words})


ID = Form({"$ref": "#/$defs/id"}, lambda file, node: file.matching(node, NAME, NAMED))
COUNT = Form({"type": "integer", "minimum": 1}, lambda file, node: file.count(node))
LINE = Form(TEXT, lambda file, node: file.line(node))
PROSE = Form(TEXT, lambda file, node: file.prose(node))


def word(words: Iterable[str], value: Callable[[str], Any] = str) -> Form:
    """One of a few words, and what it stands for."""
    known = [str(each) for each in words]

    def read(file: Any, node: Any) -> Any:
        text = file.word(node, known)
        return text and value(text)

    return Form({"enum": known}, read)


def pattern(regex: re.Pattern[str], example: str, strict: bool = False) -> Form:
    """A text that matches; the schema has the pattern only where it is strict."""
    schema = {**TEXT, "pattern": f"^(?:{regex.pattern})$"} if strict else TEXT
    return Form(schema, lambda file, node: file.matching(node, regex, example))


def sentence(value: Callable[[str], Any], problem: str = "") -> Form:
    """A text and its value; `problem` is reported where that is None, and any ValueError."""

    def read(file: Any, node: Any) -> Any:
        text = file.sentence(node)
        if text is None:
            return None
        try:
            result = value(text)
        except ValueError as error:
            file.problem(node, str(error))
            return None
        if result is None:
            file.problem(node, problem)
        return result

    return Form(TEXT, read)


def record(value: Callable[..., Any], **forms: Form) -> Form:
    """A mapping with all of some keys; `value` takes their contents."""

    def read(file: Any, node: Any) -> Any:
        nodes = file.mapping(node, forms) if node else None
        return nodes and value(*(form.read(file, nodes.get(key)) for key, form in forms.items()))

    return Form(mapping(forms, {key: form.schema for key, form in forms.items()}), read)


def tagged(
    value: Callable[..., Any],
    problem: str,
    tags: Mapping[str, Form],
    beside: Mapping[str, Form] = {},
    explained: Iterable[str] = (),
) -> Form:
    """A mapping with exactly one of some tags, and other keys that may stand beside it.

    `value` takes the tag, its content, and what stands beside it; `problem` is reported unless
    there is exactly one tag. A tag of `explained` needs what stands beside it.
    """
    forms = {**tags, **beside}

    def read(file: Any, node: Any) -> Any:
        problems = len(file.problems)
        nodes = file.mapping(node, (), forms)
        if nodes is None or len(file.problems) > problems:
            return None
        keys = [key for key in nodes if key in tags]
        if len(keys) != 1:
            file.problem(node, problem)
            return None
        content, *others = (forms[key].read(file, nodes.get(key)) for key in (*keys, *beside))
        return value(keys[0], content, *others) if content else None

    one_of = [{"required": [tag, *(beside if tag in explained else ())]} for tag in tags]
    schemas = {key: form.schema for key, form in forms.items()}
    return Form({**mapping((), schemas), "oneOf": one_of}, read)


def each(form: Form, **bounds: int) -> Form:
    """A list of values of one form; the bounds are for the schema, the card checks its own."""

    def read(file: Any, node: Any) -> Any:
        values = (form.read(file, item) for item in file.items(node))
        return tuple(value for value in values if value)

    return Form({"type": "array", "items": form.schema, **bounds}, read)


def mapping(required: Iterable[str], properties: dict[str, Any]) -> dict[str, Any]:
    """The schema of a mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
