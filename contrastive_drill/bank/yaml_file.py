"""One YAML file as nodes with places, and the traps of YAML caught on the way to values."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import yaml

from contrastive_drill.bank import markdown
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.prose import Line, Prose
from contrastive_drill.spelling import nearest

Text = TypeVar("Text", Prose, Line)
TEXT = "tag:yaml.org,2002:str"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
ESCAPE = re.compile(r'\\[^"\\]')
KINDS = {"bool": "yes or no", "int": "a number", "float": "a number", "null": "nothing"}


@dataclass
class YamlFile:
    """The text of one file, and the problems found in it so far."""

    path: str
    text: str
    problems: list[Problem] = field(default_factory=list)
    macros: dict[str, str] = field(default_factory=dict)  # of its formulas: LaTeX by name
    _seen: set[int] = field(default_factory=set)

    def root(self) -> yaml.MappingNode | None:
        """The mapping at the top of the file."""
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        line = column = 1
        try:
            node = yaml.compose(self.text, Loader=loader)
            if isinstance(node, yaml.MappingNode):
                return node
            message = "a bank file is a mapping with section, title and cards"
        except yaml.MarkedYAMLError as error:
            if mark := error.problem_mark or error.context_mark:
                line, column = mark.line + 1, mark.column + 1
            fault = error.problem or error.context or "not YAML"
            message = f"not YAML: {fault}; quote text that holds : or #"
        except yaml.YAMLError as error:  # a character YAML cannot hold has no mark
            line = self.text.count("\n", 0, getattr(error, "position", 0)) + 1
            message = f"not YAML: {getattr(error, 'reason', error)}; remove that character"
        self.problems.append(Problem(self.path, line, column, message))
        return None

    def problem(self, node: yaml.Node, message: str, below: int = 0) -> None:
        """Note what is wrong at a node, `below` lines into its text."""
        is_block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        line = node.start_mark.line + 1 + below + is_block
        column = 1 if below or is_block else node.start_mark.column + 1
        self.problems.append(Problem(self.path, line, column, message))

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
                first = fields[name].start_mark.line + 1
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
        return 0, "" if node.value.strip() else "text is wanted here: this is empty"

    def sentence(self, node: yaml.Node | None) -> str | None:
        """Free text, in which a # is more likely meant than a comment."""
        text = self.string(node)
        if not isinstance(node, yaml.ScalarNode) or text is None or node.style:
            return text
        if self.text[node.end_mark.index :].lstrip(" ").startswith("#"):
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
        read: Callable[[str, Mapping[str, str]], tuple[Text, list[markdown.Fault]]],
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
