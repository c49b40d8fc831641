"""The parsed bank on disk: an index that is read whole, and one line for each card."""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple, TypeVar
from zlib import crc32

from contrastive_drill import files, intake
from contrastive_drill.bank.codec import decode, decode_ladder, encode, encode_ladder
from contrastive_drill.bank.folder import FileState
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Card, Level
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.ladder import Ladder
from contrastive_drill.schemas.formats import BANK_CACHE

Value = TypeVar("Value")
MAX_INDEX = 64 * 1024 * 1024  # bytes
# The types of an entry with a place and without one, of a problem, a section, a ladder.
ENTRIES = {(*[str] * 4, float, place, *[str] * 3, *[int] * 3) for place in (int, NoneType)}
KINDS, LEVELS = frozenset(Kind), frozenset(Level)
PROBLEM, NAMES, LADDER = (str, int, int, str, str), (str, str), (int, int, int)


class IndexEntry(NamedTuple):
    """What the index knows of a card without its text; a tuple, for there may be thousands."""

    id: str
    section: str
    level: str
    kind: str
    seconds: float  # of a usual answer to a card of its kind, before there is a log
    place: int | None
    tags: str  # and its demo; with blanks between, as in those below
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
    renames: dict[str, str]  # the id that a card has now, by each former one
    ladders: dict[str, tuple[int, int, int]]  # offset, length and checksum, by section


def entry_of(card: Card, offset: int = 0, length: int = 0, checksum: int = 0) -> IndexEntry:
    """The index's row for a card."""
    kind = card_kind(card.kind)
    tags = " ".join(dict.fromkeys(filter(None, (*card.tags, card.demo))))
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
    ladders: Iterable[Ladder],
    index: Index,
) -> None:
    """Write the cache beside its place and move it there whole; a folder that refuses is left."""
    lines = BytesIO()

    def placed(row: object) -> tuple[int, int, int]:
        line = json.dumps(row).encode()
        offset = lines.tell()
        return offset, lines.write(line), crc32(line)

    entries = tuple(entry_of(card, *placed(encode(card))) for card in cards)
    places = {ladder.section: placed(encode_ladder(ladder)) for ladder in ladders}
    whole = index._replace(entries=entries, ladders=places)
    known = json.dumps([list(states), *whole]).encode()
    head = f"{_stamp(version)} {len(known)} {crc32(known)}\n".encode()
    with suppress(OSError):
        files.make_folder(path.parent)
        files.write(path, head + known + lines.getvalue(), durable=False)


class CachedBank:
    """A cache file, and the states of the files it was made from, by folder."""

    def __init__(self, path: Path, version: str) -> None:
        try:
            with intake.opened(path) as file:
                stamp, length, checksum = file.readline(200).split()
                index = file.read(min(max(int(length), 0), MAX_INDEX))
                expected = int(checksum)
            if stamp.decode("ascii", "replace") != _stamp(version) or crc32(index) != expected:
                raise StaleCache
            states, rows, titles, problems, *others = json.loads(index)
            self.states = [[*map(FileState._make, folder)] for folder in states]
            entries, faults = map(IndexEntry._make, rows), map(Problem._make, problems)
            self.index = Index(tuple(entries), titles, tuple(faults), *others)
        except (OSError, TypeError, ValueError, RecursionError) as error:
            raise StaleCache from error
        if not _is_sound(self.index):
            raise StaleCache
        self._path = path
        self._start = len(stamp) + len(length) + len(checksum) + 3 + len(index)

    def card(self, entry: IndexEntry) -> Card:
        """The card of an entry.

        Raises:
            StaleCache: when the line is not the one that was written.
        """
        return self._read(decode, entry.offset, entry.length, entry.checksum)

    def ladder(self, section: str) -> Ladder:
        """The ladder of a section that has one.

        Raises:
            StaleCache: when the line is not the one that was written.
        """
        return self._read(decode_ladder, *self.index.ladders[section])

    def _read(
        self, convert: Callable[[Any], Value], offset: int, length: int, checksum: int
    ) -> Value:
        """What a line stands for."""
        try:
            with intake.opened(self._path) as file:
                file.seek(self._start + offset)
                line = file.read(length)
        except (OSError, ValueError) as error:
            raise StaleCache from error
        if crc32(line) != checksum:
            raise StaleCache
        try:
            return convert(json.loads(line))
        except (KeyError, TypeError, ValueError, RecursionError) as error:  # of another program
            raise StaleCache from error


def _is_sound(index: Index) -> bool:
    """Whether every part of an index has its type: it was read from JSON of whoever made it."""
    entries, (titles, renames, ladders) = (
        index.entries,
        (index.titles, index.renames, index.ladders),
    )
    return (
        all(isinstance(each, dict) for each in (titles, renames, ladders))
        and all(tuple(map(type, each)) in ENTRIES for each in entries)
        and all(each.kind in KINDS and each.level in LEVELS for each in entries)
        and all(each.section in titles and 0 <= each.length < MAX_INDEX for each in entries)
        and all(tuple(map(type, each)) == PROBLEM for each in index.problems)
        and all(tuple(map(type, each)) == NAMES for each in (*titles.items(), *renames.items()))
        and all(tuple(map(type, each)) == LADDER for each in ladders.values())
    )


def _stamp(version: str) -> str:
    return f"contrastive-drill-bank/{BANK_CACHE}/{version}"
