"""The nodes of one bank file -> its section and cards, and every problem in it."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from contrastive_drill.bank import answers
from contrastive_drill.bank.markdown import line_of, prose_of
from contrastive_drill.bank.nodes import YamlFile as File
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import (
    Bait,
    Card,
    Erratum,
    KeyPoint,
    Kind,
    Level,
    Section,
    Source,
    SourceKind,
)
from contrastive_drill.cards.prose import Prose

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NAMED = "a name of lower-case letters, digits and single hyphens, such as 'clip-loss'"
ARXIV = re.compile(r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7}")
FORMS = {
    SourceKind.ARXIV: (ARXIV, "an arXiv id such as '2103.00020'"),
    SourceKind.DOI: (re.compile(r"10\.\d{4,9}/\S+"), "a DOI such as '10.1000/182'"),
    SourceKind.CODE: (
        re.compile(r"[\w.-]+/[\w.-]+( \S.*)?"),
        "'owner/repository path', such as 'openai/CLIP clip/model.py'",
    ),
    SourceKind.TEXT: (re.compile(r"(?s).+"), "a reference"),
    SourceKind.COMPUTED: (re.compile(r"(?s).+"), "a calculation"),
    SourceKind.DEMO: (NAME, "the name of a demo, such as 'collapse'"),
}
REQUIRED = ("id", "level", "kind", "prompt", "answer", "points", "sources")
OPTIONAL = ("place", "demo", "needs", "follow_ups", "bait", "erratum", "tags", *answers.ALL)


@dataclass(frozen=True, slots=True)
class BankFile:
    """What one file holds."""

    section: Section | None
    cards: tuple[Card, ...]
    problems: tuple[Problem, ...]


def read_file(path: Path) -> BankFile:
    """Read a bank file from the disk; one that cannot be read is a problem like any other."""
    try:
        return read(str(path), path.read_bytes())
    except OSError as error:
        said = f"cannot be read: {error.strerror}; mend its permissions or move it away"
        return BankFile(None, (), (Problem(str(path), 1, 1, said),))


def read(path: str, data: bytes) -> BankFile:
    """Read a bank file; a card with a problem is left out of the cards."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return BankFile(None, (), (Problem(path, line, 1, "not UTF-8: save the file as UTF-8"),))
    file = File(path, text)
    root = file.root()
    fields = file.mapping(root, ("section", "cards"), ("title",)) if root else None
    if not fields:
        return BankFile(None, (), tuple(file.problems))
    name = file.matching(fields.get("section"), NAME, NAMED) or "unnamed"
    title = file.sentence(fields.get("title"))
    section = Section(name, title or name.replace("-", " ").capitalize())
    nodes = file.items(fields.get("cards"))
    if "cards" in fields and not nodes and not file.problems:
        file.problem(fields["cards"], "a bank file needs at least one card")
    cards = [card for node in nodes if (card := _card(file, node, name))]
    return BankFile(section, tuple(cards), tuple(sorted(file.problems)))


def _card(file: File, node: yaml.Node, section: str) -> Card | None:
    before = len(file.problems)
    fields = file.mapping(node, REQUIRED, OPTIONAL)
    if fields is None:
        return None
    get = fields.get
    identity = file.matching(get("id"), NAME, NAMED)
    level = file.word(get("level"), [level.value for level in Level])
    kind = file.word(get("kind"), [kind.value for kind in Kind])
    prompt, answer = prose_of(file, get("prompt")), prose_of(file, get("answer"))
    points = tuple(p for item in file.items(get("points")) if (p := _point(file, item)))
    sources = tuple(s for item in file.items(get("sources")) if (s := _source(file, item)))
    place = file.count(get("place"))
    demo = file.matching(get("demo"), NAME, NAMED)
    needs, follow_ups, tags = (_names(file, get(key)) for key in ("needs", "follow_ups", "tags"))
    bait = _pair(file, get("bait"), "answer", "fails")
    erratum = _pair(file, get("erratum"), "sheet", "correct")
    expected = answers.answer(file, node, fields, Kind(kind)) if kind else None
    if len(file.problems) > before or identity is None or level is None or kind is None:
        return None
    try:
        card = Card(
            id=identity,
            section=section,
            level=Level(level),
            kind=Kind(kind),
            prompt=prompt,
            answer=answer,
            points=points,
            sources=sources,
            place=place,
            demo=demo,
            needs=needs,
            follow_ups=follow_ups,
            bait=Bait(*bait) if bait else None,
            erratum=Erratum(*erratum) if erratum else None,
            tags=tags,
            expected=expected,
            origin=f"{file.path}:{node.start_mark.line + 1}",
        )
    except ValueError as error:
        file.problem(node, str(error))
        return None
    answers.check_names(file, fields, card)
    return card if len(file.problems) == before else None


def _point(file: File, node: yaml.Node) -> KeyPoint | None:
    fields = file.mapping(node, (), ("must", "bonus"))
    if fields is None:
        return None
    if len(fields) != 1:
        file.problem(node, "a key point is one of 'must: ...' or 'bonus: ...'")
        return None
    ((grade, value),) = fields.items()
    line = line_of(file, value)
    return KeyPoint(line, required=grade == "must") if line else None


def _source(file: File, node: yaml.Node) -> Source | None:
    kinds = [kind.value for kind in SourceKind]
    fields = file.mapping(node, (), (*kinds, "where"))
    if fields is None:
        return None
    named = [key for key in fields if key != "where"]
    if len(named) != 1:
        file.problem(node, f"a source is exactly one of {', '.join(kinds)}, and 'where' beside it")
        return None
    kind = SourceKind(named[0])
    reference = file.matching(fields[kind.value], *FORMS[kind])
    where = file.sentence(fields.get("where"))
    return Source(kind, reference.strip(), (where or "").strip()) if reference else None


def _pair(
    file: File, node: yaml.Node | None, first: str, second: str
) -> tuple[Prose, Prose] | None:
    fields = file.mapping(node, (first, second)) if node else None
    return (
        (prose_of(file, fields.get(first)), prose_of(file, fields.get(second))) if fields else None
    )


def _names(file: File, node: yaml.Node | None) -> tuple[str, ...]:
    return tuple(n for item in file.items(node) if (n := file.matching(item, NAME, NAMED)))
