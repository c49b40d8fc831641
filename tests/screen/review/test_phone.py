"""The page on a phone: a session by touch and by key, and its rules against those of Python."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import browser
import pytest
import shipped
from drill_pages import DAY, ID, of_each_kind, page_of, whole
from histories import card
from phone import WIDE, Phone, phone

from contrastive_drill.cards.grade import check, grade, is_fast
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.kinds.kind import CheckedAnswer
from contrastive_drill.cards.quantity import Number, Quantity
from contrastive_drill.memory.log import Rating
from contrastive_drill.memory.study_day import study_day
from contrastive_drill.review.session import RETRY_AFTER, Session
from contrastive_drill.screen.review.page import PageCard, page

pytestmark = pytest.mark.skipif(browser.PROGRAM is None, reason=browser.WITHOUT)
BROKEN_STORAGE = (
    "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException(); }})"
)
SMALL = """[...document.querySelectorAll(
    "button, a, input[type=text], textarea, summary, label:has(input)"
  )].filter(each => each.checkVisibility()).filter(each => {
    const { width, height } = each.getBoundingClientRect();
    return width < 44 || height < 44;
  }).map(each => each.outerHTML)"""


def file(folder: Path, text: str) -> Path:
    """A page among the phone's files."""
    path = folder / "drill.html"
    path.write_text(text, "utf-8")
    return path


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(each) for each in text.splitlines()]


def faultless(shown: Phone) -> None:
    """As it stands it breaks no rule, in the light and in the dark, and a thumb hits everything."""
    for dark in (False, True):
        shown.dark(dark)
        assert shown.axe() == []
    assert shown.run(SMALL) == []
    assert shown.run("document.documentElement.scrollWidth") == WIDE
    assert shown.complaints() == []


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """A phone whose page is asked for its rules."""
    folder = tmp_path_factory.mktemp("phone")
    with phone(folder, file(folder, page_of(of_each_kind()))) as shown:
        yield shown


