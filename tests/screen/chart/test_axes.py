"""Axes: ticks that are round and cover the data, labels that fit, and honest digits."""

import itertools
import math

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.demo.result import Axis
from contrastive_drill.screen.chart.axes import Scale, log_ticks, ticks
from contrastive_drill.screen.chart.numbers import figure, measured

numbers = st.floats(-1e6, 1e6, allow_nan=False)
finite = st.floats(allow_nan=False, allow_infinity=False)
AXES: tuple[Axis, ...] = ("linear", "log")


@given(numbers, numbers, st.integers(2, 12))
def test_ticks_are_round_and_cover_the_range(first: float, second: float, most: int) -> None:
    low, high = sorted((first, second))
    found = ticks(low, high, most)
    assert 2 <= len(found) <= most
    slack = 1e-6 * max(abs(low), abs(high), high - low)
    assert found[0] <= low + slack
    assert found[-1] >= high - slack
    steps = [b - a for a, b in itertools.pairwise(found)]
    assert max(steps) - min(steps) <= 1e-6 * max(steps[0], abs(high), abs(low))


@every(
    ("values", "expected"),
    [
        ([0, 1], "0 0.2 0.4 0.6 0.8 1.0"),
        ([0, 199], "0 50 100 150 200"),
        ([-0.03, 0.05], "-0.04 -0.02 0 0.02 0.04 0.06"),
        ([7, 7], "2 4 6 8 10 12"),
        ([0, 20_000], "0 5k 10k 15k 20k"),
        ([2020, 2026], "2020 2022 2024 2026"),
        ([0, 2.6e9], "0 1G 2G 3G"),
        ([0, 3e-4], "0 1e-4 2e-4 3e-4"),
        ([0, 0.0016], "0 0.0005 0.0010 0.0015 0.0020"),
        ([1e6 + 0.2, 1e6 + 0.9], "1000000.2 1000000.4 1000000.6 1000000.8 1000001"),
        ([], "0 0.2 0.4 0.6 0.8 1.0"),
    ],
)
def test_labels_of_linear_axes(values: list[float], expected: str) -> None:
    assert " ".join(Scale(values).labels) == expected


@every(
    ("values", "most", "ends", "expected"),
    [
        ([0.005, 2], 6, (0.005, 2), "0.01 0.1 1"),
        ([0.005, 2], 9, (0.005, 2), "0.005 0.01 0.02 0.05 0.1 0.2 0.5 1 2"),
        ([64, 1024], 6, (50, 2000), "50 100 200 500 1k 2k"),
        ([1e-9, 1e9], 6, (1e-9, 1e9), "1e-8 1e-4 1 10k 100M"),
        ([9.4e8, 9e11], 6, (5e8, 1e12), "1G 10G 100G 1T"),
        ([3, 3.3], 6, (2, 5), "2 3 4 5"),
        ([7], 6, (2, 20), "2 5 10 20"),
        ([0, -3, math.nan], 6, (0.1, 1), "0.1 0.2 0.5 1"),
    ],
)
def test_labels_of_log_axes(
    values: list[float], most: int, ends: tuple[float, float], expected: str
) -> None:
    scale = Scale(values, "log", most)
    assert (scale.low, scale.high) == ends
    assert " ".join(scale.labels) == expected


@given(st.floats(1e-12, 1e12), st.floats(1, 1e12), st.integers(4, 12))
def test_log_ticks_are_round_few_and_within(low: float, ratio: float, most: int) -> None:
    scale = Scale([low, low * ratio], "log", most)
    assert 2 <= len(scale.ticks) <= most
    assert scale.low <= low * (1 + 1e-9)
    assert scale.high >= low * ratio * (1 - 1e-9)
    assert scale.low <= scale.ticks[0] < scale.ticks[-1] <= scale.high
    assert log_ticks(scale.low, scale.high, most) == scale.ticks


@given(st.lists(finite, max_size=5), st.sampled_from(AXES), st.integers(4, 10))
def test_any_numbers_have_an_axis_and_a_place_in_order(
    values: list[float], axis: Axis, most: int
) -> None:
    scale = Scale(values, axis, most)
    assert len(scale.ticks) == len(scale.labels) >= 2
    assert len(set(scale.labels)) == len(scale.labels)
    shares = [scale.share(value) for value in sorted(values) if scale.has(value)]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


def test_a_linear_axis_places_by_difference_and_a_log_axis_by_ratio() -> None:
    linear, log = Scale([0, 1]), Scale([0.01, 100], "log")
    assert [linear.share(value) for value in (-5, 0, 0.5, 1, 9)] == [0, 0, 0.5, 1, 1]
    places = [log.share(value) for value in (1e-9, 0.01, 0.1, 1, 10, 100, 1e9)]
    assert places == pytest.approx([0, 0, 0.25, 0.5, 0.75, 1, 1])


def test_a_log_axis_has_no_place_for_zero_and_no_axis_for_what_is_no_number() -> None:
    assert [Scale([1], "log").has(value) for value in (1, 0, -1, math.inf)] == [True] + [False] * 3
    assert [Scale([1]).has(value) for value in (0, -1, math.inf, math.nan)] == [True] * 2 + [
        False
    ] * 2


@every(
    ("value", "short", "honest"),
    [
        (0.5, "0.5", "0.500"),
        (4.0, "4", "4"),
        (0.9997, "1", "1.00"),
        (0.0831, "0.0831", "0.0831"),
        (12.34, "12.3", "12.3"),
        (123.4, "123", "123"),
        (999.6, "1000", "1000"),
        (1234.6, "1235", "1235"),
        (12345.6, "12.3k", "12.3k"),
        (999_900.0, "1M", "1.00M"),
        (-17.6e9, "-17.6G", "-17.6G"),
        (0.00042, "0.00042", "4.20e-4"),
        (3e-7, "3e-7", "3.00e-7"),
        (2e15, "2e15", "2.00e15"),
        (0.0, "0", "0"),
        (math.nan, "nan", "nan"),
        (-math.inf, "-inf", "-inf"),
    ],
)
def test_figures_keep_three_digits(value: float, short: str, honest: str) -> None:
    assert (figure(value), measured(value)) == (short, honest)


@given(finite.filter(lambda value: value == 0 or 1e-300 < abs(value) < 1e300), st.integers(3, 8))
def test_a_figure_reads_back_as_the_number_rounded(value: float, digits: int) -> None:
    units = {"k": "e3", "M": "e6", "G": "e9", "T": "e12"}
    for text in (figure(value, digits), measured(value, digits)):
        number = float(text[:-1] + units[text[-1]] if text[-1] in units else text)
        assert number == pytest.approx(value, rel=0.51 * 10 ** (1 - digits))
