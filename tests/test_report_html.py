"""The report's page: one file, whole and escaped, each picture in words and numbers too."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import browser
import pytest
import report_values
from browser import Look
from report_values import HOSTILE, TODAY, rich, score
from test_browser import faultless
from test_html import Outline
from test_report_numbers import REPORT
from typer.testing import CliRunner, Result

from contrastive_drill.cli import app
from contrastive_drill.errors import DataProblem
from contrastive_drill.reports.values import Days, DayTotal, Measured, Report
from contrastive_drill.screen import report_html
from contrastive_drill.screen import report_views as views
from contrastive_drill.sittings import Sort

WHEN = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
HISTORIES = {
    "rich": report_values.rich(),
    "empty": report_values.empty(),
    "hostile": report_values.hostile(),
}
PAGES = {name: report_html.page(report, WHEN) for name, report in HISTORIES.items()}


def outline(report: Report) -> Outline:
    return Outline(report_html.page(report, WHEN))


@pytest.fixture(params=HISTORIES, scope="module")
def page(request: pytest.FixtureRequest) -> Outline:
    return Outline(PAGES[request.param])


@pytest.fixture(scope="module")
def whole() -> Outline:
    return Outline(PAGES["rich"])


def test_headings_are_in_order(page: Outline) -> None:
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = [b - a for a, b in zip(page.headings, page.headings[1:], strict=False)]
    assert max(steps) <= 1


@pytest.mark.parametrize("name", HISTORIES)
def test_nothing_is_fetched_and_nothing_runs(name: str) -> None:
    found = Outline(PAGES[name])
    addresses = set(re.findall(r"[a-z]+://[^\"' ]+", PAGES[name]))
    assert addresses <= {"http://www.w3.org/2000/svg"}, "a name, not an address"
    assert not re.search(r"url\(|@import", PAGES[name])
    assert not {"script", "link", "iframe", "object", "base", "form", "img"} & {
        tag for tag, _ in found.elements
    }
    assert not any(word.startswith("on") for _, names in found.elements for word in names)


def test_links_lead_to_headings_of_the_page(page: Outline) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    aims = [link["href"] for link in page.all("a")]
    assert len(aims) == 7
    assert {aim[1:] for aim in aims if aim} <= set(ids)


def test_tables_have_captions_and_headers_say_what_they_are_of(page: Outline) -> None:
    assert len(page.all("caption")) == len(page.all("table")) > 3
    assert all(header.get("scope") in ("row", "col") for header in page.all("th"))


def test_what_may_scroll_is_reached_by_keyboard_under_a_name_of_its_own(page: Outline) -> None:
    boxes = [box for box in page.all("div") if box.get("class") in ("wide", "scroll")]
    assert len(boxes) > 4
    assert all(box["tabindex"] == "0" and box["role"] in ("group", "region") for box in boxes)
    names = [box["aria-label"] for box in boxes]
    assert all(names)
    assert len(set(names)) == len(names)
    assert [nav["aria-label"] for nav in page.all("nav")] == ["Parts of this report"]


def test_what_to_do_next_comes_first_in_three_lines_with_commands(whole: Outline) -> None:
    words = whole.words
    places = [
        words.index(part) for step in HISTORIES["rich"].advice for part in (step.why, step.command)
    ]
    assert places == sorted(places)
    assert words.index("What to do next") < places[0]
    assert places[-1] < words.index("Readiness by level")
    before = words[: words.index("What to do next")]
    assert "2026-11-21" in before
    assert "interview on 2026-12-05, in 14 days" in before


def test_every_picture_is_in_words(whole: Outline) -> None:
    pictures = [svg for svg in whole.all("svg") if svg.get("role") == "img"]
    assert len(pictures) == len(whole.all("desc")) == 4, "days, due, curve, trend"
    hidden = [svg for svg in whole.all("svg") if svg.get("aria-hidden") == "true"]
    assert len(hidden) == 4, "a bar beside each number of the levels and their sum"
    assert len(whole.all("svg")) == 8


def test_every_picture_is_in_numbers(whole: Outline) -> None:
    words = whole.words
    for caption in ("Answers by week", "Cards due by day", "Recall by days since the last answer"):
        assert caption in words
    for row in (
        "Sat 2026-11-2131",
        "Sun 2026-11-2214",
        "2-391%94%66",
        "2026-11-18 exam, paused30/55",
    ):
        assert row in words


def test_the_numbers_of_a_level_and_a_section_are_there(whole: Outline) -> None:
    flat = re.sub(r"\s+", " ", whole.words)
    assert "mid82%74%12/20" in flat
    assert "Contrastive learning, mid12/2091%83%82%6/99/147/610:42" in flat


def test_a_history_counted_by_hand() -> None:
    """Of A's three cards one is recalled with 0.9 now and 0.81 then, one failed, one is unseen."""
    flat = re.sub(r"\s+", " ", outline(REPORT).words)
    for row in (
        "A2/345%40%30%0/11/22/50:30",
        "A, senior1/10%0%0%0/1-1/11:00",
        "B1/2100%90%50%0/1*-0/30:08",
        "B, mid0/1--0%----",
        "2 of 4 a1 one contrastive-drill show a1",
    ):
        assert row in flat


