"""The page for the phone as a file: whole, escaped, small, and held to a strict policy."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html import unescape

import hostile
import pytest
import shipped
from drill_pages import choices, of_each_kind, page_of, whole
from histories import card
from pages import Outline

from contrastive_drill.cards.card import KeyPoint
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.kinds.choice import Choices
from contrastive_drill.cards.prose import Paragraph, Span, Style
from contrastive_drill.cards.variant import variant

SCRIPTS = re.compile(r"<(style|script)>(.*?)</\1>", re.S)


def record(text: str) -> dict[str, object]:
    """What the script of a page is told."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert found
    told: dict[str, object] = json.loads(found[1])
    return told


@pytest.fixture(scope="module")
def outline() -> Outline:
    return Outline(whole())


def test_every_shipped_card_fits_into_a_file_that_can_be_sent(outline: Outline) -> None:
    assert len(whole().encode()) < 2_000_000
    assert len(outline.all("article")) == len(shipped.cards())
    assert [each["id"] for each in record(whole())["cards"]] == [*shipped.by_id()]  # type: ignore[attr-defined]


def test_elements_are_named_once_and_headings_are_in_order(outline: Outline) -> None:
    names = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len({*names}) == len(names) > len(shipped.cards())
    targets = {a["for"] for a in outline.all("label") if "for" in a}
    assert targets <= {*names}
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert max(b - a for a, b in zip(outline.headings, outline.headings[1:], strict=False)) == 1


def test_nothing_comes_from_elsewhere_and_only_its_own_script_runs(outline: Outline) -> None:
    policy = next(a["content"] for a in outline.all("meta") if "http-equiv" in a)
    assert policy
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for name, content in SCRIPTS.findall(whole()):
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert rules.pop(f"{name}-src") == f"'sha256-{digest}'"
    assert rules == {
        "default-src": "'none'", "img-src": "data:", "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip
    attributes = {name for _, each in outline.elements for name in each}
    assert not {name for name in attributes if name.startswith("on")}
    assert not attributes & {"style", "src", "srcset", "action", "background", "data", "ping"}
    assert {a.get("href") for _, a in outline.elements if "href" in a} == {"#hand-back"}
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp|WebSocket|sendBeacon", whole())
    elements = {name for name, _ in outline.elements}
    assert not elements & {"link", "iframe", "object", "embed", "base", "form", "img", "svg"}


def test_words_of_cards_are_words(outline: Outline) -> None:
    words = (Span(hostile.LINE), Span(hostile.LINE, Style.CODE), Span("{<", Style.FORMULA))
    odd = replace(
        card("odd", kind=Kind.CHOICE, expected=choices(hostile.LINE)),
        prompt=(Paragraph(words),),
        points=(KeyPoint(words, True),),
    )
    text = page_of([odd])
    known = {name for name, _ in outline.elements}
    assert {name for name, _ in Outline(text).elements} <= known
    assert len(SCRIPTS.findall(text)) == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066]", text)
    assert hostile.MARK in unescape(text)


def test_numbers_and_choices_are_drawn_by_the_day() -> None:
    cards = [each for each in shipped.cards() if each.kind in (Kind.CALCULATION, Kind.CHOICE)]
    text = page_of(cards)
    assert text == page_of(cards)
    words = Outline(text).words
    assert "[[" not in text.partition("<script")[0]
    assert "the seed 2026-11-21" in words
    told = {each["id"]: each for each in record(text)["cards"]}  # type: ignore[attr-defined]
    shuffled = 0
    for each in cards:
        drawn = variant(each, f"2026-11-21:{each.id}")
        if isinstance(drawn.expected, Choices):
            lines = [choice.line for choice in drawn.expected.options]
            right = next(choice.line for choice in drawn.expected.options if choice.right)
            assert told[each.id]["right"] == "".join(span.text for span in right)
            shuffled += lines != [*card_kind(each.kind).shown_options(each)]
    assert shuffled > 0


def test_a_card_has_what_its_kind_asks_and_shows() -> None:
    text = page_of(of_each_kind())
    told = {each["id"]: each for each in record(text)["cards"]}  # type: ignore[attr-defined]
    assert told["verdict"]["answers"] == ["right", "imprecise", "wrong"]
    assert told["verdict"]["right"] == "wrong"
    assert told["choice"]["listed"]
    assert told["numeric"]["number"] == {
        "value": 9.4, "unit": "nats", "scale": 1.0, "slack": pytest.approx(0.094),
    }  # fmt: skip
    assert [required for _, required in told["recall"]["points"]] == [True, True, False]
    articles = dict(zip(told, text.split("<article ")[1:], strict=True))
    assert "The popular answer" in articles["scenario"]
    assert articles["scenario"].index("Double it.") > articles["scenario"].index('class="back"')
    assert articles["choice"].count("data-answer") == 3
    assert "contrastive-drill code infonce" in articles["code"]
    assert "acting on it would do harm" in articles["verdict"]


def test_a_wide_cell_of_a_formula_keeps_its_side_without_a_style_of_its_own() -> None:
    grid = Paragraph((Span(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", Style.FORMULA),))
    text = page_of([replace(card("grid"), answer=(grid,))])
    rules = re.findall(r"\.(cell-\d) \{ (text-align: \w+[^}]*) \}", text)
    assert {style.split(";")[0] for _, style in rules} == {"text-align: right", "text-align: left"}
    assert {name for name, _ in rules} == set(re.findall(r'<mtd class="([^"]*)"', text))
