"""The seconds and bytes of a training step: warmed up, synchronized, in turns with others."""

import weakref
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from contrastive_drill.demo.result import Host
from contrastive_drill.lab.device import fast


class TimedStep:
    """Forward, backward and AdamW; on CUDA under autocast to bfloat16, elsewhere in float32."""

    def __init__(self, model: nn.Module, loss: Callable[[], Tensor], device: torch.device) -> None:
        self.model, self.loss, self.device = model, loss, device
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)

    def __call__(self) -> None:
        """One step."""
        half = self.device.type == "cuda"
        with torch.autocast("cuda", torch.bfloat16) if half else nullcontext(), fast(self.device):
            value = self.loss()
        self.optimizer.zero_grad()
        torch.autograd.backward(value)
        self.optimizer.step()

    def resident(self) -> int:
        """Bytes that stay between steps: the weights, and AdamW's two moments of each."""
        tensors = [*self.model.parameters(), *self.model.buffers()]
        tensors += [value for state in self.optimizer.state.values() for value in state.values()]
        return sum(int(tensor.nbytes) for tensor in tensors)


def synchronize(device: torch.device) -> None:
    """Wait until the device has done all it was asked to; a processor has."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


Seconds = dict[str, list[float]]  # of each measured run of a step, by label


def ratio(seconds: Seconds, label: str, to: str) -> float:
    """The median over the rounds of one step's seconds over another's."""
    return median(a / b for a, b in zip(seconds[label], seconds[to], strict=True))


class LiveMemory(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """The bytes of tensors allocated while it is on: now, and at most.

    It sees every operation, forward and backward, and hears when a storage is freed. What a kernel
    allocates for itself is not seen.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now: int = 0
        self.most: int = 0
        self._known: dict[int, weakref.ref[Any]] = {}

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        for one in tree_leaves((args, kwargs)):
            self._note(one, new=False)
        out = func(*args, **(kwargs or {}))
        for one in tree_leaves(out):
            self._note(one, new=True)
        return out

    def _note(self, one: object, *, new: bool) -> None:
        if not isinstance(one, Tensor) or one.layout is not torch.strided:
            return  # a sparse one is made of others that were noted
        storage = one.untyped_storage()
        place, size = storage._cdata, storage.nbytes() if new else 0
        if place in self._known:
            return

        def freed(_: object) -> None:
            self.now -= size
            self._known.pop(place, None)

        self._known[place] = weakref.ref(storage, freed)
        self.now += size
        self.most = max(self.most, self.now)


def peak(step: TimedStep) -> int:
    """Bytes that one step holds at most, with what stays between steps."""
    if not step.optimizer.state:
        step()  # AdamW makes its moments in its first step
    step.optimizer.zero_grad()
    if step.device.type == "cuda":
        synchronize(step.device)
        before = torch.cuda.memory_allocated(step.device)
        torch.cuda.reset_peak_memory_stats(step.device)
        step()
        synchronize(step.device)
        most: int = torch.cuda.max_memory_allocated(step.device) - before
        return step.resident() + most
    memory = LiveMemory()
    with memory:
        step()
    return step.resident() + memory.most


def taken(
    steps: Mapping[str, TimedStep], rounds: int, host: Host
) -> tuple[Seconds, dict[str, int]]:
    """Seconds of each step in every round, and the bytes that each holds at most.

    The steps take turns: a busy moment meets all of them alike.
    """
    held: dict[str, int] = {}
    seconds: Seconds = {label: [] for label in steps}
    report = host.counted("a step of each", len(steps) + rounds)
    for label, step in steps.items():
        held[label] = peak(step)  # which warms it up, too
        report(len(held), {})
    for done in range(1, 1 + rounds):
        for label, step in steps.items():
            synchronize(step.device)
            start = host.clock()
            step()
            synchronize(step.device)
            seconds[label].append(host.clock() - start)
        report(len(held) + done, {})
    return seconds, held
