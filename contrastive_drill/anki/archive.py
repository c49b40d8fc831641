"""A package or a collection that Anki wrote: its database and its pictures, unpacked with bounds.

Three forms are in use: `collection.anki2`, `collection.anki21`, and with zstd `collection.anki21b`,
whose package also has a database for older versions that only says so.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from contrastive_drill import intake
from contrastive_drill.anki.protobuf import message, text_of
from contrastive_drill.errors import DataProblem

MOST = 16 << 30  # bytes of a package, most of it sounds and films
MOST_DATABASE, MOST_MEDIA, MOST_PICTURE = 512 << 20, 16 << 20, 16 << 20
MOST_DIRECTORY = 32 << 20  # bytes in which the zip says what it holds
WINDOW = 25  # as a power of two: bytes that zstd may look back
PIECE = 1 << 20
NEWEST = "collection.anki21b"
DATABASES = (NEWEST, "collection.anki21", "collection.anki2")
REMEDY = "export"
OUTDATED = (
    "its form needs zstd: pip install backports.zstd, or export it again from Anki with"
    " 'Support older Anki versions'"
)


@contextmanager
def database(path: Path) -> Iterator[Path]:
    """The SQLite file in a package, for as long as it is looked at.

    Raises:
        DataProblem: when it is no package, or holds more than anyone studies.
    """
    with TemporaryDirectory() as folder:
        unpacked = Path(folder) / "collection.sqlite"
        with refused(path), _opened(path) as zipped:
            names = zipped.namelist()
            name = next((each for each in DATABASES if each in names), None)
            if name is None:
                raise ValueError("it is no package of Anki")
            with zipped.open(name) as packed, open(unpacked, "wb") as file:
                source = _plain(packed) if name == NEWEST else packed
                for piece in _pieces(source, MOST_DATABASE):
                    file.write(piece)
        yield unpacked


def pictures(path: Path, wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files of a package with these names, as far as it has them and they are no films.

    Raises:
        DataProblem: as `database` does.
    """
    with refused(path), _opened(path) as zipped:
        latest = NEWEST in zipped.namelist()
        entries = _entries(zipped, latest)
        for name in wanted:
            entry = entries.get(name)
            if entry is None or entry not in zipped.NameToInfo:
                continue
            with zipped.open(entry) as packed:
                source = _plain(packed) if latest else packed
                content = source.read(MOST_PICTURE + 1)
            if len(content) <= MOST_PICTURE:
                yield name, content


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """Whatever a broken package makes the libraries raise, as one line."""
    broken: tuple[type[Exception], ...] = (
        BadZipFile, zlib.error, struct.error, EOFError, ValueError, LookupError,
        ArithmeticError, TypeError, AttributeError, RuntimeError, OSError, MemoryError,
    )  # fmt: skip
    try:
        yield
    except DataProblem:
        raise
    except broken + _zstd_errors() as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        said = f"{error}" if type(error) is ValueError else f"it is broken: {error}"
        remedy = "" if REMEDY in said else f"; {REMEDY} it again from Anki"
        raise DataProblem(f"nothing was taken from {path}: {said}{remedy}") from error


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile]:
    with intake.opened(path, MOST) as file:
        _require_small_directory(file)
        with ZipFile(file) as zipped:
            yield zipped


def _require_small_directory(file: BinaryIO) -> None:
    """Refuse a list of files, at the end of a zip, that would fill the memory when it is read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - (1 << 16) - 22))
    end = file.read()
    place = end.rfind(b"PK\x05\x06")
    length = int.from_bytes(end[place + 12 : place + 16], "little") if place >= 0 else 0
    if length == 0xFFFF_FFFF:  # is in the record of the larger form, just before
        large = end.rfind(b"PK\x06\x06", 0, place)
        length = int.from_bytes(end[large + 40 : large + 48], "little") if large >= 0 else 0
    if length > MOST_DIRECTORY:
        raise ValueError("it lists more files than a package has")
    file.seek(0)


def _entries(zipped: ZipFile, latest: bool) -> Mapping[str, str]:
    """The entries of the zip by the names of the files."""
    if "media" not in zipped.NameToInfo:
        return {}
    with zipped.open("media") as packed:
        listed = (_plain(packed) if latest else packed).read(MOST_MEDIA + 1)
    if len(listed) > MOST_MEDIA:
        raise ValueError("it lists more pictures than a package has")
    if latest:
        entries = (entry for number, entry in message(listed) if number == 1)
        held_in = [dict(message(each)) for each in entries if isinstance(each, bytes)]
        return {text_of(each.get(1)): str(place) for place, each in enumerate(held_in)}
    held: Any = json.loads(listed)
    if not isinstance(held, dict):
        raise ValueError("its list of pictures cannot be read")
    return {name: entry for entry, name in held.items() if isinstance(name, str)}


def _pieces(source: IO[bytes], most: int) -> Iterator[bytes]:
    left = most
    while piece := source.read(PIECE):
        left -= len(piece)
        if left < 0:
            raise ValueError(f"it unpacks to more than {most >> 20:,} MB")
        yield piece


def _plain(packed: IO[bytes]) -> IO[bytes]:
    """What is packed by zstd."""
    zstd = _zstd()
    if zstd is None:
        raise ValueError(OUTDATED)
    options = {zstd.DecompressionParameter.window_log_max: WINDOW}
    file: IO[bytes] = zstd.ZstdFile(packed, options=options)
    return file


def _zstd() -> Any:
    try:
        from compression import zstd  # type: ignore[import-not-found]
    except ModuleNotFoundError:
        try:
            from backports import zstd
        except ModuleNotFoundError:
            return None
    return zstd


def _zstd_errors() -> tuple[type[Exception], ...]:
    zstd = _zstd()
    return (zstd.ZstdError,) if zstd else ()
