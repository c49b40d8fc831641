"""Numbers of contrastive losses: logit matrices, chance levels, bounds and temperatures."""

import math
from random import Random

from contrastive_drill.cards.calculations.generator import DrawnNumbers, drawn, generator

BATCHES = (256, 1024, 4096, 8192, 16384, 32768, 65536)
TEMPERATURES = (1.0, 0.5, 0.2, 0.1, 0.07)


@generator
def logit_matrix_memory(random: Random) -> DrawnNumbers:
    """GiB of an N × N matrix of logits."""
    n = random.choice((8192, 16384, 32768, 49152, 65536))
    form, size = random.choice((("bf16", 2), ("fp32", 4)))
    return drawn(n * n * size / 2**30, "GiB", n=n, form=form, size=size)


@generator
def infonce_at_chance(random: Random) -> DrawnNumbers:
    """Nats of InfoNCE when every candidate looks the same."""
    n = random.choice(BATCHES)
    return drawn(math.log(n), "nats", n=n)


@generator
def infonce_floor(random: Random) -> DrawnNumbers:
    """Nats of InfoNCE with the positive at cosine 1 and every negative at cosine 0."""
    n, tau = random.choice(BATCHES), random.choice(TEMPERATURES[:4])
    odds = (n - 1) * math.exp(-1 / tau)
    return drawn(math.log1p(odds), "nats", n=n, others=n - 1, tau=tau, odds=odds)


@generator
def mutual_information_bound(random: Random) -> DrawnNumbers:
    """Nats of mutual information that a measured InfoNCE loss guarantees."""
    n = random.choice(BATCHES)
    loss = round(random.uniform(0.2, 0.7) * math.log(n), 2)
    return drawn(math.log(n) - loss, "nats", n=n, loss=loss, cap=math.log(n))


@generator
def hardest_negative_share(random: Random) -> DrawnNumbers:
    """The share of the gradient on the negatives that the most similar of four takes."""
    hard = random.choice((0.5, 0.45, 0.4, 0.35))
    others = sorted(random.sample((0.3, 0.25, 0.2, 0.15, 0.1, 0.05, 0.0), 3), reverse=True)
    tau = random.choice((0.5, 0.2, 0.1, 0.07))
    weights = [math.exp((s - hard) / tau) for s in others]
    listed = ", ".join(f"{s:g}" for s in (hard, *others))
    return drawn(
        100 / (1 + sum(weights)), "%", listed=listed, hard=hard, tau=tau, rest=sum(weights)
    )


@generator
def siglip_first_loss(random: Random) -> DrawnNumbers:
    """SigLIP's loss for one row at its start, t = 10 and b = −10, when every cosine is 0."""
    n = random.choice(BATCHES[1:])
    positive, negative = math.log1p(math.exp(10)), math.log1p(math.exp(-10))
    return drawn(
        positive + (n - 1) * negative, "nats", n=n, others=n - 1, one=positive, each=negative
    )


@generator
def softmax_probability(random: Random) -> DrawnNumbers:
    """The probability that a softmax over three cosines gives to the first, at a temperature."""
    first = random.choice((0.32, 0.3, 0.28))
    second, third = random.sample((0.29, 0.27, 0.25, 0.22, 0.2), 2)
    scale = random.choice((10, 20, 50, 100))
    rest = sum(math.exp(scale * (s - first)) for s in (second, third))
    return drawn(100 / (1 + rest), "%", first=first, second=second, third=third, scale=scale)


@generator
def cosine_of_two(random: Random) -> DrawnNumbers:
    """The cosine of two vectors of small whole numbers."""
    while True:
        a, b = ([random.randint(-4, 5) for _ in range(3)] for _ in range(2))
        dot = sum(x * y for x, y in zip(a, b, strict=True))
        first, second = (sum(x * x for x in v) for v in (a, b))
        if dot and first and second and dot * dot != first * second:
            break
    return drawn(
        dot / math.sqrt(first * second), "",
        a=str(tuple(a)), b=str(tuple(b)), dot=dot, first=first, second=second,
    )  # fmt: skip
