"""The curve of a training: no step is missing from it, and its points are means."""

from itertools import pairwise

import pytest

from contrastive_drill.lab.mae.loss_curve import POINTS, LossCurve, loss_chart


@pytest.mark.parametrize("steps", [1, 7, POINTS, POINTS + 1, 333])
def test_every_step_is_in_one_mean_of_the_curve(steps: int) -> None:
    curve = LossCurve(steps)
    reported: list[int] = []
    training = ((step, float(step)) for step in range(1, steps + 1))
    grown = list(curve.follow(training, lambda step, numbers: reported.append(step)))
    assert reported == list(range(1, steps + 1))
    assert len(grown) == min(steps, POINTS)
    assert grown == [at for at, _ in curve.points]
    assert curve.points[-1][0] == steps
    for (start, _), (end, mean) in pairwise([(0, 0.0), *curve.points]):
        assert mean == pytest.approx((start + 1 + end) / 2)  # of the losses start + 1 to end


def test_losses_are_shown_over_a_guess_and_by_the_part_of_the_steps() -> None:
    curve = LossCurve(20)
    curve.points = [(5, 3.0), (20, 1.0)]
    chart = loss_chart({"a": curve}, {"a": 2.0, "b": 1.0})
    assert [series.label for series in chart.series] == ["a"]
    assert chart.series[0].xs == (25, 100)
    assert chart.series[0].ys == (1.5, 0.5)
