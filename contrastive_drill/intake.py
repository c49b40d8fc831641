"""The one way in for a person's files: what a file is, and how large, before it is parsed."""

import errno
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 256 * 1024  # of a file that is parsed: the dearest of that size takes seconds
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # nor is a pipe waited for that was put there since


def state_of(path: Path, most: int | None = None) -> os.stat_result:
    """The state of a regular file, through links, of no more than so many bytes.

    Raises:
        OSError: for anything else, which is not opened; its `strerror` says what it is.
    """
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        kind = KINDS.get(stat.S_IFMT(state.st_mode), "no file")
        raise OSError(errno.EINVAL, f"it is {kind}", str(path))
    if most is not None and state.st_size > most:
        raise OSError(errno.EFBIG, f"it has more than {most // 1024} KB", str(path))
    return state


def opened(path: Path, most: int | None = None) -> BinaryIO:
    """A file to be read; fails as `state_of` does."""
    state_of(path, most)
    return open(path, "rb", opener=lambda name, flags: os.open(name, flags | AT_ONCE))


def read(path: Path, most: int = MAX_BYTES) -> bytes:
    """The bytes of a file, no more than `most`; fails as `state_of` does."""
    with opened(path, most) as file:
        return file.read(most)


def standard_input(most: int = MAX_BYTES) -> bytes | None:
    """The bytes that are piped in; None where there are more than `most`."""
    given = sys.stdin.buffer.read(most + 1)
    return given if len(given) <= most else None
