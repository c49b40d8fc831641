"""The notes, cards and answers in a database of Anki's: schema 11 and the later ones, as values."""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Set
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from contrastive_drill.anki.archive import database, refused
from contrastive_drill.anki.protobuf import message, text_of
from contrastive_drill.anki.schedule import RowType

MOST_CARDS, MOST_ANSWERS = 100_000, 120_000  # which take 300 MB
MOST_NOTE = 200_000  # characters of its fields
MOST_WORDS = 5_000  # characters of its tags
MOST_TEXT = 64 << 20  # of all cards
MOST_VALUE = 64 << 20  # bytes of a cell: in schema 11 all note types are in one
INLINE = re.compile(r"data:[^\s\"'<>\x1f]{100,}")
SOME = "choose some decks by --deck"
Values = tuple[str, ...]
MANUAL = 4  # the type of a row that is no answer


class Template(NamedTuple):
    """The sides of a card, with the names of fields in braces."""

    name: str
    front: str
    back: str


class NoteType(NamedTuple):
    """What notes have in common."""

    name: str
    is_cloze: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]


class Answer(NamedTuple):
    """An answer in Anki's log."""

    at: int  # milliseconds
    rating: int  # 1 to 4
    seconds: float
    is_scheduled: bool  # cramming is not


class AnkiCard(NamedTuple):
    """A card with its note."""

    guid: str
    type: NoteType
    place: int  # of its template, or of its gap, from 0
    values: tuple[str, ...]  # of the fields, in HTML
    tags: tuple[str, ...]
    deck: str
    is_suspended: bool
    is_flagged: bool
    answers: tuple[Answer, ...]

    @property
    def fields(self) -> dict[str, str]:
        """The values by the names of the fields."""
        return dict(zip(self.type.fields, self.values, strict=False))


def read(path: Path, decks: Collection[str] = ()) -> list[AnkiCard]:
    """The cards in a package, a note after the other; of some decks and those below, if any.

    Raises:
        DataProblem: when it is none, is broken, or holds what Anki never writes.
    """
    with database(path) as unpacked, refused(path):
        uri = f"{unpacked.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            with closing(sqlite3.connect(uri, uri=True)) as connection:
                return [*_cards(connection, decks)]
        except sqlite3.Error as error:
            raise ValueError(f"its database is broken: {error}") from error


def _cards(connection: sqlite3.Connection, wanted: Collection[str]) -> Iterator[AnkiCard]:
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.create_collation("unicase", _in_any_case)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_VALUE)
    _require_plain(connection)
    latest = connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'notetypes'"
    ).fetchone()
    types, decks = (_types, _decks) if latest else (_old_types, _old_decks)
    by_type, by_deck = types(connection), decks(connection)
    sql = "SELECT nid, id, ord, iif(odid, odid, did), queue, flags FROM cards ORDER BY nid, ord, id"
    names = ((row, by_deck.get(row[3], "Default")) for row in connection.execute(sql))
    rows = [*islice((each for each in names if _is_in(each[1], wanted)), MOST_CARDS + 1)]
    if len(rows) > MOST_CARDS:
        raise ValueError(f"it has more than {MOST_CARDS:,} cards: {SOME}")
    answers = _answers(connection, {row[1] for row, _ in rows})
    notes, text = _notes(connection), 0
    for (note, card, place, _, queue, flags), deck in rows:
        if note not in notes:
            continue
        guid, kind, tags, values = notes[note]
        text += sum(map(len, values))
        if text > MOST_TEXT:
            raise ValueError(f"its cards have more than {MOST_TEXT >> 20} MB of text: {SOME}")
        if kind not in by_type or type(place) is not int or place < 0:
            raise ValueError(f"its card {card} has no note type")
        yield AnkiCard(
            guid,
            by_type[kind],
            place,
            values,
            tags,
            deck,
            queue == -1,
            type(flags) is int and flags & 7 != 0,
            tuple(answers.get(card, ())),
        )


