"""What the program checks by itself: read from the bank, every slip told, kept, and written out."""

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from cases import every
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contrastive_drill.bank import markdown, template
from contrastive_drill.bank.codec import decode, encode
from contrastive_drill.bank.export import record
from contrastive_drill.bank.fields import KIND_FIELDS, KINDS
from contrastive_drill.bank.reader import read
from contrastive_drill.cards.calculations import GENERATORS
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import check
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.kinds.calculation import Task
from contrastive_drill.cards.kinds.choice import Choice, Choices
from contrastive_drill.cards.kinds.verdict import Ruling
from contrastive_drill.cards.prose import Code, Paragraph, Span, Style, TableBlock
from contrastive_drill.cards.quantity import Number, Quantity
from contrastive_drill.cards.quantity import read as read_quantity
from contrastive_drill.cards.variant import variant

# Lines are counted from `section`; the fields that are checked begin on line 8.
CARD = """\
section: test
title: A test
cards:
  - id: one
    level: mid
    kind: {kind}
    prompt: {prompt}
{checked}    answer: |
      The answer.
    points:
      - must: It is said.
    sources:
      - text: A book
"""
VERDICT = CARD.format(
    kind="verdict", prompt="CLIP needs labels.", checked="    ruling: imprecise\n"
)
CHOICE = CARD.format(
    kind="choice",
    prompt="Which?",
    checked="""\
    choices:
      - right: A `softmax` over $N$
        why: As the paper says.
      - wrong: A sigmoid
        why: |
          That is SigLIP:

          - one pair at a time
      - wrong: A hinge
        why: That is older.
""",
)
NUMERIC = CARD.format(
    kind="numeric",
    prompt="How many nats?",
    checked="""\
    number: '9.40 nats'
    worked: 'log(1 + 32767 * exp(-1))'
    tolerance: '1 %'
""",
)
CALCULATION = CARD.format(
    kind="calculation",
    prompt="'At chance, with [[n]] pairs?'",
    checked="""\
    calculation: infonce-at-chance
    tolerance: '2 %'
""",
)
CODE = CARD.format(kind="code", prompt="Write it.", checked="    task: infonce\n")
SOUND = {
    Kind.VERDICT: VERDICT,
    Kind.CODE: CODE,
    Kind.CHOICE: CHOICE,
    Kind.NUMERIC: NUMERIC,
    Kind.CALCULATION: CALCULATION,
}


def card_of(text: str) -> Card:
    """The only card of a sound file."""
    reading = read("f.yaml", text.encode())
    assert reading.problems == ()
    (card,) = reading.cards
    return card


def problems(text: str) -> list[str]:
    """What is said of a file, without its name; a card with a problem is left out."""
    reading = read("f.yaml", text.encode())
    assert not (reading.cards and reading.problems)
    return [f"{p.line}:{p.column}: {p.message}" for p in reading.problems]


def test_a_ruling_is_read() -> None:
    assert card_of(VERDICT).expected is Ruling.IMPRECISE
    for ruling in Ruling:
        assert card_of(VERDICT.replace("imprecise", ruling)).expected is ruling


def test_choices_are_read() -> None:
    expected = card_of(CHOICE).expected
    assert isinstance(expected, Choices)
    right, siglip, hinge = expected.options
    assert right == Choice(
        (
            Span("A "),
            Span("softmax", Style.CODE),
            Span(" over "),
            Span("N", Style.FORMULA),
        ),
        True,
        (Paragraph((Span("As the paper says."),)),),
    )
    assert (siglip.right, len(siglip.why)) == (False, 2)
    assert hinge == Choice((Span("A hinge"),), False, (Paragraph((Span("That is older."),)),))


def test_the_right_choice_need_not_say_why() -> None:
    expected = card_of(CHOICE.replace("        why: As the paper says.\n", "")).expected
    assert isinstance(expected, Choices)
    assert expected.options[0].why == ()


