"""Counted costs as formulas and tables."""

from collections.abc import Mapping, Sequence

from contrastive_drill.demo.result import Cell, LabelledFormula, Table
from contrastive_drill.lab.mae_flops import flops, recipes
from contrastive_drill.lab.mae_flops.flops import EMBED, FLOPS, TRAINING, total
from contrastive_drill.lab.mae_flops.model_sizes import MODELS, ModelSize
from contrastive_drill.lab.mae_flops.recipes import CLIPS, MAE, MOCO, PASSES, RECIPES, TOKENS, TWO

GIGA, EXA = 1e9, 1e18
NONE = "-"

# FLOPs of a forward pass and of it with its backward pass, by the words for what was counted.
Counted = Mapping[str, tuple[int, int]]


FORMULAS = (
    LabelledFormula(
        "A block in MAC, on n tokens of width d: queries, keys and values, the output projection "
        "and the MLP take 3, 1 and 8 nd²; attention takes n²d twice.",
        r"12nd^2 + 2n^2d",
    ),
    LabelledFormula(
        "The part of a block that is quadratic in n: half of it at n = 6d.",
        r"\frac{2n^2d}{12nd^2 + 2n^2d} = \frac{n}{6d + n}",
    ),
    LabelledFormula(
        "MAE forward in MAC: N patches of p numbers; an encoder of L blocks of width d on n tokens "
        "seen; a decoder of D blocks of width w on m = N + 1 tokens.",
        r"Npd + L(12nd^2 + 2n^2d) + ndw + D(12mw^2 + 2m^2w) + mwp",
    ),
)


def model_title(model: ModelSize) -> str:
    """The model and the side of its pictures."""
    return f"{model_label(model)} at {model.shape.image} px"


def model_label(model: ModelSize) -> str:
    """The model by its published name, or the reader's own."""
    return f"ViT-{model.name}" if model.name in MODELS else "your ViT"


def term_table(model: ModelSize) -> Table:
    """A forward pass term by term: one view, MAE, and MAE with mask tokens in the encoder."""
    passes = model.passes()
    parts = tuple(passes.values())

    def row(name: str, macs: Sequence[int]) -> tuple[str, ...]:
        return (name, *(Cell(count / GIGA, ".3f", "GMAC") if count else NONE for count in macs))

    sums = [total(part) for part in parts]
    shares = [Cell(flops.decoder_share(part), ".0%") for part in parts[1:]]
    return Table(
        title=f"Forward pass of {model_title(model)}, GMAC",
        columns=("term", *passes),
        rows=(
            *(row(name, [part.get(name, 0) for part in parts]) for name in parts[2]),
            row("all", sums),
            ("all, in GFLOPs", *(Cell(FLOPS * count / GIGA, ".2f", "GFLOP") for count in sums)),
            ("the decoder's share", NONE, *shares),
        ),
        notes=(
            "1 MAC, a multiply-add, is 2 FLOPs: what papers call GFLOPs is often GMAC",
            f"MAE: {model.mask:.0%} masked, {model.seen} of {model.shape.patches} patches encoded, "
            f"a decoder of {model.decoder.depth} blocks {model.decoder.width} wide on all",
            "mask tokens: the encoder gets them too; the paper's speed-up is against this",
        ),
    )


def formula_flops(models: Sequence[ModelSize]) -> dict[str, tuple[int, int]]:
    """What the formula gives: FLOPs forward, and with the backward pass to all but the pixels."""
    return {
        f"{model.name}: {words}": (FLOPS * macs, FLOPS * (TRAINING * macs - part[EMBED]))
        for model in models
        for words, part in model.passes().items()
        for macs in [total(part)]
    }


def counter_difference(counted: Counted, models: Sequence[ModelSize]) -> float:
    """The largest difference of formula and counter, in percent."""
    expected = formula_flops(models)
    return max(
        100 * abs(there - here) / here
        for label, pair in counted.items()
        for here, there in zip(pair, expected[label], strict=True)
    )


def published_difference() -> float:
    """The largest difference of formula and published figures, in percent."""
    pairs = []
    for name, (picture, words) in recipes.OPEN_CLIP.items():
        macs = total(MODELS[name].forward()) / GIGA
        pairs += [(FLOPS * macs, picture), (macs, recipes.TORCHVISION[name])]
        pairs += [(FLOPS * flops.text(recipes.TEXTS[name]) / GIGA, words)]
    return max(100 * abs(here - there) / there for here, there in pairs)


