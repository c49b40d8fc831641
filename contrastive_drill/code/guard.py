"""Limits on a run, and what it may not do outside of its folder.

That guards against accidents, not against malice.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

MEMORY, WRITTEN = 2 << 30, 64 << 20  # bytes: beyond what is loaded already, and of a file
GRACE = 5  # seconds after which a run ends that nobody waits for any more
READ_ONLY = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
# What would reach beyond the run: audit events, by how they begin.
REFUSED = {
    "os.fork": "start a process", "os.posix_spawn": "start a process", "os.exec": "start a program",
    "os.spawn": "start a process", "os.system": "start a program", "os.startfile": "open a file",
    "subprocess": "start a program", "pty": "start a process", "os.kill": "send a signal",
    "signal.pthread_kill": "send a signal", "socket": "use the network",
    "urllib": "use the network",
}  # fmt: skip
CHANGES = (
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.link",
    "os.symlink", "os.truncate", "os.utime", "os.setxattr", "shutil.",
)  # fmt: skip


def confine(scratch: str, seconds: float) -> None:
    """Bind this process to a folder, a time and a memory from here on."""
    os.chdir(scratch)
    _limit(seconds)
    sys.addaudithook(_guard(scratch))


def _limit(seconds: float) -> None:
    if sys.platform == "win32":
        return
    import resource

    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.alarm(int(seconds) + GRACE)
    whole = int(seconds) + GRACE
    _lower(resource.RLIMIT_CPU, whole)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, WRITTEN)
    with suppress(OSError):  # where there is no /proc, memory has no limit
        with open("/proc/self/statm") as pages:
            now = int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        _lower(resource.RLIMIT_AS, now + MEMORY)


def _lower(name: int, limit: int) -> None:
    import resource

    hard = resource.getrlimit(name)[1]
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(name, (limit, limit))


def _guard(scratch: str) -> Callable[[str, tuple[Any, ...]], None]:
    """Refuses what an accident may do outside of the scratch folder."""

    def inside(path: Any) -> bool:
        if isinstance(path, int):
            return True  # a descriptor: what is behind it was opened already
        whole = os.path.realpath(os.fsdecode(path))
        return whole == os.devnull or os.path.commonpath([whole, scratch]) == scratch

    def refuse(words: str) -> None:
        raise PermissionError(f"a drill may not {words}")

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = args
            writes = set(mode or "r") & set("wxa+") or (flags or 0) & ~READ_ONLY & (
                os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
            )
            if writes and not inside(path):
                refuse(f"write {path}")
        elif event.startswith(CHANGES):
            for path in args[:2]:
                if isinstance(path, str | bytes | os.PathLike) and not inside(path):
                    refuse(f"change {os.fsdecode(path)}")
        else:
            for name, words in REFUSED.items():
                if event.startswith(name):
                    refuse(words)

    return hook
