"""The fields of a card in a bank file, and how the forms of fields are read."""

import re
from typing import Any, assert_never

import yaml

from contrastive_drill.bank.markdown import line_of, prose_of
from contrastive_drill.bank.nodes import YamlFile
from contrastive_drill.cards.card import Bait, Erratum, KeyPoint, Level, Source, SourceKind
from contrastive_drill.cards.form import (
    CardField,
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
from contrastive_drill.cards.kinds import Kind, card_kind

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NAMED = "a name of lower-case letters, digits and single hyphens, such as 'clip-loss'"
ARXIV = re.compile(r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7}")
ANY = re.compile(r"(?s).+")
POINT = TaggedForm(
    "point",
    {"must": LineForm(), "bonus": LineForm()},
    "a key point is one of 'must: ...' or 'bonus: ...'",
    lambda tag, line: KeyPoint(line, tag == "must"),
)
SOURCES: dict[str, Form] = {
    SourceKind.ARXIV: PatternForm(ARXIV, "an arXiv id such as '2103.00020'", strict=True),
    SourceKind.DOI: PatternForm(
        re.compile(r"10\.\d{4,9}/\S+"), "a DOI such as '10.1000/182'", strict=True
    ),
    SourceKind.CODE: PatternForm(
        re.compile(r"[\w.-]+/[\w.-]+( \S.*)?"),
        "'owner/repository path', such as 'openai/CLIP clip/model.py'",
    ),
    SourceKind.TEXT: PatternForm(ANY, "a reference"),
    SourceKind.COMPUTED: PatternForm(ANY, "a calculation"),
    SourceKind.DEMO: PatternForm(NAME, "the name of a demo, such as 'collapse'", strict=True),
}
SOURCE = TaggedForm(
    "source",
    SOURCES,
    f"a source is exactly one of {', '.join(SOURCES)}, and 'where' beside it",
    lambda tag, text, where: Source(SourceKind(tag), text.strip(), (where or "").strip()),
    beside={"where": SentenceForm(str)},
)
NAMES = ListForm(NameForm())
FIELDS = {
    "id": CardField(
        "Names the card for ever: the learner's history hangs on it.", NameForm(), required=True
    ),
    "level": CardField(
        "The seniority at which an interviewer expects the answer.",
        WordForm(Level, Level),
        required=True,
    ),
    "kind": CardField("What the card asks for.", WordForm(Kind, Kind), required=True),
    "prompt": CardField("The question, in Markdown.", ProseForm(), required=True),
    "answer": CardField(
        "The answer, in Markdown; it starts with the answer.", ProseForm(), required=True
    ),
    "points": CardField(
        "What a complete answer says: two to six, the required ones first.",
        ListForm(POINT, most=9),
        required=True,
    ),
    "sources": CardField(
        "How each number and statement is known.", ListForm(SOURCE, 1), required=True
    ),
    "place": CardField("Its number in the cold list.", CountForm()),
    "demo": CardField("The experiment that shows it.", NameForm()),
    "needs": CardField("Cards to meet first.", NAMES),
    "follow_ups": CardField("Cards that an interviewer asks next.", NAMES),
    "bait": CardField(
        "The popular wrong answer, and why it fails.",
        RecordForm({"answer": ProseForm(), "fails": ProseForm()}, Bait),
    ),
    "erratum": CardField(
        "What study sheets say, and what is right.",
        RecordForm({"sheet": ProseForm(), "correct": ProseForm()}, Erratum),
    ),
    "tags": CardField("Words to find it by.", NAMES),
}
REQUIRED = tuple(key for key, field in FIELDS.items() if field.required)
KINDS = {kind: card_kind(kind).fields() for kind in Kind}
# The keys that only some kinds have; two kinds may share one.
KIND_FIELDS = {key: field for fields in KINDS.values() for key, field in fields.items()}
OPTIONAL = (*(key for key in FIELDS if key not in REQUIRED), *KIND_FIELDS)


def value_of(file: YamlFile, node: yaml.Node | None, form: Form) -> Any:
    """The value at a node; what is odd is a problem, and no list, no prose or None."""
    match form:
        case NameForm():
            return file.matching(node, NAME, NAMED)
        case CountForm():
            return file.count(node)
        case WordForm(words, value):
            word = file.word(node, words)
            return word and value(word)
        case PatternForm(pattern, example):
            return file.matching(node, pattern, example)
        case SentenceForm(value):
            return _sentence(file, node, form)
        case LineForm():
            return line_of(file, node)
        case ProseForm():
            return prose_of(file, node)
        case RecordForm(keys, value):
            nodes = file.mapping(node, keys) if node else None
            return nodes and value(*(value_of(file, nodes.get(key), keys[key]) for key in keys))
        case TaggedForm():
            return node and _tagged(file, node, form)
        case ListForm(item):
            values = (value_of(file, each, item) for each in file.items(node))
            return tuple(value for value in values if value)
        case _:
            assert_never(form)


def _sentence(file: YamlFile, node: yaml.Node | None, form: SentenceForm) -> Any:
    text = file.sentence(node)
    if node is None or text is None:
        return None
    try:
        return form.value(text)
    except ValueError as error:
        file.problem(node, str(error))
        return None


def _tagged(file: YamlFile, node: yaml.Node, form: TaggedForm) -> Any:
    before = len(file.problems)
    nodes = file.mapping(node, (), (*form.tags, *form.beside))
    if nodes is None or len(file.problems) > before:
        return None
    tags = [key for key in nodes if key in form.tags]
    if len(tags) != 1:
        file.problem(node, form.problem)
        return None
    (tag,) = tags
    value = value_of(file, nodes[tag], form.tags[tag])
    beside = [value_of(file, nodes.get(key), each) for key, each in form.beside.items()]
    return form.value(tag, value, *beside) if value else None
