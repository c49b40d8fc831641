"""The terms of one interview or of several: their record, and which are in force on a day."""

import json
from dataclasses import replace
from datetime import date

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.errors import UsageProblem
from contrastive_drill.planner.plan_terms import (
    FIRST_WEEKS,
    PlanTerms,
    Repeats,
    added,
    record_of,
    terms_of,
    without,
)

TODAY = date(2026, 11, 21).toordinal()
NEAR, FAR = PlanTerms(TODAY + 5, 20.0, since=TODAY), PlanTerms(TODAY + 9, 10.0, weekend=30.0)
one = st.builds(
    PlanTerms,
    st.integers(TODAY, TODAY + 60),
    st.floats(0, 900),
    st.none() | st.floats(0, 900),
    st.frozensets(st.integers(TODAY, TODAY + 30)),
    st.dictionaries(st.text(), st.floats(0, 99)),
    st.frozensets(st.text()),
    st.none() | st.integers(TODAY - 30, TODAY),
    st.sampled_from(Repeats),
    timed=st.none() | st.integers(TODAY - 30, TODAY),
)
several = st.lists(one, min_size=1, max_size=4, unique_by=lambda each: each.interview_day)


@given(several)
def test_terms_of_several_interviews_come_back_from_their_record(many: list[PlanTerms]) -> None:
    terms = None
    for each in many:
        terms = added(terms, each)
    assert terms is not None
    assert terms_of(json.loads(json.dumps(record_of(terms)))) == terms
    days = [each.interview_day for each in terms]
    assert days == sorted(each.interview_day for each in many)
    for gone in many:
        rest = without(terms, gone.interview_day)
        kept = [each.interview_day for each in rest or ()]
        assert kept == [day for day in days if day != gone.interview_day]


@given(one)
def test_a_record_of_an_earlier_version_is_read(terms: PlanTerms) -> None:
    old = dict(record_of(terms))
    for name in ("interview_on", "repeats", "later", "timed"):
        del old[name]
    read = terms_of(json.loads(json.dumps(old)), terms.interview_day)
    assert read == replace(terms, repeats=Repeats.AUTO, timed=None)


@every(
    "change",
    [
        {"interview_on": "soon"},
        {"interview_on": 20261121},
        {"repeats": "sometimes"},
        {"repeats": None},
        {"later": "2026-12-24"},
        {"timed": 7},
        {"later": []},
        {"later": {}},
        {"later": record_of(NEAR)},
        {"off": [None]},
        {"more": 1},
    ],
)
def test_a_record_that_is_none_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        terms_of({**record_of(NEAR), **change})


def test_the_later_interview_follows_the_nearer_one() -> None:
    both = added(FAR, NEAR)
    assert both.on(TODAY) is both
    assert both.on(NEAR.interview_day) is both  # the day of the interview itself is still its own
    later = both.on(NEAR.interview_day + 1)
    assert (later.interview_day, later.later, later.since) == (FAR.interview_day, None, TODAY)
    assert later.minutes_on(NEAR.interview_day) == 0  # no day that was missed
    assert later.minutes_on(NEAR.interview_day + 1) == 10
    assert later.timed == NEAR.interview_day + 1  # and no day that had its minutes
    with pytest.raises(UsageProblem, match="on 2026-11-30 already"):
        added(both, FAR)


def test_failed_cards_are_asked_again_in_the_first_weeks() -> None:
    assert Repeats.AUTO.after(FIRST_WEEKS - 1) is Repeats.ALWAYS
    assert Repeats.AUTO.after(FIRST_WEEKS) is Repeats.AUTO
    assert Repeats.NEVER.after(0) is Repeats.NEVER
