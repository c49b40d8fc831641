"""A reader for safetensors: the length of a header in JSON, the header, the numbers of all."""

import json
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from contrastive_drill.errors import UsageProblem

KINDS = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}
LONGEST = 100 * 2**20  # bytes of a header, as in the format's own reader


def read(path: Path) -> dict[str, Tensor]:
    """The tensors of a file by their names.

    Raises:
        UsageProblem: where it cannot be read, is cut short, or is no such file.
    """
    try:
        data = bytearray(path.read_bytes())
        length = int.from_bytes(data[:8], "little")
        if not 8 <= 8 + length <= min(len(data), LONGEST):
            raise ValueError("its header is cut short")
        header = json.loads(data[8 : 8 + length])
        if not isinstance(header, dict):
            raise ValueError("its header names no tensors")
        return {
            name: _tensor(name, entry, data, 8 + length)
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        reason = "its header is no JSON" if isinstance(error, _NO_JSON) else error
        raise UsageProblem(f"{path} is no whole safetensors file: {reason}") from error


_NO_JSON = (json.JSONDecodeError, UnicodeDecodeError, RecursionError)


def _tensor(name: str, entry: Any, data: bytearray, start: int) -> Tensor:
    """One tensor, if what the header says of it fits the file.

    Raises:
        ValueError: where it does not.
    """
    wrong = ValueError(f"the entry {name[:60]!r} does not fit it")
    if not isinstance(entry, dict):
        raise wrong
    kind = KINDS.get(str(entry.get("dtype")))
    shape: Any = entry.get("shape")
    offsets: Any = entry.get("data_offsets")
    if kind is None or not _whole(shape) or not _whole(offsets) or len(offsets) != 2:
        raise wrong
    size = prod(shape) * kind.itemsize
    if offsets[0] + size != offsets[1] or start + offsets[1] > len(data):
        raise wrong
    if not size:
        return torch.empty(shape, dtype=kind)
    flat = torch.frombuffer(data, dtype=kind, count=prod(shape), offset=start + offsets[0])
    return flat.view(shape)


def _whole(numbers: Any) -> bool:
    """Whether this is a list of whole numbers of at most 62 bits, none below zero."""
    return isinstance(numbers, list) and all(
        type(each) is int and 0 <= each < 2**62 for each in numbers
    )
