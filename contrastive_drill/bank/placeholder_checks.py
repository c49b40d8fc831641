"""The `[[names]]` of a calculation card, and what is wrong with them."""

from random import Random

import yaml

from contrastive_drill.bank.yaml_file import YamlFile
from contrastive_drill.cards.calculations import GENERATORS
from contrastive_drill.cards.calculations.placeholders import names_in
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds.calculation import Task
from contrastive_drill.cards.prose import formulas_of, plain
from contrastive_drill.cards.variant import variant
from contrastive_drill.formula.tex import TexError, parse
from contrastive_drill.spelling import nearest


def check_names(file: YamlFile, nodes: dict[str, yaml.Node], card: Card) -> None:
    """Note what is wrong with the `[[names]]` of a calculation card, at its place."""
    if not isinstance(card.expected, Task):
        return
    known = GENERATORS[card.expected.generator](Random(0)).words
    drawn = variant(card, "0")
    for text in drawn.texts():
        if text.is_line:
            continue
        for name in sorted(names_in(text.blocks)):
            remedy = "write it without * or ` inside" if name in known else nearest(name, known)
            node, below = nodes[text.name], 0
            if isinstance(node, yaml.ScalarNode) and node.style == "|":
                below = node.value.partition(f"[[{name}]]")[0].count("\n")
            file.problem(node, f"nothing is drawn for [[{name}]]: {remedy}", below)
        for tex in formulas_of(text.blocks):
            try:
                parse(tex)
            except TexError as error:
                message = f"with numbers drawn, the formula {tex!r} has {error}"
                file.problem(nodes[text.name], message)
    shown = names_in(card.prompt)
    if "result" in shown:
        file.problem(nodes["prompt"], "[[result]] is the answer: the prompt gives it away")
    if not shown:
        names = nearest("", [f"[[{name}]]" for name in known])
        file.problem(nodes["prompt"], f"the prompt shows nothing that is drawn: {names}")
    if any("[[" in plain(point.line) for point in card.points):
        message = "a key point holds no [[names]]: its wording is what is remembered"
        file.problem(nodes["points"], message)