def test_a_whole_session_survives_closing_and_hands_back_each_answer_once(tmp_path: Path) -> None:
    path = file(tmp_path, page_of(of_each_kind(), [card("later")]))
    with phone(tmp_path, path) as shown:
        faultless(shown)
        assert shown.run("document.querySelector('[data-rate]').checkVisibility()") is False
        bars = "['header', 'footer'].map(bar => document.querySelector(bar).offsetHeight)"
        heights = shown.run(bars)
        shown.touch("#show")
        assert shown.run("document.activeElement.textContent") == "Answer"
        assert shown.run(bars) == heights, "nothing moves"
        faultless(shown)
        shown.touch("[data-point='0']")
        assert shown.run("document.querySelector('.suggested').dataset.rate") == "1"
        shown.touch("[data-point='1']")
        assert shown.run("document.querySelector('.suggested').dataset.rate") == "3"
        shown.touch("[data-point='2']")
        assert shown.run("document.querySelector('.suggested').dataset.rate") == "4"
        shown.touch("[data-rate='4']")
        assert shown.run("document.activeElement.tagName") == "H2", "the next question is read"
        assert shown.run("said.textContent") == "Saved as Easy. 1 of 7."
        shown.touch("#show")  # a scenario
        assert "Double it." in shown.run("shown.innerText")
        shown.touch("[data-rate='1']")
        faultless(shown)
        shown.touch("[data-answer='1']")  # a verdict, with a slip of the thumb
        assert "the card does not" in shown.run("shown.querySelector('.verdict').textContent")
        shown.touch("#undo")
        shown.touch("[data-answer='2']")
        faultless(shown)
        shown.touch("[data-point='0']")
    with phone(tmp_path, path) as shown:  # closed in the middle of a card
        assert shown.run("document.querySelector('#count').textContent") == "1 of 7, 1 again"
        assert "and so does the card" in shown.run("shown.querySelector('.verdict').textContent")
        assert shown.run("[...shown.querySelectorAll(':checked')].length") == 1
        shown.touch("[data-rate='3']")
        right = shown.run("data.cards[3].answers.indexOf(data.cards[3].right)")
        shown.key(str(right + 1))  # a choice
        faultless(shown)
        shown.key("1")
        shown.key("2")
        shown.key("Enter")
        shown.run("shown.querySelector('input').focus()")
        shown.type("9.4 nats")
        shown.key("Enter")
        faultless(shown)
        shown.key("g")
        shown.key(" ")  # a calculation, and no number was typed
        shown.key("h")
        assert shown.run("shown.id") == "card-1", "what was failed comes back"
        shown.reload()
        shown.touch("#show")
        shown.touch("[data-rate='2']")
        assert shown.run("shown.id") == "card-6"
        shown.touch("#undo")
        assert shown.run("shown.id") == "card-1"
        shown.touch("[data-rate='3']")
        shown.touch("#show")  # code
        shown.touch("[data-rate='2']")
        assert shown.run("where.textContent") == "Done for now"
        faultless(shown)
        shown.touch("#file")
        text = shown.downloaded(tmp_path).read_text("utf-8")
        shown.touch("[data-do=copy]")
        assert shown.run("said.textContent") == "Copied."
        assert shown.run("answers.value") == text
        shown.touch("[data-do=early]")
        assert shown.run("shown.id") == "card-7"
        assert shown.fetched() == {path.as_uri()} | {
            url for url in shown.fetched() if url.startswith("blob:")
        }, "nothing is asked of a network"
        assert shown.complaints() == []
    head, *answers = lines(text)
    assert head == {"contrastive-drill answers": 1, "page": ID}
    names = ["recall", "scenario", "verdict", "choice", "numeric", "calculation"]
    names += ["scenario", "code"]
    assert [each["card"] for each in answers] == names
    assert [each["rating"] for each in answers] == [4, 1, 3, 4, 3, 2, 3, 2]
    typed = [None, None, "wrong", "It is so", "9.4 nats", None, None, None]
    assert [each["typed"] for each in answers] == typed
    keys = {each.id: [point.key for point in each.points] for each in of_each_kind()}
    assert answers[0]["covered"] == keys["recall"]
    assert answers[1]["missed"] == keys["scenario"]
    assert (answers[2]["covered"], answers[2]["missed"]) == (
        [keys["verdict"][0]],
        [keys["verdict"][1]],
    )
    assert answers[5]["missed"] == [], "nobody looked at the points of a pass"
    assert len({UUID(each["id"]) for each in answers}) == len(answers)
    for each in answers:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", each["at"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", each["day"])
        assert 0 <= each["seconds"] < 600
    assert answers == sorted(answers, key=lambda each: each["at"])
    columns = ["id", "card", "rating", "at", "day", "seconds", "covered", "missed", "typed"]
    assert all([*each] == columns for each in answers)


def test_without_storage_and_random_ids_it_says_so_and_goes_on(tmp_path: Path) -> None:
    path = file(tmp_path, page_of(of_each_kind()))
    with phone(tmp_path, path, f"{BROKEN_STORAGE}; crypto.randomUUID = undefined;") as shown:
        assert "Nothing can be stored here" in shown.run("document.body.innerText")
        assert shown.axe() == []
        shown.touch("#show")
        shown.touch("[data-rate='3']")
        shown.touch("#menu")  # answers are handed back at any time
        _, answer = lines(shown.run("answers.value"))
        assert UUID(answer["id"]).version == 4
        assert shown.complaints() == []
        shown.run("state.answers = []")  # or the browser asks whether to leave


def test_the_policy_lets_no_other_script_run(tmp_path: Path) -> None:
    text = page_of(of_each_kind()).replace(
        "</main>", "<script>document.title = 'ran'</script></main>"
    )
    with phone(tmp_path, file(tmp_path, text)) as shown:
        assert shown.run("document.title") != "ran"
        assert any("Content Security Policy" in each for each in shown.complaints())