def _notes(connection: sqlite3.Connection) -> dict[Any, tuple[str, Any, tuple[str, ...], Values]]:
    """The GUID, type, tags and fields of each note; one too long to be read has no fields."""
    rows = connection.execute(
        "SELECT id, iif(length(guid) <= ?1, guid, id), mid, iif(length(tags) <= ?1, tags, ''),"
        " iif(length(flds) <= ?2, flds, '') FROM notes LIMIT ?3",
        (MOST_WORDS, MOST_VALUE >> 4, MOST_CARDS + 1),
    )
    notes, text = {}, 0
    for number, (note, guid, kind, tags, fields) in enumerate(rows):
        held = INLINE.sub("data:", str(fields))  # pictures that stand in the text itself
        held = held if len(held) <= MOST_NOTE else ""
        text += len(held)
        if number == MOST_CARDS or text > MOST_TEXT:
            raise ValueError(f"it has more notes than anyone's: {SOME}")
        notes[note] = str(guid), kind, tuple(str(tags).split()), tuple(held.split("\x1f"))
    return notes


def _in_any_case(one: str, other: str) -> int:
    """The order that Anki gives the names in its tables."""
    one, other = one.casefold(), other.casefold()
    return (one > other) - (one < other)


def _require_plain(connection: sqlite3.Connection) -> None:
    """Tables and indexes alone: a view or a trigger is code that a reader would run."""
    connection.execute("PRAGMA trusted_schema = OFF")
    odd = connection.execute(
        "SELECT 1 FROM sqlite_schema"
        " WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%'"
    ).fetchone()
    if odd:
        raise ValueError("its database holds more than tables")
    (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if state != "ok":
        raise ValueError(f"its database is broken: {state}")


def _is_in(deck: str, wanted: Collection[str]) -> bool:
    return not wanted or any(deck == each or deck.startswith(f"{each}::") for each in wanted)


def _answers(connection: sqlite3.Connection, cards: Set[Any]) -> Mapping[int, list[Answer]]:
    """What was answered of some cards, oldest first, since each was last made new again."""
    found = defaultdict[int, list[Answer]](list)
    sql = "SELECT cid, id, ease, time, type, factor FROM revlog ORDER BY id"
    rows = (row for row in connection.execute(sql) if row[0] in cards)
    for number, row in enumerate(rows):
        if number == MOST_ANSWERS:
            raise ValueError(f"it has more than {MOST_ANSWERS:,} answers: {SOME}")
        if any(type(each) is not int for each in row):
            raise ValueError("its log cannot be read")
        card, at, ease, time, kind, factor = row
        if not 1 <= ease <= 4:
            if kind == MANUAL and not factor:
                found[card].clear()
            continue
        crammed = kind == RowType.FILTERED and not factor
        found[card].append(Answer(at, ease, max(0, time) / 1000, not crammed))
    return found


def _types(connection: sqlite3.Connection) -> dict[int, NoteType]:
    fields, templates = (
        defaultdict[int, list[str]](list), defaultdict[int, list[Template]](list)
    )  # fmt: skip
    for kind, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        fields[kind].append(str(name))
    sql = "SELECT ntid, name, config FROM templates ORDER BY ntid, ord"
    for kind, name, config in connection.execute(sql):
        held = dict(message(config))
        templates[kind].append(Template(str(name), text_of(held.get(1)), text_of(held.get(2))))
    return {
        kind: NoteType(
            str(name), dict(message(config)).get(1) == 1, tuple(fields[kind]),
            tuple(templates[kind]),
        )
        for kind, name, config in connection.execute("SELECT id, name, config FROM notetypes")
    }  # fmt: skip


def _decks(connection: sqlite3.Connection) -> dict[int, str]:
    rows = connection.execute("SELECT id, name FROM decks")
    return {number: str(name).replace("\x1f", "::") for number, name in rows}


def _old_types(connection: sqlite3.Connection) -> dict[int, NoteType]:
    return {
        int(number): NoteType(
            str(each["name"]),
            each.get("type") == 1,
            tuple(str(field["name"]) for field in each["flds"]),
            tuple(
                Template(str(side["name"]), str(side["qfmt"]), str(side["afmt"]))
                for side in each["tmpls"]
            ),
        )
        for number, each in _column(connection, "models").items()
    }


def _old_decks(connection: sqlite3.Connection) -> dict[int, str]:
    held = _column(connection, "decks")
    return {int(number): str(each["name"]) for number, each in held.items()}


def _column(connection: sqlite3.Connection, name: str) -> dict[str, Any]:
    row = connection.execute(f"SELECT {name} FROM col").fetchone()
    held = json.loads(row[0] if row else "")
    if not isinstance(held, dict) or not all(isinstance(each, dict) for each in held.values()):
        raise ValueError(f"its {name} cannot be read")
    return held
