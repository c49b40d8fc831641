"""Training of what says captions; how well it says those of new pictures, and at what cost."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy
from torch.utils.flop_counter import FlopCounterMode

from contrastive_drill.demo.result import StageProgress
from contrastive_drill.lab.bridge.captions import LENGTH, NONE, START, Captioned, shuffled
from contrastive_drill.lab.optimization import Schedule, minimize

Say = Callable[[Tensor, Tensor], Tensor]  # picture tokens, words before: logits of each word
Split = tuple[Captioned, Captioned]  # what is trained on, and pictures never seen
BATCH = 64  # captions in a step


class Measured(NamedTuple):
    """Captions of pictures never seen, and what it takes to say them."""

    products: int  # multiply-adds of bridge and decoder with a picture and six words
    weights: int  # that were trained
    loss: float  # nats a word
    first: float  # share of pictures for which the first word said is in the caption
    wrong: float  # the loss when each caption has another one's picture
    untrained: float  # the loss before


def nats(say: Say, tokens: Tensor, words: Tensor) -> tuple[Tensor, Tensor]:
    """The mean cross-entropy of the words that there are, and each caption's first word as said."""
    start = torch.full_like(words[:, :1], START)
    logits = say(tokens, torch.cat([start, words[:, :-1]], dim=1))
    loss = cross_entropy(logits.flatten(0, 1), words.flatten(), ignore_index=NONE)
    return loss, logits[:, :1].argmax(2)


def train(
    say: Say, module: nn.Module, schedule: Schedule, data: Split, seed: int, report: StageProgress
) -> Measured:
    """Train a module that `say` makes use of, and measure what it says."""
    (trained, held_out), generator = data, torch.Generator().manual_seed(seed)
    untrained, _ = quality(say, held_out)

    def loss() -> Tensor:
        return nats(say, *trained.batch(schedule.batch, generator))[0]

    for step, value in minimize(loss, [module], schedule):
        report(step, {"loss": value})
    weights = sum(each.numel() for each in module.parameters())
    wrong, _ = quality(say, held_out, len(held_out.words) // 2)
    return Measured(counted(say, held_out), weights, *quality(say, held_out), wrong, untrained)


@torch.no_grad()
def quality(say: Say, shown: Captioned, away: int = 0) -> tuple[float, float]:
    """Nats a word, and the share of first words that are in the caption, over the views.

    Each caption has the picture that stands so many rows away.
    """
    words, views = shuffled(shown.words, torch.Generator().manual_seed(0)), shown.tokens.shape[1]
    tokens = shown.tokens.roll(away, 0).transpose(0, 1).flatten(0, 1)
    loss, said = nats(say, tokens, words.repeat(views, 1))
    return float(loss), float((shown.words.repeat(views, 1) == said).any(1).double().mean())


def counted(say: Say, shown: Captioned) -> int:
    """Multiply-adds with a picture and six words, as torch counts them."""
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        say(shown.tokens[:1, 0], shown.words[:1, :LENGTH])
    return int(counter.get_total_flops()) // 2
