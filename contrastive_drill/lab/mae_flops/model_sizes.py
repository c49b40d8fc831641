"""Models by name: the published sizes, two for a processor, and sizes of one's own."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.autoencoder import MaskedAutoencoder
from contrastive_drill.lab.mae_flops import flops
from contrastive_drill.lab.mae_flops.flops import Blocks, Macs
from contrastive_drill.lab.vit import ViTShape

DECODER = Blocks(8, 512, 16)  # MAE's for all of its sizes


@dataclass(frozen=True, slots=True)
class ModelSize:
    """An encoder, and what MAE trains it with."""

    name: str
    shape: ViTShape
    decoder: Blocks = DECODER
    mask: float = 0.75  # MAE's for pictures

    @property
    def seen(self) -> int:
        """The patches that stay when `mask` of them are hidden."""
        return self.shape.visible(self.mask)

    def forward(self) -> Macs:
        """One view through the encoder."""
        return flops.encode(self.shape)

    def masked(self, *, mask_in_encoder: bool = False) -> Macs:
        """The masked autoencoder (arXiv:2111.06377), forward: the decoder is on all patches.

        With `mask_in_encoder` the encoder is too: the paper's baseline (tables 1c and 2).
        """
        stay = self.shape.patches if mask_in_encoder else self.seen
        return flops.encode(self.shape, stay) | flops.decode(self.shape, self.decoder, 1 + stay)

    def autoencoder(self, *, mask_in_encoder: bool = False) -> MaskedAutoencoder:
        """The module whose forward pass `masked` counts."""
        return MaskedAutoencoder(
            self.shape, *astuple(self.decoder), mask_in_encoder=mask_in_encoder
        )

    def passes(self) -> dict[str, Macs]:
        """One view, MAE, and MAE with mask tokens in the encoder."""
        return {
            "one view": self.forward(),
            "MAE": self.masked(),
            "MAE, mask tokens": self.masked(mask_in_encoder=True),
        }


MODELS = {
    "B/16": ModelSize("B/16", ViTShape(224, 16, depth=12, width=768, heads=12)),
    "L/16": ModelSize("L/16", ViTShape(224, 16, depth=24, width=1024, heads=16)),
    "H/14": ModelSize("H/14", ViTShape(224, 14, depth=32, width=1280, heads=16)),
}
# For a processor: the decoder costs 8 % of the encoder for a token, as ViT-L's does.
SMALL = ModelSize("small", ViTShape(224, 16, depth=6, width=384, heads=6), Blocks(2, 192, 6))
TINY = ModelSize("tiny", ViTShape(224, 16, depth=3, width=384, heads=6), Blocks(1, 192, 6))


def resized(model: ModelSize, sizes: Mapping[str, int], decoder: Blocks, mask: float) -> ModelSize:
    """A model with other sizes, 0 being its own, called "yours" when that makes a difference.

    Raises:
        UsageProblem: when the sizes do not fit one another.
    """
    shape = replace(model.shape, **{name: size for name, size in sizes.items() if size})
    changed = replace(model, shape=shape, decoder=decoder, mask=mask)
    if changed == model:
        return model
    if shape.image % shape.patch:
        raise UsageProblem(
            f"image {shape.image} is no multiple of patch {shape.patch}: change one of them"
        )
    for words, width, heads in (
        ("", shape.width, shape.heads),
        ("decoder_", decoder.width, decoder.heads),
    ):
        if width % heads or width % 4:
            raise UsageProblem(
                f"{words}width {width} must be a multiple of 4 and of {words}heads {heads}"
            )
    if not changed.seen:
        raise UsageProblem(
            f"mask {mask:g} leaves none of {shape.patches} patches to see: lower mask"
        )
    return replace(changed, name="yours")
