"""Calls of a person's functions, and what came of each as plain values."""

import contextlib
import sys
import traceback
from collections.abc import Callable, Iterator
from io import StringIO
from types import FrameType
from typing import Any

import numpy as np

from contrastive_drill.code.wire import mapped, pack

FILE = "your file"
PRINTED = 2000  # characters


class Printed(StringIO):
    """What the code prints, as far as a person would read it."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, PRINTED - self.tell())])
        return len(text)

    def text(self) -> str:
        """All of it; nothing where the code closed it."""
        return "" if self.closed else self.getvalue()


def outcomes(source: str, calls: list[Any], library: str) -> Iterator[str]:
    """What came of each call, as plain values."""
    space: dict[str, Any] = {"__name__": "drill"}
    loading = Printed()
    with contextlib.redirect_stdout(loading), contextlib.redirect_stderr(loading):
        failed = _caught(lambda: exec(compile(source, FILE, "exec"), space))
    for call in calls:
        outcome, printed = dict(failed), Printed()
        if not outcome:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                outcome = _called(space, call, library)
        outcome["printed"] = loading.text() + printed.text()
        try:
            yield pack(outcome)
        except Exception as error:  # whatever a value does when it is looked at
            words = {"error": f"returned what is no number: {_said(error)}"}
            yield pack({**words, "printed": outcome["printed"]})


def _caught(work: Callable[[], object]) -> dict[str, Any]:
    """What went wrong, in words; nothing where it went well."""
    try:
        work()
    except SystemExit:
        return {"error": "called sys.exit"}
    except MemoryError:
        return {"error": "asked for more memory than a drill may have (2 GiB)"}
    except BaseException as error:
        sys.settrace(None)
        trace = traceback.extract_tb(error.__traceback__)
        steps = [step for step in trace if step.filename == FILE]
        where = f" (line {steps[-1].lineno})" if steps else ""
        if isinstance(error, SyntaxError):
            where = f" (line {error.lineno})"
            error = SyntaxError(error.msg)
        words = _said(error)
        if "can't allocate memory" in words:
            return {"error": "asked for more memory than a drill may have (2 GiB)" + where}
        return {"error": f"{type(error).__name__}: {words}{where}"}
    return {}


def _said(error: BaseException) -> str:
    """The message of an error in one line."""
    try:
        return " ".join(str(error).split())[:160]
    except Exception:
        return "without words"


def _called(space: dict[str, Any], call: dict[str, Any], library: str) -> dict[str, Any]:
    """What came of a call, and what went wrong in it."""
    outcome: dict[str, Any] = {}
    return _caught(lambda: outcome.update(_measured(space, call, library))) or outcome


def _measured(space: dict[str, Any], call: dict[str, Any], library: str) -> dict[str, Any]:
    function = space.get(call["function"])
    if not callable(function):
        raise NameError(f"there is no function {call['function']}")
    make = _tensor if library == "torch" else _array
    args = [mapped(lambda leaf: make(leaf, call["dtype"]), each) for each in call["args"]]
    before = [mapped(_copied, each) for each in args]
    for place in call["grads"]:
        args[place].requires_grad_()
    outcome: dict[str, Any] = {"lines": 0}
    with _saved(outcome) if call["saved"] else contextlib.nullcontext():
        if call["lines"]:
            sys.settrace(_counter(outcome))
        try:
            value = function(*args)
        finally:
            sys.settrace(None)
    outcome["value"] = mapped(_number, value)
    if call["grads"]:
        outcome["grads"] = _gradients(value, [args[place] for place in call["grads"]])
    outcome["changed"] = [
        place
        for place, (was, now) in enumerate(zip(before, args, strict=True))
        if not _alike(mapped(_number, was), mapped(_number, now))
    ]
    return outcome


def _gradients(value: Any, leaves: list[Any]) -> list[Any]:
    """Of the sum of all outputs, each times the cosine of its place."""
    import torch

    outputs: list[Any] = []
    mapped(outputs.append, value)
    if not any(isinstance(each, torch.Tensor) and each.requires_grad for each in outputs):
        return [None] * len(leaves)
    flat = torch.cat([torch.as_tensor(each).flatten().double() for each in outputs])
    total: Any = (flat * torch.cos(torch.arange(len(flat), dtype=torch.float64))).sum()
    total.backward()
    return [None if leaf.grad is None else _number(leaf.grad) for leaf in leaves]


class Kept:
    """A tensor that autograd keeps for the backward pass, counted while it does."""

    def __init__(self, tensor: Any, counts: dict[int, int], outcome: dict[str, Any]) -> None:
        storage = tensor.untyped_storage()
        self.tensor, self.counts, self.storage = tensor, counts, storage
        self.key = storage.data_ptr()
        counts[self.key] = counts.get(self.key, 0) + 1
        if counts[self.key] == 1:
            outcome["kept"] += storage.nbytes()
            outcome["saved"] = max(outcome["saved"], outcome["kept"])
        self.outcome = outcome

    def __del__(self) -> None:
        self.counts[self.key] -= 1
        if not self.counts[self.key]:
            self.outcome["kept"] -= self.storage.nbytes()


@contextlib.contextmanager
def _saved(outcome: dict[str, Any]) -> Iterator[None]:
    """The most bytes kept for the backward pass at once, each storage counted once."""
    import torch

    counted = {"kept": 0, "saved": 0}
    counts: dict[int, int] = {}
    with torch.autograd.graph.saved_tensors_hooks(
        lambda tensor: Kept(tensor, counts, counted), lambda kept: kept.tensor
    ):
        yield
    outcome["saved"] = counted["saved"]


def _counter(outcome: dict[str, Any]) -> Callable[[FrameType, str, Any], Any]:
    """Counts the lines of the file that run, each turn of a loop anew."""

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename != FILE:
            return None
        outcome["lines"] += event == "line"
        return trace

    return trace


def _array(leaf: Any, dtype: str) -> Any:
    floats = isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"
    return leaf.astype(dtype) if floats else leaf


def _tensor(leaf: Any, dtype: str) -> Any:
    if not isinstance(leaf, np.ndarray):
        return leaf
    import torch

    tensor = torch.from_numpy(leaf)
    return tensor.to(getattr(torch, dtype)) if tensor.is_floating_point() else tensor


def _copied(leaf: Any) -> Any:
    if hasattr(leaf, "clone"):
        return leaf.clone()
    return leaf.copy() if hasattr(leaf, "copy") else leaf


def _alike(was: Any, now: Any) -> bool:
    if isinstance(was, np.ndarray):
        return bool(was.shape == now.shape and was.tobytes() == now.tobytes())
    if isinstance(was, list):
        return isinstance(now, list) and len(was) == len(now) and all(map(_alike, was, now))
    return type(was) is type(now) and bool(was == now)


def _number(leaf: Any) -> Any:
    """A tensor, an array or a number as `wire` takes it."""
    if hasattr(leaf, "detach"):
        leaf = leaf.detach().cpu()
        leaf = (leaf.float() if str(leaf.dtype) == "torch.bfloat16" else leaf).numpy()
    return leaf
