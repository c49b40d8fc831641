"""The cases that a seed draws, and what is right for each by the reference."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from contrastive_drill.code.task import Case, Task, no_task
from contrastive_drill.code.wire import mapped

MOST = 100  # cases of a task
STEP = 1e-5  # of central differences, in float64


class Expected(NamedTuple):
    """What is right for one case."""

    value: Any
    grads: tuple[np.ndarray, ...]


class Trial(NamedTuple):
    """Cases, and what is right for each."""

    cases: Sequence[Case]
    expected: Sequence[Expected]


def trial(task: Task, seed: int, change: Callable[[Case], Case] = lambda case: case) -> Trial:
    """The cases that a seed draws, worked out by the reference.

    Raises:
        DataProblem: when the task's own code fails.
    """
    try:
        cases = [change(case) for case in drawn(task, seed)]
        return Trial(cases, [expected(task, case) for case in cases])
    except Exception as error:
        raise no_task(f"{task.name} (its cases or its reference)", error) from error


def drawn(task: Task, seed: int) -> list[Case]:
    """The cases of a seed, their numbers rounded as the code will get them."""
    cases = list(islice(task.cases(np.random.default_rng(seed)), MOST))
    if not all(isinstance(case, Case) for case in cases) or not cases:
        raise TypeError("cases yields a Case or more")
    return [
        case._replace(args=tuple(_rounded(each, task.dtype_of(case)) for each in case.args))
        for case in cases
    ]


def expected(task: Task, case: Case) -> Expected:
    """The reference's value, and its gradients by central differences."""
    args = [_wide(each) for each in case.args]
    function = task.references[task.function_of(case)]
    value = function(*_fresh(args))
    if not case.grads:
        return Expected(value, ())
    if task.gradients:
        return Expected(value, tuple(task.gradients(*_fresh(args))))

    def total() -> float:
        leaves: list[np.ndarray] = []
        mapped(lambda leaf: leaves.append(np.ravel(leaf)), function(*_fresh(args)))
        out = np.concatenate(leaves)
        return float(out @ np.cos(np.arange(out.size)))

    return Expected(value, tuple(differences(total, args[place]) for place in case.grads))


def differences(total: Callable[[], float], leaf: np.ndarray) -> np.ndarray:
    """The gradient of a number on an array in float64 that it is computed from, by differences."""
    grad = np.zeros(leaf.shape)
    for index in np.ndindex(leaf.shape):
        was = leaf[index]
        leaf[index] = was + STEP
        above = total()
        leaf[index] = was - STEP
        grad[index] = (above - total()) / (2 * STEP)
        leaf[index] = was
    return grad


def _rounded(value: Any, dtype: str) -> Any:
    def leaf(array: Any) -> Any:
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            return array
        if dtype != "bfloat16":
            return array.astype(dtype)
        bits = array.astype(np.float32).view(np.uint32)
        even = (bits >> np.uint32(16)) & np.uint32(1)
        rounded = (bits + np.uint32(0x7FFF) + even) & np.uint32(0xFFFF0000)
        return np.asarray(rounded).view(np.float32)

    return mapped(leaf, value)


def _wide(value: Any) -> Any:
    return mapped(
        lambda leaf: (
            leaf.astype(float) if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f" else leaf
        ),
        value,
    )


def _fresh(args: Sequence[Any]) -> Any:
    """The arguments anew, for a function that may write into them."""
    return mapped(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, args)
