"""The parsed bank on disk: an index that is read whole, and one line for each card."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from contrastive_drill import files
from contrastive_drill.bank.codec import decode, encode
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import card_kind

# Raised when the meaning of a line or of the index changes; a cache of another number is rebuilt.
SCHEMA = 8


class FileState(NamedTuple):
    """What tells one version of a file from the next."""

    path: str
    size: int
    mtime_ns: int


class IndexEntry(NamedTuple):
    """What the index knows of a card without its text; a tuple, for there may be thousands."""

    id: str
    section: str
    level: str
    kind: str
    seconds: float  # of a usual answer to a card of its kind, before there is a log
    place: int | None
    tags: str  # with blanks between, as in those below
    needs: str  # ids
    links: str  # its follow-ups, and "#" with a checksum of its erratum
    offset: int
    length: int
    checksum: int


class Index(NamedTuple):
    """Every card of the bank in the order to meet them, and what could not be read."""

    entries: tuple[IndexEntry, ...]
    titles: dict[str, str]  # of the sections, in order
    problems: tuple[Problem, ...]


def entry_of(card: Card, offset: int = 0, length: int = 0, checksum: int = 0) -> IndexEntry:
    """The index's row for a card."""
    kind, tags = card_kind(card.kind), " ".join(card.tags)
    facts = (card.id, card.section, card.level, card.kind, kind.seconds, card.place, tags)
    mark = [f"#{crc32(repr(card.erratum.sheet).encode())}"] if card.erratum else []
    links = " ".join([*card.follow_ups, *mark])
    return IndexEntry(*facts, " ".join(card.needs), links, offset, length, checksum)


class StaleCache(Exception):
    """The cache does not hold what the files hold now."""


def write(
    path: Path,
    states: Sequence[Sequence[FileState]],
    version: str,
    cards: Sequence[Card],
    titles: dict[str, str],
    problems: Sequence[Problem],
) -> None:
    """Write the cache beside its place and move it there whole; a folder that refuses is left."""
    lines = [json.dumps(encode(card)).encode() for card in cards]
    rows, offset = [], 0
    for card, line in zip(cards, lines, strict=True):
        rows.append(entry_of(card, offset, len(line), crc32(line)))
        offset += len(line)
    index = json.dumps([list(states), rows, titles, list(problems)]).encode()
    head = f"{_stamp(version)} {len(index)} {crc32(index)}\n".encode()
    with suppress(OSError):
        files.make_folder(path.parent)
        files.write(path, head + index + b"".join(lines), durable=False)


class CachedBank:
    """A cache file, and the states of the files it was made from, by folder."""

    def __init__(self, path: Path, version: str) -> None:
        try:
            with files.opened(path) as file:
                stamp, length, checksum = file.readline(200).split()
                index = file.read(int(length))
                expected = int(checksum)
        except (OSError, ValueError) as error:
            raise StaleCache from error
        if stamp.decode("ascii", "replace") != _stamp(version) or crc32(index) != expected:
            raise StaleCache
        states, rows, titles, problems = json.loads(index)
        self.states = [[*map(FileState._make, folder)] for folder in states]
        self._path = path
        self._start = len(stamp) + len(length) + len(checksum) + 3 + len(index)
        self.index = Index(
            tuple(map(IndexEntry._make, rows)), titles, tuple(Problem(*row) for row in problems)
        )

    def card(self, entry: IndexEntry) -> Card:
        """The card of an entry.

        Raises:
            StaleCache: when the line is not the one that was written.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(self._start + entry.offset)
                line = file.read(entry.length)
        except OSError as error:
            raise StaleCache from error
        if crc32(line) != entry.checksum:
            raise StaleCache
        try:
            return decode(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:  # written by a program with other fields
            raise StaleCache from error


def _stamp(version: str) -> str:
    return f"contrastive-drill-bank/{SCHEMA}/{version}"
