"""A disk that fills up while the program writes: one line, and nothing is half-written."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest import SkipTest

SCRIPT = Path(__file__).parents[1] / "children" / "small_disk.py"
BATCH = 24  # trials on one disk


def trials(count: int, seed: int) -> Iterator[str]:
    """Fill small disks up to `count` sizes of what is left, under the store and under verbs.

    Raises:
        SkipTest: where no file system can be mounted.
    """
    rng = Random(seed)
    unshare = mounting()
    for made in range(0, count, BATCH):
        kind, batch = ("full", "verbs")[made // BATCH % 2], min(BATCH, count - made)
        with TemporaryDirectory() as folder:
            script = (sys.executable, "-W", "error", str(SCRIPT), kind, folder)
            done = subprocess.run(
                [*unshare, *script, str(batch), str(rng.getrandbits(32))],
                capture_output=True, text=True, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        yield from [""] * done.stdout.count("held")
        if done.returncode:
            yield f"{kind}: {done.stderr[-1500:]}"


def mounting() -> tuple[str, ...]:
    """What begins a command that may mount a file system of its own."""
    unshare = shutil.which("unshare")
    with TemporaryDirectory() as folder:
        mount = (unshare or "", "-Urm", "mount", "-t", "tmpfs", "tmpfs", folder)
        if unshare is None or subprocess.run(mount, capture_output=True).returncode:
            raise SkipTest("no file system can be mounted here without privileges")
    return (unshare, "-Urm")
