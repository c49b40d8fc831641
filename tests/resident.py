"""The most memory this process has held since its program began."""

import resource
import sys
from pathlib import Path


def peak_megabytes() -> float:
    """Resident at most, in MiB.

    Linux carries the `ru_maxrss` of whoever started a program over into it, so a small one started
    by a large one would count as large; the peak of its own is kept beside.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)
