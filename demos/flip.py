"""With 75 % of the patches dropped recall falls little at equal samples; at equal cost it rises.

    contrastive-drill demo flip            25 s on two cores
    contrastive-drill demo flip --quick     8 s

A small vision transformer and a text tower learn emoji by what FLIP does (Li et al. 2023). Expect
recall@5 of 0.14 with none dropped, 0.14 at equal samples with 75 % dropped, 0.20 at equal cost,
where 4.1 times as many steps fit: fewer than by the blocks alone, as texts are not masked.
"""

from typing import Any

from torch import Generator, Tensor, arange, autograd, manual_seed, nn, rand, randn
from torch.nn.functional import cross_entropy, normalize
from torch.optim import AdamW


def draw(n: int, count: int, share: float, generator: Generator) -> Tensor:
    """For each of n pictures, anew, the patches to look at: a share of them all, [n, kept]."""
    return rand(n, count, generator=generator).argsort(1)[:, : max(1, int(share * count))]


def pick(rows: Tensor, places: Tensor) -> Tensor:
    """Of rows [n, count, d] those at some places [n, kept]: [n, kept, d]."""
    return rows.gather(1, places[:, :, None].expand(-1, -1, rows.shape[2]))


class Tower(nn.Module):
    """A small vision transformer: what it is not given costs it nothing."""

    def __init__(self, count: int, pixels: int, width: int, depth: int, dimensions: int) -> None:
        super().__init__()
        self.embed = nn.Linear(pixels, width)
        self.head: nn.Module = nn.Linear(width, dimensions)
        self.places = nn.Parameter(0.1 * randn(count, width))
        how: dict[str, Any] = {"activation": "gelu", "batch_first": True, "norm_first": True}
        blocks = (nn.TransformerEncoderLayer(width, 2, 4 * width, 0.0, **how) for _ in range(depth))
        self.blocks, self.norm = nn.Sequential(*blocks), nn.LayerNorm(width)

    def forward(self, patches: Tensor, kept: Tensor | None = None) -> Tensor:
        """Patches [n, count, pixels], or those kept of them, to vectors [n, dimensions]."""
        places = self.places.expand(len(patches), -1, -1)
        if kept is not None:
            patches, places = pick(patches, kept), pick(places, kept)
        tokens = self.embed(patches) + places  # each patch says where it stands
        out: Tensor = self.head(self.norm(self.blocks(tokens)).mean(1))  # a mean of any number
        return out


def multiply_adds(tokens: int, pixels: int, width: int, depth: int) -> int:
    """Of the tower on one picture, but for its head: layers by the tokens, attention by squares."""
    return tokens * pixels * width + depth * (12 * tokens * width**2 + 2 * tokens**2 * width)


def info_nce(u: Tensor, v: Tensor, scale: float = 10.0) -> Tensor:
    """CLIP's loss on pairs [n, d]."""
    logits, own = scale * normalize(u) @ normalize(v).T, arange(len(u), device=u.device)
    return (cross_entropy(logits, own) + cross_entropy(logits.T, own)) / 2


