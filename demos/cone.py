"""Without their common direction averaged tokens find more; a contrastive output gains nothing.

    contrastive-drill demo cone            14 s on two cores
    contrastive-drill demo cone --quick     6 s

Words look for their definition among 1,000, by vectors of each level of a text encoder (MiniLM,
where it is installed, else one trained here). Expect recall@10 of averaged tokens to go from 0.16
to 0.25 without the widest direction, and to 0.13 without a mean alone; whitening takes the output
from 0.29 to 0.21. One threshold for all queries passes 0.06 of the true pairs by GloVe's cosines,
one for each query 0.34, and one without that direction 0.33.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import normalize

Change = Callable[[Tensor], Tensor]


def mean_cosine(x: Tensor) -> float:
    """Of all pairs of different rows: 0 where directions are even, near 1 in a narrow cone."""
    total = normalize(x).sum(0).square().sum()
    return float((total - len(x)) / (len(x) * (len(x) - 1)))


def axes(sample: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The mean [d], the principal directions [k, d], the widest first, and the width along each."""
    mean = sample.mean(0)
    _, values, directions = torch.linalg.svd(sample - mean, full_matrices=False)
    return mean, directions, values / len(sample) ** 0.5


def all_but_the_top(sample: Tensor, k: int) -> Change:
    """Take off the mean and the k widest directions: Mu and Viswanath 2018, algorithm 1."""
    mean, directions, _ = axes(sample)
    top = directions[:k]
    return lambda x: (x - mean) - (x - mean) @ top.T @ top


def whitening(sample: Tensor) -> Change:
    """Take off the mean and make every direction equally wide: Su et al. 2021."""
    mean, directions, widths = axes(sample)
    scaled = directions / widths.clamp(min=1e-4 * float(widths[0]))[:, None]
    return lambda x: (x - mean) @ scaled.T


def apart(scores: Tensor) -> tuple[Tensor, Tensor]:
    """Scores [n, n] of queries (rows) and documents: the true ones [n], and all with those gone."""
    own = scores.diagonal()
    return own, scores - torch.diag(torch.full_like(own, torch.inf))


def recall(scores: Tensor, k: int) -> float:
    """The share of queries whose own document is among their k best; a tie counts against it."""
    own, others = apart(scores)
    return float(((others >= own[:, None]).sum(1) < k).float().mean())


def one_threshold(scores: Tensor, wrong: int) -> float:
    """The share of true pairs above one threshold, which lets pass `wrong` others a query."""
    own, others = apart(scores)
    threshold = others.flatten().topk(wrong * len(own) + 1).values[-1]
    return float((own > threshold).float().mean())


if __name__ == "__main__":
    torch.manual_seed(0)
    meaning, common = torch.randn(1000, 32), 8 * torch.randn(32)
    queries, documents = (
        meaning + 0.8 * torch.randn(1000, 32) + torch.rand(1000, 1) * common for _ in range(2)
    )
    for name, change in (
        ("as they are", lambda x: x),
        ("less the mean", all_but_the_top(documents, 0)),
        ("less one direction", all_but_the_top(documents, 1)),
    ):
        u, v = change(queries), change(documents)
        cosines = normalize(u) @ normalize(v).T
        print(
            f"{name:18} mean cosine {mean_cosine(v):5.2f}, recall@1 {recall(cosines, 1):.2f},",
            end=" ",
        )
        by = [f"{one_threshold(scores, 1):.2f}" for scores in (cosines, u @ v.T)]
        print(f"one threshold: {by[0]} on cosine, {by[1]} on dot")

# %% The experiment
import random
from collections.abc import Iterator
from dataclasses import dataclass

from contrastive_drill.demo.options import Count, Few
from contrastive_drill.demo.result import Claim, Finding, Host, Prediction
from contrastive_drill.lab import glosses, text_choice
from contrastive_drill.lab.cone import sides, tables
from contrastive_drill.lab.cone.sides import GLOVE, OUTPUT, TOKENS, Sides
from contrastive_drill.lab.cone.tables import (
    COSINE,
    DOT,
    MEAN,
    MEANS,
    MENDED,
    RANK,
    RAW,
    TOP,
    WHITE,
)
from contrastive_drill.lab.device import choose

