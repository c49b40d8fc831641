"""What one says in twenty seconds: read, kept short, shown first, and no change to other cards."""

import io
import json
from dataclasses import replace

from cases import every
from hypothesis import example, given
from hypothesis import strategies as st
from shipped import cards

from contrastive_drill.bank import markdown, template
from contrastive_drill.bank.codec import decode, encode
from contrastive_drill.bank.export import record
from contrastive_drill.bank.reader import read
from contrastive_drill.bank.say import ROWS, WORDS
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.kinds.calculation import Task
from contrastive_drill.cards.prose import Formula, Paragraph, Prose
from contrastive_drill.cards.search import SearchIndex
from contrastive_drill.cards.variant import variant
from contrastive_drill.interview.scenarios import has_board
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import Look, make_console
from contrastive_drill.screen.interview.whiteboard import same_formula

FILE = """\
section: test
cards:
  - id: one
    level: mid
    kind: recall
    prompt: What is one?
    say: |
{say}
    answer: |
      The rest.
    points:
      - must: It is the first.
    sources:
      - text: A book
"""
# As they were shipped before cards had `say`: what was remembered of them still holds.
WITHOUT = r"""
section: test
cards:
  - id: word2vec-layers
    level: mid
    kind: recall
    place: 46
    prompt: |
      How deep is the Word2Vec network, where is its non-linearity, and which weights do you
      keep after training?
    answer: |
      It is a shallow network of two embedding matrices, $V \times d$ each, with no hidden
      non-linearity and no attention. The "hidden layer" is a table look-up (skip-gram) or an
      average of look-ups (CBOW), and a score is the dot product of an input row and an output
      row. Only the loss bends anything, with its sigmoid or softmax. One normally keeps the
      input matrix and drops the output one. Nothing depends on the sentence at hand, hence one
      vector for each word.
    points:
      - must: 'Shallow: two embedding matrices and a dot product, no transformer.'
      - must: No hidden non-linearity; the hidden layer is a look-up or an average.
      - must: The input matrix is kept as the word vectors.
      - bonus: 'It has $2Vd$ parameters, for vocabulary $V$ and width $d$.'
    sources:
      - code: tmikolov/word2vec word2vec.c
  - id: chance-loss-by-hand
    level: mid
    kind: calculation
    calculation: infonce-at-chance
    tolerance: '0.5 %'
    prompt: |
      You start contrastive training with [[n]] candidates in each softmax. Which loss, in nats,
      says that the model knows nothing?
    answer: |
      All candidates equally likely:

      $$
      \mathcal{L} = -\log \frac{1}{[[n]]} = \log [[n]] = [[result]]
      $$

      Know it before you read a curve. A run that stays there has learnt nothing. One that
      starts *above* is confidently wrong: random towers at a small temperature already give
      sharp, arbitrary softmaxes. And if the curve sits at the logarithm of the batch of *one*
      device, the features are not being gathered.
    points:
      - must: Chance is the natural log of the number of candidates.
      - bonus: A loss above chance means confident mistakes, as from untrained towers at a small
          temperature.
      - bonus: The log of the local batch instead of the global one betrays a missing gather.
    sources:
      - computed: the formula above
"""
TABLE = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * ROWS


def problems(say: str) -> list[str]:
    """What is said of a card's `say`, without the name of the file."""
    text = FILE.format(say="\n".join(f"      {line}" for line in say.splitlines()))
    reading = read("f.yaml", text.encode())
    assert bool(reading.cards) != bool(reading.problems)
    return [str(problem).removeprefix("f.yaml:") for problem in reading.problems]


def prose(text: str) -> Prose:
    """The blocks of a Markdown text."""
    blocks, faults = markdown.read(text)
    assert faults == []
    return blocks


def one_of_each_kind() -> list[Card]:
    """A shipped card of each kind, to which what to say was added."""
    first = {kind: next(card for card in cards() if card.kind is kind) for kind in Kind}
    say = prose("Quagga, $x_i$:\n\n$$\n\\frac{x}{3}\n$$")
    return [replace(card, say=say) for card in first.values()]


def rows(card: Card) -> list[str]:
    """What is revealed of a card."""
    sheet = Sheet(make_console(io.StringIO()), Look(80, False))
    return [row.plain for row in sheet.answer(card)]


def test_a_card_without_it_is_remembered_as_before() -> None:
    recall, calculation = read("f.yaml", WITHOUT.encode()).cards
    assert (recall.digest, calculation.digest) == ("ac6acdd0cd10f73f", "968610427f8179d8")
    assert "say" not in encode(recall)
    assert not any(row == "── Say" for row in rows(recall))


words = st.sampled_from(
    ["word", "(9.4)", "$a + b = c$", "($N$", "`a`", "**so**", "[[n]]", "τ-scaled"]
)


@given(
    st.lists(words, min_size=WORDS - 3, max_size=WORDS + 3),
    st.sampled_from([" ", "\n", "\n\n", "\n- "]),
    st.sampled_from(["", "$$\na + b + c\n$$", TABLE]),
)
@example(["$a + b$"] * WORDS, " ", TABLE)
@example(["word"] * (WORDS + 1), "\n- ", "")
def test_every_word_counts_once_and_what_is_displayed_not(
    said: list[str], between: str, displayed: str
) -> None:
    found = problems(f"{between.lstrip()}{between.join(said)}\n\n{displayed}")
    count = len(said)
    assert found == (
        [f"8:1: say has {count} words: at most 45; move the rest to answer"] if count > 45 else []
    )


