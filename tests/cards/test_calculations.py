"""Every calculation card's answer, computed again from what the card prints, by another route."""

import ast
import json
import math
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise, permutations
from random import Random

import numpy as np
import pytest
import torch
from cases import every
from shipped import calculations
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from contrastive_drill.cards.calculations import GENERATORS, DrawnNumbers
from contrastive_drill.cards.calculations.placeholders import in_formula, names_in
from contrastive_drill.cards.card import (
    Bait,
    Card,
    Erratum,
    KeyPoint,
    Level,
    Slip,
    Source,
    SourceKind,
)
from contrastive_drill.cards.grade import check
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.kinds.calculation import REDRAWN, Task
from contrastive_drill.cards.prose import (
    Code,
    Formula,
    Listing,
    Paragraph,
    Prose,
    Span,
    Style,
    TableBlock,
    formulas_of,
    lines_of,
    plain,
)
from contrastive_drill.cards.quantity import Number, measure, read
from contrastive_drill.cards.slips import accepted_slips
from contrastive_drill.cards.variant import variant
from contrastive_drill.formula.layout import inline, layout
from contrastive_drill.lab.vit import TransformerBlock, VisionTransformer, ViTShape

SEEDS = [f"card-{n}" for n in range(12)]
MANY = [f"card-{n}" for n in range(300)]
DTYPES = {
    "fp32": torch.float32, "float32": torch.float32, "bf16": torch.bfloat16,
    "float16": torch.float16, "fp8": torch.float8_e4m3fn, "int8": torch.int8,
}  # fmt: skip


class Printed:
    """The words of a card as its reader sees them; which were looked at is noted."""

    def __init__(self, words: dict[str, str]) -> None:
        self._words, self.used = words, set[str]()

    def __getitem__(self, name: str) -> float:
        return float(self.text(name))

    def whole(self, name: str) -> int:
        """A whole number."""
        return int(self.text(name))

    def text(self, name: str) -> str:
        """A word as it is."""
        self.used.add(name)
        return self._words[name]

    def dtype(self, name: str) -> torch.dtype:
        """A number format by its name."""
        return DTYPES[self.text(name)]


# From the words to the answer, under "wanted", and to every word that an answer would show.
Oracle = Callable[[Printed], dict[str, float]]
ORACLES: dict[str, Oracle] = {}


def oracle(name: str) -> Callable[[Oracle], Oracle]:
    """Enter an independent computation of what a generator wants."""

    def entered(function: Oracle) -> Oracle:
        ORACLES[name] = function
        return function

    return entered


def stored(*shape: int, dtype: torch.dtype = torch.float32) -> int:
    """The bytes of a tensor that is never filled."""
    tensor = torch.empty(shape, dtype=dtype, device="meta")
    return tensor.element_size() * tensor.numel()


def loss_of(logits: list[float] | Tensor) -> Tensor:
    """The cross-entropy of one row whose first candidate is the true one."""
    row = torch.as_tensor(logits, dtype=torch.float64)
    return functional.cross_entropy(row[None], torch.tensor([0]))


# Contrastive losses.


@oracle("logit-matrix-memory")
def _(card: Printed) -> dict[str, float]:
    n, dtype = card.whole("n"), card.dtype("form")
    return {"wanted": stored(n, n, dtype=dtype) / 1024**3, "size": stored(1, dtype=dtype)}


@oracle("infonce-at-chance")
def _(card: Printed) -> dict[str, float]:
    return {"wanted": loss_of(torch.zeros(card.whole("n"))).item()}


@oracle("infonce-floor")
def _(card: Printed) -> dict[str, float]:
    cosines = torch.zeros(card.whole("n"), dtype=torch.float64)
    cosines[0] = 1
    loss = loss_of(cosines / card["tau"])
    return {"wanted": loss.item(), "others": len(cosines) - 1, "odds": torch.expm1(loss).item()}


