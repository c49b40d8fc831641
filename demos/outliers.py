"""SmoothQuant's α = 0.5 heals outliers that meet small weights and worsens those on large ones.

    contrastive-drill demo outliers            12 s on two cores
    contrastive-drill demo outliers --quick     4 s

A text encoder in W8A8. Of each text's ten neighbours expect a static scale to keep 0.81, α = 0.5
0.91 and α = 0.75 0.96, a scale per token 0.91. With layers after GELU alone rounded it is 0.94,
then 0.91 by α = 0.5: there the largest input meets the largest weight. The model is MiniLM, where
it is installed; else a small one is trained, and outliers are put into it that change nothing.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import linear


def step(x: Tensor, dim: int | None = None) -> Tensor:
    """The step of 8 bits, symmetric: of all x, or of each row or column along a dimension."""
    return (x.abs().amax() if dim is None else x.abs().amax(dim, keepdim=True)) / 127


def rounded(x: Tensor, step: Tensor) -> Tensor:
    """x as int8 would hold it; what is beyond the range is clipped."""
    return (x / step.clamp(min=1e-12)).round().clamp(-127, 127) * step


def smoothing(inputs: Tensor, weights: Tensor, alpha: float) -> Tensor:
    """What to divide inputs by, and multiply weights with: Xiao et al. 2022, eq. 4.

    Of each channel j the largest absolute input and weight, [d]; α moves the difficulty to weights.
    """
    inputs, weights = inputs.clamp(min=1e-5), weights.clamp(min=1e-5)
    return inputs**alpha / weights ** (1 - alpha)


def w8a8(
    weight: Tensor, bias: Tensor, inputs: Tensor, alpha: float | None, dynamic: bool = False
) -> Callable[[Tensor], Tensor]:
    """A layer in 8 bits, given the largest absolute input of each channel, [d].

    Weights have a step a row; inputs one step in all, or where `dynamic` one a token.
    """
    largest = weight.abs().amax(0)
    scales = torch.ones_like(inputs) if alpha is None else smoothing(inputs, largest, alpha)
    held = rounded(weight * scales, step(weight * scales, 1))
    static = step(inputs / scales)

    def forward(x: Tensor) -> Tensor:
        x = x / scales  # a real layer before this one can take that over
        return linear(rounded(x, step(x, -1) if dynamic else static), held, bias)

    return forward


def break_even(weight: Tensor, inputs: Tensor) -> float:
    """The α from which on smoothing makes the noise of rounded inputs less, not more.

    Largest over median are r for inputs and p for input times weight: (1 - α) log p < log r.
    """
    products = inputs * weight.abs().amax(0)
    log_r, log_p = (float((each.amax() / each.median()).log()) for each in (inputs, products))
    return 1 - log_r / max(log_p, 1e-9)


if __name__ == "__main__":
    torch.manual_seed(0)
    for meets in (0.2, 1.0, 40.0):  # in one row
        x, weight, bias = torch.randn(2000, 256), torch.randn(64, 256), torch.zeros(64)
        x[::16, 7] *= 20  # in some tokens
        weight[:, 7], weight[0, 7] = 0.2 * weight[:, 7], 3 * meets
        true, largest = linear(x, weight), x.abs().amax(0)
        print(f"α must exceed {break_even(weight, largest):.2f}:", end=" ")
        for alpha, dynamic in ((None, False), (0.5, False), (0.9, False), (None, True)):
            wrong = (w8a8(weight, bias, largest, alpha, dynamic)(x) - true).square().mean(0)
            error = (wrong / true.square().mean(0)).median()
            print("dynamic" if dynamic else f"α {alpha}", f"{error:.1e}", end="  ")
        print()

# %% The experiment
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from contrastive_drill.demo.options import Count, Few, Within
from contrastive_drill.demo.result import Claim, Finding, Host, Outcome, Prediction
from contrastive_drill.lab import glosses, text_choice
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.outliers import made, sites, tables
from contrastive_drill.lab.outliers.sites import ALL, GELU, NORM, Bench, Damage
from contrastive_drill.lab.outliers.tables import DYNAMIC, HALF, MORE, STATIC

PREDICTION = Prediction(
    "A text encoder in W8A8, static scales. After GELU a huge input meets a huge weight: there, "
    "SmoothQuant at its default α = 0.5 leaves vectors whose error is ...",
    ("less than without it", "about the same", "more than without it"),
)
Alphas = Annotated[tuple[float, ...], Within(0, 1)]
WAYS = {STATIC: (None, False), HALF: (0.5, False), MORE: (0.75, False), DYNAMIC: (None, True)}


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    model: text_choice.Wanted = "auto"  # MiniLM where it is installed, else one trained here
    steps: Count = 120  # of training, 128 pairs each
    texts: Few = 256  # whose vectors are compared
    sample: Few = 128  # other texts, from which static scales come
    alphas: Alphas = (0.3, 0.6, 0.9, 1.0)  # of SmoothQuant, besides 0.5 and 0.75


SMOKE = Config(steps=30, texts=96, sample=48, alphas=(1.0,))
HEAVY = ("texts",)


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Round the layers of a text model, of one kind and all, in each way; then by α."""
    known = list(glosses.load())
    random.Random(config.seed).shuffle(known)
    texts = [gloss.definition for gloss in known]
    test, sample = texts[: config.texts], texts[config.texts :][: config.sample]
    rest, real = known[config.texts + config.sample :], text_choice.real(config.model)
    device = choose(config.device)
    yield tables.FORMULA
    model = text_choice.prepared(config.model, rest, config.steps, config.seed, device, host)
    bench, plain = sites.bench(model, test, sample), dict[str, dict[str, Damage]]()
    if not real:
        plain["the same, as trained"] = {name: damage(bench, ALL, *WAYS[name]) for name in WAYS}
        outlying = made.outlying(model, sample, torch.Generator().manual_seed(config.seed))
        before, bench = bench.exact, sites.bench(outlying, test, sample)
        moved = float((bench.exact - before).norm(dim=1).max())
        yield tables.made(moved)
        yield Claim.below("vectors moved by the outliers, at most", moved, 1e-4, computed=True)
    report, found = host.counted(model.name, len(sites.KINDS)), dict[str, dict[str, Damage]]()
    for done, kind in enumerate(sites.KINDS, 1):
        found[kind] = {name: damage(bench, kind, *way) for name, way in WAYS.items()}
        report(done, {"kept": found[kind][STATIC].kept})
    yield tables.neighbours({**found, **plain}, model.name)
    layers = {name: layer.weight for name, layer in sites.layers(bench.model).items()}
    even = {name: break_even(weight, bench.inputs[name].all) for name, weight in layers.items()}
    yield tables.channels(layers, bench.inputs, even)
    by_alpha = {kind: {0.5: found[kind][HALF], 0.75: found[kind][MORE]} for kind in (NORM, GELU)}
    report = host.counted("by α", len(config.alphas))
    for done, alpha in enumerate(config.alphas, 1):
        for kind, row in by_alpha.items():
            row[alpha] = damage(bench, kind, alpha)
        report(done, {"α": alpha})
    yield tables.chart(by_alpha, found)
    changes = {kind: found[kind][HALF].error / found[kind][STATIC].error for kind in found}
    change = changes[GELU]
    yield Outcome(0 if change < 0.8 else 2 if change > 1.25 else 1)
    token = found[GELU][DYNAMIC].error / found[GELU][STATIC].error
    more, whole = (found[kind][MORE].error / found[kind][HALF].error for kind in (GELU, ALL))
    worst = max(even[name] for name in even if name.endswith("down"))
    above, below = Claim.above, Claim.below
    yield below(f"{NORM}: error with α = 0.5, over that without", changes[NORM], 0.5)
    yield above(f"{GELU}: error with α = 0.5, over that without", change, 1.4)
    yield below(f"{GELU}: error with α = 0.75, over α = 0.5", more, 0.75)
    yield below(f"{GELU}: error with a scale per token, over a static one", token, 0.75)
    yield below(f"{ALL}: error with α = 0.75, over α = 0.5", whole, 0.75)
    yield above(f"{GELU}: α that the worst layer has to exceed", worst, 0.5, computed=not real)
    if not real:
        lost = found[NORM][DYNAMIC].error / found[NORM][HALF].error
        yield above(f"{NORM}: error per token, over static with α = 0.5", lost, 3)
        yield text_choice.NOTE
    yield tables.note(real)


def damage(bench: Bench, kind: str, alpha: float | None, dynamic: bool = False) -> Damage:
    """What rounding the layers of one kind does to the vectors, in one way."""
    return bench.damage(
        {
            name: w8a8(layer.weight, layer.bias, bench.inputs[name].all, alpha, dynamic)
            for name, layer in sites.layers(bench.model, kind).items()
        }
    )
