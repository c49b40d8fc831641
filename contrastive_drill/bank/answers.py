"""What the program checks by itself on a card: a ruling, choices, a number, or a drawn number."""

from random import Random

import yaml

from contrastive_drill.bank.markdown import line_of, prose_of
from contrastive_drill.bank.nodes import YamlFile as File
from contrastive_drill.bank.problems import nearest
from contrastive_drill.cards.arithmetic import evaluate
from contrastive_drill.cards.calculations import GENERATORS
from contrastive_drill.cards.calculations.placeholders import filled, names_in
from contrastive_drill.cards.card import Card, Choice, Choices, Expected, Kind, Ruling, Task
from contrastive_drill.cards.prose import formulas_of, plain
from contrastive_drill.cards.quantity import Number, Quantity, read
from contrastive_drill.formula.tex import TexError, parse

KEYS = {
    Kind.VERDICT: ("ruling",),
    Kind.CHOICE: ("choices",),
    Kind.NUMERIC: ("number", "worked", "tolerance"),
    Kind.CALCULATION: ("calculation", "tolerance"),
}
WIDEST = 0.5  # of the number: a wider tolerance is a slip
ALL = tuple(dict.fromkeys(key for keys in KEYS.values() for key in keys))


def answer(
    file: File, card: yaml.Node, fields: dict[str, yaml.Node], kind: Kind
) -> Expected | None:
    """The answer to check that a card of this kind has; what is missing or odd is a problem."""
    wanted = KEYS.get(kind, ())
    for key in ALL:
        if key in fields and key not in wanted:
            file.problem(fields[key], f"a {kind} card has no '{key}'")
        if key in wanted and key not in fields:
            file.problem(card, f"a {kind} card needs '{key}'")
    if not all(key in fields for key in wanted):
        return None
    match kind:
        case Kind.VERDICT:
            word = file.word(fields["ruling"], [ruling.value for ruling in Ruling])
            return Ruling(word) if word else None
        case Kind.CHOICE:
            found = [_choice(file, node) for node in file.items(fields["choices"])]
            return Choices(tuple(choice for choice in found if choice))
        case Kind.NUMERIC:
            return _number(file, fields)
        case Kind.CALCULATION:
            return _task(file, fields)
        case _:
            return None


def _choice(file: File, node: yaml.Node) -> Choice | None:
    before = len(file.problems)
    fields = file.mapping(node, (), ("right", "wrong", "why"))
    if fields is None or len(file.problems) > before:
        return None
    marks = [key for key in fields if key != "why"]
    if len(marks) != 1:
        file.problem(node, "a choice is one of 'right: ...' or 'wrong: ...', and 'why' beside it")
        return None
    text = line_of(file, fields[marks[0]])
    return Choice(text, marks[0] == "right", prose_of(file, fields.get("why"))) if text else None


def _number(file: File, fields: dict[str, yaml.Node]) -> Number | None:
    wanted = _quantity(
        file, fields["number"], "a number with its unit, such as '9.40 nats', is wanted here"
    )
    said = "a tolerance such as '2 %', or '0.05' in the unit of the number, is wanted here"
    room = _quantity(file, fields["tolerance"], said)
    if room and (room.unit not in ("", "%") or room.value <= 0):
        file.problem(fields["tolerance"], said)
        room = None
    worked = _worked(file, fields["worked"])
    if wanted is None or room is None or worked is None:
        return None
    number = Number(wanted, *_tolerance(room))
    if not wanted.value and number.relative:
        said = "0 has no share: give the tolerance as a number, such as '0.05'"
        file.problem(fields["tolerance"], said)
    elif wanted.value and number.slack > WIDEST * abs(wanted.value):
        said = f"is more than half of {wanted}: give a share such as '2 %', or a smaller number"
        file.problem(fields["tolerance"], said)
    if not number.accepts(Quantity(worked)):
        said = f"comes to {worked:.6g}, which is further from {wanted} than allowed: mend one"
        file.problem(fields["worked"], said)
    return number


def _quantity(file: File, node: yaml.Node, said: str) -> Quantity | None:
    """A number with its unit; a problem that says what is wanted when the text is none."""
    text = file.sentence(node)
    found = read(text) if text else None
    if text and found is None:
        file.problem(node, said)
    return found


def _worked(file: File, node: yaml.Node) -> float | None:
    """What a calculation comes to; a problem when the text is none."""
    text = file.sentence(node)
    try:
        return evaluate(text) if text else None
    except ValueError as error:
        file.problem(node, str(error))
        return None


def _tolerance(room: Quantity) -> tuple[float, bool]:
    return (room.value / 100, True) if room.unit == "%" else (room.value, False)


def _task(file: File, fields: dict[str, yaml.Node]) -> Task | None:
    name = file.word(fields["calculation"], GENERATORS)
    said = "a tolerance of up to 20 %, such as '2 %', is wanted here"
    room = _quantity(file, fields["tolerance"], said)
    if room and (room.unit != "%" or not 0 < room.value <= 20):
        file.problem(fields["tolerance"], said)
        return None
    return Task(name, room.value / 100) if name and room else None


def check_names(file: File, fields: dict[str, yaml.Node], card: Card) -> None:
    """Note what is wrong with the `[[names]]` of a calculation card, where it stands."""
    if not isinstance(card.expected, Task):
        return
    known = GENERATORS[card.expected.generator](Random(0)).words
    drawn = filled(card, "0")
    texts = [("prompt", drawn.prompt), ("answer", drawn.answer)]
    texts += [("bait", text) for text in drawn.bait or ()]
    texts += [("erratum", text) for text in drawn.erratum or ()]
    for key, text in texts:
        for name in sorted(names_in(text)):
            remedy = "write it without * or ` inside" if name in known else nearest(name, known)
            node, below = fields[key], 0
            if isinstance(node, yaml.ScalarNode) and node.style == "|":
                below = node.value.partition(f"[[{name}]]")[0].count("\n")
            file.problem(node, f"nothing is drawn for [[{name}]]: {remedy}", below)
        for tex in formulas_of(text):
            try:
                parse(tex)
            except TexError as error:
                said = f"with numbers drawn, the formula {tex!r} has {error}"
                file.problem(fields[key], said)
    shown = names_in(card.prompt)
    if "result" in shown:
        file.problem(fields["prompt"], "[[result]] is the answer: the prompt gives it away")
    if not shown:
        said = "the prompt shows nothing that is drawn: "
        file.problem(fields["prompt"], said + nearest("", [f"[[{name}]]" for name in known]))
    if any("[[" in plain(point.line) for point in card.points):
        said = "a key point holds no [[names]]: its wording is what is remembered"
        file.problem(fields["points"], said)
