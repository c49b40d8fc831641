"""What the tests have several processes do together, as ranks of one group."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor, distributed
from torch.distributed.nn.functional import all_gather

Gather = Callable[..., Tensor]


def who(device: torch.device) -> Iterator[tuple[int, int, str, bool]]:
    """Rank, ranks, device, and whether the program came along."""
    program = "contrastive_drill.cli" in sys.modules
    yield distributed.get_rank(), distributed.get_world_size(), str(device), program


def fails(device: torch.device, rank: int) -> Iterator[int]:
    """One of them fails, the others wait for it."""
    if distributed.get_rank() == rank:
        raise ValueError("no such\nthing")
    distributed.barrier()
    yield rank


def forever(device: torch.device) -> Iterator[list[int]]:
    """The numbers of the processes; then none of them ends by itself."""
    found = [torch.zeros((), dtype=torch.int64) for _ in range(distributed.get_world_size())]
    distributed.all_gather(found, torch.tensor(os.getpid()))
    yield [int(each) for each in found]
    time.sleep(600)


def torchs(rows: Tensor) -> Tensor:
    """The rows of all ranks, as torch gathers them."""
    gather: Any = all_gather
    return torch.cat(gather(rows))


def gathers(device: torch.device, gathered: Gather, x: Tensor, weights: Tensor) -> Iterator[object]:
    """What torch's gather and ours make of x, and of the gradient of each rank's own loss."""
    rank, world = distributed.get_rank(), distributed.get_world_size()
    found = []
    ways: list[Gather] = [partial(gathered, through=way, group=None) for way in ("all", "own")]
    for gather in (torchs, *ways):
        rows = x.chunk(world)[rank].clone().requires_grad_()
        every = gather(rows)
        (slope,) = torch.autograd.grad((weights[rank] * every.square()).sum(), rows)
        found.append((every.detach().tolist(), slope.tolist()))
    yield found


def averaged(device: torch.device, losses: list[Gather], u: Tensor, v: Tensor) -> Iterator[object]:
    """The mean over ranks of each loss, and its gradients by all of u and v, as DDP averages."""
    rank, world = distributed.get_rank(), distributed.get_world_size()
    for loss in losses:
        leaves = [side.clone().requires_grad_() for side in (u, v)]
        parts = [leaf.chunk(world)[rank] for leaf in leaves]
        value = loss(*parts, torch.tensor(10.0, dtype=u.dtype), group=None)
        found = [value.detach(), *torch.autograd.grad(value, leaves)]
        for each in found:
            distributed.all_reduce(each)
        yield [(each / world).tolist() for each in found]
