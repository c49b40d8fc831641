"""What a plan says of today, against what the reviews of that day and of the next ones do."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from terminal import Terminal
from typer.testing import CliRunner, Result

from contrastive_drill.actions.environment import NOW_VARIABLE, Environment
from contrastive_drill.actions.plan_terms import active_terms
from contrastive_drill.actions.planner import Today, make_plan, reason, todays_cards
from contrastive_drill.actions.review.late_plan import ChildProcess, LatePlan
from contrastive_drill.actions.review.queue import ReviewOptions, review_queue
from contrastive_drill.cli import app
from contrastive_drill.memory.log import Learned, Rating, Review
from contrastive_drill.planner.explanation import Cause, Explanation
from contrastive_drill.planner.plan_terms import PlanTerms
from contrastive_drill.review.session import Session
from contrastive_drill.screen.planner.reason import reason_words
from contrastive_drill.store import Store

pytestmark = pytest.mark.usefixtures("warm")
FIRST = date(2026, 11, 21).toordinal()
NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)


def when(day: int) -> str:
    return f"{date.fromordinal(day)}T18:30:00+01:00"


def run(*arguments: str, typed: str = "", day: int = FIRST) -> Result:
    done = CliRunner().invoke(app, arguments, input=typed, env={NOW_VARIABLE: when(day)})
    assert done.exit_code == 0, done.stderr
    return done


def shown(*arguments: str, day: int = FIRST) -> dict[str, Any]:
    return dict(json.loads(run(*arguments, "--json", day=day).stdout))


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch, day: int) -> Iterator[tuple[Environment, Store]]:
    """The program and its history on a day."""
    monkeypatch.setenv(NOW_VARIABLE, when(day))
    env = Environment()
    with env.store() as store:
        yield env, store


def planned(env: Environment, store: Store) -> PlanTerms:
    terms = active_terms(env, store)
    assert terms is not None
    return terms


def answered(home: Path, day: int) -> list[Review]:
    with Store.open(home / "drill.sqlite", home / "backups", NOW, read_only=True) as store:
        return [review for review in store.reviews() if review.day == day]


def test_every_sentence_about_a_card_holds_on_the_days_that_follow(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 reasons on five days; each day is then studied as planned, now and then failing."""
    chance, last = Random(5), FIRST + 12
    run("plan", "--on", f"{date.fromordinal(last)}", "--minutes", "12", "--only", "quantization")
    causes: dict[Cause, int] = dict.fromkeys(Cause, 0)
    for day in range(FIRST, FIRST + 5):
        with opened(monkeypatch, day) as (env, store):
            plan = make_plan(env, store, planned(env, store))
            curve, scheduler = plan.rules.scheduler.curve, plan.rules.scheduler
            cards = sorted(each.card_id for each in plan.deck.order)
            reasons = [reason(env, store, plan, card) for card in chance.sample(cards, 40)]
            before = store.memories()
        fits = len(plan.today)
        typed = "".join(f"\n{'none' if chance.random() < 0.3 else 'all good'}\n" for _ in range(99))
        run("review", "--minutes", "99", "--limit", f"{fits}", typed=typed, day=day)
        asked = list(dict.fromkeys(each.card_id for each in answered(home, day)))
        with opened(monkeypatch, day) as (env, store):
            rest = [c.card_id for c in todays_cards(env, store, planned(env, store)).cards]
        order = [*asked, *(card for card in rest if card not in asked)]
        assert len(asked) == fits
        for each in reasons:
            said, causes[each.why] = reason_words(each, last), causes[each.why] + 1
            assert not re.search(r"\d{4}|tomorrow|\b[A-Z]\w{2,5}day|not before", said), said
            place = each.rank and each.rank - 1
            assert (order.index(each.card_id) if each.card_id in order else None) == place, said
            assert (each.card_id in asked) == (each.why is Cause.NOW), said
            assert (f"{place} cards come before it" in said) == ((place or 0) > 1)
            memory = before.get(each.card_id)
            if isinstance(memory, Learned):
                assert each.idle == curve.recall(memory.stability, last - memory.last_day)
            looked = expected_after(each, plan, scheduler, memory, day, last)
            assert each.looked == pytest.approx(looked)
    assert sum(causes.values()) == 200
    assert min(causes[cause] for cause in (Cause.NOW, Cause.NEXT)) > 9


