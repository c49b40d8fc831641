"""The page of a result: one file, whole and escaped, for eyes, screen readers and paper."""

import re
import zlib
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import HOSTILE, PIXELS, Outline, result

from contrastive_drill.demo.result import (
    Chart,
    DemoResult,
    Series,
)
from contrastive_drill.errors import DataProblem
from contrastive_drill.screen import output_file as files
from contrastive_drill.screen.chart.raster import data_uri, png_bytes
from contrastive_drill.screen.demo import html


@pytest.fixture(scope="module")
def outline() -> Outline:
    return Outline(html.page(result()))


def test_the_page_is_balanced_and_says_what_it_is(outline: Outline) -> None:
    assert html.page(result()).startswith('<!DOCTYPE html>\n<html lang="en">')
    assert {"charset": "utf-8"} in outline.all("meta")
    assert any(meta.get("name") == "viewport" for meta in outline.all("meta"))
    assert len(outline.all("title")) == 1 + 2, "the page and its two charts"


def test_headings_are_in_order(outline: Outline) -> None:
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    steps = [b - a for a, b in zip(outline.headings, outline.headings[1:], strict=False)]
    assert max(steps) <= 1


def test_nothing_is_fetched_and_nothing_runs(outline: Outline) -> None:
    text = html.page(result())
    addresses = set(re.findall(r"[a-z]+://[^\"' ]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}, "a name, not an address"
    assert not re.search(r"url\(|@import", text)
    assert not {"script", "link", "iframe", "object", "base", "form"} & {
        tag for tag, _ in outline.elements
    }
    assert not any(name.startswith("on") for _, found in outline.elements for name in found)
    for image in outline.all("img"):
        assert (image["src"] or "").startswith("data:image/png;base64,")


def test_tables_have_a_caption_and_say_what_each_header_is_of(outline: Outline) -> None:
    headers = outline.all("th")
    assert headers
    assert all(header.get("scope") in ("row", "col") for header in headers)
    tables = len(outline.all("table"))
    assert len(outline.all("caption")) >= tables - 1, "the settings have a heading"


def test_pictures_and_charts_are_in_words_too(outline: Outline) -> None:
    assert [image["alt"] for image in outline.all("img")] == [""], "its caption says it"
    assert len(outline.all("figcaption")) == len(outline.all("img")) + 2, "and two formulas"
    assert len(outline.all("desc")) == len(outline.all("svg")) == 2
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)


def test_verdicts_are_words_and_the_count_comes_first(outline: Outline) -> None:
    words = outline.words
    assert "1 of 2 claims held" in words
    assert "✓ holds" in words
    assert "✗ does not hold" in words
    assert words.index("1 of 2 claims held") < words.index("✓ holds") < words.index("Settings")


def test_numbers_settings_and_formulas_are_there(outline: Outline) -> None:
    for part in ("0.0831", "< 0.1", "0.01,0.1,1", "true", "seed 7", "1.2 s", "0.044"):
        assert part in outline.words
    assert len(outline.all("math")) == 1
    assert r"\unknown <x>" in outline.words, "a formula that cannot be read is its source"


def test_an_interrupted_run_is_said_to_be_one() -> None:
    text = html.page(replace(result(), interrupted=True))
    assert 'class="verdict stopped"' in text
    assert "Interrupted after 1.2 s (1 table, 2 charts, 1 strip): 1 of 2 claims held so far" in text
    assert 'class="verdict held"' not in text


def test_the_verdict_of_a_run_that_held() -> None:
    held = replace(result(), claims=result().claims[:1])
    assert 'class="verdict held">1 of 1 claim held' in html.page(held)


def test_the_date_is_shown_where_it_is_known() -> None:
    when = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
    assert '<time datetime="2026-11-21T18:30:00+00:00">2026-11-21 18:30</time>' in html.page(
        result(), when
    )
    assert "<time" not in html.page(result())


def test_hostile_words_stay_words() -> None:
    """The same elements whatever the words; and every control character is left out."""
    text = html.page(result(HOSTILE))
    hostile, plain = Outline(text), Outline(html.page(result()))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in plain.elements]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    cleaned = '</script><b onload="x">\'&amp;[31m'
    assert cleaned in {region.get("aria-label") for region in hostile.all("div")}
    assert hostile.words.count(cleaned) > 15


