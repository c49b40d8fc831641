"""Values on their way between processes: plain numbers as JSON, and nothing that runs."""

import json
from base64 import b64decode, b64encode
from math import prod
from typing import Any

import numpy as np

DTYPES = ("bool", "int8", "uint8", "int32", "int64", "float16", "float32", "float64")
MAX_BYTES = 64 * 1024 * 1024  # of one array


def pack(value: Any) -> str:
    """A value as one line of JSON.

    Raises:
        TypeError: when it is not made of numbers, texts, arrays, lists and dicts of them.
    """
    return json.dumps(_plain(value))


def unpack(text: str) -> Any:
    """The value in a line of JSON; a tuple has become a list.

    Raises:
        ValueError: when `pack` did not write it.
    """
    try:
        return _value(json.loads(text))
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no plain value: {error}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.name not in DTYPES or array.nbytes > MAX_BYTES:
            raise TypeError(f"an array of {array.size:,} {array.dtype} is not accepted")
        data = b64encode(np.ascontiguousarray(array).tobytes()).decode()
        return {"array": array.dtype.name, "shape": list(array.shape), "data": data}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {"dict": [[_plain(key), _plain(each)] for key, each in value.items()]}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a {type(value).__name__} is no number")


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
