"""Training of what says captions, and how well it says those of pictures never seen."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from contrastive_drill.demo.result import Host
from contrastive_drill.lab.bridge.captions import NONE, Captioned, before, shuffled
from contrastive_drill.lab.optimization import Schedule, minimize

Say = Callable[[Tensor, Tensor], Tensor]  # picture tokens, words before: logits of each word
Curve = tuple[tuple[float, float], ...]  # steps, loss on pictures never seen
POINTS = 10  # of a curve


class Measured(NamedTuple):
    """Captions of pictures never seen, each with its own picture and with another one."""

    loss: float  # nats a word
    first: float  # share of pictures for which the first word said is in the caption
    wrong_loss: float
    wrong_first: float
    curve: Curve


def nats(logits: Tensor, words: Tensor) -> Tensor:
    """The mean cross-entropy of the words that there are."""
    return cross_entropy(logits.flatten(0, 1), words.flatten(), ignore_index=NONE)


def train(
    name: str,
    say: Say,
    modules: Sequence[nn.Module],
    steps: int,
    rate: float,
    generator: torch.Generator,
    *,
    trained: Captioned,
    held_out: Captioned,
    host: Host,
) -> Curve:
    """Train what of the modules is not frozen."""
    report, curve = host.counted(name, steps), [(0.0, quality(say, held_out, views=1)[0])]

    def loss() -> Tensor:
        tokens, words = trained.batch(BATCH, generator)
        return nats(say(tokens, before(words)), words)

    for step, value in minimize(loss, modules, Schedule(steps, BATCH, rate, 0.05)):
        report(step, {"loss": value})
        if step % max(1, steps // POINTS) == 0:
            curve.append((float(step), quality(say, held_out, views=1)[0]))
    return tuple(curve)


BATCH = 64


def measured(say: Say, held_out: Captioned, curve: Curve = ()) -> Measured:
    """With the true pictures, and with those of the caption half the list away."""
    away = len(held_out.words) // 2
    return Measured(*quality(say, held_out), *quality(say, held_out, away), curve[::4])


@torch.no_grad()
def quality(say: Say, shown: Captioned, away: int = 0, views: int = 3) -> tuple[float, float]:
    """Nats a word, and the share of first words that are in the caption, over the views."""
    words = shuffled(shown.words, torch.Generator().manual_seed(0))
    losses, right = [], []
    for view in range(views):
        logits = say(shown.tokens[:, view].roll(away, 0), before(words))
        losses.append(float(nats(logits, words)))
        said = logits[:, :1].argmax(2)
        right.append(float((shown.words == said).any(1).double().mean()))
    return sum(losses) / views, sum(right) / views
