"""How the fields of a bank file are written: `bank` reads by these forms and makes the schema."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple


class NameForm(NamedTuple):
    """A name of lower-case letters, digits and single hyphens."""


class CountForm(NamedTuple):
    """A whole number from 1 up."""


class WordForm(NamedTuple):
    """One of a few words."""

    words: Iterable[str]
    value: Callable[[str], Any]


class PatternForm(NamedTuple):
    """A text of a given form; `example` says which. A loose pattern is not told to editors."""

    pattern: re.Pattern[str]
    example: str
    strict: bool = False


class SentenceForm(NamedTuple):
    """A text and its value; a ValueError of `value` says what is wrong with the text."""

    value: Callable[[str], Any]


class LineForm(NamedTuple):
    """One line of Markdown."""


class ProseForm(NamedTuple):
    """Blocks of Markdown."""


class RecordForm(NamedTuple):
    """A mapping with all of some keys; `value` takes their values in order."""

    keys: Mapping[str, "Form"]
    value: Callable[..., Any]


class TaggedForm(NamedTuple):
    """A mapping with exactly one of some keys, the tag; `value` takes the tag and the values."""

    name: str  # among the definitions of the schema
    tags: Mapping[str, "Form"]
    problem: str  # what is said where there is not exactly one
    value: Callable[..., Any]
    beside: Mapping[str, "Form"] = {}
    explained: tuple[str, ...] = ()  # tags that need what stands beside them


class ListForm(NamedTuple):
    """A list of values of one form; its length is checked with the card."""

    item: "Form"
    fewest: int | None = None
    most: int | None = None


Form = (
    NameForm
    | CountForm
    | WordForm
    | PatternForm
    | SentenceForm
    | LineForm
    | ProseForm
    | RecordForm
    | TaggedForm
    | ListForm
)


class CardField(NamedTuple):
    """A field of a card in a bank file."""

    about: str  # what an author writes in it
    form: Form
    required: bool = False
