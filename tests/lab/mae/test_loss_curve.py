"""Looking in on a training: every step is reported, and the curve is made of means."""

from itertools import pairwise

import pytest

from contrastive_drill.lab.mae.loss_curve import LOOKS, watched


def listened(steps: int) -> tuple[list[tuple[int, float]], list[list[tuple[int, float]]]]:
    heard: list[tuple[int, float]] = []
    losses = (float(step) for step in range(1, steps + 1))
    looks = list(watched(losses, steps, lambda done, told: heard.append((done, told["loss"]))))
    return heard, looks


@pytest.mark.parametrize("steps", [1, 7, LOOKS, LOOKS + 1, 333])
def test_every_step_is_reported_and_none_is_missing_from_the_curve(steps: int) -> None:
    heard, looks = listened(steps)
    assert heard == [(step, float(step)) for step in range(1, steps + 1)]
    curve = looks[-1]
    assert len(curve) == len(looks) == min(steps, LOOKS)
    assert curve[-1][0] == steps
    ends = [0, *(step for step, _ in curve)]
    for start, (end, mean) in zip(ends, curve, strict=False):
        assert mean == pytest.approx((start + 1 + end) / 2)  # of the losses start + 1 to end


def test_each_look_has_one_more_point_than_the_one_before() -> None:
    _, looks = listened(120)
    for before, after in pairwise(looks):
        assert after[:-1] == before
