"""The text of a card to be written: every field there is for its kind, with words on each."""

import re
from collections.abc import Collection, Sequence
from itertools import chain, count, takewhile
from textwrap import indent
from unicodedata import normalize

from contrastive_drill.bank.wording import SMALL
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.prose import lines_of, plain

WORD = re.compile(r"(?!(?:yes|no|on|off|true|false|null)$)[a-z].*")
CARD = """\
  - id: {id}
    level: {level}                # mid, senior or staff
    kind: {kind}
    prompt: |
      On {id}: {words.asked}
{words.skeleton}    say: |                       # at most 45 words and one displayed formula
      What one would say in twenty seconds.
    answer: |                    # at most 150 words
      The rest: why, the condition, the number. Formulas: $\\tau$.
    points:                      # two to five; a listener can tell whether each was said
      - must: The first thing a complete answer says.
      - must: The second thing it says.
      - bonus: What a stronger candidate adds.
    sources:                     # arxiv, doi, code, text, computed or demo
      - text: 'Where this can be checked'
        where: 'section, table or equation'
{words.skeleton_end}    tags: [mine]
"""
OVERRIDE = """\
  # Your version of the shipped card {id}, asked in its place and with its history.
  # contrastive-drill edit {id} --revert takes it back.
"""


def head(section: str, title: str, schema: str) -> str:
    """The beginning of a file; `schema` is where the JSON Schema lies."""
    return f"# yaml-language-server: $schema={schema}\nsection: {section}\ntitle: {title}\ncards:\n"


def override(identity: str, source: str, line: int) -> str:
    """The card at a line of a bank file as it stands there, marked to override itself."""
    first, *rest = source.splitlines()[line - 1 :]
    dash = first.index("-") + 1
    rest = list(takewhile(lambda text: not text[:dash].strip(), rest))
    mark = " " * first.index(first[dash:].strip()) + "overrides: shipped"
    return OVERRIDE.format(id=identity) + "\n".join([first, mark, *rest]).rstrip() + "\n"


def card(identity: str, level: str, kind: Kind) -> str:
    """A card that passes the check, and says nothing yet."""
    return CARD.format(id=identity, level=level, kind=kind.value, words=card_kind(kind))


def filled(
    identity: str,
    level: str,
    prompt: str,
    said: str,
    points: Sequence[str],
    bonus: Sequence[str] = (),
    answer: str = "",
    source: str = "own notes",
    tags: Sequence[str] = ("mine",),
) -> str:
    """A recall card of Markdown texts; the ends of their lines are trimmed."""
    rows = [f"  - id: '{identity}'\n    level: {level}\n    kind: recall"]
    rows += [f"    prompt: {_scalar(prompt, 6)}"]
    rows += [f"    say: {_scalar(said, 6)}"] if said else []
    rows += [f"    answer: {_scalar(answer, 6)}"] if answer else []
    rows += ["    points:"]
    rows += [f"      - must: {_scalar(point, 10)}" for point in points]
    rows += [f"      - bonus: {_scalar(point, 10)}" for point in bonus]
    rows += [
        "    sources:",
        f"      - text: {_scalar(source, 10)}",
        f"    tags: [{', '.join(map(_word, tags))}]\n",
    ]
    return "\n".join(rows)


def _word(tag: str) -> str:
    """A tag in YAML, quoted where that would read it as a number, a date, yes or nothing."""
    return tag if WORD.fullmatch(tag) else f"'{tag}'"


def _scalar(text: str, column: int) -> str:
    """A text in YAML: in quotes, or its lines from a column on."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    if len(lines) < 2:
        return "'" + "".join(lines).replace("'", "''") + "'"
    return "|2-\n" + indent("\n".join(lines), " " * column)


def ascii_words(text: str) -> list[str]:
    """The words of a text in the letters that a name can have."""
    letters = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", letters)


def identity(question: str, taken: Collection[str]) -> str:
    """An id from the first words of a question that say anything, not yet taken."""
    words = [word for word in ascii_words(question) if word not in SMALL]
    name = "-".join(words[:5]) or "card"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(each for each in names if each not in taken)


def unfilled(written: Card) -> list[str]:
    """The fields of a card that still hold the words of `card`."""
    skeleton = card(written.id, written.level, written.kind).replace("$", "")
    rows = [row.strip() for row in skeleton.splitlines()]
    hints = {hint.strip("'") for row in rows for hint in (row, row.partition(": ")[2])}
    texts = [(text.name, plain(line)) for text in written.texts() for line in lines_of(text.blocks)]
    texts += [("slips", slip.why) for slip in written.slips]
    texts += [("sources", source.reference) for source in written.sources]
    return list(dict.fromkeys(name for name, text in texts if " " in text and text in hints))
