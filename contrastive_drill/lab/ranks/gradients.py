"""What each scheme gives on ranks, beside one process with the whole batch; and what it costs."""

import copy
import math
import os
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, distributed, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parallel import DistributedDataParallel

from contrastive_drill.lab.losses import picking, sigmoid_pairs, unit
from contrastive_drill.lab.processes import PATIENCE

SCALE = 1 / 0.07  # as CLIP begins
Loss = Callable[..., Tensor]
Seen = dict[str, dict[str, float]]  # numbers of each scheme, by their names


class Model(nn.Module):
    """Two towers and a scale, batch normalization fixed by the statistics of a batch."""

    def __init__(self, towers: tuple[nn.Module, nn.Module], batch: list[Tensor]) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(math.log(SCALE)))
        self.towers = nn.ModuleList(towers)
        for each in (each for each in self.modules() if isinstance(each, _BatchNorm)):
            each.momentum = 1.0
        with torch.no_grad():
            self(*batch)
        self.eval()

    def forward(self, *batch: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Unit vectors of pictures and of texts, and the scale."""
        u, v = (unit(tower(side)) for tower, side in zip(self.towers, batch, strict=True))
        return u, v, self.log_scale.exp()


def whole(u: Tensor, v: Tensor, scale: Any, through: str, world: int) -> Tensor:
    """SigLIP, or InfoNCE whose candidates pass on gradients as a local loss on ranks lets them."""
    if through == "SigLIP":
        return sigmoid_pairs(u, v, scale, -math.log(len(u) - 1))
    rank = torch.arange(len(u), device=u.device) // (len(u) // world)  # the first have the first
    passing = {"all": rank[:, None] >= 0, "own": rank[:, None] == rank, "none": rank[:, None] < 0}

    def among(rows: Tensor, candidates: Tensor) -> Tensor:
        both = rows @ candidates.T, rows @ candidates.detach().T
        return picking(scale * torch.where(passing[through], *both))

    return (among(unit(u), unit(v)) + among(unit(v), unit(u))) / 2


class Scheme(NamedTuple):
    """A way to compute a loss on ranks, and what is foretold of it."""

    loss: Loss  # on a rank, of its u and v, the scale and the group
    through: str  # as `whole` names the gradient it gives
    chunks: int  # of vectors that a rank sends, for each other rank
    true: str = "all"  # and the gradient that is wanted
    divided: bool = False  # the one by the towers, by the number of ranks


def measure(
    device: torch.device, schemes: Mapping[str, Scheme], model: Model, of: Any, worlds: list[int]
) -> Iterator[tuple[int, Seen]]:
    """What ranks do together, by their number; `of`: a batch, and vectors to count bytes with."""
    groups = {world: distributed.new_group([*range(world)], PATIENCE) for world in worlds}
    model, of = model.to(device), [[side.to(device) for side in sides] for sides in of]
    for world, group in groups.items():
        if distributed.get_rank() < world:
            both = model, DistributedDataParallel(copy.deepcopy(model), process_group=group)
            yield world, {name: _seen(each, *both, of, group) for name, each in schemes.items()}


def _seen(scheme: Scheme, model: Model, replica: Any, of: Any, group: Any) -> dict[str, float]:
    rank, world = distributed.get_rank(group), distributed.get_world_size(group)
    part, sides = ([side.chunk(world)[rank] for side in sides] for sides in of)
    ours, scale = _slopes(replica, part, loss := partial(scheme.loss, group=group))
    kept, sent = _cost(loss, sides, group)
    if rank:
        return {}
    (named, _), (true, true_scale) = (
        _slopes(model, of[0], partial(whole, through=name, world=world))
        for name in (scheme.through, scheme.true)
    )
    named = named / world if scheme.divided else named
    error, unnamed = ((ours - each).norm().item() / each.norm().item() for each in (true, named))
    return {
        "error": error,
        "length": float(ours.norm() / true.norm()),
        "cosine": torch.cosine_similarity(ours, true, dim=0).item(),
        "by scale": float(scale / true_scale),
        "unnamed": unnamed,  # the error beside the gradient that was foretold
        "kept": kept,
        "sent": sent,
        "foretold": scheme.chunks * (world - 1) * sides[0].nbytes,  # to be sent
    }


def _slopes(model: nn.Module, batch: list[Tensor], loss: Loss) -> tuple[Tensor, Tensor]:
    """The gradient by the towers, in one vector, and by the scale."""
    model.zero_grad()
    torch.autograd.backward(loss(*model(*batch)))
    scale, *towers = (each.grad for each in model.parameters() if each.grad is not None)
    return torch.cat([each.flatten() for each in towers]).double(), scale


def _cost(loss: Loss, sides: list[Tensor], group: Any) -> tuple[int, int]:
    """The bytes that autograd keeps, and those that forward and backward send."""
    u, v = (side.clone().requires_grad_() for side in sides)
    kept: dict[int, int] = {}  # each storage once

    def keep(x: Tensor) -> Tensor:
        kept[x.untyped_storage().data_ptr()] = x.untyped_storage().nbytes()
        return x

    distributed.barrier(group)
    before = _sent()
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda x: x):
        torch.autograd.backward(loss(u, v, u.new_tensor(SCALE)))
    return sum(kept.values()), _sent() - before


def _sent() -> int:
    """What this process has handed to TCP, not counting repeats; 0 unless it is on Linux."""
    total = 0
    for each in Path("/proc/self/fd").glob("*"):
        with suppress(OSError):
            if "socket" in str(each.readlink()):
                with socket.socket(fileno=os.dup(int(each.name))) as one:
                    told = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 216)
                waiting, sent, again = struct.unpack_from("=I52xQQ", told, 144)  # of tcp_info
                total += waiting + sent - again
    return total
