"""The fields of a demo's Config: what they may be, in words, and set from words."""

import math
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.demo.options import (
    Count,
    Positive,
    Share,
    Shares,
    Within,
    changed,
    options,
    spelt,
)
from contrastive_drill.errors import UsageProblem


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run that is never made."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 200  # enough, # as tried
    rate: Positive = 3e-3
    part: Share = 0.5  # of the pictures
    # A line of its own belongs to no field.
    ratios: Shares = (0.5, 0.75)  # tried in turn
    deep: bool = False
    name: str = "plain"
    kind: Literal["small", "large"] = "small"
    free: int = 3
    some: Annotated[int, Within(-2, 2, open_high=True)] = 0


def known(name: str) -> Any:
    """One of the options."""
    return next(option for option in options(Config()) if option.name == name)


@every(
    ("name", "allowed", "words"),
    [
        ("seed", "a whole number, 0 to 9223372036854775807", "of every random number"),
        ("device", "auto, cpu, cuda or mps", "auto takes CUDA, then MPS, then the processor"),
        ("steps", "a whole number, 1 to 1e9", "enough, # as tried"),
        ("rate", "a number, above 0", ""),
        ("part", "a number, above 0 and below 1", "of the pictures"),
        ("ratios", "numbers with commas between, above 0 and below 1", "tried in turn"),
        ("deep", "true or false", ""),
        ("name", "a word", ""),
        ("kind", "small or large", ""),
        ("free", "a whole number", ""),
        ("some", "a whole number, -2 or more and below 2", ""),
    ],
)
def test_each_field_says_what_it_may_be_and_what_it_is_for(
    name: str, allowed: str, words: str
) -> None:
    assert (known(name).allowed, known(name).words) == (allowed, words)


@every(
    ("text", "expected"),
    [
        ("seed=9223372036854775807", 2**63 - 1),
        ("device=cpu", "cpu"),
        (" steps = 50 ", 50),
        ("rate=1e-4", 1e-4),
        ("ratios=0.25", (0.25,)),
        ("ratios=0.25, 0.9", (0.25, 0.9)),
        ("deep=True", True),
        ("name=a=b", "a=b"),
        ("kind=large", "large"),
        ("free=-7", -7),
        ("some=-2", -2),
    ],
)
def test_a_field_is_set_from_words(text: str, expected: object) -> None:
    assert getattr(changed(Config(), [text]), text.partition("=")[0].strip()) == expected


def test_the_last_word_counts_and_the_rest_stays() -> None:
    assert changed(Config(), ["steps=5", "steps=7"]) == replace(Config(), steps=7)
    assert changed(Config(), []) == Config()


@every(
    ("text", "said"),
    [
        ("steps", "--set 'steps' has no '=': write --set name=value"),
        ("stepps=3", "there is no setting 'stepps': did you mean 'steps'?"),
        ("=3", "there is no setting '': use one of: seed, device, steps"),
        ("xyzzy=3", "there is no setting 'xyzzy': use one of: seed, device, steps"),
        ("steps=0", "steps must be a whole number, 1 to 1e9, not '0'"),
        ("steps=2.5", "steps must be a whole number, 1 to 1e9, not '2.5'"),
        ("steps=", "steps must be a whole number"),
        ("free=" + "9" * 400, "free must be a whole number"),
        ("seed=-1", "seed must be a whole number, 0 to"),
        ("seed=9223372036854775808", "seed must be a whole number, 0 to"),
        ("device=gpu", "device must be auto, cpu, cuda or mps, not 'gpu'"),
        ("rate=nan", "rate must be a number, above 0, not 'nan'"),
        ("rate=inf", "rate must be a number"),
        ("rate=0", "rate must be a number"),
        ("part=1", "part must be a number, above 0 and below 1"),
        ("ratios=0.5,,0.7", "ratios must be numbers with commas between"),
        ("ratios=", "ratios must be numbers"),
        ("ratios=0.5,1", "ratios must be numbers"),
        ("deep=yes", "deep must be true or false, not 'yes'"),
        ("kind=medium", "kind must be small or large, not 'medium'"),
        ("some=2", "some must be a whole number, -2 or more and below 2"),
    ],
)
def test_a_wrong_word_is_one_line_that_says_what_is_right(text: str, said: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        changed(Config(), [text])
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) <= 200


@given(
    st.fixed_dictionaries(
        {
            "steps": st.integers(1, 10**9),
            "rate": st.floats(min_value=0, exclude_min=True, allow_infinity=False),
            "ratios": st.lists(st.floats(0, 1, exclude_min=True, exclude_max=True), min_size=1).map(
                tuple
            ),
            "deep": st.booleans(),
            "kind": st.sampled_from(["small", "large"]),
        }
    )
)
def test_what_is_spelt_is_read_back(values: dict[str, Any]) -> None:
    config = replace(Config(), **values)
    texts = [f"{option.name}={spelt(option.value)}" for option in options(config)]
    assert changed(Config(), texts) == config


@given(st.floats(allow_nan=False), st.floats(-5, 5), st.floats(-5, 5), st.booleans(), st.booleans())
def test_bounds_against_an_interval_written_out(
    value: float, low: float, high: float, open_low: bool, open_high: bool
) -> None:
    inside = low <= value <= high
    inside &= not (open_low and value == low) and not (open_high and value == high)
    assert (value in Within(low, high, open_low, open_high)) == inside
    assert math.nan not in Within(low, high, open_low, open_high)


def test_without_its_source_a_config_has_no_words_but_the_common_ones() -> None:
    space: dict[str, Any] = {"dataclass": dataclass}
    exec("@dataclass\nclass Bare:\n    seed: int = 0\n    n: int = 1", space)
    assert [option.words for option in options(space["Bare"]())] == ["of every random number", ""]
