"""Recipes and sizes: their arithmetic against numbers worked out apart, and what cannot be."""

from dataclasses import replace

import pytest

from contrastive_drill.errors import ExitCode, UsageProblem
from contrastive_drill.lab.mae_flops import cost_tables, flops, recipes
from contrastive_drill.lab.mae_flops.flops import Blocks, total
from contrastive_drill.lab.mae_flops.model_sizes import DECODER, MODELS, SMALL, TINY, resized
from contrastive_drill.lab.mae_flops.recipes import HALF, MAE, MOCO, ONE, PAIR, TOKENS, TWO

GIGA = 1e9


@pytest.mark.parametrize(
    ("name", "mae", "two", "moco"), [("B/16", 29.3, 105.4, 140.5), ("L/16", 62.3, 369.3, 492.4)]
)
def test_a_picture_costs_an_epoch_what_was_worked_out_by_hand(
    name: str, mae: float, two: float, moco: float
) -> None:
    costs = recipes.training(MODELS[name])
    assert [costs[method] / GIGA for method in (MAE, TWO, MOCO)] == pytest.approx(
        [mae, two, moco], abs=0.06
    )
    assert (costs[ONE], costs[MOCO]) == (costs[TWO] / 2, costs[TWO] * 8 / 6)


@pytest.mark.parametrize(
    ("name", "one", "two", "long", "short", "yardstick"),
    [("B/16", 0.557, 0.278, 1.11, 0.56, 1.49), ("L/16", 0.337, 0.169, 0.67, 0.34, 0.90)],
)
def test_true_of_an_epoch_and_not_of_a_recipe(
    name: str, one: float, two: float, long: float, short: float, yardstick: float
) -> None:
    costs = recipes.training(MODELS[name])
    assert costs[MAE] / costs[ONE] == pytest.approx(one, abs=6e-4)
    assert costs[MAE] / costs[TWO] == pytest.approx(two, abs=6e-4)
    assert recipes.recipe_ratio(name) == pytest.approx(long, abs=0.006)
    assert recipes.recipe_ratio(name, 800) == pytest.approx(short, abs=0.006)
    costs_of = {(one.method, one.epochs): one.flops(MODELS[name]) for one in recipes.RECIPES}
    ratio = costs_of[MAE, 1600] / costs_of[TWO, 300]
    assert ratio == pytest.approx(yardstick, abs=0.006)


def test_a_recipe_multiplies_pictures_epochs_and_two_flops_a_mac() -> None:
    """MoCo v3, ViT-B: 8 passes of 17.563 GMAC, 1.281 M pictures, 300 epochs."""
    expected = 8 * 17.563e9 * 2 * 1_281_167 * 300
    assert recipes.RIVAL.flops(MODELS["B/16"]) == pytest.approx(expected, rel=1e-4)


def test_clip_is_one_view_and_a_caption_and_flip_half_a_view() -> None:
    costs = recipes.training(MODELS["B/16"])
    text = 12 * (12 * 77 * 512**2 + 2 * 77**2 * 512)
    view = total(MODELS["B/16"].forward())
    assert costs[PAIR] == 3 * (view + text)
    half = total(flops.encode(MODELS["B/16"].shape, 98))
    assert costs[HALF] == 3 * (half + text)
    assert recipes.training(SMALL).keys() == {ONE, TWO, MOCO, MAE, TOKENS}  # no tower for captions


def test_videos_are_many_times_cheaper_for_an_epoch_and_five_times_for_a_recipe() -> None:
    """16 frames in 1568 tubes, 160 of them seen; decoder 4 blocks, 384 wide, 1408 rebuilt."""
    view = 12 * (12 * 1568 * 768**2 + 2 * 1568**2 * 768) + 1568 * 1536 * 768
    seen = 12 * (12 * 160 * 768**2 + 2 * 160**2 * 768) + 1568 * 1536 * 768
    decoder = 160 * 768 * 384 + 4 * (12 * 1568 * 384**2 + 2 * 1568**2 * 384) + 1408 * 384 * 1536
    expected = 3 * (seen + decoder) * 800 / (8 * view * 300)
    assert recipes.video_ratio() == pytest.approx(expected)
    assert expected == pytest.approx(0.197, abs=5e-4)


def test_every_method_says_its_passes() -> None:
    assert recipes.PASSES.keys() == recipes.training(MODELS["B/16"]).keys() | (
        recipes.training_clips().keys()
    )


def test_published_hours_stand_beside_the_counts() -> None:
    assert [(row[3], row[1]) for row in cost_tables.published_table().rows] == [
        ("-", "1.11"),
        (f"{31 / 36:.2f}", "0.67"),
        (f"{19.5 / 61.7:.2f}", "0.20"),
        ("2.8", "3.23"),
    ]


@pytest.mark.parametrize("model", [SMALL, TINY])
def test_the_models_for_a_processor_keep_the_proportions_of_vit_l(model: object) -> None:
    assert isinstance(model, type(SMALL))
    large, here = (recipes.training(one) for one in (MODELS["L/16"], model))
    assert here[MAE] / here[TWO] == pytest.approx(large[MAE] / large[TWO], abs=0.03)
    assert here[TOKENS] / here[MAE] == pytest.approx(large[TOKENS] / large[MAE], rel=0.15)


def test_a_model_with_its_own_sizes_stays_itself() -> None:
    large = MODELS["L/16"]
    assert resized(large, {"image": 0, "width": 0}, DECODER, 0.75) is large
    assert resized(large, {"image": 224, "width": 1024}, DECODER, 0.75) is large


def test_other_sizes_make_a_model_of_your_own() -> None:
    large = MODELS["L/16"]
    yours = resized(large, {"image": 384, "depth": 2}, Blocks(4, 256, 8), 0.5)
    assert yours.name == "yours"
    assert yours.shape == replace(large.shape, image=384, depth=2)
    assert (yours.decoder, yours.mask, yours.seen) == (Blocks(4, 256, 8), 0.5, 288)


@pytest.mark.parametrize(
    ("sizes", "decoder", "mask", "said"),
    [
        ({"image": 225}, DECODER, 0.75, "image 225 is no multiple of patch 16"),
        ({"patch": 448}, DECODER, 0.75, "image 224 is no multiple of patch 448"),
        ({"heads": 5}, DECODER, 0.75, "width 1024 must be a multiple of 4 and of heads 5"),
        ({"width": 18, "heads": 2}, DECODER, 0.75, "width 18 must be a multiple of 4"),
        ({}, Blocks(8, 500, 16), 0.75, "decoder_width 500 must .* decoder_heads 16"),
        ({"image": 32}, DECODER, 0.9, "mask 0.9 leaves none of 4 patches to see: lower mask"),
    ],
)
def test_sizes_that_do_not_fit_are_one_line(
    sizes: dict[str, int], decoder: Blocks, mask: float, said: str
) -> None:
    with pytest.raises(UsageProblem, match=said) as caught:
        resized(MODELS["L/16"], sizes, decoder, mask)
    assert caught.value.exit_code is ExitCode.USAGE
    assert "\n" not in str(caught.value)
