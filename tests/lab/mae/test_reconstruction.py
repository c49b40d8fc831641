"""How a rebuilt picture is graded and shown, with models whose answers are known."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from tensors import seeded
from torch import Tensor, nn

from contrastive_drill.demo.result import Strip
from contrastive_drill.lab import autoencoder, vit
from contrastive_drill.lab.mae.reconstruction import explained, strips
from contrastive_drill.lab.vit import ViTShape

SHAPE = ViTShape(image=12, patch=4, depth=1, width=8, heads=2)  # 9 patches of 48 numbers
RATIO = 0.6  # 3 of 9 are seen
PICTURES = torch.rand(5, 3, 12, 12, generator=seeded()) * 2 - 1
ORDER = autoencoder.masks(5, SHAPE, seeded(1))


class Oracle(nn.Module):
    """Says of each patch `times` its true target, or that of those it saw alone."""

    def __init__(self, times: float, *, blind: bool = False) -> None:
        super().__init__()
        self.shape, self.times, self.blind = SHAPE, times, blind

    def forward(self, drawn: Tensor, order: Tensor, visible: int) -> Tensor:
        assert not self.training
        assert torch.equal(order, ORDER)
        assert visible == 3
        said = self.times * autoencoder.targets(drawn, 4)
        for row, hidden in enumerate(order[:, visible:]):
            said[row, hidden] *= not self.blind
        return said


def graded(times: float, *, blind: bool = False) -> tuple[float, float]:
    model: Any = Oracle(times, blind=blind)
    return explained(model, PICTURES, RATIO, seeded(1))


def shown(times: float, when: str = "") -> Sequence[Strip]:
    model: Any = Oracle(times)
    return strips(model, PICTURES, RATIO, seeded(1), when)


@pytest.mark.parametrize(("times", "part"), [(1, 1), (0, 0), (0.5, 0.75), (-1, -3)])
def test_the_part_explained_is_one_less_the_error_over_that_of_blank_patches(
    times: float, part: float
) -> None:
    assert graded(times) == pytest.approx((part, part), abs=1e-5)


def test_seen_and_hidden_patches_are_graded_apart() -> None:
    assert graded(1, blind=True) == pytest.approx((0, 1), abs=1e-6)


def test_a_perfect_answer_is_shown_as_the_picture_itself_in_bytes() -> None:
    found = shown(1, "step 7")
    assert [strip.title for strip in found] == [
        f"Held-out emoji {place}: drawn, seen, rebuilt" for place in (1, 2, 3, 4, 5)
    ]
    for row, strip in enumerate(found):
        captions = [picture.caption for picture in strip.pictures]
        assert captions == ["as drawn", "3 of 9 seen", "step 7"]
        drawn, _, rebuilt = (torch.tensor(picture.pixels) for picture in strip.pictures)
        assert torch.equal(drawn, ((PICTURES[row].movedim(0, 2) + 1) * 127.5).round().long())
        assert int((drawn - rebuilt).abs().max()) <= 1  # rounding


def test_what_is_masked_is_grey_and_what_was_seen_is_not_rebuilt() -> None:
    for strip, order in zip(shown(-1), ORDER, strict=True):
        drawn, seen, rebuilt = (picture.pixels for picture in strip.pictures)
        for place in range(9):
            y, x = 4 * (place // 3) + 1, 4 * (place % 3) + 2
            if place in order[:3]:
                assert seen[y][x] == rebuilt[y][x] == drawn[y][x]
            else:
                assert seen[y][x] == (102, 102, 102)
                assert rebuilt[y][x] != drawn[y][x]


def test_each_patch_is_given_its_own_mean_and_deviation() -> None:
    """Blank: each masked patch in the colour of its mean, over all its channels."""
    rebuilt, place = shown(0)[0].pictures[2].pixels, int(ORDER[0, -1])
    mean = float(vit.patchify(PICTURES, 4)[0, place].mean())
    y, x = 4 * (place // 3), 4 * (place % 3)
    for row in rebuilt[y : y + 4]:
        assert set(row[x : x + 4]) == {(round((mean + 1) * 127.5),) * 3}


def test_what_is_beyond_black_and_white_is_cut_off() -> None:
    rebuilt, place = shown(9)[0].pictures[2].pixels, int(ORDER[0, -1])
    mean, spread = autoencoder.moments(vit.patchify(PICTURES[:1], 4))
    said = 9 * autoencoder.targets(PICTURES[:1], 4) * spread + mean
    whole = vit.unpatchify(said, 4)[0].movedim(0, 2)
    y, x = 4 * (place // 3), 4 * (place % 3)
    part, pixels = whole[y : y + 4, x : x + 4], torch.tensor(rebuilt)[y : y + 4, x : x + 4]
    assert set(pixels[part > 1].tolist()) == {255}
    assert set(pixels[part < -1].tolist()) == {0}
