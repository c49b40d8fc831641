"""Numbers of word vectors: PMI, negative sampling, subsampling."""

import math
from random import Random

from contrastive_drill.cards.calculations.generator import DrawnNumbers, drawn, generator


@generator
def pointwise_mutual_information(random: Random) -> DrawnNumbers:
    """PMI in bits from counts."""
    ratio = 1.0
    while ratio == 1:  # its logarithm is 0, of which no share is a tolerance
        total = random.choice((10_000, 100_000, 1_000_000))
        left, right = random.choice((100, 200, 500)), random.choice((50, 100, 400))
        both = random.choice((4, 10, 20))
        ratio = both * total / (left * right)
    return drawn(math.log2(ratio), "bits", total=total, left=left, right=right, both=both,
                 ratio=ratio)  # fmt: skip


@generator
def negative_sampling_share(random: Random) -> DrawnNumbers:
    """The probability of the rare one of two words under counts to the power ¾."""
    rare, common = random.choice((1, 10, 16)), random.choice((81, 625, 1000, 10_000))
    low, high = rare**0.75, common**0.75
    return drawn(100 * low / (low + high), "%", rare=rare, common=common, low=low, high=high,
                 plain=100 * rare / (rare + common))  # fmt: skip


@generator
def subsampling_keep(random: Random) -> DrawnNumbers:
    """The probability that word2vec keeps a frequent word, by the paper's rule."""
    threshold = 1e-5
    share = random.choice((4e-2, 1e-2, 4e-3, 1e-3, 4e-4))
    return drawn(100 * math.sqrt(threshold / share), "%", share=share, threshold="0.00001",
                 ratio=threshold / share)  # fmt: skip
