"""What the shipped bank asks of its cards: each rule is broken once, and told."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from cases import every

from contrastive_drill.bank import checks, markdown
from contrastive_drill.bank.collection import check
from contrastive_drill.bank.reader import read
from contrastive_drill.bank.standards import FEW_RULINGS, faults, unbalanced
from contrastive_drill.cards.card import Card, KeyPoint, Source, SourceKind
from contrastive_drill.cards.kinds.verdict import Ruling

FILE = r"""
section: test
cards:
  - id: spare
    level: mid
    kind: numeric
    number: '9.40 nats'
    worked: 'log(12100)'
    tolerance: '1 %'
    slips:
      - gives: 'log2(12100)'
        why: took the logarithm to base 2
    prompt: |
      A softmax over 12,100 candidates knows nothing. What is its loss, in nats?
    say: |
      The logarithm of the candidates: $\log 12100 = 9.401$, so about 9.4 nats.
    answer: |
      In 2018 it was called chance. ViT-L/14 and top-10 are names, and 12 is a word. A trained model
      came to 3.25 nats.

      | candidates | loss |
      |---|---|
      | 77777 | 11.26 |

      With 77,777 the table says 11.26.
    points:
      - must: The loss at chance is the logarithm of the number of candidates.
      - bonus: 'What `log2; x` and $a; b$ hold is no second thing.'
    sources:
      - arxiv: '1807.03748'
        where: Section 2.3 (3.25)
      - code: openai/CLIP clip/model.py
        commit: a1d0717
  - id: claim
    level: mid
    kind: verdict
    ruling: wrong
    prompt: |
      "A larger batch always helps." Is that so?
    say: Not always.
    answer: It depends.
    points:
      - must: It depends on the data.
      - must: A larger batch has more false negatives.
    sources:
      - text: A book
  - id: drawn
    level: mid
    kind: calculation
    calculation: infonce-at-chance
    tolerance: '1 %'
    slips:
      - gives: 'log2([[n]])'
        why: took the logarithm to base 2
    prompt: What is the loss at chance, in nats, with [[n]] candidates?
    say: It is $\log [[n]] = [[result]]$.
    answer: That is all.
    points:
      - must: It is a logarithm.
      - must: Its base is e.
    sources:
      - computed: the formula above
