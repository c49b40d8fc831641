"""`export page`: the cards that reviews would ask, today and on the days to come, in one file."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from learners import DAY, NOW, review, written
from typer.testing import CliRunner, Result

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.review.queue import ReviewOptions, review_queue
from contrastive_drill.cli import app
from contrastive_drill.memory.log import NEW, Learned, Rating
from contrastive_drill.planner.plan_terms import PlanTerms

pytestmark = pytest.mark.usefixtures("warm")
SATURDAY, SUNDAY, MONDAY = (f"2026-11-{day}" for day in (21, 22, 23))


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [*map(str, words)], catch_exceptions=False)


def exported(path: Path, *words: object) -> dict[str, list[str]]:
    """The cards of a page by the day on which they are asked."""
    done = run("export", "page", path, *words)
    assert done.exit_code == 0, done.output
    told = re.search(r'id="data">(.*?)</script>', path.read_text("utf-8"))
    assert told
    days: dict[str, list[str]] = {}
    for card in json.loads(told[1])["cards"]:
        days.setdefault(card["day"], []).append(card["id"])
    return days


def asked(**options: Any) -> list[str]:
    """The cards that a review asks now."""
    env = Environment()
    with env.store(read_only=True) as store:
        return [*review_queue(env, store, ReviewOptions(**options)).cards]


def met(card: str, due: int) -> None:
    """A card was answered yesterday, and is due on a day."""
    env = Environment()
    after = Learned(10.0, 5.0, DAY - 1, DAY + due, 1, 0)
    answer = review(card, card, Rating.GOOD, NOW, DAY - 1, NEW, after)
    written(env.paths.database.parent, [answer])


def test_a_page_has_what_a_review_asks(tmp_path: Path) -> None:
    path = tmp_path / "drill.html"
    assert exported(path) == {SATURDAY: asked()}
    assert exported(path, "--limit", 3) == {SATURDAY: asked(limit=3)}
    assert exported(path, "clip-loss", "siglip") == {SATURDAY: ["clip-loss", "siglip"]}
    done = run("export", "page", path, "--section", "clip", "--limit", 2)
    size = -(-path.stat().st_size // 1000)
    assert done.output == (
        f"Wrote {path}: 2 cards, {size} KB.\n"
        "Its answers come back with: contrastive-drill import answers FILE\n"
    )


def test_days_to_come_have_what_falls_due_and_their_new_cards(tmp_path: Path) -> None:
    path = tmp_path / "drill.html"
    bank = [entry.id for entry in Environment().bank.entries]
    for card, due in (bank[-1], 0), (bank[-2], 1), (bank[-3], 2), (bank[-4], 3):
        met(card, due)
    run("config", "new_per_day", "4")
    days = exported(path, "--days", 3)
    assert [*days] == [SATURDAY, SUNDAY, MONDAY]
    assert days[SATURDAY] == asked()
    for place, cards in enumerate(days.values()):
        assert {*cards} == {bank[-1 - place], *bank[4 * place : 4 * place + 4]}
    assert "from today to 2026-11-23" in run("export", "page", path, "--days", 3).output
    seven = exported(path, "--days", 3, "--limit", 7)
    assert [len(cards) for cards in seven.values()] == [5, 2]
    run("config", "days_off", "sun")
    assert [*exported(path, "--days", 3)] == [SATURDAY, MONDAY]
    run("config", "minutes_per_day", "8")
    few = exported(path, "--days", 3)
    assert all(0 < len(few[day]) < 5 for day in (SATURDAY, MONDAY))


def test_under_a_plan_its_order_goes_on_as_far_as_the_minutes_of_each_day(tmp_path: Path) -> None:
    path = tmp_path / "drill.html"
    assert run("plan", "--on", "2026-11-24", "--minutes", 20, "--weekend", 10).exit_code == 0
    days = exported(path, "--days", 5)
    assert [*days] == [SATURDAY, SUNDAY, MONDAY, "2026-11-25"], "none on the interview's day"
    assert len(days.pop("2026-11-25")) == 10, "by the schedule again"
    env = Environment()
    with env.store(read_only=True) as store:
        queue = review_queue(env, store, ReviewOptions())
    assert days[SATURDAY] == [*queue.cards[: queue.expected]]
    flat = [card for cards in days.values() for card in cards]
    assert flat == [*queue.cards[: len(flat)]]
    assert len(days[SUNDAY]) < len(days[MONDAY])
    assert PlanTerms(date(2026, 11, 24).toordinal(), 20, 10).minutes_on(DAY) == 10


def test_nothing_is_written_where_nothing_can_be(tmp_path: Path) -> None:
    path = tmp_path / "drill.html"
    path.write_text("before")
    run("config", "new_per_day", "0")
    nothing = run("export", "page", path)
    assert (nothing.exit_code, path.read_text()) == (2, "before")
    assert "Nothing is due" in nothing.output
    named = run("export", "page", tmp_path / "drill.txt", "clip-loss")
    assert named.exit_code == 2
    assert "ends in .html or .htm" in named.output
    unknown = run("export", "page", path, "clip-los")
    assert (unknown.exit_code, path.read_text()) == (2, "before")
    assert run("export", "page", tmp_path, "clip-loss").exit_code == 3
    assert {*tmp_path.iterdir()} >= {path}
    assert not [*tmp_path.glob(".*.partial")]
