"""A week of answers in four places: two machines, the page on a phone, and the real Anki."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from anki_add_on import AddOn, listening
from anki_oracle import GUID, Log, Oracle
from machines import Machine, new_machines
from page_engine import Page

from contrastive_drill.memory.log import Rating
from contrastive_drill.memory.scheduler import replay, steps
from contrastive_drill.store.health import problems

START = datetime(2026, 11, 21, 9).astimezone()  # by the clock here, as Anki and the page have it
EVENING, END = 13.0, 7 * 24.0  # hours
CARDS = (
    "rrf-by-hand", "word2vec-layers", "tf-idf-formula", "hnsw-query-knob", "llava-parameter-budget",
)  # fmt: skip
MARKED = "bag-of-words-limits"
PLACES = (  # of each day; Anki has the cards from the first evening on
    "one two page", "one anki page", "two anki two", "one one page", "two anki page",
    "one anki page", "one two anki",
)  # fmt: skip


class Answer(NamedTuple):
    """An answer of the week."""

    place: str
    card: str
    rating: Rating
    hours: float

    @property
    def at(self) -> datetime:
        return START + timedelta(hours=self.hours)


def plan() -> list[list[Answer]]:
    """Who answers what and when, by day. The page asks each card once."""
    chance, days = Random(7), list[list[Answer]]()
    of_page = iter(chance.sample(CARDS, len(CARDS)))
    for day, names in enumerate(PLACES):
        places = chance.sample(names.split(), 3)
        times = sorted(chance.sample(range(12 * 3_600_000), 3))  # to the millisecond
        days.append([
            Answer(
                place,
                next(of_page) if place == "page" else chance.choice(CARDS),
                chance.choice([*Rating]),
                24 * day + time / 3_600_000,
            )
            for place, time in zip(places, times, strict=True)
        ])  # fmt: skip
    return days


class Week(NamedTuple):
    """What was answered, and the files that hand over the answers of the page and of Anki."""

    answers: list[Answer]
    page: Path
    package: Path


def lived(one: Machine, two: Machine, alone: Machine, oracle: Oracle) -> Week:
    """A week in all places at once; on `alone` all answers of it are given at the same times."""
    week = plan()
    answers = [given for day in week for given in day]
    page = of_page(one, oracle.folder, [each for each in answers if each.place == "page"])
    for day, todays in enumerate(week):
        for given in todays:
            for each in (alone, *{"one": [one], "two": [two]}.get(given.place, [])):
                review(each, given)
            if given.place == "anki":
                row = milliseconds(given), given.rating
                oracle.log(oracle.card(GUID + given.card).id, [row])
        evening = 24 * day + EVENING
        match day:
            case 0:  # what was done on one of them goes to Anki, and will come back
                for each in (one, alone):
                    each.said("flag", MARKED, "--note", "again", hours=evening)
                    each.said("suspend", MARKED, hours=evening + 0.1)
                package = oracle.folder / "ours.apkg"
                words = "export", "anki", str(package), *CARDS, MARKED, "--with-history"
                assert "With 1 answer, " in one.said(*words, hours=evening + 0.2)
                assert oracle.take(package) == Log(new=len(CARDS) + 1)
            case 3:
                for each in (one, alone):
                    review(each, Answer("one", CARDS[1], Rating.AGAIN, evening))
                    each.said("undo", hours=evening + 0.1)
            case 6:
                for each in (one, alone):
                    each.said("resume", MARKED, hours=evening)
                for each in (two, alone):
                    each.said("suspend", CARDS[2], hours=evening + 0.1)
    return Week(answers, page, oracle.package("new.apkg"))


def review(machine: Machine, given: Answer) -> None:
    typed = f"\nall {given.rating.label}\n:quit\n"
    machine.said("review", given.card, "--plain", typed=typed, hours=given.hours)


def of_page(machine: Machine, folder: Path, answers: list[Answer]) -> Path:
    """Answer a page that a machine wrote as the week began; gives the file that it hands back."""
    path, back = folder / "week.html", folder / "week.jsonl"
    machine.said("export", "page", str(path), *(given.card for given in answers))
    page = Page(path, START)
    for given in answers:
        page.at(given.at)
        assert page.asked == given.card
        page.press(" ", "ahge"[given.rating - 1])
    back.write_text(page.handed_back(), "utf-8")
    return back


def take(step: str, week: Week, folder: Path) -> None:
    """A step of an order: what is taken in by which of the machines in a folder."""
    what, name = step.split(">")
    machine, other = (
        Machine(folder / each, START) for each in (name, {"one": "two"}.get(name, "one"))
    )
    match what:
        case "page":
            machine.said("import", "answers", str(week.page), hours=END)
        case "anki":
            machine.said("import", "anki", str(week.package), hours=END)
        case "merge":
            machine.said("merge", str(other.folder / "drill.sqlite"), hours=END)
        case "meet":  # a session, over the folder that they share
            machine.said("config", "sync_folder", str(folder / "sync"), hours=END)
            machine.said("review", CARDS[0], typed=":quit\n", hours=END)


ORDERS = (
    "page>one anki>one merge>one merge>two",
    "anki>two merge>two page>two merge>one",
    "meet>two page>one anki>two meet>one meet>two",
    "anki>one page>one anki>two page>two merge>two merge>one anki>one page>two",
)


def test_a_week_in_four_places_is_a_week_on_one_machine(
    tmp_path: Path, bank_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, alone = new_machines(tmp_path, bank_cache, START, "one two alone")
    (tmp_path / "anki").mkdir()
    oracle = Oracle(tmp_path / "anki")
    week = lived(one, two, alone, oracle)
    for number, order in enumerate(ORDERS):
        both = [Machine(tmp_path / f"{number}" / name, START) for name in ("one", "two")]
        for before, each in zip((one, two), both, strict=True):
            shutil.copytree(before.folder, each.folder)
        for step in order.split():
            take(step, week, tmp_path / f"{number}")
        for each in both:
            assert_as_on_one_machine(each, alone, week)
        assert log(both[0]) == log(both[1]), f"byte by byte the same after {order}"
    assert [*map(status, both)] == [status(alone)] * 2
    into_anki_and_back(both[0], oracle, week, monkeypatch)
    assert oracle.sound()
    oracle.col.close()


def assert_as_on_one_machine(machine: Machine, alone: Machine, week: Week) -> None:
    told = "SELECT kind, card_id, rating, at, day, verb, note FROM log ORDER BY seq"
    with machine.store() as merged, alone.store() as single:
        assert merged.database.rows(told) == single.database.rows(told)
        given = [(each.card_id, each.rating, each.at) for each in merged.reviews()]
        assert given == [(each.card, each.rating, each.at) for each in week.answers]
        assert merged.memories() == single.memories()
        assert merged.due_days() == single.due_days()
        assert merged.marks() == single.marks()
        # What a machine showed is what it knew; reckoned from the whole log it is the same.
        shown = [(each.before, each.after) for each in single.reviews()]
        assert [*steps(merged.reviews())] == shown
        assert [*problems(merged.database, replay)] == []


def status(machine: Machine) -> dict[str, object]:
    """What `status` tells, save for the pace: only the page and Anki take time here."""
    told: dict[str, object] = json.loads(machine.said("status", "--json", hours=END))
    del told["minutes"]
    return told


def log(machine: Machine) -> bytes:
    """The rows that a machine exports, without the header, which says whose they are."""
    path = machine.folder / "log.jsonl"
    machine.said("export", "log", str(path), hours=END)
    return path.read_bytes().partition(b"\n")[2]


def into_anki_and_back(
    machine: Machine, oracle: Oracle, week: Week, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anki is sent the answers of all other places, and then has nothing new for a machine."""
    there = sum(len(oracle.rows(GUID + card)) for card in CARDS)
    with listening(AddOn(oracle.col), monkeypatch):
        said = machine.said("export", "anki", "--anki-connect", *CARDS, hours=END)
    assert f"Sent {len(week.answers) - there} answers" in said
    for card in CARDS:
        rows = [(row[0], row[1]) for row in oracle.rows(GUID + card)]
        given = [each for each in week.answers if each.card == card]
        assert rows == [(milliseconds(each), each.rating) for each in given]
    back = str(oracle.package("old.colpkg"))
    assert "There is nothing new" in machine.said("import", "anki", back, hours=END)


def milliseconds(given: Answer) -> int:
    return round(given.at.timestamp() * 1000)
