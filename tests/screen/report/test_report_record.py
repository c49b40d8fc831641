"""The report as JSON: the same values under the same names."""

import json

import pytest
from histories import card, report_on
from report_values import full

from contrastive_drill.screen.report.json_record import report_record

FULL, EMPTY = full(), report_on([card(f"c{n}") for n in range(4)])


def test_the_record_is_the_report() -> None:
    record = json.loads(json.dumps(report_record(FULL), allow_nan=False))
    assert set(record) == {
        "day", "interview_day", "advice", "total", "sections", "levels", "calibration",
        "days", "forecast", "retention", "sittings", "stuck",
    }  # fmt: skip
    section = record["sections"][3]
    standing = FULL.sections[3]
    assert standing.recall_now.value is not None
    assert section["recall_now"] == {
        "value": pytest.approx(standing.recall_now.value), "count": 10, "needed": 1,
    }  # fmt: skip
    assert [level["id"] for level in section["levels"]] == ["mid", "senior", "staff"]
    assert record["total"]["missed"][0]["text"].endswith("two")
    assert record["calibration"]["ratings"][2]["rating"] == "good"
    assert record["sittings"][0]["points"] == pytest.approx(FULL.sittings[0].points)
    assert record["forecast"]["due"] == list(FULL.forecast.due)


def test_days_are_dates_in_the_record() -> None:
    record = report_record(FULL)
    dates = [record["day"], record["interview_day"], record["sittings"][0]["day"]]
    dates += [each["day"] for each in record["days"]["days"]]
    assert all(len(each) == 10 and each[4] == each[7] == "-" for each in dates)
    assert report_record(EMPTY)["interview_day"] is None
    assert [each["days"] for each in record["retention"]] == [each.days for each in FULL.retention]
    assert record["retention"][1]["days"] > 1, "days between are a number, no date"