@every(
    ("number", "worked", "tolerance", "read"),
    [
        ("9.40 nats", "log(1 + 32767 * exp(-1))", "1 %", Number(Quantity(9.4, "nats"), 0.01)),
        ("9.40 nats", "9.4", "1%", Number(Quantity(9.4, "nats"), 0.01)),
        ("9.40 nats", "9.397", "0.05", Number(Quantity(9.4, "nats"), 0.05, relative=False)),
        ("2^31", "2 ** 31", "0.1 %", Number(Quantity(2.0**31), 0.001)),
        ("2 GiB", "2 * 32768 ** 2 / 2 ** 30", "1 %", Number(Quantity(2, "GiB"), 0.01)),
        ("-0.5", "-1 / 2", "5 %", Number(Quantity(-0.5), 0.05)),
        ("0", "1 - 1", "0.01", Number(Quantity(0), 0.01, relative=False)),
        ("1,024 tokens", "32 * 32", "12,5", Number(Quantity(1024, "tokens"), 12.5, relative=False)),
        ("21 million", "5 * 4096 * 1024 + 8192", "1 %", Number(Quantity(21, "million"), 0.01)),
    ],
)  # fmt: skip
def test_numbers_are_read(number: str, worked: str, tolerance: str, read: Number) -> None:
    text = NUMERIC.replace("9.40 nats", number).replace("'1 %'", f"'{tolerance}'")
    expected = card_of(text.replace("log(1 + 32767 * exp(-1))", worked)).expected
    assert expected == read


@every("name", GENERATORS)
def test_a_calculation_is_read_and_can_be_drawn(name: str) -> None:
    words = GENERATORS[name](Random(0)).words
    asked = " ".join(f"[[{word}]]" for word in words if word != "result")
    text = CALCULATION.replace("infonce-at-chance", name).replace("[[n]]", asked)
    card = card_of(text.replace("The answer.", r"It is [[result]], or $\frac{[[result]]}{2}$."))
    assert card.expected == Task(name, 0.02)
    assert "[[" not in repr(variant(card, "seed"))


