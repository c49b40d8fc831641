"""The text of a card to be written: every field there is for its kind, with words on each."""

from itertools import takewhile

from contrastive_drill.cards.kinds import Kind, card_kind

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
{checked}    say: |                       # at most 45 words and one displayed formula
      What one would say in twenty seconds.
    answer: |
      The rest: why, the condition, the number. Formulas: $\\tau$.
    points:                      # two to six; a listener can tell whether each was said
      - must: {first}
      - must: The second thing it says.
      - bonus: What a stronger candidate adds.
    sources:                     # arxiv, doi, code, text, computed or demo
      - text: 'Where this can be checked'
        where: 'section, table or equation'
{extra}    tags: [mine]
"""
OVERRIDE = """\
  # Your version of the shipped card {id}, asked in its place and with its history.
  # contrastive-drill edit {id} --revert takes it back.
"""


def head(section: str, title: str, schema: str) -> str:
    """The beginning of a file; `schema` is where the JSON Schema lies."""
    return HEAD.format(section=section, title=title, schema=schema)


def override(identity: str, source: str, line: int) -> str:
    """The card at a line of a bank file as it stands there, marked to override itself."""
    first, *rest = source.splitlines()[line - 1 :]
    dash = first.index("-") + 1
    rest = list(takewhile(lambda text: not text[:dash].strip(), rest))
    mark = " " * first.index(first[dash:].strip()) + "overrides: shipped"
    return OVERRIDE.format(id=identity) + "\n".join([first, mark, *rest]).rstrip() + "\n"


def card(identity: str, level: str, kind: Kind) -> str:
    """A card that passes the check, and says nothing yet."""
    words = card_kind(kind)
    return CARD.format(
        id=identity,
        first=FIRST_POINT,
        level=level,
        kind=kind.value,
        asked=words.asked,
        checked=words.skeleton,
        extra=words.skeleton_end,
    )
