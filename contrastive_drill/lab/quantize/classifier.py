"""A small classifier of emoji into their groups: its training, and copies with rounded layers."""

import copy
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, unfold
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils.parametrize import register_parametrization

from contrastive_drill.demo.result import Host
from contrastive_drill.lab.labels import Labelled
from contrastive_drill.lab.optimization import Schedule, minimize

BATCH = 256
Layer = nn.Linear | nn.Conv2d
# Rounds weights [n, d], given a function that computes the inputs [m, d] if they matter.
Way = Callable[[Tensor, Callable[[], Tensor]], Tensor]


def train(
    model: nn.Module, *, data: Labelled, seed: int, host: Host, label: str, steps: int, rate: float
) -> nn.Module:
    """The model itself, trained on the groups by cross-entropy; one seed, the same batches."""
    generator = torch.Generator().manual_seed(seed)
    pictures, groups = data.flat()
    report = host.counted(label, steps)

    def loss() -> Tensor:
        rows = torch.randperm(len(groups), generator=generator)[:BATCH].to(groups.device)
        return cross_entropy(model(pictures[rows]), groups[rows])

    for step, value in minimize(loss, [model], Schedule(steps, BATCH, rate, 0.05)):
        report(step, {"loss": value})
    return model


@torch.no_grad()
def accuracy(model: nn.Module, data: Labelled) -> float:
    """The share of pictures whose group is right."""
    pictures, groups = data.flat()
    return float((model.eval()(pictures).argmax(1) == groups).double().mean())


def layers(model: nn.Module) -> list[Layer]:
    """The layers with weights to round, from the input on."""
    return [each for each in model.modules() if isinstance(each, nn.Linear | nn.Conv2d)]


@torch.no_grad()
def inputs(model: nn.Module, layer: Layer, pictures: Tensor) -> Tensor:
    """What a layer multiplies its weights with, [m, d]: of a convolution, each patch it sees."""
    seen: list[Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    model.eval()(pictures)
    hook.remove()
    if isinstance(layer, nn.Linear):
        return seen[0]
    kernel, padding, stride = layer.kernel_size, layer.padding, layer.stride
    assert not isinstance(padding, str)
    return unfold(seen[0], kernel, padding=padding, stride=stride).transpose(1, 2).flatten(0, 1)


@torch.no_grad()
def rounded(model: nn.Module, way: Way, pictures: Tensor) -> nn.Module:
    """A copy, its layers rounded one after the other, each for the inputs it then has."""
    result = copy.deepcopy(model)
    for layer in layers(result):
        found = way(layer.weight.flatten(1), partial(inputs, result, layer, pictures))
        layer.weight.copy_(found.view_as(layer.weight))
    return result


@torch.no_grad()
def renormalized(model: nn.Module, pictures: Tensor) -> nn.Module:
    """A copy whose batch normalization has the statistics of its own, rounded, layers."""
    result = copy.deepcopy(model).train()
    for each in result.modules():
        if isinstance(each, _BatchNorm):
            each.reset_running_stats()
            each.momentum = None  # a plain mean over the batches
    for batch in torch.split(pictures, 256):
        result(batch)
    return result


def simulated(model: nn.Module, through: Way) -> nn.Module:
    """A copy that rounds its weights in every forward pass, to train on."""

    class Through(nn.Module):
        def forward(self, weight: Tensor) -> Tensor:
            return through(weight, lambda: weight)

    result = copy.deepcopy(model)
    for layer in layers(result):
        register_parametrization(layer, "weight", Through())
    return result
