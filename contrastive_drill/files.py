"""Files of the person: whole or as they were, for their owner alone, links and modes kept."""

import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from contrastive_drill.errors import DataProblem

FILE, FOLDER = 0o600, 0o700  # the modes of new ones
NO_FILE = "it is a folder, a device or a pipe"
REMEDY = "mend that, or choose another place: doctor names those of the program"


def refusal(error: OSError) -> DataProblem:
    """The line for what the system refuses to do with a file."""
    return DataProblem(f"cannot use {os.fsdecode(error.filename)}: {error.strerror}; {REMEDY}")


def make_folder(path: Path) -> None:
    """Make a folder and those above it; one that exists stays as it is."""
    for folder in (*reversed(path.parents), path):
        try:
            folder.mkdir(FOLDER, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(errno.ENOTDIR, f"{folder} is no folder", folder) from None


def create(path: Path) -> None:
    """Make an empty file where there is none."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE))


def behind_links(path: Path) -> Path:
    """The path that links lead to.

    Raises:
        DataProblem: where they lead to nothing, which is not the same as no file.
    """
    if path.is_symlink() and not os.path.exists(path):
        raise DataProblem(f"{path} is a link to what is not there: bring that back, or remove it")
    return Path(os.path.realpath(path))


def write(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file, whole, or it is left as it was.

    Unless it is `durable`, a loss of power soon after may undo it; the end of the program cannot.

    Raises:
        OSError: where it cannot be written, or what has its name is no file.
    """
    target = Path(os.path.realpath(path))
    beside = _beside(target)
    try:
        with beside:
            beside.write(content)
            beside.flush()
            if durable:
                os.fsync(beside.fileno())
        os.replace(beside.name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside.name)
        raise


def is_stream(path: Path) -> bool:
    """Whether a path is no file to be replaced: a device, a pipe, or where output goes."""
    with suppress(OSError):
        mode = os.stat(path).st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) or _output(path) > 0
    return False


def pour(path: Path, content: bytes) -> None:
    """Write into a stream."""
    sys.stdout.flush()  # it may be the same
    output = _output(path)
    with open(output or path, "wb", closefd=not output) as stream:
        stream.write(content)


def require_writable(path: Path) -> None:
    """Make sure that a path can be written, and leave it as it is."""
    if not is_stream(path):
        with _beside(Path(os.path.realpath(path))) as beside:
            pass
        os.unlink(beside.name)
    elif not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _beside(target: Path) -> BinaryIO:
    """A new file in the folder of a file, with the owner and mode of that one."""
    found = os.stat(target) if os.path.lexists(target) else None
    if found:
        _require_file(target, found)
        target.open("rb+").close()  # or its rights, which a replacement would pass over, are said
    place = target.with_name(f".{os.urandom(6).hex()}.partial")  # as long as any name may be
    file = open(place, "xb", opener=lambda name, how: os.open(name, how, FILE))  # noqa: SIM115
    if found:
        with suppress(OSError, AttributeError):  # of systems without owners
            os.chown(place, found.st_uid, found.st_gid)
        os.chmod(place, stat.S_IMODE(found.st_mode))
    return file


def _require_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, NO_FILE, str(path))


def _output(path: Path) -> int:
    """The standard output or error, where a path leads to it; else 0."""
    for number in (1, 2):
        with suppress(OSError):
            if os.path.samestat(os.stat(path), os.fstat(number)):
                return number
    return 0
