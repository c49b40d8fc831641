"""The masked autoencoder: masks, targets and loss against plain loops, and what it may see."""

import pytest
import torch
from tensors import drawn, seeded, shaken
from torch import Tensor

from contrastive_drill.lab import autoencoder, vit
from contrastive_drill.lab.autoencoder import MaskedAutoencoder
from contrastive_drill.lab.vit import ViTShape

TOY = ViTShape(image=12, patch=4, depth=2, width=16, heads=4)  # 9 patches of 48 numbers
KEPT = 3
BOTH = pytest.mark.parametrize("in_encoder", [False, True], ids=["MAE", "mask tokens in encoder"])


def toy(in_encoder: bool = False) -> MaskedAutoencoder:
    model = MaskedAutoencoder(TOY, depth=2, width=8, heads=2, mask_in_encoder=in_encoder)
    vit.initialize(model, seeded())
    shaken(model)
    return model


def order(count: int, seed: int = 3) -> Tensor:
    return autoencoder.masks(count, TOY, seeded(seed))


@pytest.mark.parametrize(
    ("image", "patch", "ratio", "left"),
    [
        (224, 16, 0.75, 49),
        (224, 14, 0.75, 64),
        (32, 4, 0.75, 16),
        (32, 4, 0.9, 6),
        (32, 4, 0.99, 0),
    ],
)
def test_what_is_left_is_rounded_down(image: int, patch: int, ratio: float, left: int) -> None:
    assert ViTShape(image, patch, 1, 4, 1).visible(ratio) == left


def test_each_mask_is_an_order_of_all_patches_of_its_own() -> None:
    found = order(50)
    assert found.shape == (50, 9)
    assert torch.equal(found.sort(dim=1).values, torch.arange(9).expand(50, -1))
    assert len({tuple(row) for row in found.tolist()}) == 50
    assert torch.equal(found, order(50))
    assert not torch.equal(found, order(50, seed=4))


def test_every_patch_is_as_likely_to_be_seen() -> None:
    seen = order(9000)[:, :KEPT].flatten().bincount(minlength=9)
    assert seen.tolist() == pytest.approx([3000] * 9, rel=0.06)  # 4 standard deviations


def test_targets_are_patches_less_their_mean_over_their_deviation() -> None:
    pictures = drawn(2, 3, 12, 12)
    found = autoencoder.targets(pictures, 4)
    for n in range(2):
        for place in range(9):
            numbers = vit.patchify(pictures, 4)[n, place].tolist()
            mean = sum(numbers) / 48
            variance = sum((number - mean) ** 2 for number in numbers) / 47
            expected = [(number - mean) / (variance + 1e-6) ** 0.5 for number in numbers]
            assert found[n, place].tolist() == pytest.approx(expected, abs=1e-4)


def test_a_patch_of_one_colour_has_nothing_to_rebuild() -> None:
    found = autoencoder.targets(torch.full((1, 3, 12, 12), 0.7), 4)
    assert float(found.abs().max()) < 1e-3


def test_moments_give_the_pixels_back() -> None:
    pictures = drawn(2, 3, 12, 12)
    mean, spread = autoencoder.moments(vit.patchify(pictures, 4))
    assert mean.shape == spread.shape == (2, 9, 1)
    back = autoencoder.targets(pictures, 4) * spread + mean
    torch.testing.assert_close(back, vit.patchify(pictures, 4))


def test_the_loss_is_the_mean_over_the_masked_patches_alone() -> None:
    rebuilt, target, orders = drawn(2, 9, 48), drawn(2, 9, 48, seed=1), order(2)
    squares = []
    for n in range(2):
        seen = set(orders[n, :KEPT].tolist())
        for place in set(range(9)) - seen:
            ours, true = rebuilt[n, place].tolist(), target[n, place].tolist()
            squares += [(a - b) ** 2 for a, b in zip(ours, true, strict=True)]
    assert len(squares) == 2 * 6 * 48
    found = float(autoencoder.masked_loss(rebuilt, target, orders, KEPT))
    assert found == pytest.approx(sum(squares) / len(squares), rel=1e-5)
    for n in range(2):  # whatever is said of a seen patch, it does not count
        rebuilt[n, orders[n, :KEPT]] += 100
    assert float(autoencoder.masked_loss(rebuilt, target, orders, KEPT)) == found


@BOTH
def test_the_forward_pass_is_that_of_a_loop_over_the_places(in_encoder: bool) -> None:
    model, pictures, orders = toy(in_encoder), drawn(2, 3, 12, 12), order(2)
    found = model(pictures, orders, KEPT)
    assert found.shape == (2, 9, 48)
    encoder, patches = model.encoder, vit.patchify(pictures, 4)
    for n in range(2):
        seen = orders[n, :KEPT].tolist()
        rows: list[Tensor] = [encoder.cls]
        for place in range(9) if in_encoder else seen:
            token = encoder.embed(patches[n, place]) if place in seen else model.mask
            rows.append(token + encoder.positions[place])
        latent = encoder.norm(encoder.blocks(torch.stack(rows)[None]))[0]
        rows = [model.narrow(latent[0])]
        for place in range(9):
            if in_encoder:
                token = model.narrow(latent[1 + place])
            elif place in seen:
                token = model.narrow(latent[1 + seen.index(place)])
            else:
                token = model.mask
            rows.append(token + model.positions[place])
        tokens = model.norm(model.blocks(torch.stack(rows)[None]))[0]
        torch.testing.assert_close(found[n], model.pixels(tokens[1:]), rtol=1e-4, atol=1e-5)


@BOTH
def test_masked_pixels_cannot_reach_the_prediction(in_encoder: bool) -> None:
    model, orders = toy(in_encoder), order(2)
    pictures = drawn(2, 3, 12, 12).requires_grad_()
    rebuilt = model(pictures, orders, KEPT)
    (gradient,) = torch.autograd.grad(rebuilt.square().sum(), pictures)
    reached = vit.patchify(gradient, 4).abs().sum(dim=2) > 0
    for n in range(2):
        assert sorted(reached[n].nonzero().flatten().tolist()) == sorted(orders[n, :KEPT].tolist())


@BOTH
def test_which_comes_first_among_the_seen_or_the_masked_does_not_matter(in_encoder: bool) -> None:
    model, pictures, orders = toy(in_encoder), drawn(2, 3, 12, 12), order(2)
    shuffled = torch.cat([orders[:, :KEPT].flip(1), orders[:, KEPT:].roll(2, dims=1)], dim=1)
    torch.testing.assert_close(
        model(pictures, shuffled, KEPT), model(pictures, orders, KEPT), rtol=1e-4, atol=1e-5
    )


@BOTH
def test_every_weight_learns(in_encoder: bool) -> None:
    model, pictures, orders = toy(in_encoder), drawn(4, 3, 12, 12), order(4)
    target = autoencoder.targets(pictures, 4)
    loss = autoencoder.masked_loss(model(pictures, orders, KEPT), target, orders, KEPT)
    torch.autograd.backward(loss)
    still = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert still == []


def test_the_mask_token_is_as_wide_as_where_it_stands() -> None:
    assert toy().mask.shape == (8,)
    assert toy(in_encoder=True).mask.shape == (16,)


def test_with_nothing_to_see_it_still_guesses() -> None:
    rebuilt = toy()(drawn(2, 3, 12, 12), order(2), 0)
    assert rebuilt.shape == (2, 9, 48)
    torch.testing.assert_close(rebuilt[0], rebuilt[1])  # the same guess for every picture
