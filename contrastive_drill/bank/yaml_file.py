"""One YAML file as nodes with places, and the traps of YAML caught on the way to values."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar

import yaml

from contrastive_drill.bank import markdown
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.prose import Line, Prose
from contrastive_drill.spelling import nearest

Text = TypeVar("Text", Prose, Line)
Node = TypeVar("Node", bound=yaml.Node)
TEXT = "tag:yaml.org,2002:str"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
ESCAPE = re.compile(r'\\[^"\\]')
COMMENT = re.compile(" *#")
CARD = re.compile("(?m)^( *)- ")
MAX_LINE, MAX_TEXT = 5_000, 10_000  # characters of a line, and of a text of several
MAX_DEPTH, MAX_VALUES = 20, 50_000  # of lists within each other; in a file
MAX_CARDS = 20_000  # of files read together; a problem takes the room of a card
KINDS = {"bool": "yes or no", "int": "a number", "float": "a number", "null": "nothing"}


LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _BoundedLoader(LOADER):  # type: ignore[misc]
    """Stops at a hook of the loader's before that recurses too deep or fills the memory."""

    depth = values = 0

    def descend_resolver(self, parent: yaml.Node | None, _: object) -> None:
        self.depth += 1
        self.values += 1
        fault = self.depth > MAX_DEPTH and f"more than {MAX_DEPTH} lists within each other"
        if fault := fault or (self.values > MAX_VALUES and f"more than {MAX_VALUES:,} values"):
            assert parent
            raise yaml.MarkedYAMLError(problem=fault, problem_mark=parent.start_mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1


class TooMany(Exception):
    """There is no room for another problem."""


@dataclass
class YamlFile:
    """The text of one file, or of a part of it, and the problems found in it so far."""

    path: str
    text: str
    room: int  # for problems
    problems: list[Problem] = field(default_factory=list)
    above: int = 0  # lines of the file before this part
    macros: markdown.Macros = field(default_factory=markdown.Macros)
    _seen: set[int] = field(default_factory=set)

    def apart(self) -> list["YamlFile"]:
        """What stands before the cards and each card by itself, where all is not YAML together."""
        first = CARD.search(self.text)
        dashes = re.finditer(rf"(?m)^{first[1]}- ", self.text) if first else ()
        starts = [0, *(dash.start() for dash in dashes)][: self.room]
        parts: list[YamlFile] = []
        above, problems = self.above, list[Problem]()
        for start, end in pairwise([*starts, len(self.text)]):
            text = self.text[start:end]
            parts.append(YamlFile(self.path, text, self.room, problems, above, self.macros))
            above += text.count("\n")
        return parts

    def root(self, kind: type[Node], wanted: str) -> Node | None:
        """The node at the top, of a kind that is wanted in these words."""
        line = column = 1
        try:
            _check_lines(self.text)
            node = yaml.compose(self.text, Loader=_BoundedLoader)
            if isinstance(node, kind):
                return node
            message = wanted
        except yaml.MarkedYAMLError as error:
            if mark := error.problem_mark or error.context_mark:
                line, column = mark.line + 1, mark.column + 1
            fault = error.problem or error.context or "not YAML"
            message = f"not YAML: {fault}; quote text that holds : or #"
        except yaml.YAMLError as error:  # a character YAML cannot hold has no mark
            line = self.text.count("\n", 0, getattr(error, "position", 0)) + 1
            message = f"not YAML: {getattr(error, 'reason', error)}; remove that character"
        self._note(line, column, message)
        return None

    def problem(self, node: yaml.Node, message: str, below: int = 0) -> None:
        """Note what is wrong at a node, `below` lines into its text."""
        is_block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        line = node.start_mark.line + 1 + below + is_block
        self._note(line, 1 if below or is_block else node.start_mark.column + 1, message)

    def _note(self, line: int, column: int, message: str) -> None:
        self.require_room(self.above + line)
        self.problems.append(Problem(self.path, self.above + line, column, message))

    def blame(self, name: str, before: int) -> None:
        """What was noted after so many problems leaves out what bears a name, not the file."""
        since = self.problems[before:]
        self.problems[before:] = [each if each.card else each._replace(card=name) for each in since]

    def require_room(self, line: int, cards: int = 0) -> None:
        """Leave out what follows a line where these cards and problems are all there may be."""
        if cards + len(self.problems) >= self.room:
            self.problems.append(no_room(self.path, line))
            raise TooMany

    def line_of(self, node: yaml.Node | None = None) -> int:
        """The line of the file at which a node begins, or this part of it."""
        return int(self.above + 1 + (node.start_mark.line if node else 0))

    def mapping(
        self, node: yaml.Node, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, yaml.Node] | None:
        """The fields of a mapping; None when it is not one."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, f"a mapping is wanted here, of: {', '.join((*required, *optional))}")
            return None
        required, known = list(required), [*required, *optional]
        fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name not in known:
                self.problem(key, f"unknown key '{name}': {nearest(name, known)}")
            elif name in fields:
                first = self.line_of(fields[name])
                self.problem(key, f"'{name}' stands twice: it was set on line {first}")
            else:
                fields[name] = value
                if id(value) in self._seen:
                    self.problem(key, "no anchors and aliases: write the text out")
                self._seen.add(id(value))
        for name in required:
            if name not in fields:
                self.problem(node, f"'{name}' is missing")
        return fields

    def items(self, node: yaml.Node | None) -> list[yaml.Node]:
        """The members of a list; none for a field left out."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.problem(node, "a list is wanted here: one '- ' for each")
            return []
        fresh = []
        for item in node.value:
            if id(item) in self._seen:
                self.problem(node, "no anchors and aliases: write the text out")
            else:
                self._seen.add(id(item))
                fresh.append(item)
        return fresh

    def string(self, node: yaml.Node | None) -> str | None:
        """The text of a scalar that YAML also takes for text."""
        if node is None:
            return None
        below, fault = self._fault(node)
        if fault:
            self.problem(node, fault, below)
            return None
        return str(node.value)

    def _fault(self, node: yaml.Node) -> markdown.Fault:
        """What keeps a node from being text; nothing where it is."""
        if not isinstance(node, yaml.ScalarNode):
            return 0, "text is wanted here"
        if node.tag != TEXT:
            kind = node.tag.rpartition(":")[2]
            meaning = KINDS.get(kind, f"a {kind}")
            shown = node.value or "nothing"
            return 0, f"YAML reads {shown} as {meaning}: put it in single quotes"
        raw = self.text[node.start_mark.index : node.end_mark.index]
        if node.style == '"' and ESCAPE.search(raw.replace("\\\\", "")):
            escapes = r'"double quotes" turn \t, \n, \b into control characters'
            return 0, f"{escapes}: use single quotes or a | block"
        if control := CONTROL.search(node.value):
            name = "a tab" if control[0] == "\t" else f"the character U+{ord(control[0]):04X}"
            below = node.value.count("\n", 0, control.start())
            return below, f"{name} cannot be shown: remove it"
        if len(node.value) > MAX_TEXT:
            return 0, f"a text of {len(node.value):,} characters: at most {MAX_TEXT:,}; shorten it"
        return 0, "" if node.value.strip() else "text is wanted here: this is empty"

    def sentence(self, node: yaml.Node | None) -> str | None:
        """Free text, in which a # is more likely meant than a comment."""
        text = self.string(node)
        if not isinstance(node, yaml.ScalarNode) or text is None or node.style:
            return text
        if COMMENT.match(self.text, node.end_mark.index):
            self.problem(node, "what follows # is lost as a comment: put the text in single quotes")
            return None
        return text

    def prose(self, node: yaml.Node | None) -> Prose:
        """The blocks of a text in Markdown."""
        return self._markdown(node, markdown.read)

    def line(self, node: yaml.Node | None) -> Line:
        """A text of one line in Markdown."""
        return self._markdown(node, markdown.read_line)

    def _markdown(
        self,
        node: yaml.Node | None,
        read: Callable[[str, markdown.Macros], tuple[Text, list[markdown.Fault]]],
    ) -> Text | tuple[()]:
        text = self.sentence(node)
        if node is None or text is None:
            return ()
        value, faults = read(text, self.macros)
        for below, message in faults:
            self.problem(node, message, below)
        return value

    def word(self, node: yaml.Node | None, known: Iterable[str]) -> str | None:
        """One of a few known words."""
        word = self.string(node)
        if node is None or word is None or word in (known := list(known)):
            return word
        self.problem(node, f"'{word}' is not known here: {nearest(word, known)}")
        return None

    def matching(self, node: yaml.Node | None, pattern: re.Pattern[str], form: str) -> str | None:
        """Text of a given form."""
        text = self.string(node)
        if node is None or text is None or pattern.fullmatch(text):
            return text
        self.problem(node, f"'{text}' is not {form}")
        return None

    def count(self, node: yaml.Node | None) -> int | None:
        """A plain positive number."""
        if node is None:
            return None
        is_plain = isinstance(node, yaml.ScalarNode) and not node.style
        if is_plain and re.fullmatch(r"[1-9][0-9]{0,8}", node.value):
            return int(node.value)
        self.problem(node, "a whole number from 1 up is wanted here, without quotes or a leading 0")
        return None


def no_room(path: str, line: int) -> Problem:
    """What is said of cards that are too many."""
    message = f"at most {MAX_CARDS:,} cards and problems are read: take some cards out"
    return Problem(path, line, 1, message, f"all from line {line} of {path} on")


def _check_lines(text: str) -> None:
    """Refuse a line that is too long before it is parsed."""
    for number, line in enumerate(text.split("\n")):
        if len(line) > MAX_LINE:
            fault = f"a line of {len(line):,} characters, at most {MAX_LINE:,} are read"
            mark = yaml.Mark("", 0, number, MAX_LINE, None, 0)
            raise yaml.MarkedYAMLError(problem=fault, problem_mark=mark)
