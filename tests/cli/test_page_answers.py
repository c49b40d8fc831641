"""From the page to the log: what its own script hands back is taken in, once."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from machines import new_machines
from page_engine import Page

from contrastive_drill.actions.environment import Environment
from contrastive_drill.memory.log import Mode, Rating
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.store.health import problems

START = datetime(2026, 11, 21, 23, 30, 0, 7000).astimezone()  # the page has the clock here
KINDS = ("recall", "numeric", "choice", "verdict", "code")


@pytest.mark.usefixtures("warm")
def test_what_the_page_hands_back_is_in_the_log_once(tmp_path: Path, bank_cache: Path) -> None:
    (machine,) = new_machines(tmp_path, bank_cache, START, "machine")
    bank = Environment().bank
    cards = [next(each.id for each in bank.entries if each.kind == kind) for kind in KINDS]
    recall, numeric, choice, verdict, code = cards
    path, back = tmp_path / "drill.html", tmp_path / "answers.jsonl"
    machine.said("export", "page", str(path), *cards)

    def minutes(after: float) -> datetime:
        return START + timedelta(minutes=after)

    page = Page(path, START)
    page.at(minutes(1))
    page.press(" ", "1", "e", "u", "u", " ", "2", "g")  # Easy was a slip, and the card came back
    page.at(minutes(2))
    page.type("9.4 nats")
    page.press("Enter")  # Again is suggested, or the learner compares
    page.at(minutes(180))  # before this day of study ends
    page.press("2", "h")
    page = Page(path, minutes(600), page.kept)  # it was closed over night
    assert page.asked == verdict
    page.press("1", "e")
    back.write_text(page.handed_back(), "utf-8")

    said = machine.said("import", "answers", str(back), hours=11)
    assert said == f"Took in 4 answers from {back}."
    points = [point.key for point in bank.card(recall).points]
    with machine.store() as store:
        first, second, third, fourth = log = [*store.reviews()]
        assert [each.card_id for each in log] == [recall, numeric, choice, verdict]
        assert [each.rating for each in log] == [
            Rating.GOOD, Rating.AGAIN, Rating.HARD, Rating.EASY,
        ]  # fmt: skip
        assert [each.at for each in log] == [*map(minutes, (1, 2, 180, 600))]
        assert [str(date.fromordinal(each.day)) for each in log] == [
            *["2026-11-21"] * 3, "2026-11-22",
        ]  # fmt: skip
        assert first.covered == tuple(points[:2])
        assert {*first.missed} == {
            point.key for point in bank.card(recall).points[2:] if point.required
        }
        assert (first.answer, second.answer, fourth.answer) == (None, "9.4 nats", "right")
        assert third.answer
        assert (first.seconds, second.seconds) == (60, 60)
        assert {each.mode for each in log} == {Mode.PAGE}
        assert [each.digest for each in log] == [bank.card(each).digest for each in cards[:4]]
        assert store.memories().keys() == {*cards[:4]}
        assert [*problems(store.database, replay)] == []
    header, *lines = map(json.loads, back.read_text("utf-8").splitlines())
    assert header["contrastive-drill answers"] == 1
    assert [each["id"] for each in lines] == [each.id for each in log]

    # Again, as a file and pasted; then with what was answered since.
    for file in (str(back), "-"):
        said = machine.said("import", "answers", file, typed=back.read_bytes(), hours=11.5)
        assert said == f"Took in 0 answers from {file}; in the log before: 4."
    page.at(minutes(605))
    page.press(" ", "g")
    assert page.asked == numeric, "what was failed comes back"
    back.write_text(page.handed_back(), "utf-8")
    said = machine.said("import", "answers", str(back), hours=12)
    assert said == f"Took in 1 answer from {back}; in the log before: 4."
    with machine.store() as store:
        *before, last = store.reviews()
        assert (before, last.card_id) == (log, code)
