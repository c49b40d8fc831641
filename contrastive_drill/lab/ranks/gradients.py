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


class Model(nn.Module):
    """Two towers and a scale, batch normalization fixed by the statistics of a batch."""

    def __init__(self, towers: tuple[nn.Module, nn.Module], batch: tuple[Tensor, Tensor]) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(math.log(SCALE)))
        self.towers = nn.ModuleList(towers).to(batch[0].device)
        for each in self.towers.modules():
            if isinstance(each, _BatchNorm):
                each.momentum = 1.0
        with torch.no_grad():
            self(*batch)
        self.eval().cpu()

    def forward(self, pictures: Tensor, texts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Unit vectors of both, and the scale."""
        u, v = (tower(side) for tower, side in zip(self.towers, (pictures, texts), strict=True))
        return unit(u), unit(v), self.log_scale.exp()


def whole(u: Tensor, v: Tensor, scale: Any, through: str, world: int) -> Tensor:
    """SigLIP, or InfoNCE whose candidates pass on gradients as a local loss on ranks lets them."""
    if through == "SigLIP":
        return sigmoid_pairs(u, v, scale, -math.log(len(u) - 1))
    rank = torch.arange(len(u), device=u.device) // (len(u) // world)  # the first have the first
    passing = {"all": rank[:, None] >= 0, "own": rank[:, None] == rank, "none": rank[:, None] < 0}

    def among(rows: Tensor, candidates: Tensor) -> Tensor:
        both = rows @ candidates.T, rows @ candidates.detach().T
        return picking(torch.where(passing[through], *both), scale)

    return (among(unit(u), unit(v)) + among(unit(v), unit(u))) / 2


class Scheme(NamedTuple):
    """A way to compute a loss on ranks, and what is foretold of it."""

    loss: Callable[..., Tensor]  # on a rank, of its u and v, the scale and the group
    through: str  # as `whole` names the gradient it gives
    chunks: int  # of vectors that a rank sends, for each other rank
    true: str = "all"  # and the gradient that is wanted
    divided: bool = False  # the one by the towers, by the number of ranks


class Seen(NamedTuple):
    """The towers' gradient beside the true one, and bytes of a rank; the first alone tells."""

    error: float = 0
    length: float = 0
    cosine: float = 0
    scale: float = 0  # the gradient by the scale over the true one
    unnamed: float = 0  # error beside the gradient that was foretold
    kept: int = 0  # bytes, for backward
    sent: int = 0  # by the kernel's count; 0 where it does not tell
    foretold: int = 0  # to be sent


def measure(
    device: torch.device, schemes: Mapping[str, Scheme], model: Model, of: Any, worlds: list[int]
) -> Iterator[tuple[int, dict[str, Seen]]]:
    """What ranks do together, by their number; `of`: a batch, and vectors to count bytes with."""
    groups = [distributed.new_group([*range(world)], timeout=PATIENCE) for world in worlds]
    model, of = model.to(device), [[side.to(device) for side in sides] for sides in of]
    for world, group in zip(worlds, groups, strict=True):
        if distributed.get_rank() < world:
            yield world, {name: _seen(each, model, of, group) for name, each in schemes.items()}


def _seen(scheme: Scheme, model: Model, of: Any, group: Any) -> Seen:
    rank, world = distributed.get_rank(group), distributed.get_world_size(group)
    replica = DistributedDataParallel(copy.deepcopy(model), process_group=group)
    part, sides = ([side.chunk(world)[rank] for side in sides] for sides in of)
    ours, scale = _slopes(replica, scheme.loss(*replica(*part), group=group))
    kept, sent = _cost(lambda *of: scheme.loss(*of, group=group), sides, group)
    if rank:
        return Seen()
    (named, _), (true, true_scale) = (
        _slopes(
            one := copy.deepcopy(model), partial(whole, through=name, world=world)(*one(*of[0]))
        )
        for name in (scheme.through, scheme.true)
    )
    named = named / world if scheme.divided else named
    error, unnamed = (float((ours - each).norm() / each.norm()) for each in (true, named))
    length, cosine = ours.norm() / true.norm(), torch.cosine_similarity(ours, true, dim=0)
    beside = error, float(length), float(cosine), float(scale / true_scale), unnamed
    return Seen(*beside, kept, sent, scheme.chunks * (world - 1) * sides[0].nbytes)


def _slopes(model: nn.Module, loss: Tensor) -> tuple[Tensor, Tensor]:
    """The gradient by the towers, in one vector, and by the scale."""
    torch.autograd.backward(loss)
    scale, *towers = (each.grad for each in model.parameters() if each.grad is not None)
    return torch.cat([each.flatten() for each in towers]).double(), scale


def _cost(loss: Callable[..., Tensor], sides: list[Tensor], group: Any) -> tuple[int, int]:
    """The bytes that autograd keeps, and those that forward and backward send."""
    u, v = (side.clone().requires_grad_() for side in sides)
    storages: dict[int, int] = {}

    def keep(x: Tensor) -> Tensor:
        storages[x.untyped_storage().data_ptr()] = x.untyped_storage().nbytes()
        return x

    distributed.barrier(group)
    before = _sent()
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda x: x):
        value = loss(u, v, u.new_tensor(SCALE))
    torch.autograd.backward(value)
    return sum(storages.values()), _sent() - before


def _sent() -> int:
    """What this process has handed to its TCP connections so far; only Linux tells."""
    total, opened = 0, Path("/proc/self/fd")
    for each in opened.iterdir() if opened.exists() else ():
        with suppress(OSError):
            if "socket" in str(each.readlink()):
                with socket.socket(fileno=os.dup(int(each.name))) as one:
                    told = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 216)
                # Of struct tcp_info notsent_bytes, bytes_sent and bytes_retrans.
                waiting, sent, again = struct.unpack_from("=I52xQQ", told, 144)
                total += waiting + sent - again
    return total