def pairs(n: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """A toy: each of 16 patches shows one thing of 8 numbers from another side, under noise."""
    fixed, thing = Generator().manual_seed(0), randn(n, 8, generator=generator)
    sides = (thing @ randn(8, 16 * 12, generator=fixed)).view(n, 16, 12)
    return sides + 3 * randn(n, 16, 12, generator=generator), thing


if __name__ == "__main__":
    costs = {share: multiply_adds(int(16 * share), 12, 16, 1) for share in (1.0, 0.25)}
    for share, cost in costs.items():
        for steps in dict.fromkeys((100, round(100 * costs[1.0] / cost))):
            manual_seed(0)
            generator = Generator().manual_seed(1)
            tower, text = Tower(16, 12, 16, 1, 8), nn.Linear(8, 8)
            optimizer = AdamW([*tower.parameters(), *text.parameters()], lr=1e-2)
            for _ in range(steps):
                patches, words = pairs(64, generator)
                loss = info_nce(tower(patches, draw(64, 16, share, generator)), text(words))
                optimizer.zero_grad()
                autograd.backward(loss)
                optimizer.step()
            patches, words = pairs(500, generator)
            best = (normalize(text(words)) @ normalize(tower(patches)).T).argmax(1)
            found, whole = (best == arange(500)).float().mean().item(), 100 * costs[1.0]
            print(
                f"{share:4.0%} kept, {steps:3} steps, cost {steps * cost / whole:.2f}: {found:.2f}"
            )

# %% The experiment
from collections.abc import Iterator
from dataclasses import dataclass

from contrastive_drill.demo.options import Count, Few, Shares
from contrastive_drill.demo.result import Finding, Host, Outcome, Prediction
from contrastive_drill.lab import emoji, encoders, step_cost, vit
from contrastive_drill.lab.alignment import align
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.flip import tables
from contrastive_drill.lab.flip.costs import Cost, embedded, linear, step
from contrastive_drill.lab.losses import InfoNCE
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import emoji_pairs
from contrastive_drill.lab.retrieval import Retrieval

SHAPE = vit.ViTShape(image=32, patch=4, depth=2, width=32, heads=2)  # 64 patches of 48 numbers
FEATURES, DIMENSIONS, RATE = 2048, 128, 4e-3  # half or twice the rate: the same order, seed 12
PREDICTION = Prediction(
    "Training drops 75 % of the patches, evaluation none. Beside training on all, recall@5 is ...",
    ("lower at equal samples and at equal cost", "lower, then higher", "higher at both"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 80  # with none dropped, and of all at equal samples
    batch: Few = 128  # pairs
    dropped: Shares = (0.5, 0.75)  # of the patches, besides 0 and 0.75
    tuning: Count = 10  # further steps, none dropped
    held: Few = 300  # concepts never trained on
    rounds: Count = 9  # in which a step is timed


SMOKE = Config(steps=40, dropped=(0.75,), tuning=6, rounds=5)
HEAVY = ("batch",)


class Flip(nn.Module):
    """The tower on pictures; while it learns it sees a share of their patches."""

    def __init__(self, dropped: float, generator: Generator) -> None:
        super().__init__()
        self.kept, self.generator, self.always = 1 - dropped, generator, False
        self.tower = Tower(SHAPE.patches, SHAPE.pixels, SHAPE.width, SHAPE.depth, DIMENSIONS)
        self.tower.head = encoders.projector(SHAPE.width, DIMENSIONS)
        vit.initialize(self.tower, generator)

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures [n, 3, 32, 32] to vectors [n, dimensions]."""
        patches, kept = vit.patchify(pictures, SHAPE.patch), None
        if self.kept < 1 and (self.training or self.always):
            kept = draw(len(patches), SHAPE.patches, self.kept, self.generator).to(patches.device)
        out: Tensor = self.tower(patches, kept)
        return out


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Count and time a step by what is dropped; train at equal samples and at equal cost."""

    def seeded() -> Generator:
        return Generator().manual_seed(config.seed)

    def towers(dropped: float) -> tuple[Flip, nn.Module]:
        generator = seeded()  # the same first weights for each
        flip, texts = Flip(dropped, generator), encoders.text_tower(FEATURES, DIMENSIONS)
        encoders.initialize(texts, generator)
        return flip, texts

    device = choose(config.device)
    pairs, held_out, _ = emoji_pairs(emoji.load(), config.held, FEATURES, seeded(), device)
    yield tables.FORMULA
    shares = {tables.NONE: 0.0} | {f"{each:.0%}": each for each in sorted({*config.dropped, 0.75})}
    steps = {
        label: step(*towers(dropped), InfoNCE(), pairs.batch(config.batch, seeded()))
        for label, dropped in shares.items()
    }
    costs: dict[str, Cost] = {}
    for label, dropped in shares.items():
        (flip, texts), tokens = towers(dropped), max(1, int((1 - dropped) * SHAPE.patches))
        blocks = multiply_adds(tokens, SHAPE.pixels, SHAPE.width, SHAPE.depth)
        costs[label] = Cost(tokens, blocks, linear(flip.tower.head, texts))
    seconds, held = step_cost.taken(steps, config.rounds, host)
    yield tables.costs(costs, seconds, held)
    found: dict[str, list[tables.Found]] = {}

    def judged(label: str, count: int, cost: float) -> tables.Found:
        both, loss = towers(shares[label]), InfoNCE()

        def learn(how: str, count: int, rate: float) -> Retrieval:
            schedule, report = Schedule(count, config.batch, rate, 0.05), host.counted(how, count)
            return align(both, loss, pairs, held_out, schedule, seeded(), report).held_out

        seen = learn(f"{label} dropped, {count} steps", count, RATE)
        both[0].always = True
        masked, both[0].kept = embedded(both, held_out), 1.0
        tuned = learn(f"{label} dropped, tuned", config.tuning, RATE / 3)
        fifths = [each.recall(5) for each in (seen, masked, tuned)]
        return tables.Found(count, cost, seen.recall(1), *fifths)

    for label in shares:
        fewer, found[label] = costs[label].whole / costs[tables.NONE].whole, []
        for count in dict.fromkeys((config.steps, round(config.steps / fewer))):
            found[label].append(judged(label, count, count * fewer / config.steps))
            yield from tables.recalls(found)
    yield Outcome(tables.outcome(found))
    yield from tables.claims(found, costs, held, seconds if device.type == "cpu" else None)
    yield tables.note(found, costs[tables.NONE], config.batch)