@oracle("mutual-information-bound")
def _(card: Printed) -> dict[str, float]:
    n = card.whole("n")
    likelihood = math.exp(-card["loss"])  # of the true pair, the geometric mean
    return {"wanted": math.log(likelihood * n), "cap": loss_of(torch.zeros(n)).item()}


@oracle("hardest-negative-share")
def _(card: Printed) -> dict[str, float]:
    cosines = [float(s) for s in card.text("listed").split(", ")]
    assert len(cosines) == 4
    negatives = torch.tensor(cosines, dtype=torch.float64, requires_grad=True)
    positive = torch.tensor([0.7], dtype=torch.float64)
    loss_of(torch.cat([positive, negatives]) / card["tau"]).backward()  # type: ignore[no-untyped-call]
    assert negatives.grad is not None
    pushes = negatives.grad
    return {
        "wanted": 100 * (pushes.max() / pushes.sum()).item(),
        "hard": max(cosines),
        "rest": (pushes.sum() / pushes.max() - 1).item(),
    }


@oracle("siglip-first-loss")
def _(card: Printed) -> dict[str, float]:
    n = card.whole("n")
    true = torch.zeros(n, dtype=torch.float64)
    true[0] = 1
    logits = 10 * torch.zeros(n, dtype=torch.float64) - 10
    each = functional.binary_cross_entropy_with_logits(logits, true, reduction="none")
    return {
        "wanted": each.sum().item(),
        "others": n - 1,
        "one": each[0].item(),
        "each": each[1].item(),
    }


@oracle("softmax-probability")
def _(card: Printed) -> dict[str, float]:
    cosines = torch.tensor([card["first"], card["second"], card["third"]], dtype=torch.float64)
    return {"wanted": 100 * torch.softmax(card["scale"] * cosines, dim=0)[0].item()}


@oracle("cosine-of-two")
def _(card: Printed) -> dict[str, float]:
    a, b = (
        torch.tensor(ast.literal_eval(card.text(name)), dtype=torch.float64) for name in ("a", "b")
    )
    return {
        "wanted": functional.cosine_similarity(a, b, dim=0).item(),
        "dot": (a @ b).item(),
        "first": torch.linalg.vector_norm(a).square().item(),
        "second": torch.linalg.vector_norm(b).square().item(),
    }


# Quantization.


def levels(card: Printed, bits: int) -> Tensor:
    """The values that an affine quantizer of the printed range can give back."""
    return torch.linspace(card["low"], card["high"], 2**bits, dtype=torch.float64)


@oracle("affine-scale")
def _(card: Printed) -> dict[str, float]:
    steps = levels(card, card.whole("bits")).diff()
    return {"wanted": steps.mean().item(), "steps": len(steps), "span": steps.sum().item()}


@oracle("zero-point")
def _(card: Printed) -> dict[str, float]:
    grid = levels(card, 8)
    return {
        "wanted": grid.abs().argmin().item(),
        "scale": grid.diff().mean().item(),
        "exact": float(np.interp(0, grid.numpy(), np.arange(256))),
    }


@oracle("symmetric-code")
def _(card: Printed) -> dict[str, float]:
    largest = card["largest"]
    x = torch.tensor(card["x"], dtype=torch.float64)
    step = torch.linspace(-largest, largest, 255, dtype=torch.float64).diff().mean().item()
    kept = torch.fake_quantize_per_tensor_affine(x.float(), step, 0, -127, 127)
    return {
        "wanted": round(kept.item() / step),
        "scale": step,
        "exact": float(np.interp(x, np.linspace(-largest, largest, 255), np.arange(-127, 128))),
    }


@oracle("rounding-error")
def _(card: Printed) -> dict[str, float]:
    bits = card.whole("bits")
    grid = levels(card, bits)
    between = 2 ** (12 - bits)  # points to a step, the middle among them
    points = torch.linspace(
        card["low"], card["high"], between * (len(grid) - 1) + 1, dtype=torch.float64
    )
    errors = (points[:, None] - grid).abs().min(dim=1).values
    return {
        "wanted": errors.max().item(),
        "steps": len(grid) - 1,
        "scale": grid.diff().mean().item(),
    }


