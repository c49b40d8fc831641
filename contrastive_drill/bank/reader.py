"""The nodes of one bank file -> its section and cards, and every problem in it."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contrastive_drill import intake
from contrastive_drill.bank import ladder
from contrastive_drill.bank.fields import FIELDS, KIND_FIELDS, KINDS, MACRO, OPTIONAL, REQUIRED
from contrastive_drill.bank.placeholder_checks import check_names
from contrastive_drill.bank.problems import Problem
from contrastive_drill.bank.yaml_file import MAX_CARDS, TooMany, YamlFile, no_room
from contrastive_drill.cards.card import Card, Section
from contrastive_drill.cards.form import MAX_NAME, NAME, NAMED
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.ladder import Ladder
from contrastive_drill.formula.tex import MOST_ARGUMENTS, TexError, written_out

ID = re.compile(r"(?m)^[ -]*id: *['\"]?([^ '\"\n]+)")
CARD = "a card is wanted here: its id and the other fields"
FIELDS_OF_A_FILE = ("section", "cards"), ("title", "ladder", "macros")
FILE = "a bank file is a mapping with section, title and cards"


@dataclass(frozen=True, slots=True)
class BankFile:
    """What one file holds."""

    section: Section | None
    cards: tuple[Card, ...]
    problems: tuple[Problem, ...]
    ladder: Ladder | None = None


def read_files(paths: Iterable[Path]) -> list[BankFile]:
    """Read bank files from the disk, as far as there is room for their cards."""
    files_read: list[BankFile] = []
    room = MAX_CARDS
    for path in paths:
        files_read.append(file := read_file(path, room))
        room -= len(file.cards) + len(file.problems)
        if room < 0:  # which it says
            break
    return files_read


def read_file(path: Path, room: int = MAX_CARDS) -> BankFile:
    """Read a bank file from the disk; one that cannot be read is a problem like any other."""
    if not room:
        return BankFile(None, (), (no_room(str(path), 1),))
    try:
        return read(str(path), intake.read(path), room)
    except OSError as error:
        message = f"cannot be read: {error.strerror}; fix its permissions or move it away"
        return BankFile(None, (), (Problem(str(path), 1, 1, message),))


def read(path: str, data: bytes, room: int = MAX_CARDS) -> BankFile:
    """Read a bank file; a card with a problem is left out of the cards."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return BankFile(None, (), (Problem(path, line, 1, "not UTF-8: save the file as UTF-8"),))
    file = YamlFile(path, text, room)
    section, cards, rungs = None, list[Card](), None
    with suppress(TooMany):  # which is among the problems
        root = file.root(yaml.MappingNode, FILE)
        head, *parts = [file] if root else file.apart()
        root = root or head.root(yaml.MappingNode, FILE)
        if root and (fields := head.mapping(root, *FIELDS_OF_A_FILE)):
            section = _section(head, fields)
            head.macros.update(_macros(head, fields.get("macros")))
            rungs = ladder.read(head, fields.get("ladder"), section.id)
            nodes = [] if parts else head.items(fields.get("cards"))
            if "cards" in fields and not (nodes or parts or head.problems):
                head.problem(fields["cards"], "a bank file needs at least one card")
            places = [*((head, node) for node in nodes), *((part, None) for part in parts)]
            for part, node in places:
                part.require_room(part.line_of(node), len(cards))
                if card := _named(part, node, section.id):
                    cards.append(card)
    found = tuple(sorted(head.problems or file.problems))
    return BankFile(section, tuple(cards), found, rungs)


def _section(file: YamlFile, fields: dict[str, yaml.Node]) -> Section:
    name = file.matching(fields.get("section"), NAME, NAMED) or "unnamed"
    title = file.sentence(fields.get("title"))
    return Section(name, title or name.replace("-", " ").capitalize())


def _macros(file: YamlFile, node: yaml.Node | None) -> dict[str, str]:
    """The LaTeX of a file's own commands by their names.

    One that cannot be drawn is a problem of its own, and of each card that uses it.
    """
    before = len(file.problems)
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
    file.blame("a macro", before)
    return macros


def _named(file: YamlFile, node: yaml.Node | None, section: str) -> Card | None:
    """The card at a node, or that of a part; its problems bear its name."""
    before, card = len(file.problems), None
    try:
        if node is None and (root := file.root(yaml.SequenceNode, CARD)):
            node = root.value[0]
        card = _card(file, node, section) if node else None
    finally:
        if card is None:
            file.blame(_name(file, node), before)
    return card


def _name(file: YamlFile, node: yaml.Node | None) -> str:
    """The id of a broken card as far as it can be told, or else its line."""
    keys = node.value if isinstance(node, yaml.MappingNode) else ()
    ids = (value.value for key, value in keys if key.value == "id")
    named = next((each for each in ids if isinstance(each, str)), "")
    if node is None and (found := ID.search(file.text)):
        named = found[1]
    return named[:MAX_NAME] or f"the card of line {file.line_of(node)}"


def _card(file: YamlFile, node: yaml.Node, section: str) -> Card | None:
    before = len(file.problems)
    nodes = file.mapping(node, REQUIRED, OPTIONAL)
    if nodes is None:
        return None
    values = {key: form.read(file, nodes.get(key)) for key, form in FIELDS.items()}
    expected = _expected(file, node, nodes, values["kind"]) if values["kind"] else None
    if len(file.problems) > before:
        return None
    origin = f"{file.path}:{file.line_of(node)}"
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
