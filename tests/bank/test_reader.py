"""The strict loader: every trap of YAML and Markdown is a line with a place and a remedy."""

from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.bank import markdown
from contrastive_drill.bank.reader import read
from contrastive_drill.cards.card import Level, SourceKind
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.markdown import markdown as written
from contrastive_drill.cards.prose import (
    Code,
    Formula,
    Listing,
    Paragraph,
    Prose,
    Span,
    Style,
    TableBlock,
    formulas_of,
    plain,
)

CARD = """\
section: test
title: A test
cards:
  - id: one
    level: mid
    kind: recall
    prompt: What is one?
    answer: |
      The first.
    points:
      - must: It is the first.
    sources:
      - arxiv: '2103.00020'
        where: Section 2
"""


def problems(text: str) -> list[str]:
    """What is said of a file, without its name."""
    return [f"{p.line}:{p.column}: {p.message}" for p in read("f.yaml", text.encode()).problems]


def test_a_sound_file_gives_its_cards() -> None:
    reading = read("f.yaml", CARD.encode())
    assert reading.problems == ()
    (card,) = reading.cards
    assert (card.id, card.level, card.kind) == ("one", Level.MID, Kind.RECALL)
    assert card.prompt == (Paragraph((Span("What is one?"),)),)
    assert card.sources[0].kind is SourceKind.ARXIV
    assert card.sources[0].url == "https://arxiv.org/abs/2103.00020"
    assert card.origin == "f.yaml:4"


def test_every_field_is_read() -> None:
    more = """\
    place: 7
    demo: collapse
    needs: [two, three]
    follow_ups:
      - four
    bait:
      answer: The last.
      fails: It is not.
    erratum:
      sheet: Sheets say the second.
      correct: It is the first.
    tags: [count]
"""
    (card,) = read("f.yaml", (CARD + more).encode()).cards
    assert (card.place, card.demo) == (7, "collapse")
    assert (card.needs, card.follow_ups, card.tags) == (("two", "three"), ("four",), ("count",))
    assert card.bait is not None
    assert plain(card.bait.answer[0].line) == "The last."  # type: ignore[union-attr]
    assert card.erratum is not None


@every(
    ("old", "new", "said"),
    [
        # YAML's own ideas of what text means.
        ("What is one?", "no", "7:13: YAML reads no as yes or no: put it in single quotes"),
        ("What is one?", "12:30", "7:13: YAML reads 12:30 as a number"),
        ("What is one?", "010", "7:13: YAML reads 010 as a number"),
        ("What is one?", "~", "7:13: YAML reads ~ as nothing"),
        ("What is one?", "", "7:12: YAML reads nothing as nothing"),
        ("What is one?", "2026-11-21", "7:13: YAML reads 2026-11-21 as a timestamp"),
        ("What is one?", r'"Why \tau?"', r'7:13: "double quotes" turn \t, \n, \b'),
        ("What is one?", r'"Why \nabla?"', '7:13: "double quotes"'),
        ("What is one?", "What is C # here?", "7:13: what follows # is lost"),
        ("What is one?", "'  '", "7:13: text is wanted here: this is empty"),
        ("What is one?", "[a, b]", "7:13: text is wanted here"),
        ("What is one?", "&a What is one?\n    tags: [*a]", "no anchors and aliases"),
        ("What is one?", "Q: why?", "mapping values are not allowed"),
        ("'2103.00020'", "2103.00020", "13:16: YAML reads 2103.00020 as a number"),
        ("'2103.00020'", "'21030.0020'", "13:16: '21030.0020' is not an arXiv id"),
        # Keys and words.
        ("prompt:", "promt:", "unknown key 'promt': did you mean 'prompt'?"),
        ("level: mid", "level: mid\n    level: mid", "6:5: 'level' stands twice"),
        ("level: mid", "level: senor", "5:12: 'senor' is not known here: did you mean 'senior'?"),
        ("kind: recall", "kind: recal", "did you mean 'recall'?"),
        ("level: mid", "level: junior", "5:12: 'junior' is not known here: use one of: mid"),
        ("kind: recall", "kind: scenario", "a scenario needs a bait"),
        ("kind: recall", "kind: verdict", "4:5: a verdict card needs 'ruling'"),
        ("kind: recall", "kind: choice", "4:5: a choice card needs 'choices'"),
        ("kind: recall", "kind: numeric", "4:5: a numeric card needs 'worked'"),
        ("kind: recall", "kind: calculation", "4:5: a calculation card needs 'calculation'"),
        ("level: mid", "level: mid\n    ruling: right", "6:13: a recall card has no 'ruling'"),
        ("level: mid", "level: mid\n    tolerance: '1 %'", "6:16: a recall card has no 'toleran"),
        ("id: one", "id: One", "4:9: 'One' is not a name of lower-case letters"),
        ("level: mid", "level: mid\n    place: '3'", "6:12: a whole number from 1 up"),
        ("level: mid", "level: mid\n    place: 010", "6:12: a whole number from 1 up"),
        ("level: mid", "level: mid\n    place: 0", "6:12: a whole number from 1 up"),
        ("- must:", "- shall:", "unknown key 'shall'"),
        ("- must: It is the first.", "- It is the first.", "a mapping is wanted here"),
        ("- must:", "- bonus:", "a card needs a required key point"),
        ("where: Section 2", "doi: 10.1000/182", "a source is exactly one of"),
        ("where: Section 2", "commit: main", "14:17: 'main' is not a commit of 7 to 40 hexadec"),
        ("where: Section 2", "commit: 1234567", "YAML reads 1234567 as a number"),
        ("    sources:", "    replaces: [One]\n    sources:", "'One' is not a name of lower-case"),
        ("    sources:", "    slips: [{gives: '1'}]\n    sources:", "'why' is missing"),
        ("    sources:", "    tags: one\n    sources:", "a list is wanted here"),
        ("section: test\n", "", "1:1: 'section' is missing"),
        # Markdown that a terminal card cannot show.
        ("      The first.", "      # The first", "9:1: no headings"),
        ("      The first.", "      Fine.\n\n      <b>The</b> first", "11:1: no HTML"),
        ("      The first.", "      [The first](http://x.y)", "9:1: no links"),
        ("      The first.", "      ![one](one.png)", "9:1: no images"),
        ("      The first.", "      Fine.\n\n          The first.", "11:1: indented text"),
        ("      The first.", "      It costs $5.", "9:1: a lone $"),
        ("      The first.", "      A $\\tua$ here.", "formula '\\\\tua'"),
        ("      The first.", "      $$\n      \\frac{1}{\n      $$", "9:1: formula"),
        ("      The first.", "      The\tfirst.", "9:1: a tab cannot be shown"),
        ("      The first.", "      The \u202efirst.", "9:1: the character U+202E"),
        ("must: It is the first.", "must: |\n          - one\n          - two", "one paragraph"),
    ],
)  # fmt: skip
def test_a_trap_is_caught(old: str, new: str, said: str) -> None:
    assert old in CARD
    found = problems(CARD.replace(old, new, 1))
    assert any(said in problem for problem in found), found
    assert all(problem.count("\n") == 0 for problem in found)