def expected_after(
    each: Explanation, plan: Any, scheduler: Any, memory: Learned | None, day: int, last: int
) -> float:
    """Recall on the day after a look, by the button that would be pressed, and again if failed."""
    from contrastive_drill.memory.log import NEW

    after = scheduler.preview(each.card_id, memory or NEW, day)
    chances = list(plan.rules.first)
    if memory is not None:
        known = scheduler.curve.recall(memory.stability, day - memory.last_day)
        chances = [1 - known, *(known * share for share in plan.rules.passed[1:])]
    if plan.repeats:
        failed = after[Rating.AGAIN]
        after[Rating.AGAIN] = scheduler.preview(each.card_id, failed, day)[Rating.GOOD]
    recalls = [scheduler.curve.recall(after[r].stability, last - day) for r in Rating]
    return float(sum(chance * each for chance, each in zip(chances, recalls, strict=True)))


def test_a_failed_card_is_asked_again_as_the_plan_says(home: Path) -> None:
    run("plan", "--on", "2026-11-28", "--minutes", "10")
    run("review", typed="\nnone\n:quit\n")
    (failed,) = (each.card_id for each in answered(home, FIRST))
    why = run("plan", "--explain", failed).stdout
    assert why == "Again today, because you failed it: it comes first.\n"
    assert shown("plan")["today"][0]["card_id"] == failed
    told = shown("plan", "--repeats", "never")
    assert failed not in {turn["card_id"] for turn in told["today"]}
    assert told["repeats"]["asked_again"] is False
    assert "it was answered today" in run("plan", "--explain", failed).stdout
    done = run("review", typed="\nnone\n" * 6).stdout
    assert "this session" not in done
    cards = [each.card_id for each in answered(home, FIRST)]
    assert (len(cards), len(set(cards))) == (7, 7)
    assert json.loads((home / "plan.json").read_text())["repeats"] == "never"
    assert "A card failed today is asked only on another day, as you wish." in run(
        "plan"
    ).stdout.replace("\n", " ")
    assert "asked again today, as you wish" in run("plan", "--repeats", "always").stdout
    assert "(this session)" in run("review", typed="\nnone\n").stdout


def test_a_rating_shows_the_recall_that_the_plan_then_says_of_the_card(home: Path) -> None:
    run("plan", "--on", "2026-11-28", "--minutes", "10")
    done = run("review", typed="\n1 good\n:quit\n").stdout
    (card,) = (each.card_id for each in answered(home, FIRST))
    (shares,) = re.findall(
        r"Ratings, recall on 28 Nov: Again \(this session\), Hard \((\d+)%\), Good \((\d+)%\), "
        r"Easy \((\d+)%\)\.",
        " ".join(done.split()),
    )
    assert int(shares[0]) < int(shares[1]) < int(shares[2])
    assert f"Saved: Good, recall {shares[1]}% on 28 Nov." in done
    assert "They return" not in done
    why = run("plan", "--explain", card).stdout
    assert f"Recall on 28 November is {shares[1]}% without another look." in why.replace("\n", " ")
    run("plan", "--clear")
    assert "Good (" in (after := run("review", typed="\n:quit\n").stdout)
    assert "recall on 28" not in after


def test_failed_cards_are_asked_again_in_the_first_weeks_whatever_the_plan_thinks(
    home: Path,
) -> None:
    told = shown("plan", "--on", "2026-12-28", "--minutes", "10")
    assert told["repeats"]["first_weeks"] is told["repeats"]["asked_again"] is True
    run("review", typed="\nall good\n:quit\n")
    (review,) = answered(home, FIRST)
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        for n in range(20):
            store.record(replace(review, id=f"{n}", card_id=f"x{n}", day=FIRST - 1 - n))
    assert shown("plan")["repeats"]["first_weeks"] is False
    assert "assumed for your first" not in run("plan").stdout


