"""Where the tensors live: the processor, or a GPU when there is one."""

import os

import torch

from contrastive_drill.errors import UsageProblem

CHOICES = ("auto", "cpu", "cuda")


def choose(name: str) -> torch.device:
    """The device for `auto`, `cpu` or `cuda`; `auto` takes a GPU when torch sees one.

    On a processor torch is given half of the cores: models this small gain little from the rest,
    and threads that wait for one another lose most of their time once a neighbour holds a core.
    """
    if name not in CHOICES:
        raise UsageProblem(f"there is no device {name!r}: choose {', '.join(CHOICES)}")
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise UsageProblem("torch finds no CUDA device here: use --device auto or --device cpu")
    if available and name != "cpu":
        return torch.device("cuda")
    torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
    return torch.device("cpu")
