"""Losses on true pairs alone collapse; negatives prevent that, and are not the only cure.

    contrastive-drill demo collapse            40 s on two cores
    contrastive-drill demo collapse --quick    15 s

Two towers learn to match emoji with their captions, six times, from the same weights and on the
same batches: only the loss changes. Expect, on concepts never trained on, a spread below 0.1 after
squared error or cosine on the pairs and above 0.8 after the other four. The cosine tower still
ranks several times better than chance, by the last decimals; stored as int8 it loses most of that.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import torch

from contrastive_drill.lab import emoji, encoders, losses
from contrastive_drill.lab.alignment import Alignment, align
from contrastive_drill.lab.comparison import Found, best_pictures, geometry, recalls, spreads
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.measures import stored
from contrastive_drill.lab.retrieval import exactly
from contrastive_drill.lab.training import Loss, Pairs, Schedule
from contrastive_drill.options import Amount, Count, Few, Positive
from contrastive_drill.results import Claim, Finding, Host, Note

CLAIM = "Losses on true pairs alone collapse; negatives prevent that, and are not the only cure."


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 200  # 4 s a loss on two cores; 300 change no verdict
    batch: Few = 256  # 255 negatives a pair, and more rows than dimensions for a covariance
    rate: Positive = 3e-3  # of AdamW; half and double give the same verdicts
    decay: Amount = 0.05  # usual with AdamW, and too weak to shrink anything by itself so soon
    held: Few = 300  # concepts never trained on: by chance one text in 300 finds its picture
    dimensions: Count = 128  # 64 and 256 give the same verdicts
    features: Count = 4096  # columns that words are hashed to; half as many do as well
    noise: Amount = 0.05  # against vectors of length 1: what a quantizer or an index may cost


# The same verdicts with less recall. A batch of 128 has too few rows for 128 dimensions, and 50
# steps are too few for variance and covariance, which learn slowest of all.
SMOKE = Config(steps=80, batch=192)
HEAVY = ("batch", "dimensions")


@dataclass(frozen=True, slots=True)
class Contender:
    """A loss on trial."""

    label: str
    loss: Callable[[], Loss]  # made anew for each run: some learn a temperature
    frozen: bool = False  # the texts stay where they are: at their features, whitened
    sphere: bool = True  # works on unit vectors; squared error has no length to hold on to


PAIRS_ONLY = (
    Contender("squared error", lambda: losses.squared_error, sphere=False),
    Contender("cosine", lambda: losses.cosine_distance),
)
FAMILIES = {
    "Pairs alone": PAIRS_ONLY,
    "Negatives": (Contender("InfoNCE", losses.InfoNCE), Contender("SigLIP", losses.SigLIP)),
    "Other cures": (
        Contender("frozen target", lambda: losses.cosine_distance, frozen=True),
        Contender("variance+covariance", lambda: losses.vicreg),  # squared error and two terms
    ),
}
INT8 = partial(stored, precision="int8")


def learn(
    contender: Contender, config: Config, learnt: Pairs, held: Pairs, host: Host
) -> Alignment:
    """Train the two towers with one loss, and embed the concepts they never saw."""
    generator = torch.Generator().manual_seed(config.seed)  # same weights and batches for each loss
    towers = encoders.towers(config.features, config.dimensions, generator)
    if contender.frozen:
        towers = towers[0], encoders.Whitening(learnt.texts, config.dimensions)
    return align(
        towers,
        contender.loss(),
        learnt,
        held,
        Schedule(config.steps, config.batch, config.rate, config.decay),
        generator,
        host.counted(contender.label, config.steps),
        sphere=contender.sphere,
    )


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Train with every loss in turn, and judge each on concepts it never saw."""
    device = choose(config.device)
    drawn = emoji.load()
    generator = torch.Generator().manual_seed(config.seed)
    learnt, held, concepts = emoji.pairs(drawn, config.held, config.features, generator, device)
    found: dict[str, Alignment] = {}
    for family in FAMILIES.values():
        for contender in family:
            found[contender.label] = learn(contender, config, learnt, held, host)
            yield geometry(found)
            yield recalls(found, config.noise, config.seed)
            yield spreads(found)
    for label in ("cosine", "InfoNCE"):
        for text in range(min(3, config.held)):  # the first held-out concepts: nobody picked them
            title = f"{label}, stored as int8"
            yield best_pictures(drawn, concepts, title, found[label], text, INT8)
    yield from notes(found, config)
    yield from claims(found, config.held)


def claims(found: Found, held: int) -> tuple[Claim, ...]:
    """The worst of each family, against the same bounds for all."""
    judged = []
    for words, family in FAMILIES.items():
        members = [found[contender.label] for contender in family]
        sound = family is not PAIRS_ONLY
        worst, claim = (min, Claim.above) if sound else (max, Claim.below)
        most = "smaller" if sound else "larger"
        spread = worst(member.spread for member in members)
        margin = worst(member.held.margin() for member in members)
        lift = worst(member.held.recall(1, INT8) * held for member in members)
        judged += [
            claim(f"{words}: spread, the {most} of two", spread, 0.5 if sound else 0.1),
            claim(f"{words}: margin of true over wrong pairs", margin, 0.1 if sound else 0.05),
            claim(f"{words}: recall@1 stored as int8, in units of chance", lift, 10),
        ]
    return tuple(judged)


def notes(found: Found, config: Config) -> tuple[Note, ...]:
    """What the numbers mean."""
    squared, cosine = found["squared error"], found["cosine"]
    true, wrong = cosine.held.cosines()
    by_dimension = partial(stored, precision="int8 per dimension")
    exact, int8, ranged = (
        cosine.held.recall(1, keep) * config.held for keep in (exactly, INT8, by_dimension)
    )
    texts = (
        "Fair to all: the same first weights, batches, steps and AdamW. InfoNCE and SigLIP learn "
        "their temperature from where their papers start it; the variance and covariance terms "
        "weigh 25 and 1 against 25 for the pairs, as in theirs. The bounds know no loss by name.",
        f"Cosine alone puts all vectors in a narrow cone: true pairs at {true:.5f}, wrong ones at "
        f"{wrong:.5f}. Its recall@1 is {exact:.1f} times chance all the same: an order survives in "
        "the last decimals. So collapse is judged by spread and margin, and its cost by recall as "
        f"a vector database may store the vectors: {int8:.1f} times chance as int8 with one scale, "
        f"{ranged:.1f} with a range for each dimension, which follows the cone.",
        f"Squared error collapses by length, to {squared.length:.2f} of what it was before "
        "training, which is what its spread is measured against. Scaled to the sphere, the rest "
        f"would look healthy (spread {squared.held.spread():.2f}, rank "
        f"{squared.held.effective_rank():.0f}), but it is noise: its margin says so.",
        "Negatives are one cure of several. A frozen text tower cannot come to meet the pictures, "
        "so they must go to its points, and whitening sets those far apart. Variance and "
        "covariance terms keep each dimension alive and unlike the others.",
    )
    return tuple(Note(text) for text in texts)