def test_plan_status_and_the_first_screen_agree_on_today(home: Path) -> None:
    run("plan", "--on", "2026-12-05", "--minutes", "25")
    for step, day in enumerate((FIRST, FIRST, FIRST + 1, FIRST + 3, FIRST + 3)):
        typed = ("", "\nnone\n\nall good\n", "\nall easy\n" * 5)[step % 3]
        run("review", "--minutes", "99", typed=f"{typed}:quit\n", day=day)
        told = shown("plan", day=day)
        about = f"Today: about {len(told['today'])} cards, 25 of 25 min of your plan are left."
        assert about in run("status", day=day).stdout
        assert about in run(day=day).stdout
        assert shown("status", day=day)["plan"]["cards"] == len(told["today"])
        assert f"Today: {len(told['today'])} cards in about " in run("plan", day=day).stdout


def test_plans_of_one_day_start_alike_and_say_the_same(home: Path) -> None:
    def saved(day: int) -> dict[str, Any]:
        run("plan", "--brief", day=day)
        return dict(json.loads((home / "cache" / "plan-of-the-day.json").read_text()))

    run("plan", "--on", "2026-12-05", "--minutes", "25")
    first, again, tomorrow = saved(FIRST), saved(FIRST), saved(FIRST + 1)
    assert first == again
    assert first["from"] is None
    assert tomorrow["from"] == first["start"] != tomorrow["start"]


def test_on_the_day_of_the_interview_what_is_known_is_warmed_up(home: Path) -> None:
    day = FIRST + 7
    run("plan", "--on", f"{date.fromordinal(day)}", "--minutes", "30", "--weight", "staff=0.5")
    typed = "".join(f"\n{'none' if n % 4 == 3 else 'all good'}\n" for n in range(40))
    run("review", "--new", "40", "--limit", "40", typed=typed, day=day - 2)
    with Store.open(home / "drill.sqlite", home / "backups", NOW, read_only=True) as store:
        before = store.memories()
    failed = {card for card, memory in before.items() if memory.failed}
    status = shown("status", day=day)["plan"]
    assert (status["source"], status["minutes"]) == ("warm-up", 15)
    done = run("review", typed="\nall good\n" * 40, day=day)
    said = "Your interview is today: 15 minutes of what you know and what counts most"
    assert done.stderr.count(said) == 1
    cards = [each.card_id for each in answered(home, day)]
    assert len(cards) == status["cards"] > 5
    assert set(cards) <= set(before) - failed  # nothing new, and nothing that was forgotten
    level = {card["id"]: card["level"] for card in shown("bank", "list")["cards"]}
    assert "staff" not in {level[card] for card in cards}  # others weigh more
    refused = CliRunner().invoke(app, ["plan"], env={NOW_VARIABLE: when(day)})
    assert "the interview is today: contrastive-drill review warms up" in refused.stderr


def test_the_warm_up_ends_with_its_minutes_and_needs_no_plan(home: Path) -> None:
    run("config", "interview_on", "2026-11-23")
    run("review", "--new", "9", "--limit", "9", typed="\nall good\n" * 9)
    (review, *_) = answered(home, FIRST)
    run("review", "--limit", "2", typed="\nall good\n" * 2, day=FIRST + 2)
    assert len(answered(home, FIRST + 2)) == 2
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        store.record(replace(review, id="long", card_id="other", day=FIRST + 2, seconds=900.0))
    assert "there is nothing left to warm up with" in run("review", day=FIRST + 2).stdout
    assert "Today's 15 minutes of your warm-up are done." in run(day=FIRST + 2).stdout


# A plan that is made while the first card is read


class Made:
    """A plan in the making: it is made once it is told to."""

    def __init__(self) -> None:
        self.ready = self.stopped = False

    def done(self) -> bool:
        return self.ready

    def stop(self) -> None:
        self.stopped = True