def test_no_shipped_card_is_wider_than_the_phone_even_in_large_letters(tmp_path: Path) -> None:
    with phone(tmp_path, file(tmp_path, whole())) as shown:
        for size in ("100%", "200%"):
            wide = shown.run(f"""(() => {{
              document.documentElement.style.fontSize = "{size}";
              for (const hidden of document.querySelectorAll("article, article [hidden]"))
                hidden.hidden = false;
              for (const details of document.querySelectorAll("details")) details.open = true;
              articles.forEach(fit);
              return articles.filter(each => each.scrollWidth > {WIDE}).map(
                each => data.cards[articles.indexOf(each)].id);
            }})()""")
            assert wide == []
            assert shown.run("document.documentElement.scrollWidth") == WIDE
            assert shown.run("document.querySelectorAll('.wide[tabindex], .long[tabindex]').length")
        shown.run("for (const each of articles) each.hidden = true; render(); scrollTo(0, 0)")
        shown.touch("#show")
        boxes = shown.run("[...rate.children].map(each => each.getBoundingClientRect().right)")
        assert max(boxes) <= WIDE
        assert shown.complaints() == []


def test_the_rating_suggested_is_that_of_the_terminal(rules: Phone) -> None:
    cases, expected = [], []
    for required, bonus in product(range(1, 7), range(4)):
        words = (tuple(map(str, range(count))) for count in (required, bonus))
        must, extra = words
        asked = card("a", required=must, optional=[f"bonus {each}" for each in extra])
        points = [{"key": each.key, "required": each.required} for each in asked.points]
        keys = [each.key for each in asked.points]
        for ticks in product((False, True), repeat=len(keys)):
            ticked = [key for key, tick in zip(keys, ticks, strict=True) if tick]
            for right, fast in product((None, True, False), (False, True)):
                checked = None if right is None else CheckedAnswer(right, "")
                cases.append([points, ticked, right, fast])
                expected.append(grade(asked, ticked, checked, fast).suggested.value)
    assert rules.run(f"{json.dumps(cases)}.map(each => suggested(...each))") == expected
    assert {*expected} == {1, 2, 3, 4}


def test_fast_is_what_the_terminal_takes_for_fast(rules: Phone) -> None:
    for place, each in enumerate(of_each_kind()):
        edge = rules.run(f"data.cards[{place}].fast")
        assert is_fast(each, edge)
        assert not is_fast(each, edge + 0.01)


def test_what_is_asked_next_is_what_a_review_asks(rules: Phone) -> None:
    chance = Random(7)
    names = [f"card-{number}" for number in range(12)]
    cases, expected = [], []
    for _ in range(60):
        repeats = chance.random() < 0.8
        near = {name: {*chance.sample(names, 2)} - {name} for name in names}
        asked = Session(tuple(names[: chance.randint(1, 12)]), siblings=near, repeats=repeats)
        told = [{"id": each, "day": "1", "siblings": [*near[each]]} for each in asked.cards]
        answers: list[dict[str, object]] = []
        while asked.current is not None and len(answers) < 40:
            rating = chance.choice([*Rating, Rating.AGAIN])
            answers.append({"card": asked.current, "rating": rating.value})
            asked = asked.answer(rating, (), 0, 1.0, None)
            cases.append([told, [*answers], "1", repeats, RETRY_AFTER])
            expected.append([asked.current, asked.done, asked.total])
    script = f"""{json.dumps(cases)}.map(each => session(...each)).map(
      ({{ current, done, total }}) => [current && current.id, done, total])"""
    assert rules.run(script) == expected


NUMBERS = (
    (Quantity(9.4, "nats"), 0.01), (Quantity(2.1, "GiB"), 0.02), (Quantity(0.0), 0.05),
    (Quantity(-4.5), 0.1), (Quantity(32768.0), 0.001), (Quantity(2.4, "million"), 0.05),
    (Quantity(1.5, "GFLOPs"), 0.02), (Quantity(6.0, "%"), 0.1), (Quantity(3.467), 0.002),
    (Quantity(74.0, "tokens"), 0.01), (Quantity(1e-9), 0.2), (Quantity(3.0, "×"), 0.1),
)  # fmt: skip


def spellings(number: Number, chance: Random) -> Iterator[str]:
    """What people may type for a number, near it and far from it."""
    value, unit = number.wanted
    near = [value * factor for factor in (1, 0.5, 2, -1, 10, 1e3, 1e9, 1 / 1024, 1 / 1e6)]
    near += [value + number.slack * chance.uniform(-1.5, 1.5) for _ in range(12)]
    near += [value + number.slack, value - number.slack * 1.0000001]
    for each in near:
        for form in (".0f", ".1f", ".2f", ".3f", ".6g", ".2e", ",.0f", ",.3f", ".10g"):
            words = format(each, form)
            for after in ("", f" {unit}", unit, " GB", " bits", "%", " k", ".", "?"):
                yield f"{words}{after}"
            yield f"~{words}".replace("-", "−")
    yield from ("", "x", "1e", "2^31", "1/16", "3 × 10^8", "1 024", "1_024", "1.", ".5", "1,5", "٣")


