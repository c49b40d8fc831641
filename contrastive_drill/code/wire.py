"""Values on their way between processes: plain numbers as JSON, and nothing that runs."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

DTYPES = ("bool", "int8", "uint8", "int32", "int64", "float16", "float32", "float64")
MAX_BYTES, MAX_VALUES, DEEPEST = 8 << 20, 200_000, 50  # of all arrays, of all else, of lists
WIDER = {"i": "int64", "u": "int64", "f": "float64"}  # for types that are rarer
LARGEST = 10**300  # so that it fits into a float
LONGEST = 1 << 20  # characters of a text


class _Room:
    """How much more a value may hold."""

    def __init__(self, limited: bool) -> None:
        self.bytes, self.values, self.limited = MAX_BYTES, MAX_VALUES, limited

    def take(self, values: int = 1, size: int = 0) -> None:
        self.values -= values
        self.bytes -= size
        if self.limited and (self.values < 0 or self.bytes < 0):
            raise TypeError(f"more than {MAX_VALUES:,} values or {MAX_BYTES >> 20} MiB of arrays")


def pack(value: Any, limited: bool = True) -> str:
    """A value as one line of JSON.

    Raises:
        TypeError: when it is not made of numbers, texts, arrays, lists and dicts of them, or of
            too many.
    """
    return json.dumps(_plain(value, _Room(limited), DEEPEST))


def unpack(text: str) -> Any:
    """The value in a line of JSON; a tuple has become a list.

    Raises:
        ValueError: when `pack` did not write it.
    """
    try:
        return _value(json.loads(text))
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no plain value: {error}") from None


def mapped(change: Callable[[Any], Any], value: Any) -> Any:
    """A value with each number, text and array of it changed; a tuple becomes a list."""
    if isinstance(value, list | tuple):
        return [mapped(change, each) for each in value]
    if isinstance(value, dict):
        return {key: mapped(change, each) for key, each in value.items()}
    return change(value)


def _plain(value: Any, room: _Room, deeper: int) -> Any:
    if not deeper:
        raise TypeError(f"lists more than {DEEPEST} deep")
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.name not in DTYPES and array.dtype.kind in WIDER:
            array = array.astype(WIDER[array.dtype.kind])
        if array.dtype.name not in DTYPES:
            raise TypeError(f"an array of {array.dtype}")
        room.take(size=array.nbytes)
        native = np.ascontiguousarray(array, array.dtype.newbyteorder("="))
        data = b64encode(native.tobytes()).decode()
        return {"array": array.dtype.name, "shape": list(array.shape), "data": data}
    if isinstance(value, list | tuple):
        room.take(len(value))
        return [_plain(each, room, deeper - 1) for each in value]
    if isinstance(value, dict):
        room.take(len(value))
        pairs = value.items()
        return {"dict": [[_key(key), _plain(each, room, deeper - 1)] for key, each in pairs]}
    if isinstance(value, str) and len(value) > LONGEST:
        raise TypeError(f"a text of {len(value):,} characters")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise TypeError("a whole number of more than 300 digits")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a {type(value).__name__}")


def _key(key: Any) -> Any:
    if isinstance(key, np.generic):
        key = key.item()
    if isinstance(key, str | int | float | bool):
        return key
    raise TypeError(f"a dict by a {type(key).__name__}")


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_value(each) for each in plain]
    if not isinstance(plain, dict):
        return plain
    if "dict" in plain:
        return {_value(key): _value(each) for key, each in plain["dict"]}
    dtype, shape = plain["array"], tuple(plain["shape"])
    data = b64decode(plain["data"], validate=True)
    whole = all(type(size) is int and size >= 0 for size in shape)
    if dtype not in DTYPES or not whole or prod(shape) * np.dtype(dtype).itemsize != len(data):
        raise ValueError("an array that is not what it says")
    return np.frombuffer(data, dtype).reshape(shape).copy()
