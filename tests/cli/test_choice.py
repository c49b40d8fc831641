"""What to study, chosen: by id, tag, kind, flag, and by what went wrong, in review and browse."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from histories import DAY, answer
from shipped import by_id
from terminal import Terminal
from typer.testing import CliRunner, Result

from contrastive_drill.cli import app
from contrastive_drill.memory.log import Learned, Rating, Review
from contrastive_drill.reports.history import failed_lately
from contrastive_drill.store import Store

pytestmark = pytest.mark.usefixtures("warm")

AGAIN, GOOD = Rating.AGAIN, Rating.GOOD


def run(*arguments: str, typed: str = "", day: str = "2026-11-21") -> Result:
    now = {"CONTRASTIVE_DRILL_NOW": f"{day}T18:30:00+01:00"}
    done = CliRunner().invoke(app, list(arguments), input=typed, env=now)
    assert "Traceback" not in done.output
    return done


def listed(*arguments: str, day: str = "2026-11-21") -> list[str]:
    """The ids that `browse` lists, in its order."""
    done = run("browse", *arguments, "--json", day=day)
    assert done.exit_code in (0, 2), done.output
    return [card["id"] for card in json.loads(done.stdout)["cards"]]


def logged(home: Path) -> list[Review]:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    with Store.open(home / "drill.sqlite", home / "backups", now, read_only=True) as store:
        return list(store.reviews())


def test_cards_named_by_id_are_asked_now_in_that_order_and_move_the_schedule(home: Path) -> None:
    run("review", "siglip", "clip-loss", typed="\nall good\n" * 2)
    run("review", "siglip", typed="\nall easy\n", day="2026-11-22")  # not due for days
    first, second, early = logged(home)
    assert [each.card_id for each in (first, second, early)] == ["siglip", "clip-loss", "siglip"]
    assert isinstance(first.after, Learned)
    assert isinstance(early.after, Learned)
    assert first.after.due_day > early.day
    assert early.before == first.after
    assert early.after.due_day > first.after.due_day


def test_a_place_a_kind_and_a_tag_narrow_what_is_due_and_new(home: Path) -> None:
    cards = by_id()
    run("review", "--tag", "loss", "--kind", "verdict", "--limit", "3", typed="1\n\ngood\n" * 3)
    asked = {review.card_id for review in logged(home)}
    assert asked
    assert all("loss" in cards[card].tags and cards[card].kind == "verdict" for card in asked)
    # Reviewed just now, they are not due; the same narrowing asks others.
    after = listed("--tag", "loss", "--kind", "verdict", "--state", "new")
    assert not asked & set(after)


def test_browse_lists_what_fits_all_conditions() -> None:
    cards = by_id()
    found = listed("--tag", "loss", "--tag", "siglip", "--kind", "numeric", "--kind", "choice")
    assert found
    assert set(found) == {
        card.id
        for card in cards.values()
        if {"loss", "siglip"} & set(card.tags) and card.kind in ("numeric", "choice")
    }
    assert listed("siglip", "clip-loss") == ["siglip", "clip-loss"]
    assert listed("siglip", "hnsw", "--section", "vector-search") == ["hnsw"]


def test_flagged_cards_are_asked_and_those_suspended_are_not(home: Path) -> None:
    run("flag", "siglip")
    run("flag", "hnsw")
    run("suspend", "hnsw")
    assert sorted(listed("--flagged")) == ["hnsw", "siglip"]
    run("review", "--flagged", typed="\nall good\n" * 3)
    assert [review.card_id for review in logged(home)] == ["siglip"]
    refused = run("review", "siglip", "hnsw")
    assert refused.exit_code == 2
    assert "contrastive-drill resume hnsw" in refused.stderr
    assert "No card fits: try fewer conditions.\n" in run("review", "--failed").stdout


def test_failed_lately_is_by_the_last_day_a_card_was_asked() -> None:
    reviews = [
        answer("passed later", AGAIN, DAY - 9),
        answer("passed later", GOOD, DAY - 3),
        answer("passed at once", AGAIN, DAY - 13),
        answer("passed at once", GOOD, DAY - 13),
        answer("long ago", AGAIN, DAY - 14),
        answer("failed again", GOOD, DAY - 5),
        answer("failed again", AGAIN, DAY),
    ]
    assert failed_lately(reviews, DAY) == ["passed at once", "failed again"]


def test_failed_and_missed_come_from_the_log(home: Path) -> None:
    run("review", "siglip", "hnsw", "clip-loss", typed="\nnone again\n\nall good\n\nall good\n")
    assert listed("--failed") == ["siglip"]
    assert listed("--missed") == []  # once is not often
    run("review", "siglip", typed="\nnone again\n:quit\n", day="2026-11-22")
    assert listed("--missed", day="2026-11-22") == ["siglip"]
    assert listed("--missed", "--section", "vector-search", day="2026-11-22") == []
    run("review", "--failed", typed="\nall good\n", day="2026-11-23")
    assert logged(home)[-1].card_id == "siglip"
    assert listed("--failed", day="2026-11-23") == []
    assert listed("--failed", day="2026-12-25") == []


@pytest.mark.terminal
def test_the_menu_leads_to_a_card_and_to_a_section() -> None:
    with Terminal() as terminal:
        terminal.wait("Interview on").send("\x1b").wait("m: menu").send("m").wait("What now?").send(
            "choose\r"
        )
        terminal.wait("Which cards?").wait("flagged: 0 cards").send("\x1b[A\r")
        terminal.wait("Which card?").send("siglip-2").wait("siglip-2-recipe").send("\r")
        terminal.wait("SigLIP 2").wait("0/1").send("q").wait("any key: back").send("x")
        terminal.wait("m: menu").send("m").wait("What now?").send("choose\r")
        terminal.wait("Which cards?").send("\x1b[B" * 3).wait("» A section").send("\r")
        terminal.wait("Which section?").send("quanti").wait("quantization", gone="quick-fire")
        terminal.send("\r").wait("0/10").wait("Quantization").send("q")
        terminal.wait("any key: back").send("q")
        assert terminal.finish() == 0


@pytest.mark.terminal
def test_a_filter_that_matches_nothing_chooses_nothing(home: Path) -> None:
    (home / "settings.json").write_text("{}")
    with Terminal() as terminal:
        terminal.wait("m: menu").send("m").wait("What now?").send("zzzz").wait("/ zzzz")
        terminal.send("\r").send("\x7f" * 4).wait("Leave", gone="/ zzzz").send("leave\r")
        assert terminal.finish() == 0
        assert "Review: 10" not in terminal.text.partition("What now? (")[0], "nothing was begun"
