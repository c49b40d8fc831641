"""The report's page: one file, whole and escaped, each picture in words and numbers too."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import browser
import pytest
import report_values
from browser import Look, faultless
from pages import Outline
from report_values import HOSTILE, rich
from typer.testing import CliRunner, Result

from contrastive_drill.cli import app
from contrastive_drill.demo.result import Note, Table
from contrastive_drill.reports.document import document
from contrastive_drill.reports.document.blocks import Bars, Detail
from contrastive_drill.reports.report import Report
from contrastive_drill.screen.report import html

WHEN = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
HISTORIES = {
    "rich": report_values.rich(),
    "empty": report_values.empty(),
    "hostile": report_values.hostile(),
}
PAGES = {name: html.page(document(report), WHEN) for name, report in HISTORIES.items()}


def outline(report: Report) -> Outline:
    return Outline(html.page(document(report), WHEN))


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
    aims = [str(link["href"]) for link in page.all("a")]
    assert len(aims) == len(set(aims)) == page.headings.count(2)
    assert {aim[1:] for aim in aims} <= set(ids)


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
    assert len(pictures) == len(whole.all("desc")) == 3, "days, due, curve"
    bars = [svg for svg in whole.all("svg") if svg.get("aria-hidden") == "true"]
    shares = [
        share.value
        for section in document(HISTORIES["rich"]).sections
        for block in section.blocks
        if isinstance(block, Bars)
        for share in block.shares
    ]
    assert len(bars) == len(shares) - shares.count(None), "the numbers stand beside them"
    assert len(whole.all("svg")) == len(pictures) + len(bars)


@pytest.mark.parametrize("report", [rich(), report_values.full()])
def test_every_cell_and_every_sentence_is_on_the_page(report: Report) -> None:
    words = re.sub(r"\s+", "", outline(report).words)

    def said(*parts: str) -> bool:
        return re.sub(r"\s+", "", "".join(parts)) in words

    for section in document(report).sections:
        assert said(section.title)
        for block in section.blocks:
            inner = block.block if isinstance(block, Detail) else block
            table = inner.table if isinstance(inner, Bars) else inner
            if isinstance(table, Table):
                assert all(said(*row) for row in (table.columns, *table.rows))
                assert said(table.title)
            if isinstance(table, Note):
                assert said(table.text)


def test_a_mark_is_explained_where_there_is_one(whole: Outline) -> None:
    assert whole.words.count("The mark on a bar: ") == 3
    unset = replace(rich(), interview_day=None)
    total = replace(unset.total, recall_then=None, known_then=None)
    levels = tuple(replace(level, known_then=None) for level in unset.levels)
    unset = replace(unset, total=total, levels=levels)
    assert outline(unset).words.count("The mark on a bar: ") == 2
    assert "the interview day" not in outline(unset).words


def test_missed_points_are_drawn_with_their_formulas(whole: Outline) -> None:
    assert len(whole.all("math")) == 4
    assert "contrastive-drill demo temperature" in whole.words
    bad = rich(line=report_values.hostile().total.missed[0].line)
    assert "{<" in outline(bad).words, "a formula that cannot be read is its source"
    assert "{&lt;</code>" in html.page(document(bad), WHEN)


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
    assert run("report", "--html", str(path)).exit_code == 0
    before = path.read_text("utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    failed = run("report", "--html", str(path))
    assert failed.exit_code == 3
    assert re.search("No space left.*--html", failed.stderr)
    assert path.read_text("utf-8") == before
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["report.html"]


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
        (["--html", "x", "--markdown", "x"], 2, "name the same file"),
        (["--html", "x.png"], 2, "--html takes a name that ends in .html or .htm, such as x.html"),
        (["--markdown", "x.html"], 2, "--markdown takes a name that ends in .md"),
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
        ('aria-labelledby="days-1-title days-1-desc"', ""),
        ('<title id="days-1-title">', "<title>"),
        ('<h2 id="retention">', '<h2 id="retention">a</h2><h5>b</h5><h2>'),
        ("</main>", "</main><p>outside</p>"),
    ):
        assert good in broken
        broken = broken.replace(good, bad)
    broken = re.sub(r"<desc id=.days-1.*?</desc>|<title>Answers a day</title>", "", broken)
    found = {rule for rule, _ in browser.judged(Look(broken))["violations"]}
    assert found >= {"color-contrast", "svg-img-alt", "heading-order", "region"}