SLIPS = [
    # The keys of a kind, and of no other.
    (VERDICT, "    ruling: imprecise\n", "", "4:5: a verdict card needs 'ruling'"),
    (CHOICE, "    choices:", "    ruling: right\n    choices:", "8:13: a choice card has"),
    (NUMERIC, "    tolerance: '1 %'\n", "", "4:5: a numeric card needs 'tolerance'"),
    (NUMERIC, "    worked: 'log(1 + 32767 * exp(-1))'\n", "", "4:5: a numeric card needs 'worked'"),
    (NUMERIC, "kind: numeric", "kind: recall", "8:13: a recall card has no 'number'"),
    (CALCULATION, "'2 %'", "'2 %'\n    worked: '1'", "10:13: a calculation card has no 'worked'"),
    (CALCULATION, "calculation: info", "calculations: info", "unknown key 'calculations'"),
    # Verdicts.
    (VERDICT, "imprecise", "imprecis", "8:13: 'imprecis' is not known here: did you mean 'impre"),
    (VERDICT, "imprecise", "yes", "8:13: YAML reads yes as yes or no: put it in single quotes"),
    (VERDICT, "imprecise", "Right", "8:13: 'Right' is not known here: did you mean 'right'?"),
    # Choices.
    (CHOICE, "- right: A", "- wrong: A", "exactly one choice is right"),
    (CHOICE, "- wrong: A sigmoid", "- right: A sigmoid", "exactly one choice is right"),
    (CHOICE, "        why: That is older.\n", "", "a wrong choice says why it is wrong"),
    (CHOICE, "      - wrong: A hinge\n        why: That is older.\n", "", "three to six answers"),
    (CHOICE, "A hinge", "A sigmoid", "two choices say the same"),
    (CHOICE, "- wrong: A hinge", "- bad: A hinge", "16:9: unknown key 'bad'"),
    (CHOICE, "- wrong: A hinge\n        why: That is older.", "- A hinge", "16:9: a mapping"),
    (CHOICE, "why: That is older.", "right: B", "16:9: a choice is one of 'right: ...' or 'wron"),
    (CHOICE, "- wrong: A hinge\n        why", "- why", "16:9: a choice is one of 'right: ...'"),
    (CHOICE, "wrong: A hinge", "wrong: |\n          - A hinge", "one paragraph is wanted here"),
    (CHOICE, "wrong: A hinge", "wrong: 7", "16:16: YAML reads 7 as a number: put it in single"),
    (CHOICE, "That is older.", "'# Older'", "17:14: no headings in a card: use **strong** text"),
    (VERDICT.replace("kind: verdict", "kind: choice"), "ruling: imprecise", "choices: A",
     "8:14: a list is wanted here: one '- ' for each"),
    # Numbers.
    (NUMERIC, "'9.40 nats'", "9.40", "8:13: YAML reads 9.40 as a number: put it in single quotes"),
    (NUMERIC, "'9.40 nats'", "''", "8:13: text is wanted here: this is empty"),
    (NUMERIC, "'9.40 nats'", "ten", "8:13: a number with its unit, such as '9.40 nats', is wanted"),
    (NUMERIC, "'9.40 nats'", "'9.40, or so'", "8:13: a number with its unit"),
    (NUMERIC, "'9.40 nats'", "'1e999'", "8:13: a number with its unit"),
    (NUMERIC, "'9.40 nats'", "'9.60 nats'", "9:13: comes to 9.39726, which is further from 9.6"),
    (NUMERIC, "32767", "32767**2", "9:13: comes to 19.7944, which is further from 9.4 nats than"),
    (NUMERIC, "exp(-1)", "exp(-1", "9:13: 'log(1 + 32767 * exp(-1)' is no calculation: '(' was"),
    (NUMERIC, "32767 *", "32767^", "9:13: 'log(1 + 32767^ exp(-1))' is no calculation"),
    (NUMERIC, "exp(-1)", "e", "'e' is not known here; write it with numbers"),
    (NUMERIC, "exp(-1)", "10**10**10", "is no calculation: a number in it is too large"),
    (NUMERIC, "'log(1 + 32767 * exp(-1))'", "1e999", "it comes to no finite number"),
    (NUMERIC, "'1 %'", "1 %", None),
    (NUMERIC, "'1 %'", "'0 %'", "10:16: a tolerance such as '2 %', or '0.05' in the unit of the"),
    (NUMERIC, "'1 %'", "'-1 %'", "10:16: a tolerance such as '2 %'"),
    (NUMERIC, "'1 %'", "'1 nat'", "10:16: a tolerance such as '2 %'"),
    (NUMERIC, "'1 %'", "little", "10:16: a tolerance such as '2 %'"),
    (NUMERIC, "'1 %'", "2", "10:16: YAML reads 2 as a number: put it in single quotes"),
    (NUMERIC, "'1 %'", "'5'", "10:16: is more than half of 9.4 nats: give a share such as '2"),
    (NUMERIC, "'1 %'", "'60 %'", "10:16: is more than half of 9.4 nats"),
    (NUMERIC.replace("9.40 nats", "0").replace("exp(-1)", "0"), "'1 %'", "'2 %'",
     "10:16: 0 has no share: give the tolerance as a number, such as '0.05'"),
    # Calculations.
    (CALCULATION, "infonce-at-chance", "infonce-at-change",
     "8:18: 'infonce-at-change' is not known here: did you mean 'infonce-at-chance'?"),
    (CALCULATION, "'2 %'", "'2'", "9:16: a tolerance of up to 20 %, such as '2 %', is wanted here"),
    (CALCULATION, "'2 %'", "'30 %'", "9:16: a tolerance of up to 20 %"),
    (CALCULATION, "'2 %'", "'0 %'", "9:16: a tolerance of up to 20 %"),
    (CALCULATION, "'2 %'", "none", "9:16: a tolerance of up to 20 %"),
    (CALCULATION, "[[n]]", "[[m]]", "7:13: nothing is drawn for [[m]]: use one of: n, result"),
    (CALCULATION, "[[n]]", "[[N]]", "7:13: nothing is drawn for [[N]]"),
    (CALCULATION, "[[n]]", "[[ n ]]", "7:13: nothing is drawn for [[ n ]]"),
    (CALCULATION, "[[n]]", "[[*n*]]",
     "7:13: nothing is drawn for [[n]]: write it without * or ` inside"),
    (CALCULATION, "[[n]]", "N",
     "7:13: the prompt shows nothing that is drawn: use one of: [[n]], [[result]]"),
    (CALCULATION, "[[n]]", "[[n]] = [[result]]",
     "7:13: [[result]] is the answer: the prompt gives it away"),
    (CALCULATION, "      The answer.", "      The answer.\n\n      Is [[resul]].",
     "13:1: nothing is drawn for [[resul]]: did you mean 'result'?"),
    (CALCULATION, "      The answer.", r"      $\left[[n]]\right]$",
     "11:1: with numbers drawn, the formula '"),
    (CALCULATION, "    points:", "    bait: {answer: 'Is [[tau]].', fails: No way}\n    points:",
     "12:11: nothing is drawn for [[tau]]"),
    (CALCULATION, "    points:", "    erratum: {sheet: A, correct: '[[tau]]'}\n    points:",
     "12:14: nothing is drawn for [[tau]]"),
    (CALCULATION, "It is said.", "'It is [[n]].'", "13:7: a key point holds no [[names]]: its"),
]  # fmt: skip