"""
SPARE, CLAIM, DRAWN = read("f.yaml", FILE.encode()).cards
ROW = "Eighty columns are as many as a terminal of the usual width shows on each row ok"


def prose(text: str) -> Any:
    """Blocks of Markdown."""
    return markdown.read(text)[0]


def points(*lines: str) -> tuple[KeyPoint, ...]:
    """Required key points."""
    return tuple(KeyPoint(markdown.read_line(line)[0], required=True) for line in lines)


def with_source(source: Source) -> dict[str, Any]:
    """A source more."""
    return {"sources": (*SPARE.sources, source)}


def test_a_card_as_it_should_be_has_no_fault() -> None:
    assert [[*faults(card)] for card in (SPARE, CLAIM, DRAWN)] == [[], [], []]
    assert [*checks.slips([SPARE, CLAIM, DRAWN])] == []


@every(
    ("card", "changes", "said"),
    [
        (SPARE, {"say": ()}, ["lacks 'say', what one would say in twenty seconds"]),
        (
            CLAIM,
            {"answer": prose("word " * 151)},
            ["answer has 151 words: at most 150; cut it, or ask it as a follow-up"],
        ),
        (CLAIM, {"answer": prose("word " * 150 + "\n\n$$\na + b\n$$")}, []),
        (CLAIM, {"prompt": prose(f"{ROW} {ROW} {ROW}")}, []),
        (
            CLAIM,
            {"prompt": prose(f"{ROW} {ROW} {ROW}\n\n- Is it?")},
            ["prompt has 4 rows of 80 columns: at most 3"],
        ),
        (CLAIM, {"prompt": prose(f"{ROW} {ROW} {ROW}\n\n$$\na\n$$")}, []),
        (CLAIM, {"prompt": prose(f"{ROW} {ROW} " + r"$\mathrm{%s}$" % ("a" * 70))}, []),
        (CLAIM, {"points": points("One.")}, ["has 1 key points: 2 to 5 are asked for"]),
        (
            CLAIM,
            {"points": points("One.", "Two.", "Three.", "Four.", "Five.", "Six.")},
            ["has 6 key points: 2 to 5 are asked for"],
        ),
        (
            CLAIM,
            {"points": (points("One.")[0]._replace(required=False), *points("Two."))},
            ["required key points stand first"],
        ),
        (CLAIM, {"points": points("One.", "word " * 14)}, []),
        (
            CLAIM,
            {"points": points("One.", "word " * 15)},
            [f"key point of 15 words, at most 14: '{'word ' * 14}word'"],
        ),
        *(
            (
                CLAIM,
                {"points": points("One.", f"It is large{joined}small.")},
                [f"key point says two things, joined by '{word}': 'It is large{joined}small.'"],
            )
            for joined, word in (
                ("; ", ";"),
                (", and ", "and"),
                (", but ", "but"),
                (", so ", "so"),
                (", which is ", "which"),
                (", while ", "while"),
                (", whereas ", "whereas"),
            )
        ),
        (
            CLAIM,
            {"prompt": prose("Whoever says so is mistaken: it is squared error.")},
            ["prompt gives the ruling away by 'mistaken'"],
        ),
        (SPARE, {"slips": ()}, ["lacks 'slips', the popular wrong numbers"]),
        (DRAWN, {"slips": ()}, ["lacks 'slips', the popular wrong numbers"]),
        (
            DRAWN,
            {"sources": (Source(SourceKind.TEXT, "A blog", second_hand="the blog"),)},
            ["asks for a number that was only seen second hand"],
        ),
        (
            SPARE,
            with_source(Source(SourceKind.CODE, "openai/CLIP clip/clip.py")),
            ["the source openai/CLIP clip/clip.py lacks its commit"],
        ),
        (SPARE, with_source(Source(SourceKind.CODE, "openai/CLIP")), []),
        (
            SPARE,
            {"sources": SPARE.sources[1:]},
            ["no source line has 3.25: name it where it was read, or leave it out"],
        ),
        (
            SPARE,
            {"say": prose("About 9.5, or 9.4; 13 in 2018, 1,999 and `77`; 12.")},
            ["no source line has 9.5, 13, 1,999: name it where it was read, or leave it out"],
        ),
    ],
    ids=lambda case: str(case[2]),
)
def test_a_rule_that_is_broken_is_told(
    card: Card, changes: dict[str, Any], said: list[str]
) -> None:
    assert [*faults(replace(card, **changes))] == said


def test_about_a_third_of_many_rulings_is_right() -> None:
    def bank(right: int, total: int) -> list[Card]:
        rulings = [Ruling.RIGHT] * right + [Ruling.WRONG] * (total - right)
        return [replace(CLAIM, expected=ruling) for ruling in rulings]

    assert unbalanced(bank(0, FEW_RULINGS - 1)) is None
    assert unbalanced([SPARE]) is None
    shares = [right for right in range(31) if unbalanced(bank(right, FEW_RULINGS)) is None]
    assert shares == [9, 10, 11, 12]
    (problem,) = checks.standards(bank(3, 30))
    said = "of 30 rulings 10% are right (27 wrong, 3 right): about a third should be"
    assert problem.message == said


@every(
    ("old", "new", "said"),
    [
        (
            "gives: 'log2(12100)'",
            "gives: '9.45'",
            "f.yaml:4:1: the tolerance accepts a slip at 9.4 nats: 'took the logarithm to base 2'; "
            "narrow the tolerance",
        ),
        ("gives: 'log2(12100)'", "gives: 'log2('", "f.yaml:4:1: a slip: 'log2(' is no calculation"),
        (
            "gives: 'log2([[n]])'",
            "gives: '1.001 * log([[n]])'",
            ":1: the tolerance accepts a slip at ",
        ),
        ("gives: 'log2([[n]])'", "gives: '[[m]]'", ":1: a slip: '[[m]]' is no calculation"),
        (
            "    ruling: wrong",
            "    ruling: wrong\n    slips: [{gives: '1', why: so}]",
            ":1: a verdict card has no number, and so no slips",
        ),
    ],
)
def test_a_slip_that_is_none_is_told(old: str, new: str, said: str) -> None:
    cards = read("f.yaml", FILE.replace(old, new).encode()).cards
    assert len(cards) == 3
    (problem,) = checks.slips(cards)
    assert said in str(problem)


def test_only_files_that_are_named_are_held_to_the_standards(tmp_path: Path) -> None:
    names = {}
    for name in ("loose", "strict"):
        names[name] = tmp_path / f"{name}.yaml"
        text = FILE.replace("    say: Not always.\n", "").replace("  - id: ", f"  - id: {name}-")
        names[name].write_text(text.replace("larger batch", f"{name}r batch of {name} things"))
    paths = [*names.values()]
    assert check([names["loose"]], []) == (3, [])
    (problem,) = check([names["strict"]], [], strict=paths)[1]
    assert str(problem).startswith(f"{names['strict']}:")
    assert problem.message.startswith("lacks 'say'")
