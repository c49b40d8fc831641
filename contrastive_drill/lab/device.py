"""Where the tensors live: the processor, or a GPU when there is one."""

import torch

from contrastive_drill.errors import UsageProblem

CHOICES = ("auto", "cpu", "cuda")


def choose(name: str) -> torch.device:
    """The device for `auto`, `cpu` or `cuda`; `auto` takes a GPU when torch sees one."""
    if name not in CHOICES:
        raise UsageProblem(f"there is no device {name!r}: choose {', '.join(CHOICES)}")
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise UsageProblem("torch finds no CUDA device here: use --device auto or --device cpu")
    return torch.device("cuda" if available and name != "cpu" else "cpu")
