"""What the numbers of `mae-flops` mean."""

from collections.abc import Iterator

from contrastive_drill.demo.result import Claim, Note, Outcome
from contrastive_drill.lab.mae_flops import cost_tables, flops, recipes
from contrastive_drill.lab.mae_flops.model_sizes import ModelSize
from contrastive_drill.lab.mae_flops.recipes import MAE, TOKENS, TWO
from contrastive_drill.lab.step_cost import Seconds, ratio


def outcome() -> Outcome:
    """Which option of the prediction is true: arithmetic, whatever the run."""
    times = recipes.recipe_ratio("B/16")
    return Outcome(0 if times < 0.5 else 1 if times < 2 else 2)


def verdicts(timed: ModelSize, seconds: Seconds) -> Iterator[Claim | Note]:
    """What the clock says; bounds are wide, as the machine may be busy."""
    views, tokens = ratio(seconds, MAE, TWO), ratio(seconds, TOKENS, MAE)
    yield Claim.below("Measured: MAE's step over two views'", views, 0.5)
    yield Claim.above("Measured: MAE's step with mask tokens over MAE's", tokens, 1.25)
    costs = recipes.training(timed)
    yield Note(
        f"MAE's step took {views:.2f} of two views' time for "
        f"{costs[MAE] / costs[TWO]:.2f} of the FLOPs. The clock sees what the count leaves out: "
        "AdamW touches every weight once a step however few the tokens; patches are shuffled and "
        "put back; norms, GELU and pixel targets move memory; and a quarter of the tokens makes "
        "thinner matrices. Reading and augmenting pictures is left out of both, and would weigh "
        "more on the cheaper step."
    )


def notes(one: ModelSize) -> Iterator[Note]:
    """What the numbers mean, with what the papers say beside them."""
    title = cost_tables.model_title(one)
    square = flops.quadratic_share(1 + one.shape.patches, one.shape.width)
    yield Note(
        "Cheaper than contrastive, for an epoch or for equal accuracy? For an epoch it is. But MAE "
        "trains 1600 epochs and MoCo v3 300, so ViT-L ends at "
        f"{recipes.recipe_ratio('L/16'):.2f} of its FLOPs, 31 hours against 36 (MAE, §4.2), and "
        f"ViT-B at {recipes.recipe_ratio('B/16'):.2f}. The 2.8 to 4.1 times of MAE's table 2 are "
        "against the same MAE with mask tokens in the encoder. On video, masked by 90 % and not "
        "75, VideoMAE's table 3 does have contrastive beside it: 19.5 hours against MoCo v3's 61.7."
    )
    yield Note(
        f"Attention's n² is {square:.1%} of a block of {title}: a quarter of the "
        f"tokens costs {(1 - 0.75 * square) / 4:.1%} of it. The n² part is half of a block where "
        f"n = 6d, at {one.shape.patch * (6 * one.shape.width) ** 0.5:.0f} px, and pays on video."
    )
    yield Note(
        "CLIP is not SimCLR: one view, hardly augmented, and a caption for each picture. Nor must "
        "batches be massive: MAE's own is 4096, MoCo and SimSiam train at 256, and CLIP's 32,768 "
        "cost memory for activations, not FLOPs for logits. Nor are FLOPs all: by a linear probe "
        "MAE's ViT-B has 68.0 and MoCo v3's 76.7, fine-tuned 83.6 and 83.2 (MAE, table 3 and "
        "appendix B; MoCo v3's paper for its probe)."
    )
