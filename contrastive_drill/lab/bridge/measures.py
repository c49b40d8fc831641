"""Training of what says captions; how well it says those of new pictures, and at what cost."""

import copy
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.flop_counter import FlopCounterMode

from contrastive_drill.demo.result import Host
from contrastive_drill.lab.bridge.captions import NONE, Captioned, before, shuffled
from contrastive_drill.lab.optimization import Schedule, minimize

Say = Callable[[Tensor, Tensor], Tensor]  # picture tokens, words before: logits of each word
BATCH = 64  # captions in a step


class Measured(NamedTuple):
    """Captions of pictures never seen, each with its own picture and with another one."""

    loss: float  # nats a word
    first: float  # share of pictures for which the first word said is in the caption
    wrong_loss: float
    wrong_first: float
    untrained: float  # the loss before


def nats(logits: Tensor, words: Tensor) -> Tensor:
    """The mean cross-entropy of the words that there are."""
    return cross_entropy(logits.flatten(0, 1), words.flatten(), ignore_index=NONE)


def train(
    name: str,
    say: Say,
    modules: Sequence[nn.Module],
    schedule: Schedule,
    seed: int,
    host: Host,
    trained: Captioned,
    held_out: Captioned,
) -> Measured:
    """Train what of the modules is not frozen, and measure it."""
    report, generator = host.counted(name, schedule.steps), torch.Generator().manual_seed(seed)
    untrained, _ = quality(say, held_out)

    def loss() -> Tensor:
        tokens, words = trained.batch(schedule.batch, generator)
        return nats(say(tokens, before(words)), words)

    for step, value in minimize(loss, modules, schedule):
        report(step, {"loss": value})
    away = len(held_out.words) // 2
    return Measured(*quality(say, held_out), *quality(say, held_out, away), untrained)


@torch.no_grad()
def quality(say: Say, shown: Captioned, away: int = 0) -> tuple[float, float]:
    """Nats a word, and the share of first words that are in the caption, over the views.

    Each caption has the picture that stands so many rows away.
    """
    words, views = shuffled(shown.words, torch.Generator().manual_seed(0)), shown.tokens.shape[1]
    sums = [0.0, 0.0]
    for view in range(views):
        logits = say(shown.tokens[:, view].roll(away, 0), before(words))
        sums[0] += float(nats(logits, words)) / views
        said = logits[:, :1].argmax(2)
        sums[1] += float((shown.words == said).any(1).double().mean()) / views
    return sums[0], sums[1]


def counted(
    bridge: nn.Module, decoder: nn.Module, tokens: Tensor, words: Tensor
) -> tuple[int, int]:
    """Multiply-adds of both, as torch counts them where nothing is computed; weights trained."""
    both = nn.ModuleList([bridge, decoder])
    weights = sum(each.numel() for each in both.parameters() if each.requires_grad)
    bridge, decoder = copy.deepcopy(both).to("meta")
    with FlopCounterMode(display=False) as counter:
        bridge(decoder, tokens.to("meta"), words.to("meta"))
    return int(counter.get_total_flops()) // 2, weights