@every(("text", "old", "new", "said"), SLIPS)
def test_a_slip_is_told_where_it_stands(text: str, old: str, new: str, said: str | None) -> None:
    assert text.count(old) == 1
    found = problems(text.replace(old, new))
    if said is None:
        assert not found
    else:
        assert any(said in line for line in found), found
        assert not any("\n" in line for line in found)
        assert len({line.split()[0] for line in found}) == len(found)  # nothing is told twice


def test_every_slip_of_a_card_is_told_at_once() -> None:
    text = NUMERIC.replace("'9.40 nats'", "ten").replace("1 %", "0 %").replace("exp(-1)", "x")
    assert [found.partition(":")[0] for found in problems(text)] == ["8", "9", "10"]


@every("kind", SOUND)
def test_a_key_of_another_kind_is_told(kind: Kind) -> None:
    for key in KIND_FIELDS:
        if key not in KINDS[kind]:
            found = problems(SOUND[kind] + f"    {key}: x\n")
            assert found == [f"{found[0].split(' ')[0]} a {kind} card has no '{key}'"]


pieces = st.text("ab:-'\"#|\n {}[]&*!%$\\/0159^.,", max_size=6)


@given(st.sampled_from(sorted(SOUND)), st.data(), st.integers(0, 12), pieces)
def test_no_edit_of_a_sound_card_breaks_the_reader(
    kind: Kind, data: st.DataObject, length: int, put: str
) -> None:
    text = SOUND[kind]
    at = data.draw(st.integers(0, len(text)))
    reading = read("f.yaml", (text[:at] + put + text[at + length :]).encode())
    assert reading.cards or reading.problems
    for card in reading.cards:
        assert decode(json.loads(json.dumps(encode(card)))) == card
        for typed in ("", "9.4", "right", "A hinge"):
            check(variant(card, "seed"), typed)


def test_every_kind_that_is_checked_is_tested_here() -> None:
    assert SOUND.keys() == {kind for kind, forms in KINDS.items() if forms}


@every("kind", SOUND)
def test_what_is_checked_is_shown_and_its_fields_are_exported(kind: Kind) -> None:
    card = card_of(SOUND[kind])
    assert list(card_kind(kind).answer_lines(card))
    keys = card_kind(kind).record(card).keys()
    assert keys
    assert keys <= KINDS[kind].keys()


@every("kind", SOUND)
def test_a_card_is_kept_as_it_is(kind: Kind) -> None:
    card = card_of(SOUND[kind])
    kept = decode(json.loads(json.dumps(encode(card))))
    assert kept == card
    assert type(kept.expected) is type(card.expected)
    assert kept.digest == card.digest


def test_a_row_of_other_fields_is_refused() -> None:
    row = encode(card_of(VERDICT))
    for change in ({"expected": "maybe"}, {"colour": "red"}, {"prompt": [["Quote", []]]}):
        with pytest.raises((KeyError, TypeError)):
            decode({**row, **change})


def test_a_ruling_is_written_out() -> None:
    row = record(card_of(VERDICT), "A test")
    assert json.loads(json.dumps(row))["ruling"] == "imprecise"


def test_choices_written_out_read_back() -> None:
    card = card_of(CHOICE)
    row = json.loads(json.dumps(record(card, "A test")))
    assert isinstance(card.expected, Choices)
    again = tuple(
        Choice(
            markdown.read_line(choice["text"])[0],
            choice["right"],
            markdown.read(choice["why"])[0],
        )
        for choice in row["choices"]
    )
    assert again == card.expected.options


