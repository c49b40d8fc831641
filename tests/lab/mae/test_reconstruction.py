"""How a rebuilt picture is graded and shown, with models whose answers are known."""

from typing import Any

import pytest
import torch
from tensors import seeded
from torch import Tensor, nn

from contrastive_drill.lab import autoencoder, vit
from contrastive_drill.lab.autoencoder import MaskedAutoencoder
from contrastive_drill.lab.mae.reconstruction import GREY, MaskedPictures
from contrastive_drill.lab.vit import ViTShape

SHAPE = ViTShape(image=12, patch=4, depth=1, width=8, heads=2)  # 9 patches of 48 numbers


def pictures(count: int = 5) -> Tensor:
    return torch.rand(count, 3, 12, 12, generator=seeded()) * 2 - 1


class Oracle(nn.Module):
    """Says of each patch `times` its true target."""

    def __init__(self, times: float) -> None:
        super().__init__()
        self.shape, self.times = SHAPE, times

    def forward(self, drawn: Tensor, order: Tensor, visible: int) -> Tensor:
        assert not self.training
        return self.times * autoencoder.targets(drawn, 4)


def oracle(times: float) -> Any:
    return Oracle(times)


@pytest.fixture
def masked() -> MaskedPictures:
    return MaskedPictures.drawn(pictures(), SHAPE, 0.6, seeded(1))


def test_as_many_patches_are_seen_as_the_ratio_leaves(masked: MaskedPictures) -> None:
    assert masked.visible == 3
    assert masked.order.shape == (5, 9)


@pytest.mark.parametrize(("times", "explained"), [(1, 1), (0, 0), (0.5, 0.75), (-1, -3)])
def test_the_part_explained_is_one_less_the_error_over_that_of_blank_patches(
    masked: MaskedPictures, times: float, explained: float
) -> None:
    score = masked.score(oracle(times), seeded())
    assert score.hidden == pytest.approx(explained, abs=1e-5)
    assert score.seen == pytest.approx(explained, abs=1e-5)


def test_seen_and_hidden_patches_are_graded_apart(masked: MaskedPictures) -> None:
    class Copier(Oracle):
        """Right where it sees, blank where it does not."""

        def forward(self, drawn: Tensor, order: Tensor, visible: int) -> Tensor:
            said = torch.zeros(len(drawn), 9, 48)
            for row in range(len(drawn)):
                for place in order[row, :visible].tolist():
                    said[row, place] = autoencoder.targets(drawn, 4)[row, place]
            return said

    model: Any = Copier(1)
    score = masked.score(model, seeded())
    assert (score.hidden, score.seen) == pytest.approx((0, 1), abs=1e-6)
    assert score.leak == 0  # what it saw was not disturbed


def test_mirror_images_explain_what_is_symmetric_where_the_other_half_is_seen() -> None:
    """Of symmetric pictures, seen in the left column, the right column is known and no other."""
    half = torch.randn(4, 3, 12, 6, generator=seeded(5))
    whole = torch.cat([half, half.flip(3)], dim=3)
    left, others = [0, 3, 6], [2, 5, 8, 1, 4, 7]
    order = torch.tensor([left + others] * 4)
    target = autoencoder.targets(whole, 4)
    right, all_masked = target[:, [2, 5, 8]].square().sum(), target[:, others].square().sum()
    score = MaskedPictures(whole, order, 3).score(oracle(0), seeded())
    assert score.mirrored == pytest.approx(float(right / all_masked), abs=1e-4)
    unlike = MaskedPictures(torch.randn(4, 3, 12, 12, generator=seeded(6)), order, 3)
    assert unlike.score(oracle(0), seeded()).mirrored < 0


def test_one_that_looks_under_the_mask_is_found_out(masked: MaskedPictures) -> None:
    assert masked.score(oracle(1), seeded()).leak > 0.5


def test_a_masked_autoencoder_does_not_look_under_the_mask(masked: MaskedPictures) -> None:
    model = MaskedAutoencoder(SHAPE, depth=1, width=8, heads=2)
    vit.initialize(model, seeded())
    assert masked.score(model, seeded()).leak == 0