@oracle("kv-cache")
def _(card: Printed) -> dict[str, float]:
    keys_and_values, dtype = 2, card.dtype("form")
    token = (keys_and_values, card.whole("layers"), card.whole("heads"), card.whole("d"))
    whole = stored(*token, card.whole("batch"), card.whole("tokens"), dtype=dtype)
    return {
        "wanted": whole / 1024**3,
        "each": stored(*token, dtype=dtype),
        "size": stored(1, dtype=dtype),
    }


@oracle("bits-a-weight")
def _(card: Printed) -> dict[str, float]:
    bits, group = card.whole("bits"), card.whole("group")
    found = re.fullmatch(r"a 16-bit scale(?: and a (\d)-bit zero point)?", card.text("words"))
    assert found is not None
    of_group = ["0" * 16, "0" * int(found[1] or 0), *["0" * bits] * group]  # as they are stored
    row = "".join(of_group) * 32
    return {"wanted": len(row) / (32 * group), "extra": len("".join(of_group[:2]))}


@oracle("weights-memory")
def _(card: Printed) -> dict[str, float]:
    numbers = round(card["billions"] * 1e9)
    packed = 2 if card.text("form") == "int4" else 1  # to a byte
    dtype = torch.uint8 if packed == 2 else card.dtype("form")
    size = stored(1, dtype=dtype) / packed
    return {
        "wanted": stored(numbers // packed, dtype=dtype) / 1000**3,
        "bits": 8 * size,
        "size": size,
    }


@oracle("lora-parameters")
def _(card: Printed) -> dict[str, float]:
    d, rank = card.whole("d"), card.whole("rank")
    count = card.whole("layers") * card.whole("matrices")
    with torch.device("meta"):
        beside = nn.ModuleList(
            nn.Sequential(nn.Linear(d, rank, bias=False), nn.Linear(rank, d, bias=False))
            for _ in range(count)
        )
    each = [sum(p.numel() for p in pair.parameters()) for pair in beside]
    return {"wanted": sum(each) / 1e6, "each": each[0]}


# Search.


@oracle("pq-compression")
def _(card: Printed) -> dict[str, float]:
    d, m, bits = card.whole("d"), card.whole("m"), card.whole("bits")
    assert torch.empty(d, device="meta").view(m, -1).shape[0] == m  # it splits evenly
    raw, code = stored(d), stored(m * bits // 8, dtype=torch.uint8)
    return {"wanted": raw / code, "raw": raw, "code": code}


@oracle("flat-index-memory")
def _(card: Printed) -> dict[str, float]:
    dtype = card.dtype("form")
    rows = card.whole("millions") * 10**6
    return {
        "wanted": stored(rows, card.whole("d"), dtype=dtype) / 1000**3,
        "size": stored(1, dtype=dtype),
    }


@oracle("hnsw-memory")
def _(card: Printed) -> dict[str, float]:
    rows, d, m = card.whole("millions") * 10**6, card.whole("d"), card.whole("links")
    vectors, links = stored(rows, d), stored(rows, 2 * m, dtype=torch.int32)
    return {
        "wanted": (vectors + links) / 1000**3,
        "vector": vectors / rows,
        "graph": links / rows,
        "each": (vectors + links) / rows,
    }


@oracle("ivf-scan")
def _(card: Printed) -> dict[str, float]:
    rows, cells = card.whole("millions") * 10**6, card.whole("cells")
    sizes = torch.full((cells,), rows // cells)
    sizes[: rows % cells] += 1
    scanned = card["probes"] * sizes.double().mean().item()
    return {"wanted": scanned, "share": 100 * scanned / rows}


@oracle("reciprocal-rank-fusion")
def _(card: Printed) -> dict[str, float]:
    k, second, dense = card.whole("k"), card.whole("second"), card.whole("dense")
    first, shared, meant = (Fraction(1, k + rank) for rank in (1, second, dense))
    assert first < shared + meant  # with equal weights B is ahead, as the card says
    weight = meant / (first - shared)  # where w · first = w · shared + meant
    beaten = 0
    while weight * Fraction(1, k + beaten + 1) > first:
        beaten += 1
    return {
        "wanted": float(weight), "one": float(1 / first), "two": float(1 / shared),
        "three": float(1 / meant), "lead": len(range(1, second)), "buried": beaten,
    }  # fmt: skip


@oracle("bm25-term")
def _(card: Printed) -> dict[str, float]:
    k1, b = Fraction("1.2"), Fraction("0.75")
    words = ["term"] * card.whole("tf")
    words += ["other"] * (card.whole("length") - len(words))
    tf, length = Counter(words)["term"], Fraction(len(words), card.whole("mean"))
    damping = k1 * (1 - b) + k1 * b * length
    return {
        "wanted": float(Fraction(card.text("idf")) * (k1 + 1) / (1 + damping / tf)),
        "norm": float(damping),
    }


@oracle("mean-reciprocal-rank")
def _(card: Printed) -> dict[str, float]:
    ranks = [int(rank) for rank in card.text("ranks").split(", ")]
    queries = [["no"] * (rank - 1) + ["yes"] + ["no"] * 9 for rank in ranks] + [["no"] * 10]
    scores = [1 / (found.index("yes") + 1) if "yes" in found else 0 for found in queries]
    return {"wanted": sum(scores) / len(scores), "total": sum(scores)}


@oracle("multi-vector-storage")
def _(card: Printed) -> dict[str, float]:
    pages, dtype = card.whole("thousands") * 1000, card.dtype("form")
    page = (card.whole("tokens"), card.whole("d"))
    return {
        "wanted": stored(pages, *page, dtype=dtype) / 1000**3,
        "each": stored(*page, dtype=dtype),
        "size": stored(1, dtype=dtype),
    }


@oracle("inverse-document-frequency")
def _(card: Printed) -> dict[str, float]:
    holds = ["term"] * card.whole("tf")
    corpus = [holds] + [["term"]] * (card.whole("df") - 1)
    corpus += [["other"]] * (card.whole("documents") - len(corpus))
    frequency = Counter(word for document in corpus for word in set(document))
    rarity = -math.log(frequency["term"] / len(corpus))
    return {"wanted": Counter(holds)["term"] * rarity, "idf": rarity}


@oracle("ndcg")
def _(card: Printed) -> dict[str, float]:
    grades = [int(grade) for grade in card.text("grades").split(", ")]
    discount = torch.log2(torch.arange(2, 6, dtype=torch.float64))

    def gain(order: tuple[int, ...]) -> float:
        return ((torch.exp2(torch.tensor(order, dtype=torch.float64)) - 1) / discount).sum().item()

    best = max(gain(order) for order in permutations(grades))
    found = gain(tuple(grades))
    return {"wanted": found / best, "found": found, "ideal": best}


# Vision transformers, counted by PyTorch on tensors that hold nothing.


def heads(width: int) -> int:
    """Of attention, 64 dimensions each; their number changes no count."""
    return width // 64


def block_flops(width: int, tokens: int) -> tuple[int, int]:
    """A block's FLOPs in its layers, and in attention between tokens."""
    with torch.device("meta"):
        block, batch = TransformerBlock(width, heads(width)), torch.empty(1, tokens, width)
    with FlopCounterMode(display=False) as counter:
        block(batch)
    counts = {str(op): flops for op, flops in counter.get_flop_counts()["Global"].items()}
    layers = counts.pop("aten.addmm")
    return layers, sum(counts.values())


def published(card: Printed) -> tuple[int, int]:
    """Depth and width of the model that is named: arXiv:2010.11929, table 1; DeiT for the small."""
    sizes = {"Ti": (12, 192), "S": (12, 384), "B": (12, 768), "L": (24, 1024), "H": (32, 1280)}
    return sizes[card.text("model").removeprefix("ViT-")]


@oracle("vit-flops")
def _(card: Printed) -> dict[str, float]:
    depth, width = published(card)
    image, patch = card.whole("image"), card.whole("patch")

    def count(blocks: int) -> tuple[int, int]:
        with torch.device("meta"):
            model = VisionTransformer(ViTShape(image, patch, blocks, width, heads(width)))
            picture = torch.empty(1, 3, image, image)
        with FlopCounterMode(display=False) as counter:
            tokens: int = model(picture).shape[1]
        return counter.get_total_flops(), tokens

    (one, tokens), (two, _) = count(1), count(2)
    flops = one + (depth - 1) * (two - one)
    return {
        "wanted": flops / 1e9,
        "macs": flops / 2e9,
        "n": tokens,
        "block": sum(block_flops(width, tokens)) / 2e9,
        "depth": depth,
        "width": width,
    }


@oracle("vit-parameters")
def _(card: Printed) -> dict[str, float]:
    depth, width = published(card)
    with torch.device("meta"):
        blocks = nn.Sequential(*(TransformerBlock(width, heads(width)) for _ in range(depth)))
    matrices = sum(p.numel() for p in blocks.parameters() if p.ndim == 2)
    every = sum(p.numel() for p in blocks.parameters())
    assert every / matrices < 1.006  # what 12d² leaves out
    return {
        "wanted": matrices / 1e6,
        "block": matrices / depth / 1e6,
        "depth": depth,
        "width": width,
    }


@oracle("attention-share")
def _(card: Printed) -> dict[str, float]:
    n, (_, width) = card.whole("n"), published(card)
    layers, square = block_flops(width, n)
    return {
        "wanted": 100 * square / (layers + square),
        "six": n * layers / square,
        "width": width,
    }


@oracle("masked-video-tokens")
def _(card: Printed) -> dict[str, float]:
    frames, image = card.whole("frames"), card.whole("image")
    size = (card.whole("depth"), card.whole("patch"), card.whole("patch"))
    with torch.device("meta"):
        cut = nn.Conv3d(3, 1, size, stride=size)(torch.empty(3, frames, image, image))
    mask = torch.zeros(cut.shape[1:], dtype=torch.bool)
    places = mask[0].numel()
    masked = Fraction(card.whole("ratio"), 100) * places
    assert masked.denominator == 1  # nothing to round, so no two ways to
    mask.view(len(mask), -1)[:, : int(masked)] = True
    return {"wanted": (~mask).sum().item(), "tokens": mask.numel()}


@oracle("mae-encoder-saving")
def _(card: Printed) -> dict[str, float]:
    _, width = published(card)
    image, patch = card.whole("image"), card.whole("patch")
    patches = functional.unfold(torch.empty(1, 1, image, image, device="meta"), patch, stride=patch)
    full = 1 + patches.shape[2]
    seen = 1 + math.floor(patches.shape[2] * Fraction(100 - card.whole("ratio"), 100))
    dear, cheap = (sum(block_flops(width, tokens)) for tokens in (full, seen))
    return {
        "wanted": dear / cheap,
        "full": full,
        "seen": seen,
        "dear": dear / 2e6,
        "cheap": cheap / 2e6,
        "width": width,
    }


@oracle("image-tokens-in-context")
def _(card: Printed) -> dict[str, float]:
    picture = torch.empty(1, 3, card.whole("height"), card.whole("width"), device="meta")
    patches = functional.avg_pool2d(picture, 14)
    merged = functional.pixel_unshuffle(patches, 2)
    return {"wanted": merged[0, 0].numel(), "down": merged.shape[2], "across": merged.shape[3]}


# Word vectors.


@oracle("pointwise-mutual-information")
def _(card: Printed) -> dict[str, float]:
    total, left, right, both = (card.whole(name) for name in ("total", "left", "right", "both"))
    pairs = Counter(
        {
            ("a", "b"): both,
            ("a", "other"): left - both,
            ("other", "b"): right - both,
            ("other", "other"): total - left - right + both,
        }
    )
    assert min(pairs.values()) >= 0
    seen = pairs.total()
    a = sum(count for (first, _), count in pairs.items() if first == "a")
    b = sum(count for (_, second), count in pairs.items() if second == "b")
    ratio = Fraction(both, seen) / (Fraction(a, seen) * Fraction(b, seen))
    bits = math.log2(both / seen) - math.log2(a / seen) - math.log2(b / seen)
    return {"wanted": bits, "ratio": float(ratio)}


@oracle("negative-sampling-share")
def _(card: Printed) -> dict[str, float]:
    counts = torch.tensor([card.whole("rare"), card.whole("common")], dtype=torch.float64)
    weights = counts.sqrt() * counts.sqrt().sqrt()
    noise = torch.distributions.Categorical(probs=weights)
    plain_share = torch.distributions.Categorical(probs=counts)
    return {
        "wanted": 100 * noise.probs[0].item(),
        "low": weights[0].item(),
        "high": weights[1].item(),
        "plain": 100 * plain_share.probs[0].item(),
    }


@oracle("subsampling-keep")
def _(card: Printed) -> dict[str, float]:
    frequency, threshold = card["share"], card["threshold"]
    discarded = 1 - math.exp((math.log(threshold) - math.log(frequency)) / 2)
    return {"wanted": 100 * (1 - discarded), "ratio": math.exp(2 * math.log(1 - discarded))}


def drawn(name: str, seed: str) -> DrawnNumbers:
    """What a generator draws."""
    return GENERATORS[name](Random(seed))


def test_every_generator_has_an_oracle() -> None:
    assert set(ORACLES) == set(GENERATORS)
    assert len(GENERATORS) == 35


@every("name", GENERATORS)
def test_the_answer_is_what_its_words_come_to(name: str) -> None:
    answers = set()
    for seed in SEEDS:
        task = drawn(name, seed)
        card = Printed(task.words)
        found = ORACLES[name](card)
        answers.add(found["wanted"])
        # What is asked for is exact in its words; steps on the way hold six digits.
        assert found.pop("wanted") == pytest.approx(task.wanted.value, rel=1e-9), (seed, task)
        for word, value in found.items():
            assert float(task.words[word]) == pytest.approx(value, rel=1e-5), (seed, word)
        unread = set(task.words) - card.used - set(found) - {"result"}
        assert not unread, f"no part of the answer, and not checked: {unread}"
    assert len(answers) > 2


@every("name", GENERATORS)
def test_what_is_drawn_can_be_printed_and_typed(name: str) -> None:
    names = set(drawn(name, "").words)
    for seed in MANY:
        words, wanted = drawn(name, seed)
        assert set(words) == names  # a card that reads well once reads well always
        assert all(re.fullmatch(r"[a-z_]+", word) for word in names)
        for word, text in words.items():
            assert text
            assert text.isascii()
            assert not re.search(r"\d[eE]|nan|inf|[\[\]\n$\\]|^ | $|-0(?![.\d])", text), (
                word,
                text,
            )
        assert type(wanted.value) is float
        family, _ = measure(wanted.unit)
        assert family in ("", "byte", "bit", "nat", "FLOP", "token", "vector")
        assert 1e-3 <= abs(wanted.value) <= 1e7, "nobody types that"
        if wanted.unit == "%":
            assert 0 < wanted.value < 100
        # The printed answer is right, and so is one typed without its unit.
        number = Number(wanted, 0.001)
        result = read(words["result"])
        assert result is not None
        assert number.accepts(result)
        assert number.accepts(result._replace(unit=""))
        if wanted.unit in ("tokens", "") and name in ("zero-point", "symmetric-code"):
            assert wanted.value == round(wanted.value)


@every("name", GENERATORS)
def test_other_seeds_draw_other_numbers(name: str) -> None:
    assert len({drawn(name, seed).wanted for seed in MANY[:20]}) >= 4
    assert drawn(name, "a") == drawn(name, "a")


@every("name", ["zero-point", "symmetric-code"])
def test_nothing_is_to_be_rounded_that_has_two_ways_to(name: str) -> None:
    for seed in MANY:
        exact = float(drawn(name, seed).words["exact"])
        assert abs(exact % 1 - 0.5) > 1e-3


def test_a_fresh_interpreter_draws_the_same() -> None:
    code = (
        "import json, sys; from random import Random;"
        "from contrastive_drill.cards.calculations import GENERATORS as g;"
        "print(json.dumps({n: [g[n](Random(s)) for s in sys.argv[1:]] for n in sorted(g)}))"
    )
    here = {name: [drawn(name, seed) for seed in SEEDS] for name in sorted(GENERATORS)}
    for salt in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, *SEEDS],
            env={**os.environ, "PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == json.loads(json.dumps(here))


# Names filled in.


def said(text: str) -> Prose:
    """One paragraph."""
    return (Paragraph((Span(text),)),)


def card_of(**more: object) -> Card:
    """A calculation card with names in every kind of block."""
    name = (Span("[[n]]"),)
    fields: dict[str, object] = {
        "id": "one",
        "section": "test",
        "level": Level.MID,
        "kind": Kind.CALCULATION,
        "prompt": said("A batch of [[n]], at [[tau]]?"),
        "answer": (
            Paragraph(
                (
                    Span("All "),
                    Span("[[others]] of [[n]]", Style.STRONG),
                    Span("[[result]]", Style.FORMULA),
                )
            ),
            Listing((said("[[n]]"), (Formula(r"\frac{[[odds]]}{[[n]]}"),)), 1),
            Code("x = [[1, 0], [[n]]]", "python"),
            TableBlock((name,), ((name,), ((Span("[[result]]"),),))),
        ),
        "points": (KeyPoint((Span("The positive competes with itself"),), True),),
        "sources": (Source(SourceKind.COMPUTED, "the formula"),),
        "bait": Bait(said("Zero, for any [[n]]"), said("Not at [[tau]]")),
        "erratum": Erratum(said("Sheets say [[n]]"), said("It is [[result]]")),
        "expected": Task("infonce-floor", 0.02),
    }
    return Card(**{**fields, **more})  # type: ignore[arg-type]


def test_every_name_of_a_card_is_filled_in_and_nothing_else() -> None:
    card = card_of()
    words, wanted = drawn("infonce-floor", "seed")
    shown = variant(card, "seed")
    assert shown.prompt == said(f"A batch of {words['n']}, at {words['tau']}?")
    assert shown.answer == (
        Paragraph(
            (
                Span("All "),
                Span(f"{words['others']} of {words['n']}", Style.STRONG),
                Span(in_formula(words["result"]), Style.FORMULA),
            ),
        ),
        Listing(
            (
                said(words["n"]),
                (Formula(rf"\frac{{{{{words['odds']}}}}}{{{{{words['n']}}}}}"),),
            ),
            1,
        ),
        Code(f"x = [[1, 0], {words['n']}]", "python"),
        TableBlock(((Span(words["n"]),),), (((Span(words["n"]),),), ((Span(words["result"]),),))),
    )
    assert shown.bait == Bait(said(f"Zero, for any {words['n']}"), said(f"Not at {words['tau']}"))
    assert shown.erratum is not None
    assert shown.erratum.correct == said(f"It is {words['result']}")
    assert shown.expected == Task("infonce-floor", 0.02, Number(wanted, 0.02))
    assert [point.key for point in shown.points] == [point.key for point in card.points]
    assert (shown.id, shown.sources, shown.section) == (card.id, card.sources, card.section)


@every("name", GENERATORS)
def test_every_word_stands_in_a_formula_as_it_does_in_text(name: str) -> None:
    for seed in SEEDS:
        for word in drawn(name, seed).words.values():
            for tex in (in_formula(word), rf"\text{{{in_formula(word)}}}"):
                assert inline(tex, False).replace("−", "-") == word
            assert inline(f"a - {in_formula(word)}", False).replace("−", "-") == f"a - {word}"


def test_a_number_in_a_formula_stands_as_one() -> None:
    assert in_formula("4096") == "{4096}"
    assert in_formula("-0.8") == "{-0.8}"
    assert in_formula("(1, -2, 3)") == "{(1, -2, 3)}"
    assert in_formula("46.55 %") == r"{46.55\ \text{\%}}"
    assert in_formula("4.5 GiB") == r"{4.5\ \text{GiB}}"
    assert in_formula("ViT-B") == r"{\text{ViT-B}}"
    formula = (Formula(r"x^[[n]] = \frac[[n]]2"),)
    n = drawn("infonce-floor", "seed").words["n"]
    assert variant(card_of(answer=formula), "seed").answer == (
        Formula(rf"x^{{{n}}} = \frac{{{n}}}2"),
    )


def test_the_same_seed_fills_the_same_card() -> None:
    cards = [variant(card_of(), seed) for seed in ("one", "one", "two")]
    assert cards[0] == cards[1] != cards[2]


def test_numbers_are_drawn_again_where_a_slip_comes_near_the_answer() -> None:
    task = Task("pq-compression", 0.01)
    near, same = Slip("32.1 * [[d]] / ([[m]] * 4)", "4 bits"), Slip("32 * [[d]] / ([[m]] * 4)", "4")
    slips, seen = (near, same, Slip("log(", "no calculation")), Counter[str]()
    for seed in SEEDS:
        bare = variant(card_of(expected=task), seed).expected
        for slip in (near, same):
            shown = variant(card_of(expected=task, slips=(slip, *slips[2:])), seed)
            assert isinstance(shown.expected, Task)
            assert shown.expected.number
            assert not accepted_slips(shown.slips, shown.expected.number)
            seen["redrawn" if slip is near else "moved"] += shown.expected != bare
            seen["left out"] += len(shown.slips) < 2
    assert 0 < seen["redrawn"] == seen["left out"] < len(SEEDS)
    assert not seen["moved"], "a slip that comes to the very number is none for this draw"


@every("card", calculations, ids=lambda card: card.id)
def test_a_shipped_card_asks_what_is_computed_and_shows_all_it_takes(card: Card) -> None:
    assert isinstance(card.expected, Task)
    for seed in SEEDS:
        shown = variant(card, seed)
        assert isinstance(shown.expected, Task)
        assert shown.expected.number
        wanted, name = shown.expected.number.wanted, card.expected.generator
        draws = (drawn(name, seed + "'" * redrawn) for redrawn in range(REDRAWN + 1))
        task = next(each for each in draws if each.wanted == wanted)
        printed = Printed(task.words)
        ORACLES[card.expected.generator](printed)
        prompt = " ".join(plain(line) for line in lines_of(shown.prompt))
        for word in printed.used:
            assert task.words[word] in prompt, f"[[{word}]] cannot be known"
        answer = [*lines_of(shown.answer), *(point.line for point in card.points)]
        assert not any("[[" in plain(line) for line in answer)
        for tex in formulas_of(shown.answer):
            assert layout(tex, 78, False)
        said = check(shown, task.words["result"])
        assert said is not None
        assert said.right, "the printed answer is not accepted"


def test_a_name_that_is_not_drawn_stays() -> None:
    shown = variant(card_of(prompt=said("[[n]] [[none]] [[N]] [[ n ]]")), "seed")
    text = plain(lines_of(shown.prompt)[0])
    assert text.split(maxsplit=1)[1] == "[[none]] [[N]] [[ n ]]"
    assert names_in(shown.prompt) == {"none", "N", " n "}


def test_a_card_of_another_kind_is_shown_as_it_is() -> None:
    card = card_of(kind=Kind.RECALL, expected=None)
    assert variant(card, "seed") is card


def test_lists_of_numbers_are_no_names() -> None:
    assert names_in(said("[[1, 0], [0, 1]] and [[2]]")) == set()
    assert names_in(said("[[n]] [[a b]] [[x2]]"), said("[[tau]]")) == {"n", "a b", "x2", "tau"}


def test_seeds_near_each_other_draw_apart() -> None:
    same = [one.wanted == other.wanted for one, other in pairwise(
        drawn("cosine-of-two", seed) for seed in MANY
    )]  # fmt: skip
    assert sum(same) < 10
