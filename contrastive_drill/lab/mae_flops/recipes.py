"""Methods and published recipes: what a picture costs, how many epochs, how many hours.

Seen in: MAE, arXiv:2111.06377, §4 and its code; MoCo v3's code (CONFIG.md); CLIP, arXiv:2103.00020,
§2.5; FLIP, arXiv:2212.00794, figure 1 and §4.1; VideoMAE, arXiv:2203.12602, table 3 and its
scripts; open_clip, docs/model_profile.csv; torchvision, models/vision_transformer.py.
"""

from dataclasses import dataclass

from contrastive_drill.lab.mae_flops import flops
from contrastive_drill.lab.mae_flops.flops import FLOPS, TRAINING, Blocks, VideoShape, total
from contrastive_drill.lab.mae_flops.model_sizes import MODELS, ModelSize

IMAGENET = 1_281_167  # pictures to train on
LAION = 400_000_000  # pairs; CLIP's own data are as many


# CLIP's text tower beside each model, and what open_clip counts for both towers, in GFLOPs.
TEXTS = {"B/16": Blocks(12, 512, 8), "L/16": Blocks(12, 768, 12), "H/14": Blocks(24, 1024, 16)}
OPEN_CLIP = {"B/16": (35.13, 5.96), "L/16": (123.11, 13.30), "H/14": (334.59, 47.09)}
# torchvision's `_ops` of the same encoders, in multiply-adds; its documentation calls them GFLOPS.
TORCHVISION = {"B/16": 17.564, "L/16": 61.555, "H/14": 167.295}

CLIP_TOWER, CLIP_DECODER, CLIP_MASK = VideoShape(12, 768), Blocks(4, 384, 6), 0.9  # VideoMAE, ViT-B

ONE, TWO, MOCO = "one view, with labels", "two views, SimCLR", "MoCo v3"
PAIR, HALF = "CLIP", "FLIP, 50 % masked"
MAE, TOKENS = "MAE", "MAE, mask tokens in encoder"
TUBES, CLIPS, CLIP_MOCO = "VideoMAE, 90 % masked", "two views of a clip", "MoCo v3 on clips"
PASSES = {  # F: the encoder forward, T: the text tower, M: the autoencoder
    ONE: "3F",
    TWO: "6F",
    MOCO: "8F",  # two more forward passes, through the momentum encoder, without a backward
    PAIR: "3F+3T",
    HALF: "3F½+3T",
    MAE: "3M",
    TOKENS: "3M",
    TUBES: "3M",
    CLIPS: "6F",
    CLIP_MOCO: "8F",
}


def training(model: ModelSize) -> dict[str, int]:
    """MACs to train on one picture once, by method; CLIP and FLIP where a text tower is known."""
    view = total(model.forward())
    costs = {
        ONE: TRAINING * view,
        TWO: 2 * TRAINING * view,
        MOCO: (2 * TRAINING + 2) * view,
        MAE: TRAINING * total(model.masked()),
        TOKENS: TRAINING * total(model.masked(mask_in_encoder=True)),
    }
    if model.name in TEXTS:
        words = flops.text(TEXTS[model.name])
        half = total(flops.encode(model.shape, model.shape.visible(0.5)))
        costs |= {PAIR: TRAINING * (view + words), HALF: TRAINING * (half + words)}
    return costs


def training_clips() -> dict[str, int]:
    """MACs to train ViT-B on one clip of 16 frames once."""
    view = total(flops.encode(CLIP_TOWER, first=0))
    masked = total(flops.video(CLIP_TOWER, CLIP_DECODER, CLIP_MASK))
    return {TUBES: TRAINING * masked, CLIPS: 2 * TRAINING * view, CLIP_MOCO: 8 * view}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long a method was trained."""

    method: str
    epochs: float
    samples: int  # in an epoch
    batch: int | None  # None where it was not looked up
    models: tuple[str, ...]  # that were trained so

    def flops(self, model: ModelSize) -> float:
        """FLOPs of the whole training."""
        return FLOPS * training(model)[self.method] * self.epochs * self.samples


EVERY_MODEL = tuple(MODELS)
RIVAL = Recipe(MOCO, 300, IMAGENET, 4096, EVERY_MODEL)
RECIPES = (
    Recipe(MAE, 1600, IMAGENET, 4096, EVERY_MODEL),
    Recipe(MAE, 800, IMAGENET, 4096, EVERY_MODEL),
    RIVAL,
    Recipe(TWO, 300, IMAGENET, None, EVERY_MODEL),  # for comparison: not published
    Recipe(PAIR, 32, LAION, 32768, ("B/16",)),
    Recipe(HALF, 6.4, LAION, None, ("L/16",)),
)
VIDEO_EPOCHS = {TUBES: 800, CLIP_MOCO: 300}  # on Something-Something V2


def recipe_ratio(name: str, epochs: int = 1600) -> float:
    """FLOPs of MAE's recipe over those of MoCo v3's, for one of `MODELS`."""
    costs = training(MODELS[name])
    return costs[MAE] * epochs / (costs[MOCO] * RIVAL.epochs)


def video_ratio() -> float:
    """FLOPs of VideoMAE's recipe over those of MoCo v3's on the same clips."""
    costs = training_clips()
    return costs[TUBES] * VIDEO_EPOCHS[TUBES] / (costs[CLIP_MOCO] * VIDEO_EPOCHS[CLIP_MOCO])
