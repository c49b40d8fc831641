"""A card as a note of Anki: the fields of the one note type, the tags, the deck."""

from collections.abc import Container, Iterable
from html import escape
from typing import NamedTuple
from unicodedata import normalize

from contrastive_drill.anki.html import line_html, listed, prose_html, words_html
from contrastive_drill.cards.card import Card, digest_of
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.cards.kinds.numeric import NumberKind
from contrastive_drill.cards.slips import slip_values
from contrastive_drill.cards.variant import variant

ROOT = "contrastive-drill"  # the deck above those of the sections
# Chosen once: Anki takes a note type that gains a field for another. New content goes into spares.
FIELDS = (
    "Prompt", "Options", "Result", "Say", "Answer", "Points", "Bait", "Erratum", "Sources",
    "About", "Id", "Spare 1", "Spare 2", "Spare 3", "Spare 4",
)  # fmt: skip


class Note(NamedTuple):
    """A note, in Anki's words."""

    guid: str
    fields: tuple[str, ...]  # in the order of `FIELDS`
    tags: tuple[str, ...]
    deck: str

    @property
    def digest(self) -> str:
        """A fingerprint of all that a later package may update."""
        return digest_of([*self.fields, *self.tags])


def note_of(card: Card, title: str, seed: int, known: Container[str] = ()) -> Note:
    """A card of a section with this title, its numbers and the order of its choices by the seed.

    The note keeps the name under which it is `known` to Anki: a former id of the card, perhaps.
    """
    names = (card.id, *card.replaces)
    name = next((each for each in names if each in known), card.id)
    put = variant(card, f"{seed} {card.id}")
    frozen = (f"numbers of seed {seed}",) if card_kind(card.kind).has_drawn_numbers else ()
    about = (title, card.level.value, card.kind.value, *frozen, *([card.demo] if card.demo else ()))
    values = {
        "Prompt": prose_html(put.prompt),
        "Options": _options(put),
        "Result": _result(put),
        "Say": prose_html(put.spoken),
        "Answer": prose_html(put.explanation),
        "Points": _points(put),
        "Bait": _headed(put, "bait"),
        "Erratum": _headed(put, "erratum"),
        "Sources": listed([_source(each.label, each.url) for each in put.sources]),
        "About": words_html(" · ".join(about)),
        "Id": words_html(card.id),
    }
    return Note(
        f"{ROOT}:{name}",
        tuple(normalize("NFC", values.get(field, "")) for field in FIELDS),
        (f"level::{card.level}", f"kind::{card.kind}", f"section::{card.section}", *card.tags),
        f"{ROOT}::{_deck_name(title) or card.section}",
    )


def _deck_name(title: str) -> str:
    """A title as one level of a tree of decks, which are parted by two colons."""
    return " ".join(title.replace('"', "'").replace("::", ":").split()).strip(":")


def _options(card: Card) -> str:
    """What there is to choose from, or what kind of answer is wanted."""
    kind = card_kind(card.kind)
    if lines := [line_html(line) for line in kind.shown_options(card)]:
        return listed(lines, "ol")
    if kind.meanings:
        return listed([words_html(f"{word}: {when}") for word, when in kind.meanings])
    return f"<p>{words_html(kind.prompt(card))}</p>" if kind.keys(card) else ""


def _result(card: Card) -> str:
    """What the program checks by; for a number, the popular wrong ones too."""
    kind = card_kind(card.kind)
    html = ""
    for line, right, why in kind.answer_lines(card):
        mark = {None: "", True: "✓ ", False: "✗ "}[right]
        name = {None: "", True: ' class="right"', False: ' class="wrong"'}[right]
        html += f"<div{name}><p>{mark}{line_html(line)}</p>{prose_html(why)}</div>"
    if isinstance(kind, NumberKind) and (number := kind.number(card)):
        made = slip_values(card.slips, number.wanted.unit).items()
        html += listed([words_html(f"{value}: {why}") for why, value in made])
    return html


def _points(card: Card) -> str:
    """The key points as boxes to tick; `tappable` keeps a tap from answering the card."""
    box = '<input type="checkbox" class="tappable">'
    lines = [("" if required else "+ ") + line_html(line) for line, required in card.points]
    labels = [f'<label class="tappable">{box}<span>{line}</span></label>' for line in lines]
    return listed(labels, name="points")


def _headed(card: Card, name: str) -> str:
    texts: Iterable[str] = (
        f"<h2>{words_html(text.heading)}</h2>{prose_html(text.blocks)}"
        for text in card.texts()
        if text.name == name
    )
    return "".join(texts)


def _source(label: str, url: str | None) -> str:
    return f'<a href="{escape(url)}">{words_html(label)}</a>' if url else words_html(label)
