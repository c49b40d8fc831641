"""The catalogue of demos: what each claims and costs, by name."""

from typing import NamedTuple

from contrastive_drill.spelling import UnknownName


class Entry(NamedTuple):
    """What is known of a demo before torch is imported."""

    claim: str  # the first line of its page
    seconds: int  # of a full run on two cores
    quick: int  # seconds with --quick


CATALOGUE = {
    "collapse": Entry(
        "Losses on true pairs alone collapse; negatives prevent that, and are not the only cure.",
        seconds=40,
        quick=10,
    ),
    "siamese": Entry(
        "Without negatives one tower holds by a stopped gradient, or by centring and sharpening.",
        seconds=20,
        quick=8,
    ),
    "temperature": Entry(
        "A small temperature sharpens: the hardest negatives take the push, and gradients grow.",
        seconds=36,
        quick=7,
    ),
    "bound": Entry(
        "InfoNCE's estimate of mutual information stops at log N, and a better one finds nothing "
        "better.",
        seconds=10,
        quick=3,
    ),
    "memory": Entry(
        "InfoNCE of 32,768 pairs is exact in linear memory: in tiles, with a backward of its own.",
        seconds=17,
        quick=3,
    ),
    "quantize": Entry(
        "GPTQ moves the weights farther than rounding to nearest, and the layer's output less.",
        seconds=8,
        quick=4,
    ),
    "siglip": Entry(
        "SigLIP's bias is a prior of the batch: begun at 0, far from log 1/N, a short run learns "
        "little.",
        seconds=16,
        quick=3,
    ),
    "mae-flops": Entry(
        "An epoch of MAE costs a fraction of a contrastive one; a whole recipe of it need not.",
        seconds=45,
        quick=8,
    ),
    "mae": Entry(
        "Frozen, a masked autoencoder is weak; fine-tuned, it makes up for it.",
        seconds=60,
        quick=14,
    ),
    "clip": Entry(
        "A minute of CLIP finds unseen pictures by words, and fewer by an artist it never saw.",
        seconds=55,
        quick=12,
    ),
    "search": Entry(
        "Fusing two searches helps where they are equals; else it lies below the better one.",
        seconds=8,
        quick=5,
    ),
    "index": Entry(
        "Codes cap the recall of IVF-PQ, whatever is probed; a graph's recall is bought with "
        "distances.",
        seconds=18,
        quick=3,
    ),
    "words": Entry(
        "Skip-gram's products tend to PMI less log k, given dimensions; analogies live on a hidden "
        "rule.",
        seconds=40,
        quick=4,
    ),
    "outliers": Entry(
        "SmoothQuant's α = 0.5 heals outliers that meet small weights and worsens those on large "
        "ones.",
        seconds=12,
        quick=4,
    ),
    "cone": Entry(
        "Without their common direction averaged tokens find more; a contrastive output gains "
        "nothing.",
        seconds=14,
        quick=6,
    ),
    "flip": Entry(
        "With 75 % of the patches dropped recall falls little at equal samples; at equal cost it "
        "rises.",
        seconds=25,
        quick=8,
    ),
    "transfer": Entry(
        "At equal accuracy on the new artist LoRA forgets no less of the old; averaged weights do.",
        seconds=20,
        quick=10,
    ),
    "bridge": Entry(
        "One learned query serves a small frozen decoder as well as 16 projected tokens, at half "
        "the cost.",
        seconds=30,
        quick=10,
    ),
    "ranks": Entry(
        "A local loss does with all gradients through its gather or with none; own rows alone ruin "
        "it.",
        seconds=15,
        quick=8,
    ),
    "moco": Entry(
        "Without momentum MoCo's queue is told by its age; and crops alone are told by their "
        "colours.",
        seconds=25,
        quick=6,
    ),
}


def names() -> tuple[str, ...]:
    """The demos, in the order of the catalogue."""
    return tuple(CATALOGUE)


def describe(name: str) -> Entry:
    """The claim a demo puts to the test, and what it costs.

    Raises:
        UsageProblem: for a name that is not in the catalogue.
    """
    if name not in CATALOGUE:
        raise UnknownName(f"there is no demo '{name}'", name, CATALOGUE)
    return CATALOGUE[name]
