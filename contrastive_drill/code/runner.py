"""A worker as its owner sees it: started once, given code and calls, killed when time is up."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Self

from contrastive_drill.code.task import Case, Task
from contrastive_drill.code.wire import pack, unpack
from contrastive_drill.errors import UsageProblem

START = 60.0  # seconds in which a worker has imported what it needs, on a busy machine
MAX_RESULT = 256 * 1024 * 1024


class Outcome(NamedTuple):
    """What came of one call."""

    value: Any = None
    error: str = ""
    grads: Sequence[Any] = ()
    lines: int = 0
    saved: int = 0
    changed: Sequence[int] = ()
    printed: str = ""


class Runner:
    """Runs code of one library, each time in a process that ends with the run."""

    def __init__(self, library: str) -> None:
        self.library = library
        self._child: subprocess.Popen[str] | None = None
        self._ready = False
        self._running: int | None = None  # the process of a run
        self._lines: queue.Queue[str] = queue.Queue()
        self._scratch = TemporaryDirectory(prefix="drill-", ignore_cleanup_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()
        with suppress(RecursionError):  # of folders within folders
            self._scratch.cleanup()

    def warm(self) -> None:
        """Begin to import; the first run waits for the rest of it."""
        if self._child is not None and self._child.poll() is None:
            return
        self._lines, self._ready = queue.Queue(), False
        threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        needed = ("SYSTEMROOT", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
        kept = {name: os.environ[name] for name in needed if name in os.environ}
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-m", "contrastive_drill.code.worker", self.library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self._scratch.name,
            env={**kept, **threads, "PATH": os.defpath, "HOME": self._scratch.name},
            start_new_session=True,
        )
        self._reader = threading.Thread(target=_read, args=(self._child, self._lines), daemon=True)
        self._reader.start()

    def run(
        self, sources: Sequence[str], cases: Sequence[Case], task: Task, seconds: float
    ) -> list[list[Outcome]]:
        """What comes of every case with every source, within some seconds for all of them.

        Raises:
            UsageProblem: when the library cannot be loaded.
        """
        self.warm()
        if not self._ready:
            try:
                self._expect("ready", START)
            except TimeoutError:
                self._stop()
                words = f"{self.library} was still loading after {START:g} s: try again"
                raise UsageProblem(words) from None
            self._ready = True
        with TemporaryDirectory(dir=self._scratch.name, ignore_cleanup_errors=True) as folder:
            results, scratch = Path(folder, "results"), Path(folder, "scratch")
            scratch.mkdir()
            results.touch()
            with results.open(encoding="utf-8") as read:  # also if the code deletes it
                calls = [_call(each, task) for each in cases]
                request = {
                    "text": pack([list(sources), calls, self.library], limited=False),
                    "results": str(results),
                    "scratch": str(scratch),
                    "seconds": seconds,
                }
                why = self._ended(json.dumps(request), seconds)
                text = read.read(MAX_RESULT)
        return _outcomes(text, len(sources), len(cases), why)

    def _ended(self, request: str, seconds: float) -> str:
        """How a run ended that answered to less than all its calls, in words."""
        assert self._child is not None
        assert self._child.stdin is not None
        late = f"was still running after {seconds:g} s"
        try:
            self._child.stdin.write(request + "\n")
            self._child.stdin.flush()
            pid = self._running = int(self._expect("pid", START).split()[1])
        except (OSError, ValueError, TimeoutError, UsageProblem):
            self._stop()
            return "could not be run"
        try:
            status = int(self._expect("end", seconds).split()[1])
        except TimeoutError:
            _kill(pid)
            with suppress(TimeoutError, ValueError, UsageProblem):
                self._expect("end", START)
                return late
            self._stop()
            return late
        except (UsageProblem, IndexError, ValueError):
            return "ended the process it ran in"
        self._running = None
        _kill_group(pid)  # what it may have left behind
        if status < 0:
            with suppress(ValueError):
                return f"was ended by {signal.Signals(-status).name}"
        return "ended the process it ran in"

    def _expect(self, word: str, seconds: float) -> str:
        end = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError from None
            if line.startswith(word):
                return line
            if not line:
                self._stop()
                raise UsageProblem(f"{self.library} cannot be loaded: pip install {self.library}")

    def _stop(self) -> None:
        if self._running is not None:
            _kill(self._running)
            self._running = None
        if self._child is not None:
            _kill(self._child.pid)
            self._child.wait()
            self._reader.join(START)  # at the end of what the child wrote
            for stream in (self._child.stdin, self._child.stdout):
                if stream:
                    with suppress(OSError):  # what could not be said any more
                        stream.close()
            self._child = None


def _read(child: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    assert child.stdout
    for line in child.stdout:
        lines.put(line)
    lines.put("")


def _kill(pid: int) -> None:
    """End a process that was not waited for yet, and its children where it leads a group."""
    if not _kill_group(pid):
        with suppress(OSError):
            os.kill(pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def _kill_group(leader: int) -> bool:
    """End a group of processes; whether there was one."""
    if sys.platform == "win32":
        return False
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
        return True
    return False


def _call(case: Case, task: Task) -> dict[str, Any]:
    return {
        "function": task.function_of(case),
        "args": list(case.args),
        "dtype": task.dtype_of(case),
        "grads": list(case.grads),
        "lines": case.lines is not None,
        "saved": case.saved is not None,
    }


def _outcomes(text: str, sources: int, cases: int, why: str) -> list[list[Outcome]]:
    """The results, each checked; what is missing failed in the way that the run ended."""
    found = [[Outcome(error=why)] * cases for _ in range(sources)]
    for line in text.splitlines():
        with suppress(ValueError, IndexError):  # of a line that was cut off
            place, case, packed = line.split(" ", 2)
            try:
                outcome = Outcome(**unpack(packed))
            except (ValueError, TypeError):
                outcome = Outcome(error="returned what cannot be read")
            found[int(place)][int(case)] = outcome
    return found
