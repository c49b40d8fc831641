"""The text of a card to be written: every field there is for its kind, with words on each."""

from contrastive_drill.cards.card import Kind

HEAD = """\
# yaml-language-server: $schema={schema}
section: {section}
title: {title}
cards:
"""
FIRST_POINT = "The first thing a complete answer says."
CARD = """\
  - id: {id}
    level: {level}                # mid, senior or staff
    kind: {kind}
    prompt: |
      On {id}: {asked}
{checked}    answer: |
      The answer first; then why, the condition, the number. Formulas: $\\tau$.
    points:                      # two to six; a listener can tell whether each was said
      - must: {first}
      - must: The second thing it says.
      - bonus: What a stronger candidate adds.
    sources:                     # arxiv, doi, code, text, computed or demo
      - text: 'Where this can be checked'
        where: 'section, table or equation'
{extra}    tags: [mine]
"""
CHECKED = {
    Kind.VERDICT: "    ruling: imprecise            # right, imprecise or wrong\n",
    Kind.CHOICE: """\
    choices:
      - right: The right answer.
      - wrong: What many believe.
        why: Why that is not so.
      - wrong: Something near it.
        why: What tells the two apart.
""",
    Kind.NUMERIC: """\
    number: '10.4 nats'
    worked: 'log(32768)'         # comes to the number when the card is checked
    tolerance: '1 %'
""",
    Kind.CALCULATION: """\
    calculation: infonce-at-chance   # draws [[n]]; bank check names the others
    tolerance: '1 %'
""",
}
ASKED = {Kind.CALCULATION: "the question, with what is drawn in its place: [[n]]."}
EXTRA = {
    Kind.SCENARIO: """\
    bait:
      answer: What most candidates say.
      fails: Why that goes wrong.
""",
}


def head(section: str, title: str, schema: str) -> str:
    """The beginning of a file; `schema` is where the JSON Schema lies."""
    return HEAD.format(section=section, title=title, schema=schema)


def card(identity: str, level: str, kind: Kind) -> str:
    """A card that passes the check, and says nothing yet."""
    return CARD.format(
        id=identity,
        first=FIRST_POINT,
        level=level,
        kind=kind.value,
        asked=ASKED.get(kind, "the question, as an interviewer would ask it."),
        checked=CHECKED.get(kind, ""),
        extra=EXTRA.get(kind, ""),
    )