def test_the_first_card_goes_before_the_plan_which_is_followed_from_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("plan", "--on", "2026-11-28", "--minutes", "20", "--repeats", "never")
    with opened(monkeypatch, FIRST + 1) as (env, store):
        terms = planned(env, store)
        queue = review_queue(env, store, ReviewOptions(), waits=False)
        assert queue.late == terms
        making = Made()
        late = LatePlan(env, store, terms, lambda: making)
        session = Session(queue.cards, planned=False)
        assert late.followed(session, {}) is session  # nothing has begun
        late.begin()
        assert late.followed(session, {}) is session
        first, other, *_ = queue.cards
        seen = session.answer(Rating.AGAIN, (), 1, 9.0, "e1")
        plan = [card.card_id for card in make_plan(env, store, terms).ranked]
        monkeypatch.setattr(
            "contrastive_drill.actions.review.late_plan.todays_cards",
            lambda *_: Today(tuple(todays_cards(env, store, terms).cards[::-1]), False, True),
        )
        making.ready = True
        now = late.followed(seen, {first: 1})
        assert now.cards[0] == first  # which was asked
        assert sorted(now.cards) == sorted({first, *plan})
        assert now.current == now.cards[1] != other
        assert (now.repeats, now.planned) == (False, True)
        assert late.followed(now, {}) is now  # once
        few = LatePlan(env, store, terms, lambda: making, limit=3)
        few.begin()
        assert few.followed(seen, {first: 1}).cards == now.cards[:3]
        back = late.followed(session, {first: 1})  # after undo the card is still the one to ask
        assert back.current == first
        assert back.cards[1:] == now.cards[1:]
        late.stop()
        assert making.stopped


def test_a_plan_that_cannot_be_made_leaves_the_greedy_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("plan", "--on", "2026-11-28", "--minutes", "20")
    with opened(monkeypatch, FIRST + 1) as (env, store):
        making = Made()
        making.ready = True
        late = LatePlan(env, store, planned(env, store), lambda: making)
        late.begin()
        queue = review_queue(env, store, ReviewOptions(), waits=False)
        session = late.followed(Session(queue.cards, planned=False), {})
        assert (session.cards, session.planned) == (queue.cards, True)


def test_another_process_makes_the_plan_and_leaves_nothing_behind(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("plan", "--on", "2026-11-28", "--minutes", "20")
    saved = home / "cache" / "plan-of-the-day.json"
    monkeypatch.setenv(NOW_VARIABLE, when(FIRST + 1))
    before = saved.read_text()
    ended = ChildProcess()
    ended.stop()
    child = ChildProcess()
    child._child.wait()
    assert child.done()
    child.stop()
    assert saved.read_text() != before
    with opened(monkeypatch, FIRST + 1) as (env, store):
        assert todays_cards(env, store, planned(env, store)).planned
    assert not [*home.rglob("*.partial")]
    assert None not in (ended._child.returncode, child._child.returncode)
    with suppress(ChildProcessError):  # another test's helper may live on, but none is a zombie
        assert os.waitpid(-1, os.WNOHANG)[0] == 0


@pytest.mark.terminal
@pytest.mark.parametrize("columns", [80, 60])
def test_at_a_terminal_the_plan_is_made_while_the_first_card_is_read(
    home: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    run("plan", "--on", "2026-11-28", "--minutes", "20", "--only", "quantization")
    monkeypatch.setenv(NOW_VARIABLE, when(FIRST + 1))
    saved, day = home / "cache" / "plan-of-the-day.json", f'"day": {FIRST + 1}'
    with Terminal("review", columns=columns) as terminal:
        terminal.wait("Enter reveal")
        made = (day in saved.read_text() or not terminal.settle(0.05) for _ in range(4000))
        assert any(made)
        terminal.send("\r").wait("g Good").send("g").wait("Good, recall").send("q")
        assert terminal.finish() == 0
    (first,) = (each.card_id for each in answered(home, FIRST + 1))
    order = list(json.loads(saved.read_text())["order"])
    run("review", typed="\nall good\n:quit\n", day=FIRST + 1)
    second = answered(home, FIRST + 1)[1].card_id
    assert second == next(card for card in order if card != first)


GREEDY = """
import sys
from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.review.queue import ReviewOptions, review_queue
env = Environment()
with env.store() as store:
    queue = review_queue(env, store, ReviewOptions(), waits=False)
    assert queue.late and len(queue.cards) > 99
assert "numpy" not in sys.modules
"""


def test_the_first_card_of_a_day_needs_no_arrays() -> None:
    run("plan", "--on", "2026-12-28", "--minutes", "20")
    run("review", typed="\nall good\n" * 9)
    done = subprocess.run(
        [sys.executable, "-c", GREEDY],
        env={**os.environ, NOW_VARIABLE: when(FIRST + 1)}, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
