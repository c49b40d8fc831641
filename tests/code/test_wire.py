"""Values survive the way between processes, and what is no value is refused."""

import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from contrastive_drill.code.comparison import unlike
from contrastive_drill.code.wire import DTYPES, pack, unpack

ARRAYS = st.sampled_from(DTYPES).flatmap(lambda name: arrays(name, array_shapes(min_side=0)))
LEAVES = ARRAYS | st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def same(one: object, other: object) -> bool:
    """Equal to the last bit, NaN and the sign of zero included."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and repr(one) == repr(other)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    assert same(unpack(pack(value)), value)


@pytest.mark.parametrize("value", [object(), {1, 2}, 1j, np.array([1j]), np.array(["a"]), b"x"])
def test_what_is_no_plain_value_is_not_sent(value: object) -> None:
    with pytest.raises(TypeError):
        pack(value)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.dictionaries(
    st.sampled_from(["array", "shape", "data", "dict"]), x | st.lists(x))))  # fmt: skip
def test_what_another_program_sent_is_a_value_or_refused(forged: object) -> None:
    with suppress(ValueError):
        unpack(json.dumps(forged))


@pytest.mark.parametrize(
    ("want", "got", "differs"),
    [
        (1.0, 1.00001, False),
        (1.0, 1.01, True),
        (0.0, float("nan"), True),
        (float("inf"), float("inf"), False),
        (np.zeros(3), np.zeros((3, 1)), True),
        (np.array([1, 2]), np.array([1.0, 2.0]), True),
        (2.0, np.array(2), False),
        ([1.0, "a"], [1.0, "b"], True),
        (None, 0.0, True),
    ],
)
def test_what_counts_as_another_value(want: object, got: object, differs: bool) -> None:
    assert (unlike(want, got, 1e-4) is not None) is differs
