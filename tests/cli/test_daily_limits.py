"""Minutes a day, days off and siblings, in the reviews of a learner without a plan."""

import json
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from cases import every
from shipped import by_id
from typer.testing import CliRunner

from contrastive_drill.cli import app
from contrastive_drill.errors import UsageProblem
from contrastive_drill.memory.log import Learned
from contrastive_drill.review.siblings import GAP, siblings
from contrastive_drill.settings import Preferences, changed
from contrastive_drill.store import Store

pytestmark = pytest.mark.usefixtures("warm")
FRIDAY, SATURDAY, MONDAY = (f"2026-11-{day}T18:30:00+01:00" for day in (20, 21, 23))


def run(*words: str, typed: str = "", now: str = SATURDAY) -> str:
    """What a command prints at a time."""
    result = CliRunner().invoke(
        app, words, input=typed, env={"CONTRASTIVE_DRILL_NOW": now}, catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result.output


def status(now: str = SATURDAY) -> dict[str, object]:
    return dict(json.loads(run("status", "--json", now=now)))


def opened(home: Path) -> Store:
    return Store.open(home / "drill.sqlite", home / "backups", datetime.fromisoformat(MONDAY))


def asked(home: Path) -> list[str]:
    """The cards answered, in order."""
    with opened(home) as store:
        return [review.card_id for review in store.reviews()]


def test_new_cards_stop_where_the_minutes_end(home: Path) -> None:
    assert status()["new"] == 10
    run("config", "minutes_per_day", "8")
    # By the prior a new recall card takes two minutes, its second asking when failed included;
    # one is begun as long as half of it fits.
    assert status()["new"] == 4
    run("review", typed="\nall good\n" * 10)
    assert len(asked(home)) == 4
    run("config", "minutes_per_day", "1")
    assert "no new card fits" in run("review")
    run("review", "--minutes", "5", "--limit", "1", typed="\nall\n")
    assert len(asked(home)) == 5, "--minutes says otherwise"


def test_the_minutes_of_a_day_end_a_review_and_what_is_due_waits(home: Path) -> None:
    run("review", "--new", "3", typed="\nall good\n" * 3, now=FRIDAY)
    run("config", "minutes_per_day", "2")
    later = "2026-12-20T18:30:00+01:00"
    with opened(home) as store:
        met = next(iter(store.reviews()))
        day = datetime.fromisoformat(later).toordinal()
        spent = replace(met, id="long", card_id="gone", seconds=121.0, day=day)
        assert isinstance(met.after, Learned)
        store.record(replace(spent, after=replace(met.after, last_day=day, due_day=day + 9)))
    assert status(later)["due"] == 3
    assert "Today's 2 minutes are used up." in run("review", now=later)
    assert "Saved" in run("review", "--minutes", "5", typed="\nall\n", now=later)
    run("config", "minutes_per_day", "4")
    assert "Saved" in run("review", typed="\nall\n", now=later)


def test_minutes_go_to_what_is_due_first_and_by_the_learner_s_own_pace(home: Path) -> None:
    run("review", "--new", "1", typed="\nall good\n", now=FRIDAY)
    run("config", "minutes_per_day", "20")
    run("config", "new_per_day", "50")
    at_first = status(SATURDAY)["new"]
    due = status("2026-12-20T18:30:00+01:00")
    assert due["due"] == 1
    assert due["new"] == int(str(at_first)) - 1
    with opened(home) as store:
        (met,) = store.reviews()
        assert isinstance(met.after, Learned)
        later = replace(met.after, due_day=800_000)
        for number in range(40):
            # Forty cards that took two seconds each: met before today, and not due for long.
            card = replace(met, id=str(number), card_id=f"gone-{number}", seconds=2.0)
            store.record(replace(card, after=later))
    unknown = status()["new"]  # cards that are no more say nothing of how long a kind takes
    with opened(home) as store:
        for number, name in enumerate(list(by_id())[100:140]):
            card = replace(met, id=f"quick-{number}", card_id=name, seconds=2.0)
            store.record(replace(card, after=later))
    assert int(str(status()["new"])) >= 2 * int(str(unknown))


def test_a_day_off_asks_nothing_and_says_so(home: Path) -> None:
    run("review", "--limit", "3", typed="\nall hard\n" * 3, now=FRIDAY)
    assert status()["due"] == 3
    run("config", "days_off", "Sun, sat")
    assert "days_off = sat,sun" in run("config", "days_off")
    off = status()
    assert (off["due"], off["new"], off["next_due_day"]) == (0, 0, "2026-11-23")
    assert "Today is a day off. The next card" in run()
    said = run("review", typed="\nall\n")
    assert "Today is a day off. The next card is due" in said
    assert "--new 5" in said
    assert len(asked(home)) == 3
    assert status(MONDAY)["due"] == 3
    run("review", "--new", "5", typed="\nall\n" * 8)
    assert len(asked(home)) == 11, "three due and five new, for who wants to"
    run("plan", "--on", "2026-12-20", "--minutes", "5")
    assert "Saved" in run("review", typed="\nall\n"), "a plan has its own days off"


def test_a_first_review_keeps_siblings_apart(home: Path) -> None:
    run("review", "--new", "20", typed="\nall\n" * 20)
    order = asked(home)
    assert len(set(order)) == 20
    kin = siblings({card: by_id()[card].follow_ups for card in order})
    assert any(kin[card] & set(order) for card in order)
    for place, card in enumerate(order[:12]):
        assert kin[card].isdisjoint(order[place + 1 : place + 1 + GAP]), card
    assert not [card for card, after in pairwise(order) if after in kin[card]]
    for place, card in enumerate(order):
        assert set(by_id()[card].needs).isdisjoint(order[place:])


@every("value", ["saturday", "sat;sun", "mon,tue,wed,thu,fri,sat,sun", ",", 6])
def test_what_are_no_days_off_is_refused(value: object) -> None:
    with pytest.raises(UsageProblem, match="up to six weekdays from mon to sun, such as sat,sun"):
        changed(Preferences(), "days_off", value)


@every("value", ["0", "961", "nan", "ten"])
def test_what_are_no_minutes_is_refused(value: str) -> None:
    with pytest.raises(UsageProblem, match="minutes_per_day must be a number from"):
        changed(Preferences(), "minutes_per_day", value)
