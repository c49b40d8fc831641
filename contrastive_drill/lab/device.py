"""Where the tensors live: a GPU when there is one, else the processor."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import get_args

import torch

from contrastive_drill.demo.options import Device
from contrastive_drill.errors import UsageProblem

CHOICES = get_args(Device)


def choose(name: str) -> torch.device:
    """The device for a name; `auto` takes CUDA, then Apple's MPS, then the processor.

    On a processor torch is given half of the cores that this process may use: models this small
    gain little from the rest, and threads that wait for one another lose most of their time once a
    neighbour holds a core.

    Raises:
        UsageProblem: for another name, or a device that torch does not find here.
    """
    if name not in CHOICES:
        raise UsageProblem(f"there is no device {name!r}: choose {', '.join(CHOICES)}")
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name in available and not available[name]:
        raise UsageProblem(
            f"torch finds no {name.upper()} device here: use --device auto or --device cpu"
        )
    for kind, there in available.items():
        if there and name in ("auto", kind):
            return torch.device(kind)
    torch.set_num_threads(threads())
    return torch.device("cpu")


def threads(own: Path = Path("/proc/self/cgroup"), groups: Path = Path("/sys/fs/cgroup")) -> int:
    """`OMP_NUM_THREADS`, or half of the cores, within affinity and the container's limit."""
    limits = [len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1]
    group = ""
    with suppress(OSError):
        group = next((line[3:] for line in own.read_text().split("\n") if line[:3] == "0::"), "")
    place = groups / group.strip("/")
    for folder in (place, *place.parents):
        with suppress(OSError, ValueError):  # "max" is no limit
            quota, period = map(int, (folder / "cpu.max").read_text().split())
            limits.append(quota // period)
    wanted = min(limits) // 2
    with suppress(ValueError):
        wanted = int(os.environ.get("OMP_NUM_THREADS", "").partition(",")[0])
    return max(1, min(wanted, *limits))


def described(device: torch.device) -> str:
    """The device in words: its kind, and which GPU or how many threads."""
    if device.type == "cuda":
        return f"cuda ({torch.cuda.get_device_name(device)})"
    if device.type == "mps":
        return "mps"
    threads = torch.get_num_threads()
    return f"cpu ({threads} thread{'s' if threads > 1 else ''})"


@contextmanager
def fast(device: torch.device) -> Iterator[None]:
    """Training may multiply in TF32, which keeps 10 bits of the fraction; measuring may not.

    TF32 exists on CUDA alone. Ten bits are enough for a gradient, and too few to compare cosines
    that differ in the fifth decimal.
    """
    before = torch.get_float32_matmul_precision()
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the memory of the device or of the machine ran out."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = str(error).lower()
    return any(sign in words for sign in _NO_MEMORY)


_NO_MEMORY = (
    "out of memory",  # CUDA, MPS
    "can't allocate memory",  # the processor, on Unix
    "not enough memory",  # the processor, on Windows
    "status_alloc_failed",  # cuBLAS and cuDNN
)