def test_every_problem_is_reported_at_once() -> None:
    broken = CARD.replace("mid", "middle").replace("recall", "call").replace("prompt", "promt")
    assert len(problems(broken)) == 4  # the level, the kind, the unknown key and the missing one


def test_a_card_with_a_problem_does_not_hide_its_neighbours() -> None:
    second = CARD.partition("cards:\n")[2].replace("id: one", "id: two")
    reading = read("f.yaml", (CARD.replace("mid", "middle") + second).encode())
    assert [card.id for card in reading.cards] == ["two"]
    assert len(reading.problems) == 1


@every(
    "data", [b"", b"- 1", b"a", b"\xff\xfe", b"section: [", b"a: b\n---\nc: d", b"\x00", b"!!x y"]
)
def test_files_that_are_no_bank_are_one_line_each(data: bytes) -> None:
    reading = read("f.yaml", data)
    assert reading.cards == ()
    assert reading.problems


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    read("f.yaml", data)


@given(
    st.integers(0, len(CARD)), st.integers(0, 12), st.text("ab:-'\"#|\n {}[]&*!%$\\", max_size=6)
)
def test_no_edit_of_a_sound_file_breaks_the_reader(at: int, length: int, put: str) -> None:
    reading = read("f.yaml", (CARD[:at] + put + CARD[at + length :]).encode())
    assert reading.cards or reading.problems


def test_blocks_are_told_apart() -> None:
    text = """\
One *two* **three** `four` $x_i$ and
five \\$6.

- a
- b

  c

3. three
4. four

```python
x = [1]  # :smile:
```

| a | b |
|---|---|
| 1 | $y$ |

$$
\\frac{1}{2}
$$
"""
    prose, faults = markdown.read(text)
    assert faults == []
    kinds = [type(block) for block in prose]
    assert kinds == [Paragraph, Listing, Listing, Code, TableBlock, Formula]
    assert prose[0] == Paragraph(
        (
            Span("One "),
            Span("two", Style.EMPHASIS),
            Span(" "),
            Span("three", Style.STRONG),
            Span(" "),
            Span("four", Style.CODE),
            Span(" "),
            Span("x_i", Style.FORMULA),
            Span(" and five $6."),
        )
    )
    assert prose[2] == Listing(
        ((Paragraph((Span("three"),)),), (Paragraph((Span("four"),)),)), start=3
    )
    assert prose[3] == Code("x = [1]  # :smile:", "python")
    assert formulas_of(prose) == ("x_i", "y", "\\frac{1}{2}")


words = st.text("abc xyz.,:;!?()[]{}<>*_`$|&#+-=~\\'\"/0123é→τ", min_size=1, max_size=20).map(
    str.strip
)
plain_spans = words.filter(bool).map(Span)
code_spans = words.filter(lambda w: w and not w.isspace()).map(lambda w: Span(w, Style.CODE))
formulas = st.sampled_from([Span(r"\frac{1}{2}", Style.FORMULA), Span("x_i", Style.FORMULA)])


@given(plain_spans, st.lists(st.tuples(code_spans | formulas, plain_spans), max_size=3))
def test_what_is_written_reads_back(first: Span, rest: list[tuple[Span, Span]]) -> None:
    # A formula next to a word needs a space to be one: `a$x$b` is a dollar sign to Markdown too.
    spans = [first]
    for special, after in rest:
        spans[-1] = Span(spans[-1].text + " ")
        spans += [special, Span(" " + after.text)]
    prose: Prose = (Paragraph(tuple(spans)),)
    assert markdown.read(written(prose)) == (prose, [])
