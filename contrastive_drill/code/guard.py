"""Limits on a run, and what it may not do outside of its folder.

That guards against accidents, not against malice. What Python does is refused by an audit hook,
with words; what a library does by itself, by the kernel where it can (Landlock, on Linux).
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

MEMORY, WRITTEN = 2 << 30, 64 << 20  # bytes: beyond what is loaded already, and of a file
GRACE = 5  # seconds after which a run ends that nobody waits for any more
# What would reach beyond the run: audit events, by how they begin.
REFUSED = {
    "os.fork": "start a process", "os.posix_spawn": "start a process", "os.exec": "start a program",
    "os.spawn": "start a process", "os.system": "start a program", "os.startfile": "open a file",
    "subprocess": "start a program", "pty": "start a process", "os.kill": "send a signal",
    "signal.pthread_kill": "send a signal", "socket": "use the network",
    "urllib": "use the network", "sqlite3": "open a database",
}  # fmt: skip
CHANGES = (
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.link",
    "os.symlink", "os.truncate", "os.utime", "os.setxattr", "shutil.",
)  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Of <linux/prctl.h> and <linux/landlock.h>; the rights to write, remove, make, link, truncate.
DEATH_SIGNAL, NO_NEW_PRIVILEGES = 1, 38
CREATE_RULESET, ADD_RULE, RESTRICT_SELF, BENEATH, VERSION = 444, 445, 446, 1, 1
WRITE_FILE, OLDEST, LINKS, TRUNCATES = 1 << 1, 0x1FF2, 1 << 13, 1 << 14


def end_with_parent() -> None:
    """Have this process killed when the one that started it ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)


def confine(scratch: str, seconds: float) -> None:
    """Bind this process to a folder, a time and a memory from here on."""
    os.chdir(scratch)
    _limit(seconds)
    _no_writes_but_in(scratch)
    sys.addaudithook(_guard(scratch))
    with suppress(ImportError):  # of Unix alone; it starts processes without an audit event
        starter: Any = import_module("_posixsubprocess")
        starter.fork_exec = _no_process


def _no_process(*arguments: object) -> int:
    raise PermissionError("a drill may not start a process")


def _limit(seconds: float) -> None:
    if sys.platform == "win32":
        return
    import resource

    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    whole = int(seconds) + GRACE
    signal.alarm(whole)
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


def _no_writes_but_in(scratch: str) -> None:
    """Let the kernel refuse every change of files elsewhere, where it knows how."""
    if sys.platform != "linux":
        return
    call = ctypes.CDLL(None).syscall
    version = call(CREATE_RULESET, None, 0, VERSION)
    if version < 1:
        return
    rights = OLDEST | (LINKS if version > 1 else 0) | (TRUNCATES if version > 2 else 0)
    handled = ctypes.c_uint64(rights)
    ruleset = call(CREATE_RULESET, ctypes.byref(handled), 8, 0)
    for path, allowed in ((scratch, rights), (os.devnull, rights & (WRITE_FILE | TRUNCATES))):
        place = os.open(path, os.O_PATH)
        rule = allowed.to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
        call(ADD_RULE, ruleset, BENEATH, rule, 0)
        os.close(place)
    ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _guard(scratch: str) -> Callable[[str, tuple[Any, ...]], None]:
    """Refuses what Python code may do by accident outside of the scratch folder."""

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
            writes = set(mode or "r") & set("wxa+") or (flags or 0) & WRITES
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