def test_the_page_judges_a_number_only_as_python_does(rules: Phone) -> None:
    chance = Random(7)
    numbers = [
        Number(wanted, room, relative)
        for (wanted, room), relative in product(NUMBERS, (True, False))
        if wanted.value or not relative
    ]
    asked = [
        card(f"n-{place}", kind=Kind.NUMERIC, expected=number)
        for place, number in enumerate(numbers)
    ]
    shown = [each for each in shipped.cards() if each.kind is Kind.NUMERIC]
    numbers += [each.expected for each in shown if isinstance(each.expected, Number)]
    asked += shown
    told = re.search(r'id="data">(.*?)</script>', page_of(asked))
    assert told
    known = [{**each, "answers": []} for each in json.loads(told[1])["cards"]]
    typed = [chance.sample([*spellings(each, chance)], 300) for each in numbers]
    judge = "([card, typed]) => typed.map(each => judged(card, each))"
    cases = [*zip(known, typed, strict=True)]
    decided = {True: 0, False: 0, None: 0}
    for each, words, judged in zip(
        asked, typed, rules.run(f"{json.dumps(cases)}.map({judge})"), strict=True
    ):
        for one, found in zip(words, judged, strict=True):
            decided[found] += 1
            if found is not None:
                checked = check(each, one)
                assert checked
                assert checked.right is found, f"{one!r} for {each.expected}"
    assert min(decided[True], decided[False]) > 1000, decided


def test_what_is_chosen_is_judged_as_python_does(rules: Phone) -> None:
    for place, each in enumerate(of_each_kind()):
        for answer in card_kind(each.kind).answers_by_digit(each):
            checked = check(each, answer)
            assert checked
            found = rules.run(f"judged(data.cards[{place}], {json.dumps(answer)})")
            assert found is checked.right


def test_a_day_of_study_begins_at_the_hour_of_the_settings(rules: Phone) -> None:
    for zone, at in product(
        ("Europe/Berlin", "America/New_York", "Asia/Kolkata"),
        (
            "2026-11-22T02:59:00Z", "2026-11-22T03:01:00Z", "2026-03-29T01:30:00Z",
            "2026-10-25T02:30:00Z", "2026-12-31T22:30:00Z", "2027-01-01T09:00:00Z",
        ),
    ):  # fmt: skip
        rules("Emulation.setTimezoneOverride", timezoneId=zone)
        local = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
        expected = datetime.fromordinal(study_day(local, 4)).date().isoformat()
        assert rules.run(f"studyDay(new Date('{at}'))") == expected


def test_time_away_from_the_page_does_not_count(rules: Phone) -> None:
    rules.run(
        "since = performance.now(); state.now.spent = 5; pause(false); performance.now = () => 1e9"
    )
    assert rules.run("spent()") == pytest.approx(5, abs=2)
    rules.run("pause(true); performance.now = () => 1e9 + 3000")
    assert rules.run("spent()") == pytest.approx(8, abs=2)


def test_a_page_that_does_not_repeat_and_one_open_twice(tmp_path: Path) -> None:
    cards = [PageCard(replace(card(name), section="a"), "A", DAY) for name in ("one", "two")]
    text = page(ID, cards, DAY, 4, repeats=False)
    with phone(tmp_path, file(tmp_path, text)) as shown:
        for _ in cards:
            shown.touch("#show")
            shown.touch("[data-rate='1']")
        assert shown.run("where.textContent") == "All done"
        other = shown.run("""(() => {
          const other = JSON.parse(localStorage.getItem(KEY));
          other.answers.pop(); other.before.pop();
          localStorage.setItem(KEY, JSON.stringify(other));
          dispatchEvent(new StorageEvent("storage", { key: KEY }));
          return state.answers.length;
        })()""")
        assert other == 1, "what another window did is seen"
        assert shown.run("document.querySelector('#count').textContent") == "1 of 2"