def count_table(counted: Counted, models: Sequence[ModelSize]) -> Table:
    """Formula, counter and published figure side by side."""
    known = {
        f"{name}: one view": (
            Cell(figures[0], ".2f", "GFLOP"),
            Cell(recipes.TORCHVISION[name], ".2f", "GMAC"),
        )
        for name, figures in recipes.OPEN_CLIP.items()
    }
    expected, ways = formula_flops(models), ("formula", "counter")
    rows = []
    for label, pair in counted.items():
        (forward, trained), (once, both) = (
            [Cell(value / GIGA, ".2f", "GFLOP") for value in values]
            for values in (expected[label], pair)
        )
        rows.append((label, forward, once, *known.get(label, (NONE, NONE)), trained, both))
    return Table(
        title="One picture three ways, GFLOPs",
        columns=("", *ways, "open_clip", "torchvision", *(f"training {way}" for way in ways)),
        rows=tuple(rows),
        notes=(
            "formula: no biases, norms, softmax, GELU, loss, optimizer; training is 3 × forward, "
            "less the patch embedding once, as pixels need no gradient",
            "counter: FlopCounterMode on torch modules without data; it leaves out the same. A "
            "fused attention that computes QKᵀ again in its backward does more than either says",
            "open_clip: image_gflops of docs/model_profile.csv; torchvision says GFLOPS too, and "
            "counts a multiply-add once",
        ),
    )


def method_table(models: Sequence[ModelSize]) -> Table:
    """Training on one picture once, by method and model; in brackets over two views."""
    clips = recipes.training_clips()
    costs = [recipes.training(model) | (clips if model.name == "B/16" else {}) for model in models]
    rows = []
    for method, passes in PASSES.items():
        two = CLIPS if method in clips else TWO
        cells = (
            Cell(FLOPS * cost[method] / GIGA, ".1f", "GFLOP", cost[method] / cost[two])
            if method in cost
            else NONE
            for cost in costs
        )
        rows.append((method, passes, *cells))
    return Table(
        title="Training on one picture in one epoch, GFLOPs (÷ two views)",
        columns=("", "passes", *(model.name for model in models)),
        rows=tuple(rows),
        notes=(
            "F: encoder forward, F½ on half the patches; T: CLIP's text tower on 77 tokens; "
            "M: MAE forward. A backward is taken as two forward passes: below 0.5 % too much for "
            "the published models, as pixels need no gradient",
            "MoCo v3 adds two views through its momentum encoder, forward only",
            "a clip: 16 frames of 224 px in tubes of 2×16×16, 1568 tokens; ViT-B, decoder 4×384",
        ),
    )


def recipe_table() -> Table:
    """Published recipes from their first epoch to their last; in brackets over MoCo v3's."""
    models = MODELS.values()
    rows = []
    for recipe in RECIPES:
        cells = []
        for model in models:
            cost, rival = recipe.flops(model), recipes.RIVAL.flops(model)
            there = model.name in recipe.models
            cells.append(Cell(cost / EXA, ".0f", "EFLOP", cost / rival) if there else NONE)
        batch = NONE if recipe.batch is None else Cell(recipe.batch)
        rows.append((recipe.method, Cell(recipe.epochs, "g"), batch, *cells))
    return Table(
        title=f"Whole recipes, EFLOP (÷ {MOCO})",
        columns=("", "epochs", "batch", *(model.name for model in models)),
        rows=tuple(rows),
        notes=(
            f"ImageNet-1k has {recipes.IMAGENET:,} pictures, CLIP and FLIP {recipes.LAION:,} pairs",
            "two views for 300 epochs, and MoCo v3 with H/14: yardsticks, not seen in print",
        ),
    )


def published_table() -> Table:
    """Ratios counted here beside the FLOPs and hours of the papers."""
    costs = recipes.training(MODELS["L/16"])
    base, large = map(recipes.recipe_ratio, ("B/16", "L/16"))
    return Table(
        title="Whole recipes, counted and published",
        columns=("ratio", "FLOPs counted", "FLOPs published", "hours published"),
        rows=(
            ("B/16: MAE 1600 epochs ÷ MoCo v3 300", Cell(base, ".2f"), NONE, NONE),
            (
                "L/16: MAE 1600 epochs ÷ MoCo v3 300",
                Cell(large, ".2f"),
                NONE,
                Cell(31 / 36, ".2f"),
            ),
            (
                "B, clips: VideoMAE 800 ÷ MoCo v3 300",
                Cell(recipes.video_ratio(), ".2f"),
                NONE,
                Cell(19.5 / 61.7, ".2f"),
            ),
            (
                "L/16: mask tokens in encoder ÷ MAE",
                Cell(costs[TOKENS] / costs[MAE], ".2f"),
                Cell(3.3, ".1f"),
                Cell(2.8, ".1f"),
            ),
        ),
        notes=(
            "MAE §4.2 and tables 1c and 2: 31 hours against 36; VideoMAE table 3, "
            "Something-Something V2: 19.5 against 61.7",
        ),
    )
