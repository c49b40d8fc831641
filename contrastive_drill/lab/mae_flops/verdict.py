"""What the counts and the clock say."""

from collections.abc import Iterator, Mapping
from functools import partial

from contrastive_drill.demo.result import Claim, Note, Outcome
from contrastive_drill.lab.mae_flops.passes import MAE, TOKENS, TWO
from contrastive_drill.lab.mae_flops.tables import Counts, Ratios
from contrastive_drill.lab.step_cost import Seconds, ratio


def counted(
    counts: Counts, found: Mapping[str, Ratios], logits: float
) -> Iterator[Claim | Note | Outcome]:
    """What the counts say of the published models, with what the papers say beside them."""
    above, below = partial(Claim.above, computed=True), partial(Claim.below, computed=True)
    base, large, clips = found["B/16"], found["L/16"], found["clips"]
    apart = max(abs(1 - b / a) for each in counts.values() for a, b in (each[:2], each[2:]))
    yield below("Formula and torch's counter differ at most by", 100 * apart, 1, "%")
    larger, recipe = max(base.two_views, large.two_views), "MAE 1600 epochs over MoCo v3 300"
    yield below("Each epoch, ViT-B and L, the larger: MAE over two views", larger, 0.3)
    yield above(f"Whole recipe, ViT-B: {recipe}", base.recipe, 1)
    yield below(f"Whole recipe, ViT-L: {recipe}", large.recipe, 1)
    yield below("Whole recipe, clips: VideoMAE 800 epochs over MoCo v3 300", clips.recipe, 0.25)
    yield above("ViT-B: the decoder's part of MAE's forward pass", base.decoder, 0.5)
    yield above("ViT-L: MAE with mask tokens in the encoder over MAE", large.mask_tokens, 3)
    square = max(base.square, large.square, found["H/14"].square)
    yield below("The n² part of a block at 224 px, the largest of three", square, 0.05)
    yield above("The n² part of a block on a clip of 1568 tubes, ViT-B", clips.square, 0.2)
    yield below("Logits of a batch of 32,768 add to CLIP with ViT-B/16", 100 * logits, 1, "%")
    yield Outcome(0 if base.recipe < 0.5 else 1 if base.recipe < 2 else 2)
    yield Note(
        "Cheaper than contrastive, for an epoch or for equal accuracy? For an epoch it is. But MAE "
        f"trains 1600 epochs and MoCo v3 300, so ViT-L ends at {large.recipe:.2f} of its FLOPs, 31 "
        f"hours against 36 (MAE, §4.2), and ViT-B at {base.recipe:.2f}. The 2.8 to 4.1 times of "
        "MAE's table 2 are against the same MAE with mask tokens in the encoder. On video, masked "
        "by 90 %, VideoMAE's table 3 does have contrastive beside it: 19.5 hours against MoCo v3's "
        "61.7. Nor are FLOPs all: by a linear probe MAE's ViT-B has 68.0 and MoCo v3's 76.7, "
        "fine-tuned 83.6 and 83.2 (MAE, table 3 and appendix B; MoCo v3's paper for its probe)."
    )


def timed(seconds: Seconds, counted: float) -> Iterator[Claim | Note]:
    """What the clock says; bounds are wide, as the machine may be busy."""
    views, tokens = ratio(seconds, MAE, TWO), ratio(seconds, TOKENS, MAE)
    yield Claim.below("Measured: MAE's step over two views'", views, 0.5)
    yield Claim.above("Measured: MAE's step with mask tokens over MAE's", tokens, 1.25)
    yield Note(
        f"MAE's step took {views:.2f} of two views' time for {counted:.2f} of the FLOPs. The clock "
        "sees what the count leaves out: AdamW touches every weight however few the tokens; a "
        "quarter of them makes thinner matrices; patches are shuffled and put back. Reading and "
        "augmenting pictures is left out of both, and would weigh more on the cheaper step."
    )