numbers = st.builds(
    Number,
    st.builds(
        Quantity,
        st.floats(1e-9, 1e15) | st.floats(-1e6, -1e-6),
        st.sampled_from(["", "nats", "GiB", "%", "million", "tokens", "×"]),
    ),
    st.sampled_from([0.001, 0.01, 0.02, 0.05, 0.07, 0.1, 0.125]),
    st.booleans(),
)


@given(numbers)
def test_numbers_written_out_read_back(number: Number) -> None:
    row = record(replace(card_of(NUMERIC), expected=number), "A test")
    assert read_quantity(row["number"]) == number.wanted
    room = read_quantity(row["tolerance"])
    assert room is not None
    assert (room.unit == "%") == number.relative
    share = room.value / 100 if number.relative else room.value
    assert share == pytest.approx(number.tolerance)
    assert decode(json.loads(json.dumps(encode(replace(card_of(NUMERIC), expected=number))))) == (
        replace(card_of(NUMERIC), expected=number)
    )


def test_a_calculation_is_written_out() -> None:
    row = record(card_of(CALCULATION), "A test")
    assert (row["calculation"], row["tolerance"]) == ("infonce-at-chance", "2 %")


def test_a_card_that_is_not_checked_has_no_such_keys() -> None:
    card = card_of(VERDICT.replace("verdict", "recall").replace("    ruling: imprecise\n", ""))
    assert not KIND_FIELDS.keys() & record(card, "A test").keys()


@every("kind", list(Kind))
def test_the_skeleton_of_every_kind_is_sound(kind: Kind) -> None:
    text = template.head("test", "A test", "f.json") + template.card("one", "mid", kind)
    card = card_of(text)
    assert card.kind is kind
    assert {"prompt", "answer", "points", "sources"} <= {*template.unfilled(card)}


SHOWN = "ab é'\":#-|>&!%@`[]{},?0\\~=\n漢"
WORDS = st.text(SHOWN, min_size=1) | st.text(
    st.characters() | st.sampled_from(SHOWN + "\t\r\u2028")
)


def typed(text: str) -> str:
    return "\n".join(map(str.rstrip, text.strip().splitlines()))


@settings(max_examples=300)
@given(WORDS, WORDS, st.lists(WORDS, min_size=1, max_size=3))
@example("Q: 'a' # b", "  a\n   - b\n\n\n  - it's", ['it\'s: # "x"'])
def test_a_card_from_texts_has_them_as_typed_or_is_refused(
    prompt: str, said: str, points: list[str]
) -> None:
    text = template.head("test", "A test", "f.json")
    text += template.filled("one", "mid", prompt, said, points[:1], points[1:])
    reading = read("f.yaml", text.encode("utf-8", "surrogatepass"))
    texts, lines = [typed(prompt), typed(said)], [typed(point) for point in points]
    proses = [markdown.read(each) for each in texts]
    told = [markdown.read_line(line) for line in lines]
    sound = all(texts + lines) and not any(faults for _, faults in [*proses, *told])
    sound &= not any(isinstance(block, Code | TableBlock) for block in proses[1][0])
    if sound and {*"".join(texts + lines)} <= {*SHOWN} and len({*map(str, told)}) == len(told):
        assert reading.cards, reading.problems
    for card in reading.cards:
        assert [card.prompt, card.say] == [prose for prose, _ in proses]
        assert [point.line for point in card.points] == [line for line, _ in told]
    assert reading.cards or reading.problems


EDITS: dict[str, Callable[[str], str]] = {
    VERDICT: lambda text: text.replace("imprecise", "wrong"),
    CHOICE: lambda text: text.replace("That is older", "That is newer"),
    NUMERIC: lambda text: text.replace("'1 %'", "'2 %'"),
    CALCULATION: lambda text: text.replace("infonce-at-chance", "siglip-first-loss"),
}


@every("text", EDITS)
def test_the_digest_tells_an_edit_of_what_is_checked(text: str) -> None:
    assert card_of(text).digest != card_of(EDITS[text](text)).digest