def test_blank_patches_lose_the_variance_left_of_normalized_ones(
    masked: MaskedPictures,
) -> None:
    """Each has variance 1 over 48 numbers, with 47 in the denominator."""
    assert masked.blank_loss(4) == pytest.approx(47 / 48, abs=1e-4)
    flat = MaskedPictures(torch.zeros(2, 3, 12, 12), masked.order[:2], 3)
    assert flat.blank_loss(4) == 0


def test_some_of_an_exam_keep_their_masks(masked: MaskedPictures) -> None:
    few = masked.subset([3, 1])
    assert torch.equal(few.pictures, masked.pictures[[3, 1]])
    assert torch.equal(few.order, masked.order[[3, 1]])
    assert few.visible == masked.visible


def test_a_perfect_answer_is_shown_as_the_picture_itself(masked: MaskedPictures) -> None:
    strips = masked.subset([0, 1]).strips(oracle(1), ("cat", "dog", "not there"), "step 7")
    titles = [strip.title for strip in strips]
    assert titles == ["“cat”: drawn, seen, rebuilt", "“dog”: drawn, seen, rebuilt"]
    for strip in strips:
        drawn, _, rebuilt = strip.pictures
        captions = [picture.caption for picture in strip.pictures]
        assert captions == ["as drawn", "3 of 9 seen", "step 7"]
        for row, other in zip(drawn.pixels, rebuilt.pixels, strict=True):
            for ours, theirs in zip(row, other, strict=True):
                assert ours == pytest.approx(theirs, abs=1)  # rounding to bytes


def test_pictures_are_shown_in_bytes(masked: MaskedPictures) -> None:
    shown = masked.subset([2]).strips(oracle(1), ("cat",), "")[0].pictures[0].pixels
    for channel in range(3):
        for y, x in ((0, 0), (3, 11), (11, 5)):
            value = float(masked.pictures[2, channel, y, x])
            assert shown[y][x][channel] == round((value + 1) * 127.5)


def test_what_is_masked_is_grey_and_what_was_seen_is_not_rebuilt(
    masked: MaskedPictures,
) -> None:
    drawn, seen, rebuilt = masked.subset([0]).strips(oracle(-1), ("cat",), "")[0].pictures
    visible = set(masked.order[0, :3].tolist())
    grey = (round((GREY + 1) * 127.5),) * 3
    for place in range(9):
        y, x = 4 * (place // 3) + 1, 4 * (place % 3) + 2
        if place in visible:
            assert seen.pixels[y][x] == rebuilt.pixels[y][x] == drawn.pixels[y][x]
        else:
            assert seen.pixels[y][x] == grey
            assert rebuilt.pixels[y][x] != drawn.pixels[y][x]


def test_each_patch_is_given_its_own_mean_and_deviation(masked: MaskedPictures) -> None:
    """Blank: each masked patch in the colour of its mean, over all its channels."""
    rebuilt = masked.subset([0]).strips(oracle(0), ("cat",), "")[0].pictures[2].pixels
    place = int(masked.order[0, -1])
    mean = float(vit.patchify(masked.pictures, 4)[0, place].mean())
    y, x = 4 * (place // 3), 4 * (place % 3)
    for row in rebuilt[y : y + 4]:
        assert set(row[x : x + 4]) == {(round((mean + 1) * 127.5),) * 3}


def test_what_is_beyond_black_and_white_is_cut_off(masked: MaskedPictures) -> None:
    shown = masked.subset([0]).strips(oracle(9), ("cat",), "")[0].pictures[2].pixels
    patches = vit.patchify(masked.pictures[:1], 4)
    mean, spread = autoencoder.moments(patches)
    place = int(masked.order[0, -1])
    said = (9 * autoencoder.targets(masked.pictures[:1], 4) * spread + mean)[0, place].view(4, 4, 3)
    y, x = 4 * (place // 3), 4 * (place % 3)
    found = torch.tensor([row[x : x + 4] for row in shown[y : y + 4]])
    assert set(found[said > 1].tolist()) == {255}
    assert set(found[said < -1].tolist()) == {0}