@every(
    ("say", "fault"),
    [
        (
            "Two:\n\n$$\na\n$$\n\n$$\nb\n$$",
            "displays 2 formulas or tables: at most one; move the rest to answer",
        ),
        (
            "- $$\n  a\n  $$\n- b\n\n" + TABLE,
            "displays 2 formulas or tables: at most one; move the rest to answer",
        ),
        (TABLE + "| 1 | 2 |", "has a table of 5 rows: at most 4; move it to answer"),
        ("So:\n\n```\nx\n```", "has a block of code, which nobody says aloud: move it to answer"),
    ],
)
def test_more_than_one_can_say_is_told_with_its_remedy(say: str, fault: str) -> None:
    assert problems(say) == [f"8:1: say {fault}"]


def test_every_fault_of_it_is_told_at_once() -> None:
    found = problems("word " * 46 + "\n\n$$\na\n$$\n\n" + TABLE + "| 1 | 2 |\n\n```\nx\n```")
    assert len(found) == 4
    assert problems("A lone $.") == [f"8:1: {markdown.LONE_DOLLAR}"]


@every("card", one_of_each_kind, ids=lambda card: card.kind)
def test_a_card_of_every_kind_keeps_and_shows_it(card: Card) -> None:
    without = replace(card, say=())
    assert decode(json.loads(json.dumps(encode(card)))) == card
    assert prose(record(card, "A test")["say"]) == card.say
    assert record(without, "A test")["say"] == ""
    assert card.digest != without.digest
    assert [point.key for point in card.points] == [point.key for point in without.points]
    assert (card.spoken, card.explanation) == (card.say, card.answer)
    hit = SearchIndex([without, card]).find("quagga")[0]
    assert (hit.card, hit.field) == (card, "say")
    shown, before = rows(card), rows(without)
    assert shown == ["── Say", "Quagga, xᵢ:", "", "  x", "  ─", "  3", "", *before]
    assert before[0] == "── Answer"
    assert has_board(card) == (card.expected is None)
    assert same_formula(r"\frac{x}{3}", card)
    assert not same_formula(r"\frac{x}{3}", without)


@every(
    ("answer", "said"),
    [
        ("A.", 1),
        ("A.\n\nB.", 1),
        ("A:\n\n$$\na\n$$\n\nB.", 2),
        ("A:\n\n$$\na\n$$\n\n$$\nb\n$$", 2),
        ("A:\n\nB:\n\n$$\na\n$$", 1),
        ("A:\n\n" + TABLE, 1),
        ("- A\n- B\n\n$$\na\n$$", 1),
        ("$$\na\n$$\n\n$$\nb\n$$", 1),
        (TABLE + "\nA.", 1),
    ],
)
def test_how_the_answer_begins_stands_in(answer: str, said: int) -> None:
    card = replace(one_of_each_kind()[0], say=(), answer=prose(answer))
    assert (card.spoken, card.explanation) == (card.answer[:said], card.answer[said:])


def test_nothing_of_a_shipped_answer_is_lost_or_said_twice() -> None:
    for card in cards():
        said = card.spoken + card.explanation
        assert said == card.say + card.answer
        displayed = [block for block in card.spoken if not isinstance(block, Paragraph)]
        assert len(displayed) <= 1
        assert set(card.formulas) == {block for block in said if isinstance(block, Formula)}


CALCULATION = FILE.replace(
    "kind: recall", "kind: calculation\n    calculation: infonce-at-chance\n    tolerance: '1 %'"
).replace("What is one?", "'At chance, with [[n]] candidates?'")


def test_its_numbers_are_drawn_as_those_of_the_answer() -> None:
    text = CALCULATION.replace("The rest.", "[[n]] give [[result]].")
    say = "      [[n]] give [[result]]."
    (card,) = read("f.yaml", text.format(say=say).encode()).cards
    assert isinstance(card.expected, Task)
    texts = set()
    for seed in map(str, range(9)):
        drawn = variant(card, seed)
        assert drawn.spoken == drawn.say == drawn.answer
        texts.add(markdown_of(drawn.say))
    assert len(texts) > 3
    assert not any("[[" in text for text in texts)
    wrong = read("f.yaml", CALCULATION.format(say="      So.\n\n      Is [[resul]].").encode())
    assert [str(problem) for problem in wrong.problems] == [
        "f.yaml:12:1: nothing is drawn for [[resul]]: did you mean 'result'?"
    ]


def markdown_of(blocks: Prose) -> str:
    """The text of one paragraph."""
    (paragraph,) = blocks
    assert isinstance(paragraph, Paragraph)
    return "".join(span.text for span in paragraph.line)


@every("kind", list(Kind))
def test_a_new_card_has_a_place_for_it(kind: Kind) -> None:
    text = template.head("test", "A test", "f.json") + template.card("one", "mid", kind)
    (card,) = read("f.yaml", text.encode()).cards
    assert card.spoken == card.say != ()
    assert (card.kind, card.explanation) == (kind, card.answer)