def test_a_number_that_rests_on_too_little_is_not_given() -> None:
    words = outline(report_values.empty()).words
    assert "%" not in words.replace("0%", ""), "known of all is known: nothing"
    assert "None yet" in words
    assert "No answer is logged yet" in words
    assert "31+--4, 6 more needed" in outline(rich()).words


def test_without_an_interview_day_nothing_is_said_of_one(whole: Outline) -> None:
    assert "Interview day" in whole.words
    report = rich()
    unset = replace(report, interview_day=None, total=replace(report.total, known_then=None))
    assert "Interview day" not in outline(unset).words


def test_a_bank_without_cards() -> None:
    found = outline(replace(report_values.empty(), advice=(), sections=(), levels=()))
    assert "The bank has no cards: there is nothing to do." in found.words
    assert "Known of all cards" not in found.words


def test_the_day_of_the_interview_and_after() -> None:
    assert "2026-11-21, today" in outline(replace(rich(), interview_day=TODAY)).words
    assert "2026-11-20, past" in outline(replace(rich(), interview_day=TODAY - 1)).words


def test_whether_fsrs_is_ahead_is_said_only_where_it_is_no_chance() -> None:
    calibration = rich().calibration
    for margin, constant, verdict in (
        (0.01, 0.347, "FSRS is better"),
        (0.02, 0.347, "may be chance"),
        (0.01, 0.277, "FSRS is worse"),
    ):
        loss = replace(
            calibration.loss, margin=Measured(margin, 304), constant=Measured(constant, 304)
        )
        report = replace(rich(), calibration=replace(calibration, loss=loss))
        assert verdict in outline(report).words


def test_sittings_go_on_in_time_in_the_picture_and_back_in_the_table() -> None:
    scores = [score(Sort.EXAM, back, 90 - back) for back in range(15, 0, -1)]
    columns = views.sitting_columns([*scores, replace(scores[-1], said=0, wanted=0)])
    assert [column.value for column in columns] == list(range(78, 90)), "the last twelve"
    rows = views.sittings_table(scores).rows
    assert [row[0] for row in rows[:2]] == ["2026-11-20 exam", "2026-11-19 exam"]
    assert len(rows) == 15


def test_a_week_counts_no_day_that_is_still_to_come() -> None:
    days = Days((DayTotal(TODAY, 3, 60.0), DayTotal(TODAY + 1, 5, 60.0)), 1, 8, 120.0)
    table = views.weeks(days, date(2026, 11, 9), TODAY)
    assert table is not None
    assert table.rows == (("2026-11-16", "1", "3", "1:00"),)


def test_missed_points_are_drawn_with_their_formulas(whole: Outline) -> None:
    assert len(whole.all("math")) == 4
    assert "contrastive-drill demo temperature" in whole.words
    bad = rich(line=report_values.hostile().total.missed[0].line)
    assert "{<" in outline(bad).words, "a formula that cannot be read is its source"
    assert "{&lt;</code>" in report_html.page(bad, WHEN)


