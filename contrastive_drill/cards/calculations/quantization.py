"""Numbers of low precision: scales, zero points, rounding, caches and bits a weight."""

from random import Random

from contrastive_drill.cards.calculations.generator import DrawnNumbers, drawn, generator


def _range(random: Random) -> tuple[float, float]:
    return -random.choice((0.4, 0.8, 1.0, 1.5)), random.choice((1.6, 2.0, 3.2, 6.0))


@generator
def affine_scale(random: Random) -> DrawnNumbers:
    """The step between neighbouring values of an affine quantizer."""
    (low, high), bits = _range(random), random.choice((4, 8))
    return drawn((high - low) / (2**bits - 1), "", low=low, high=high, bits=bits,
                 steps=2**bits - 1, span=high - low)  # fmt: skip


@generator
def zero_point(random: Random) -> DrawnNumbers:
    """The unsigned code that stands for 0."""
    exact = 0.5
    while round(exact % 1, 9) == 0.5:  # no tie: there are several ways to round one
        low, high = _range(random)
        scale = (high - low) / 255
        exact = -low / scale
    return drawn(round(-low / scale), "", low=low, high=high, scale=scale, exact=exact)


@generator
def symmetric_code(random: Random) -> DrawnNumbers:
    """The int8 code of a value under a symmetric scale."""
    largest = random.choice((1.27, 2.54, 3.0, 6.35))
    exact = 0.5
    while exact % 1 == 0.5 or not round(exact):
        x = round(random.uniform(-0.95, 0.95) * largest, 2)
        exact = round(x * 127 / largest, 9)
    return drawn(round(exact), "", largest=largest, x=x, scale=largest / 127, exact=exact)


@generator
def rounding_error(random: Random) -> DrawnNumbers:
    """The largest rounding error inside the range: half a step."""
    (low, high), bits = _range(random), random.choice((4, 8))
    scale = (high - low) / (2**bits - 1)
    return drawn(scale / 2, "", low=low, high=high, bits=bits, steps=2**bits - 1, scale=scale)


@generator
def kv_cache(random: Random) -> DrawnNumbers:
    """GiB of keys and values."""
    layers, heads, d = random.choice(((32, 32, 128), (32, 8, 128), (80, 8, 128), (48, 8, 128)))
    tokens, batch = random.choice((4096, 8192, 32768, 131072)), random.choice((1, 4, 8))
    form, size = random.choice((("bf16", 2), ("fp8", 1)))
    each = 2 * layers * heads * d * size
    return drawn(each * tokens * batch / 2**30, "GiB", layers=layers, heads=heads, d=d,
                 tokens=tokens, batch=batch, form=form, size=size, each=each)  # fmt: skip


@generator
def bits_a_weight(random: Random) -> DrawnNumbers:
    """Bits a weight with a 16-bit scale, and perhaps a zero point, for each group."""
    bits, group = random.choice((2, 3, 4)), random.choice((32, 64, 128))
    zero = random.choice((0, bits))
    extra = 16 + zero
    words = f"a 16-bit scale and a {bits}-bit zero point" if zero else "a 16-bit scale"
    return drawn(bits + extra / group, "bits", bits=bits, group=group, extra=extra, words=words)


@generator
def weights_memory(random: Random) -> DrawnNumbers:
    """GB of a model's weights."""
    billions = random.choice((1.3, 7, 8, 13, 34, 70))
    form, bits = random.choice((("fp32", 32), ("bf16", 16), ("int8", 8), ("int4", 4)))
    return drawn(billions * bits / 8, "GB", billions=billions, form=form, bits=bits, size=bits / 8)


@generator
def lora_parameters(random: Random) -> DrawnNumbers:
    """Millions of trainable numbers that LoRA adds."""
    layers, d = random.choice(((12, 768), (24, 1024), (32, 4096), (40, 5120)))
    rank, matrices = random.choice((4, 8, 16, 64)), random.choice((2, 4))
    each = rank * 2 * d
    return drawn(layers * matrices * each / 1e6, "million", layers=layers, d=d, rank=rank,
                 matrices=matrices, each=each)  # fmt: skip
