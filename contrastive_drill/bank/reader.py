"""The nodes of one bank file -> its section and cards, and every problem in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contrastive_drill.bank.fields import FIELDS, KIND_FIELDS, KINDS, MACRO, OPTIONAL, REQUIRED
from contrastive_drill.bank.placeholder_checks import check_names
from contrastive_drill.bank.problems import Problem
from contrastive_drill.bank.yaml_file import YamlFile
from contrastive_drill.cards.card import Card, Section
from contrastive_drill.cards.form import NAME, NAMED
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.formula.tex import MOST_ARGUMENTS, TexError, written_out


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
        message = f"cannot be read: {error.strerror}; fix its permissions or move it away"
        return BankFile(None, (), (Problem(str(path), 1, 1, message),))


def read(path: str, data: bytes) -> BankFile:
    """Read a bank file; a card with a problem is left out of the cards."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return BankFile(None, (), (Problem(path, line, 1, "not UTF-8: save the file as UTF-8"),))
    file = YamlFile(path, text)
    root = file.root()
    fields = file.mapping(root, ("section", "cards"), ("title", "macros")) if root else None
    if not fields:
        return BankFile(None, (), tuple(file.problems))
    name = file.matching(fields.get("section"), NAME, NAMED) or "unnamed"
    title = file.sentence(fields.get("title"))
    section = Section(name, title or name.replace("-", " ").capitalize())
    file.macros.update(_macros(file, fields.get("macros")))
    nodes = file.items(fields.get("cards"))
    if "cards" in fields and not nodes and not file.problems:
        file.problem(fields["cards"], "a bank file needs at least one card")
    cards = [card for node in nodes if (card := _named(file, node, name))]
    return BankFile(section, tuple(cards), tuple(sorted(file.problems)))


def _macros(file: YamlFile, node: yaml.Node | None) -> dict[str, str]:
    """The LaTeX of a file's own commands by their names; what cannot be drawn is a problem."""
    keys = node.value if isinstance(node, yaml.MappingNode) else ()
    names = [key.value for key, _ in keys if isinstance(key, yaml.ScalarNode)]
    nodes = (node and file.mapping(node, (), names)) or {}
    texts = {name: file.sentence(each) or "" for name, each in nodes.items()}
    macros = {name.removeprefix("\\"): text for name, text in texts.items()}
    for name, each in nodes.items():
        plain = name.removeprefix("\\")
        try:
            if not MACRO.fullmatch(name):
                raise TexError("a name of letters is wanted")
            written_out(f"\\{plain}" + "{x}" * MOST_ARGUMENTS, macros)
        except TexError as error:
            file.problem(each, f"macro '{name}': {error}")
            del macros[plain]
    return macros


def _named(file: YamlFile, node: yaml.Node, section: str) -> Card | None:
    """The card at a node; its problems bear its name."""
    before = len(file.problems)
    card = _card(file, node, section)
    if card is None:
        keys = node.value if isinstance(node, yaml.MappingNode) else ()
        named = (str(value.value) for key, value in keys if key.value == "id")
        name = next(named, "") or f"the card of line {node.start_mark.line + 1}"
        file.problems[before:] = [each._replace(card=name) for each in file.problems[before:]]
    return card


def _card(file: YamlFile, node: yaml.Node, section: str) -> Card | None:
    before = len(file.problems)
    nodes = file.mapping(node, REQUIRED, OPTIONAL)
    if nodes is None:
        return None
    values = {key: form.read(file, nodes.get(key)) for key, form in FIELDS.items()}
    expected = _expected(file, node, nodes, values["kind"]) if values["kind"] else None
    if len(file.problems) > before:
        return None
    origin = f"{file.path}:{node.start_mark.line + 1}"
    try:
        card = Card(**values, section=section, expected=expected, origin=origin)
    except ValueError as error:
        file.problem(node, str(error))
        return None
    check_names(file, nodes, card)
    return card if len(file.problems) == before else None


def _expected(file: YamlFile, card: yaml.Node, nodes: dict[str, yaml.Node], kind: Kind) -> Any:
    """What the program checks an answer by; what is missing or odd is a problem."""
    forms = KINDS[kind]
    for key in KIND_FIELDS:
        if key in nodes and key not in forms:
            file.problem(nodes[key], f"a {kind} card has no '{key}'")
        if key in forms and key not in nodes:
            file.problem(card, f"a {kind} card needs '{key}'")
    if not all(key in nodes for key in forms):
        return None
    values = {key: form.read(file, nodes[key]) for key, form in forms.items()}
    if None in values.values():
        return None
    return card_kind(kind).build(values, lambda key, message: file.problem(nodes[key], message))