def test_hostile_words_stay_words() -> None:
    """The same elements whatever the words; and every control character is left out."""
    plain = rich(
        "word",
        tuple(span._replace(text="{<") for span in report_values.hostile().total.missed[0].line),
    )
    hostile = Outline(PAGES["hostile"])
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in outline(plain).elements]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", PAGES["hostile"])
    assert hostile.words.count(HOSTILE.replace("\x1b", "").replace("\x00", "")) > 10


def test_it_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    report_html.write(rich(), path, WHEN)
    assert path.read_text("utf-8") == PAGES["rich"]

    def full(self: Path, *_: object) -> int:
        self.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(DataProblem, match=r"No space left.*--html"):
        report_html.write(report_values.empty(), path, WHEN)
    assert path.read_text("utf-8") == PAGES["rich"]
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["report.html"]


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed)


def test_the_command_writes_the_page_of_what_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert run("review", typed="\nall good\n" + "\nnone again\n").exit_code == 0
    drawn = run("report", "--html", str(path))
    assert (drawn.exit_code, drawn.stdout, drawn.stderr) == (0, "", f"Drew {path}\n")
    found = Outline(path.read_text("utf-8"))
    assert "2 answers on 1 day" in found.words
    assert "most on 2026-11-21: 2." in found.words
    assert {"datetime": "2026-11-21T18:30:00+01:00"} in found.all("time")


def test_a_page_that_cannot_be_written_is_an_error_of_one_line(tmp_path: Path) -> None:
    for arguments, status, said in (
        (["--html", str(tmp_path)], 3, "it is a folder; name a file in it for --html"),
        (["--html", str(tmp_path / "no" / "x.html")], 3, "choose another file for --html"),
        (["--html", str(tmp_path / "x.png")], 2, "ends in .html or .htm, such as x.html"),
        (["--html", "x", "--markdown", "x"], 2, "name the same file"),
    ):
        result = run("report", *arguments)
        assert result.exit_code == status
        assert said in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_page_and_json_of_one_run(tmp_path: Path) -> None:
    both = run("report", "--json", "--html", str(tmp_path / "x.html"))
    assert json.loads(both.stdout)["day"] == "2026-11-21"
    assert (tmp_path / "x.html").exists()


LOOKS = {
    (name, dark, phone): Look(PAGES[name], dark, phone)
    for name in HISTORIES
    for dark, phone in ((False, False), (True, True))
}


@pytest.mark.skipif(browser.PROGRAM is None, reason=browser.WITHOUT)
def test_it_is_faultless_in_a_browser_in_the_light_the_dark_and_on_a_phone() -> None:
    for (name, _, _), look, verdict in zip(
        LOOKS, LOOKS.values(), browser.all_judged(LOOKS.values()), strict=True
    ):
        faultless(look, verdict)
        assert len(verdict["formulas"]) == {"rich": 4, "empty": 0, "hostile": 1}[name]


@pytest.mark.skipif(browser.PROGRAM is None, reason=browser.WITHOUT)
def test_a_report_with_faults_is_found_out() -> None:
    broken = PAGES["rich"]
    for good, bad in (
        ("--faint: #5a626b", "--faint: #b9bfc4"),
        ('aria-labelledby="days-title days-desc"', ""),
        ('<title id="days-title">', "<title>"),
        ("<h3>Retention</h3>", "<h5>Retention</h5>"),
        ("</main>", "</main><p>outside</p>"),
    ):
        assert good in broken
        broken = broken.replace(good, bad)
    broken = re.sub(r"<desc id=.days.*?</desc>|<title>Answers a day</title>", "", broken)
    found = {rule for rule, _ in browser.judged(Look(broken))["violations"]}
    assert found >= {"color-contrast", "svg-img-alt", "heading-order", "region"}


def test_the_calendar_and_its_weeks_agree() -> None:
    report = rich()
    shown = [day for day in report.days.days if day.day >= date(2026, 6, 1).toordinal()]
    words = outline(report).words
    total = sum(day.answers for day in shown)
    assert f"2026-06-01 to 2026-11-21: {total} answers on {len(shown)} of 174 days" in words
