"""A package for Anki: its SQLite file, schema 11, in a zip. Nothing else here knows that format.

Every Anki since 2.1 reads this schema. Only values go in, and the same values give the same bytes.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, time
from hashlib import sha1
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from contrastive_drill.anki.note_type import (
    NOTE_TYPE_ID,
    PRESET_ID,
    deck,
    default_preset,
    note_type,
    preset,
)
from contrastive_drill.anki.notes import ROOT, Note
from contrastive_drill.anki.schedule import FIRST_DAY, CardState, Row
from contrastive_drill.memory.log import Parameters

TABLES = """
CREATE TABLE col (
    id integer PRIMARY KEY, crt integer, mod integer, scm integer, ver integer, dty integer,
    usn integer, ls integer, conf text, models text, decks text, dconf text, tags text
);
CREATE TABLE notes (
    id integer PRIMARY KEY, guid text, mid integer, mod integer, usn integer, tags text, flds text,
    sfld integer, csum integer, flags integer, data text
);
CREATE TABLE cards (
    id integer PRIMARY KEY, nid integer, did integer, ord integer, mod integer, usn integer,
    type integer, queue integer, due integer, ivl integer, factor integer, reps integer,
    lapses integer, left integer, odue integer, odid integer, flags integer, data text
);
CREATE TABLE revlog (
    id integer PRIMARY KEY, cid integer, usn integer, ease integer, ivl integer, lastIvl integer,
    factor integer, time integer, type integer
);
CREATE TABLE graves (usn integer, oid integer, type integer);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
"""
FIELD_SEPARATOR = "\x1f"
DEFAULT_DECK = 1


class Entry(NamedTuple):
    """A note with its card and the log of that."""

    note: Note
    modified: int  # seconds: when its content changed
    state: CardState
    rows: tuple[Row, ...] = ()


class Scheduling(NamedTuple):
    """How the days of a package are counted, and what its cards are scheduled by."""

    now: datetime  # with the learner's offset
    rollover_hour: int
    retention: float
    parameters: Parameters | None = None


def package(entries: Sequence[Entry], scheduling: Scheduling) -> bytes:
    """The bytes of a package with these notes."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(TABLES)
        decks = _decks([entry.note.deck for entry in entries])
        _write_collection(connection, decks, scheduling, entries)
        _write_notes(connection, entries, decks)
        connection.commit()
        database = connection.serialize()
    finally:
        connection.close()
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as file:
        for name, data in (("collection.anki2", database), ("media", b"{}")):
            file.writestr(ZipInfo(name), data, ZIP_DEFLATED)
    return content.getvalue()


def _decks(names: Sequence[str]) -> dict[str, int]:
    """The ids of decks by their names: the same in every package, as far as names differ."""
    ids: dict[str, int] = {}
    for name in dict.fromkeys([ROOT, *names]):
        number = NOTE_TYPE_ID + int.from_bytes(sha1(name.encode()).digest()[:4], "big")
        while number in ids.values():
            number += 1
        ids[name] = number
    return ids


def _write_collection(
    connection: sqlite3.Connection,
    decks: dict[str, int],
    scheduling: Scheduling,
    entries: Sequence[Entry],
) -> None:
    now, hour, retention, parameters = scheduling
    offset = now.utcoffset()
    assert offset is not None
    first = datetime.combine(date.fromordinal(FIRST_DAY), time(hour), now.tzinfo)
    conf = {
        "schedVer": 2, "sched2021": True, "creationOffset": -int(offset.total_seconds() // 60),
        "rollover": hour, "curDeck": DEFAULT_DECK, "activeDecks": [DEFAULT_DECK],
        "curModel": NOTE_TYPE_ID, "nextPos": len(entries) + 1, "newSpread": 0, "collapseTime": 1200,
        "timeLim": 0, "estTimes": True, "dueCounts": True, "sortType": "noteFld",
        "sortBackwards": False, "addToCur": True, "dayLearnFirst": False,
    }  # fmt: skip
    all_decks = [deck(DEFAULT_DECK, "Default", 1)]
    all_decks += [deck(number, name, PRESET_ID) for name, number in decks.items()]
    presets = [default_preset(), preset(retention, parameters)]
    at = 1000 * max(entry.modified for entry in entries)
    column = (
        {str(each["id"]): each for each in values} for values in ([note_type()], all_decks, presets)
    )
    connection.execute(
        "INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')",
        (int(first.timestamp()), at, at, *map(json.dumps, (conf, *column))),
    )


def _write_notes(
    connection: sqlite3.Connection, entries: Sequence[Entry], decks: dict[str, int]
) -> None:
    taken: set[int] = set()
    for note, modified, state, rows in entries:
        number = modified * 1000
        while number in taken:
            number += 1
        taken.add(number)
        words = note.fields[0]
        check = int(sha1(words.encode()).hexdigest()[:8], 16)
        content = f" {' '.join(note.tags)} ", FIELD_SEPARATOR.join(note.fields), words, check
        connection.execute(
            "INSERT INTO notes VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, 0, '')",
            (number, note.guid, NOTE_TYPE_ID, modified, *content),
        )
        *numbers, flags, data = state
        connection.execute(
            "INSERT INTO cards VALUES (?, ?, ?, 0, ?, 0, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?)",
            (number, number, decks[note.deck], modified, *numbers, flags, data),
        )
        connection.executemany(
            "INSERT INTO revlog VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?)",
            [(row.at, number, *row[1:]) for row in rows],
        )
