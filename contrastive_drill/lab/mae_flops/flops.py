"""What a vision transformer costs, term by term: multiply-adds (MAC) for one picture.

One MAC is two FLOPs; the "GFLOPs" of many papers are GMACs. Counted are the matrix products.
Biases, norms, softmax, GELU, the loss and the optimizer are not: together below 1 % of a ViT-B.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # the formulas need no torch
    from contrastive_drill.lab.vit import ViTShape

FLOPS = 2  # of one multiply-add
TRAINING = 3  # forward passes: backward costs two, one for the weights and one for what came in

Macs = dict[str, int]  # MACs by what they are spent on, in the order of a forward pass

EMBED, QKV, SQUARE = "patch embedding", "queries, keys, values", "attention, n²"
OUT, MLP = "output projection", "MLP"
NARROW, HEAD = "decoder embedding", "decoder head"


@dataclass(frozen=True, slots=True)
class Blocks:
    """A stack of transformer blocks: a decoder, or a text tower."""

    depth: int
    width: int
    heads: int


@dataclass(frozen=True, slots=True)
class VideoShape:
    """A transformer on short videos cut into tubes, without a class token, as in VideoMAE."""

    depth: int
    width: int
    frames: int = 16
    tube: int = 2  # frames
    image: int = 224  # pixels a side
    patch: int = 16  # pixels a side

    @property
    def patches(self) -> int:
        """How many tubes a clip is cut into."""
        return self.frames // self.tube * (self.image // self.patch) ** 2

    @property
    def pixels(self) -> int:
        """How many numbers a tube holds."""
        return 3 * self.tube * self.patch**2

    def visible(self, ratio: float) -> int:
        """How many tubes stay when the same places are masked in all frames."""
        places = (self.image // self.patch) ** 2
        return self.frames // self.tube * (places - int(ratio * places))


Encoder: TypeAlias = "ViTShape | VideoShape"


def stack(depth: int, width: int, tokens: int) -> Macs:
    """Transformer blocks with an MLP four times as wide: 12nd² + 2n²d each, in four terms."""
    square = tokens * width**2
    return {
        QKV: depth * 3 * square,
        SQUARE: depth * 2 * tokens**2 * width,  # QKᵀ, and its softmax times V
        OUT: depth * square,
        MLP: depth * 8 * square,
    }


def encode(encoder: Encoder, visible: int | None = None, *, first: int = 1) -> Macs:
    """An encoder on `visible` patches, all when None, and `first` class tokens.

    Every patch is embedded before those that are masked are dropped, as in MAE's code.
    """
    embedded = encoder.patches * encoder.pixels * encoder.width
    tokens = first + (encoder.patches if visible is None else visible)
    return {EMBED: embedded, **stack(encoder.depth, encoder.width, tokens)}


def decode(
    encoder: Encoder, decoder: Blocks, tokens: int, *, first: int = 1, rebuilt: int | None = None
) -> Macs:
    """MAE's decoder: `tokens` of the encoder's made narrow, then blocks on all, then pixels.

    The head rebuilds `rebuilt` tokens; all of them when None, as MAE's code does.
    """
    total = first + encoder.patches
    inside = stack(decoder.depth, decoder.width, total)
    return {
        NARROW: tokens * encoder.width * decoder.width,
        **{f"decoder: {term}": macs for term, macs in inside.items()},
        HEAD: (total if rebuilt is None else rebuilt) * decoder.width * encoder.pixels,
    }


def video(encoder: VideoShape, decoder: Blocks, ratio: float) -> Macs:
    """VideoMAE (arXiv:2203.12602, its code): no class token, and only masked tubes are rebuilt."""
    visible = encoder.visible(ratio)
    decoded = decode(encoder, decoder, visible, first=0, rebuilt=encoder.patches - visible)
    return encode(encoder, visible, first=0) | decoded


def text(tower: Blocks, tokens: int = 77) -> int:
    """A text tower on CLIP's 77 tokens; looking up an embedding multiplies nothing."""
    return total(stack(tower.depth, tower.width, tokens))


def total(terms: Macs) -> int:
    """All terms together."""
    return sum(terms.values())


def decoder_share(terms: Macs) -> float:
    """What part of an autoencoder's forward pass its decoder takes."""
    inside = [macs for term, macs in terms.items() if term.startswith("decoder")]
    return sum(inside) / total(terms)


def quadratic_share(tokens: int, width: int) -> float:
    """The part of a block that grows with the square of the tokens: n / (6d + n)."""
    return tokens / (6 * width + tokens)