PREDICTION = Prediction(
    "The output of a contrastively trained text encoder is whitened. Words then find their "
    "definitions (recall@10) ...",
    ("more often", "as often, within 3 %", "less often"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    model: text_choice.Wanted = "auto"  # MiniLM where it is installed, else one trained here
    steps: Count = 120  # of training, 128 pairs each
    queries: Few = 1000  # and as many definitions to choose from
    others: Few = 1000  # texts that means and directions are taken from


SMOKE = Config(steps=80, queries=800, others=800)
HEAVY = ("queries", "others")


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Recall by level of a text model, before and after; then one threshold for all queries."""
    device, known = choose(config.device), list(glosses.load())
    random.Random(config.seed).shuffle(known)
    held, others = known[: config.queries], known[config.queries :][: config.others]
    rest = known[config.queries + config.others :]
    yield tables.FORMULA
    model = text_choice.prepared(config.model, rest, config.steps, config.seed, device, host)
    levels = sides.levels(model, held, others)
    report, wrong = host.counted("levels", len(levels)), max(1, config.queries // 100)
    cosines, common, often = dict[str, float](), dict[str, float](), sides.commonness(others)
    recalls, passed = dict[str, dict[str, float]](), dict[str, dict[str, float]]()
    for done, (level, each) in enumerate(levels.items(), 1):
        cosines[level] = mean_cosine(each.documents)
        along = each.sample @ axes(each.sample)[1][0]
        common[level] = abs(float(torch.corrcoef(torch.stack([along, often]))[0, 1]))
        scores = {way: cosine(*pair) for way, pair in changed(each).items()}
        recalls[level] = {way: recall(found, 10) for way, found in scores.items()}
        if level in (GLOVE, TOKENS, OUTPUT):
            passed[level] = {
                RANK: recall(scores[RAW], wrong + 1),
                COSINE: one_threshold(scores[RAW], wrong),
                DOT: one_threshold(each.queries @ each.documents.T, wrong),
                MENDED: one_threshold(scores[TOP], wrong),
            }
        report(done, {"mean cosine": cosines[level]})
    yield tables.recalls(recalls, cosines, common)
    yield tables.recall_chart(recalls)
    yield tables.cosine_chart(cosines, model.name)
    yield tables.thresholds(passed, wrong)
    last = levels[OUTPUT]
    even, blind = whitening(last.sample)(last.sample), last.queries @ normalize(last.documents).T
    both = even.T @ even / len(even)
    varies = torch.diag((both.diagonal() > 0.5).float())  # a last LayerNorm takes a direction away
    off = float((both - varies).abs().max())
    same = abs(recall(blind, 10) - recalls[OUTPUT][RAW])
    below = Claim.below
    yield below("covariance, whitened: off the identity where it varies", off, 1e-3, computed=True)
    yield below("recall@10 moved by the queries' lengths", same, 3e-3, computed=True)
    yield from tables.claims(recalls, cosines, passed)
    text = f"{TOKENS}: correlation of the widest direction with common words"
    yield Claim.above(text, common[TOKENS], 0.3)
    yield tables.NOTE
    if not text_choice.real(config.model):
        yield text_choice.NOTE


def changed(each: Sides) -> dict[str, tuple[Tensor, Tensor]]:
    """Queries and documents in every way; what is taken off comes from other texts."""
    plain, top = all_but_the_top(each.sample, 0), all_but_the_top(each.sample, 1)
    white, own = whitening(each.sample), all_but_the_top(each.words, 0)
    u, v = each.queries, each.documents
    return {
        RAW: (u, v), MEAN: (plain(u), plain(v)), MEANS: (own(u), plain(v)),
        TOP: (top(u), top(v)), WHITE: (white(u), white(v)),
    }  # fmt: skip


def cosine(u: Tensor, v: Tensor) -> Tensor:
    """Of each query with each document, [n, n]."""
    return normalize(u) @ normalize(v).T