@given(st.text(max_size=30))
def test_any_words_make_a_balanced_page(word: str) -> None:
    text = html.page(result(word))
    text.encode("utf-8")
    assert Outline(text).headings[0] == 1


def test_a_result_of_nothing_is_a_page_too() -> None:
    outline = Outline(html.page(DemoResult("n", "c", 0, "cpu", 0.0, ())))
    assert outline.headings == [1]


def test_charts_of_few_shared_places_have_their_numbers() -> None:
    listed = html.numbers(result().charts[0])
    assert listed is not None
    assert listed.rows == (("0.01", "0.0100"), ("0.1", "0.100"), ("1", "1"))
    assert html.numbers(result().charts[1]) is None, "a cloud"
    long = tuple(map(float, range(41)))
    assert html.numbers(Chart("t", "x", "y", (Series("s", long, long),))) is None


def test_both_schemes_and_every_curve_have_colours_that_can_be_read() -> None:
    """At least 4.5 to 1 for words and 3 to 1 for curves, on their paper (WCAG 2, 1.4.3, 1.4.11)."""
    css = (Path(html.__file__).parents[1] / "pages" / "page.css").read_text("utf-8")
    light, dark = (
        dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6});", part))
        for part in css.split("@media print")[0].split("prefers-color-scheme: dark")
    )
    for scheme in (light, dark):
        for name in ("ink", "faint", "good", "bad", "open"):
            assert contrast(scheme[name], scheme["paper"]) >= 4.5, name
        for number in range(6):
            assert contrast(scheme[f"c{number}"], scheme["paper"]) >= 3, number


def contrast(first: str, second: str) -> float:
    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_picture_comes_back_from_its_bytes() -> None:
    content = png_bytes(PIXELS)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert [int.from_bytes(content[at : at + 4], "big") for at in (16, 20)] == [2, 2]
    start = content.index(b"IDAT")
    size = int.from_bytes(content[start - 4 : start], "big")
    body = content[start + 4 : start + 4 + size]
    assert zlib.decompress(body) == bytes([0, 255, 0, 0, 0, 255, 0, 0, 0, 0, 255, 9, 9, 9])
    crc = int.from_bytes(content[start + 4 + size : start + 8 + size], "big")
    assert crc == zlib.crc32(b"IDAT" + body)
    assert b64decode(data_uri(PIXELS).partition(",")[2]) == content


def test_a_picture_is_read_by_another_program(tmp_path: Path) -> None:
    pillow = pytest.importorskip("PIL.Image")
    path = tmp_path / "x.png"
    path.write_bytes(png_bytes(PIXELS))
    with pillow.open(path) as image:
        assert [image.getpixel((x, y)) for y in range(2) for x in range(2)] == [
            colour for row in PIXELS for colour in row
        ]


def test_it_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result.html"
    files.write(path, "--html", html.page(result()), files.HTML)
    whole = path.read_text("utf-8")
    assert whole == html.page(result())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DataProblem, match=r"No space left.*--html"):
        files.write(path, "--html", html.page(replace(result(), claim="other")), files.HTML)
    assert path.read_text("utf-8") == whole
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["result.html"]


def test_a_path_that_cannot_be_written_is_known_before_the_run(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere" / "x.html", tmp_path, Path("/dev/null/x.html")):
        with pytest.raises(DataProblem, match="cannot write") as caught:
            files.ready(path, "--html", files.HTML)
        assert "--html" in str(caught.value)
    files.ready(tmp_path / "x.html", "--html", files.HTML)
    assert not (tmp_path / "x.html").exists()
