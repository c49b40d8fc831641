"""Numbers of vision transformers: tokens, parameters and FLOPs."""

from random import Random

from contrastive_drill.cards.calculations.generator import DrawnNumbers, drawn, generator

MODELS = (
    ("ViT-Ti", 12, 192), ("ViT-S", 12, 384), ("ViT-B", 12, 768), ("ViT-L", 24, 1024),
    ("ViT-H", 32, 1280),
)  # fmt: skip
PATCHES = ((224, 14), (224, 16), (224, 32), (256, 16), (336, 14), (384, 16))


@generator
def vit_flops(random: Random) -> DrawnNumbers:
    """GFLOPs of one forward pass, a multiply-add counting as two."""
    (model, depth, width), (image, patch) = random.choice(MODELS), random.choice(PATCHES)
    patches = (image // patch) ** 2
    n = patches + 1
    block = 12 * n * width**2 + 2 * n**2 * width
    total = depth * block + patches * 3 * patch**2 * width
    return drawn(
        2 * total / 1e9, "GFLOPs", model=model, depth=depth, width=width, image=image, patch=patch,
        n=n, block=block / 1e9, macs=total / 1e9,
    )  # fmt: skip


@generator
def vit_parameters(random: Random) -> DrawnNumbers:
    """Parameters of the blocks, in millions, by 12d² a block."""
    model, depth, width = random.choice(MODELS)
    return drawn(
        12 * depth * width**2 / 1e6, "million", model=model, depth=depth, width=width,
        block=12 * width**2 / 1e6,
    )  # fmt: skip


@generator
def attention_share(random: Random) -> DrawnNumbers:
    """The share of a block's multiply-adds that grows with the square of the tokens."""
    model, _, width = random.choice(MODELS)
    n = random.choice((197, 257, 577, 1025, 1568, 2049, 4097))
    return drawn(100 * n / (6 * width + n), "%", model=model, width=width, n=n, six=6 * width)


@generator
def masked_video_tokens(random: Random) -> DrawnNumbers:
    """Tokens that are left of a video when the same places are masked in all its frames."""
    frames, depth, patch, places, ratio = random.choice((8, 16, 32)), 2, 16, 1, 75
    while places * ratio % 100:  # a share of the places that is a whole number of them
        image, ratio = random.choice((160, 224, 256, 320)), random.choice((50, 75, 80, 90, 95))
        places = (image // patch) ** 2
    tokens = frames // depth * places
    return drawn(
        tokens * (100 - ratio) // 100, "tokens", frames=frames, image=image, depth=depth,
        patch=patch, ratio=ratio, tokens=tokens,
    )  # fmt: skip


@generator
def mae_encoder_saving(random: Random) -> DrawnNumbers:
    """How many times cheaper a block is on the visible patches than on all of them."""
    model, _, width = random.choice(MODELS)
    patches, ratio = 1, 75.0
    while patches * ratio % 100:  # a share of the patches that is a whole number of them
        (image, patch), ratio = random.choice(PATCHES), random.choice((50.0, 75.0))
        patches = (image // patch) ** 2
    full, seen = patches + 1, round(patches * (100 - ratio) / 100) + 1

    def block(n: int) -> int:
        return 12 * n * width**2 + 2 * n**2 * width

    return drawn(
        block(full) / block(seen), "times", model=model, width=width, image=image, patch=patch,
        ratio=ratio, full=full, seen=seen, dear=block(full) / 1e6, cheap=block(seen) / 1e6,
    )  # fmt: skip


@generator
def image_tokens_in_context(random: Random) -> DrawnNumbers:
    """Tokens that a picture costs a language model after its patches are merged 2 by 2."""
    height, width = (28 * random.randint(8, 48) for _ in range(2))
    return drawn(height // 28 * (width // 28), "tokens", height=height, width=width,
                 down=height // 28, across=width // 28)  # fmt: skip
