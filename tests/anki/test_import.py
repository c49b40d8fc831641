"""Packages of the real Anki taken in: cards, answers, memories; what comes back from a phone."""

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import Mock
from zipfile import ZIP_DEFLATED, ZipFile

import histories
import pytest
from anki_oracle import Log, Oracle
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from contrastive_drill import settings as app_settings
from contrastive_drill.actions.anki_cards import card_id
from contrastive_drill.actions.environment import NOW_VARIABLE, Environment
from contrastive_drill.anki import html as export_html
from contrastive_drill.anki import sides
from contrastive_drill.anki.archive import pictures
from contrastive_drill.anki.collection import AnkiCard, NoteType, Template, read
from contrastive_drill.anki.html import prose_html
from contrastive_drill.anki.prose import prose_of
from contrastive_drill.anki.sides import Sides, draft, sides_of
from contrastive_drill.bank.markdown import read as read_markdown
from contrastive_drill.cards.markdown import markdown
from contrastive_drill.cards.prose import Prose
from contrastive_drill.cli import app
from contrastive_drill.memory.log import Learned, Mode, Rating
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.settings import HOME_VARIABLE
from contrastive_drill.store import Store

if TYPE_CHECKING:  # its modules stand in a circle, into which `collection` leads
    from anki.cards import CardId

pytestmark = pytest.mark.usefixtures("warm")
FORMS = ("old.apkg", "new.apkg", "old.colpkg", "new.colpkg")
DECK = "ML::Vision"
PICTURE = b"\x89PNG a picture"


class Shelf(Oracle):
    """A collection of Anki with one deck, exported in every form."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.deck = self.col.decks.id(DECK)
        assert self.deck

    def add(self, kind: str, *values: str, tags: tuple[str, ...] = ()) -> "list[CardId]":
        """A note; gives its cards."""
        model = self.col.models.by_name(kind)
        assert model
        note = self.col.new_note(model)
        note.fields[: len(values)] = values
        note.tags = [*tags]
        assert self.deck
        self.col.add_note(note, self.deck)
        return [*note.card_ids()]

    def answer(self, number: "CardId", rating: int) -> None:
        """Answer a card now."""
        card = self.col.get_card(number)
        card.start_timer()
        self.col.sched.answerCard(card, rating)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The time, which Anki cannot be told."""
    now = datetime.now().astimezone() + timedelta(minutes=5)
    monkeypatch.setenv(NOW_VARIABLE, now.isoformat())
    return now


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    (tmp_path / "anki").mkdir()
    shelf = Shelf(tmp_path / "anki")
    yield shelf
    shelf.col.close()


def bring(*words: str, status: int = 0) -> str:
    """Import by the command; what was said."""
    done = CliRunner().invoke(app, ["import", "anki", *words])
    assert done.exit_code == status, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return " ".join(done.output.split())


def filled(shelf: Shelf) -> "list[CardId]":
    """Notes of all shapes, some of them answered; gives their cards."""
    picture = shelf.folder / "a b.png"
    picture.write_bytes(PICTURE)
    name = shelf.col.media.add_file(str(picture))
    cards = shelf.add(
        "Basic", r"What is <b>τ</b>?", r"A scale: \(\frac{1}{\tau}&lt;2\)", tags=("ML::x",)
    )
    cards += shelf.add("Basic (and reversed card)", "InfoNCE", "a loss [sound:x.mp3]")
    cards += shelf.add(
        "Cloze",
        r"{{c1::q}} meets {{c2::k::what?}} in \(a+{{c1::b}}\)",
        "<a href='http://x'>MoCo</a>",
    )
    cards += shelf.add(
        "Basic", f'<img src="{name}">', "<ul><li>x^10</li><li>2*3*4</li></ul><pre>$5 &lt;</pre>"
    )
    cards += shelf.add("Basic", "empty", "")
    for place, card in enumerate(cards[:5]):
        shelf.answer(card, 1 + place % 4)
    shelf.answer(cards[0], 3)
    shelf.col.sched.suspend_cards(cards[2:3])
    return cards


@pytest.mark.parametrize("form", FORMS)
def test_a_collection_comes_in_once_with_its_history(form: str, shelf: Shelf, home: Path) -> None:
    cards = filled(shelf)
    path = shelf.package(form)
    names = ZipFile(path).namelist()
    assert ("collection.anki21b" in names) == form.startswith("new")
    said = bring(str(path), "--dry-run")
    assert "Would take in" in said
    assert not (home / "bank").exists()
    said = bring(str(path))
    assert "6 new cards, 1 picture" in said
    assert "6 answers, 1 mark" in said
    assert "Basic (and reversed card)/Card 2: Back -> Front" in said
    assert "2 sounds" in said
    assert "1 card without words" in said
    assert (home / "pictures" / "anki-ml-vision" / "a b.png").read_bytes() == PICTURE
    env = Environment()
    assert not env.bank.problems
    brought = {card.id: card for card in env.bank.cards() if card.section == "anki-ml-vision"}
    texts = {markdown(card.prompt): markdown(card.answer) for card in brought.values()}
    assert texts == {
        "What is **τ**?": r"A scale: $\frac{1}{\tau}<2$",
        "InfoNCE": "a loss",
        "a loss": "InfoNCE",
        r"\[…] meets k in $a+[…]$".replace("\\[", "["): "- q\n- b\n\nq meets k in $a+b$\n\nMoCo",
        "q meets [what?] in $a+b$": "k\n\nq meets k in $a+b$\n\nMoCo",
        "[picture: a b.png]": "- x^10\n- 2\\*3\\*4\n\n```\n$5 <\n```",
    }
    assert {"anki", "ml-x"} in [{*card.tags} for card in brought.values()]
    by_anki = {card_id(each): each for each in read(path)}
    with env.store(read_only=True) as store:
        for name in brought:
            reviews = [*store.reviews(name)]
            rows = by_anki[name].answers
            assert [(each.at, each.rating) for each in rows] == [
                (round(each.at.timestamp() * 1000), each.rating) for each in reviews
            ]
            assert {each.mode for each in reviews} <= {Mode.ANKI}
            assert isinstance(store.memory(name), Learned) == bool(rows)
        assert sum(mark.suspended for mark in store.marks().values()) == 1
        log = store.database.rows("SELECT * FROM log ORDER BY seq")
    written = (home / "bank" / "anki-ml-vision.yaml").read_bytes()
    assert "6 as before" in bring(str(path))
    with Environment().store(read_only=True) as store:
        assert store.database.rows("SELECT * FROM log ORDER BY seq") == log
    assert (home / "bank" / "anki-ml-vision.yaml").read_bytes() == written
    assert len(cards) == 7


def test_what_was_edited_here_stays_and_what_changed_there_is_brought(
    shelf: Shelf, home: Path
) -> None:
    cards = [shelf.add("Basic", f"question {place}", "an answer")[0] for place in range(3)]
    bring(str(shelf.package("new.apkg")))
    path = home / "bank" / "anki-ml-vision.yaml"
    edited = path.read_text().replace("'question 1'", "'my question'")
    path.write_text(edited)
    for place, card in enumerate(cards[:2]):
        note = shelf.col.get_card(card).note()
        note.fields[1] = f"another answer {place}"
        shelf.col.update_note(note)
    shelf.add("Basic", "question 3", "an answer")
    said = bring(str(shelf.package("old.apkg")))
    assert "1 new card, 1 brought up to date, 1 edited here and kept, 1 as before" in said
    text = path.read_text()
    assert "another answer 0" in text
    assert "another answer 1" not in text
    assert "my question" in text
    assert "question 3" in text
    assert "1 edited here and kept, 3 as before" in bring(str(shelf.package("new.apkg")))
    assert path.read_text() == text


def test_decks_and_fields_are_chosen_by_name(shelf: Shelf, home: Path) -> None:
    shelf.add("Basic", "asked", "said")
    other = shelf.col.decks.id("Other")
    shelf.deck = other
    shelf.add("Basic (and reversed card)", "one", "two")
    path = str(shelf.package("new.apkg"))
    for words, remedy in (
        (("--deck", "Othr"), "no card in Othr"),
        (("--map", "Basc: Front -> Back"), "did you mean 'Basic'?"),
        (("--map", "Basic: Front -> Bak"), "did you mean 'Back'?"),
        (("--map", "Basic"), "is no map: write"),
    ):
        assert remedy in bring(path, *words, status=2)
    reverse = "Basic (and reversed card)/Card 2: none"
    said = bring(path, "--map", "Basic: Back -> Front", "--map", reverse, "--level", "staff")
    assert f"{reverse} " in said
    assert "Basic: Back -> Front" in said
    prompts = {markdown(card.prompt): card.level for card in Environment().bank.cards()}
    assert prompts["said"] == prompts["one"] == "staff"
    assert not {"asked", "two"} & prompts.keys()
    assert bring(path, "--deck", "ML").startswith("Basic: Front -> Back Took in")


def test_only_the_answers_of_chosen_decks_count_against_the_limit(
    shelf: Shelf, today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contrastive_drill.anki.collection.MOST_ANSWERS", 2)
    for place, deck in enumerate(("C", "C++", "C++::視")):
        shelf.deck = shelf.col.decks.id(deck)
        (card,) = shelf.add("Basic", deck, "an answer")
        shelf.log(card, [(round(today.timestamp() * 1000) - 9**9 - place, 3)])
    path = str(shelf.package("new.colpkg"))
    assert "more than 2 answers: choose some decks by --deck" in bring(path, status=3)
    assert "1 new card, 1 answer." in bring(path, "--deck", "C")
    assert "2 new cards, 2 answers." in bring(path, "--deck", "C++")
    sections = {card.section for card in Environment().bank.cards() if "anki" in card.tags}
    assert len(sections) == 3


def test_our_deck_brings_its_answers_home(
    tmp_path: Path, home: Path, today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cards with a history go over, are answered there, and come back as answers alone."""
    names = [entry.id for entry in Environment().bank.entries[:3]]
    for days, name in zip((9, 8), names, strict=False):
        monkeypatch.setenv(NOW_VARIABLE, (today - timedelta(days=days)).isoformat())
        CliRunner().invoke(app, ["review", name, "--plain"], input="x\n\ngood\n:quit\n")
    monkeypatch.setenv(NOW_VARIABLE, today.isoformat())
    package = tmp_path / "ours.apkg"
    done = CliRunner().invoke(app, ["export", "anki", str(package), *names, "--with-history"])
    assert done.exit_code == 0, done.output
    with Environment().store(read_only=True) as store:
        before = [each.id for each in store.reviews()]
    assert "There is nothing new" in bring(str(package))
    (tmp_path / "anki").mkdir()
    oracle = Oracle(tmp_path / "anki")
    assert oracle.take(package) == Log(new=3)
    numbers = [oracle.card(f"contrastive-drill:{name}").id for name in names]
    for number, rating in zip((*numbers, numbers[2]), (3, 1, 2, 4), strict=True):
        card = oracle.col.get_card(number)
        card.start_timer()
        oracle.col.sched.answerCard(card, rating)  # type: ignore[arg-type]
    back = oracle.package("new.colpkg")
    said = bring(str(back))
    assert "4 answers, 4 of them to cards that came from here" in said
    assert not (home / "bank").exists()
    with Environment().store(read_only=True) as store:
        reviews = [*store.reviews()]
        assert [each.id for each in reviews[: len(before)]] == before
        came = reviews[len(before) :]
        assert [(each.card_id, each.rating) for each in came] == [
            *zip((*names, names[2]), (3, 1, 2, 4), strict=True)
        ]
        for name, number in zip(names, numbers, strict=True):
            memory = store.memory(name)
            state = oracle.col._backend.compute_memory_state(number).state
            assert isinstance(memory, Learned)
            assert state.stability == pytest.approx(memory.stability, rel=1e-3)
            assert state.difficulty == pytest.approx(memory.difficulty, rel=1e-3)
    oracle.col.close()
    assert "There is nothing new" in bring(str(back))


def test_cards_history_and_state_survive_the_way_to_anki_and_back(
    tmp_path: Path, home: Path, today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of one home, through Anki, into an empty one."""
    random, names = Random(3), [entry.id for entry in Environment().bank.entries[::12]]
    begin, modes = today - timedelta(days=300), [*[Mode.REVIEW] * 5, Mode.EXAM, Mode.CRAM]
    with Environment().store() as store:
        store.database.rows("PRAGMA synchronous = OFF")
        for place, name in enumerate(names):
            steps: list[histories.Step] = [
                (random.choice([*Rating]), random.choice(modes), random.choice([0, 1, 9, 30]), 60.0)
                for _ in range(random.randrange(8))
            ]
            histories.study(store, name, steps, begin + timedelta(seconds=place))
            for verb in random.sample([Verb.SUSPEND, Verb.FLAG], random.choice([0, 0, 1])):
                store.change(Change(f"{name}-{verb}", name, verb, today, today.toordinal()))
        before = {name: told(store, name) for name in names}
        kept = store.marks()
    package, back = tmp_path / "ours.apkg", tmp_path / "back.colpkg"
    done = CliRunner().invoke(app, ["export", "anki", str(package), *names, "--with-history"])
    assert done.exit_code == 0, done.output
    (tmp_path / "anki").mkdir()
    oracle = Oracle(tmp_path / "anki")
    oracle.take(package)
    oracle.col.export_collection_package(str(back), False, False)
    other = tmp_path / "other"
    shutil.copytree(home / "cache", other / "cache")
    monkeypatch.setenv(HOME_VARIABLE, str(other))
    bring(str(back))
    with Environment().store(read_only=True) as store:
        assert {name: told(store, name) for name in names} == before
        marks = store.marks()
        for name, mark in kept.items():
            assert marks[name].suspended == mark.suspended
            assert (marks[name].flag is None) == (mark.flag is None)
        assert marks.keys() == kept.keys()


def told(store: Store, name: str) -> object:
    """What is known of a card: its memory and its answers."""
    answers = [
        (each.at, each.rating, each.seconds, isinstance(each.after, Learned), each.after)
        for each in store.reviews(name)
    ]
    return store.memory(name), answers


@pytest.fixture
def summer_time() -> Iterator[None]:
    """This machine has it until the night before 2026-10-25."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        patch.setenv(NOW_VARIABLE, "2026-10-26T12:00")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("summer_time")
def test_an_answer_counts_for_the_day_that_it_had_then(shelf: Shelf) -> None:
    (number,) = shelf.add("Basic", "a question", "an answer")
    half_past_four = "2026-10-23T02:30+00:00", "2026-10-26T03:30+00:00"
    times = [datetime.fromisoformat(at).timestamp() for at in half_past_four]
    shelf.log(number, [(int(1000 * at), 3) for at in times])
    bring(str(shelf.package("new.apkg")))
    with Environment().store(read_only=True) as store:
        days = [f"{date.fromordinal(each.day)}" for each in store.reviews()]
    assert days == ["2026-10-23", "2026-10-26"]


def test_random_histories_come_in_as_anki_remembers_them(shelf: Shelf, today: datetime) -> None:
    random = Random(7)
    begin = (today - timedelta(days=300)).replace(hour=12, minute=0, second=0, microsecond=0)
    cards, made = {}, 0
    for place in range(200):
        (number,) = shelf.add("Basic", f"question {place}", "an answer")
        at, rows = begin + timedelta(seconds=place), []
        for _ in range(random.randrange(9)):
            rows.append((round(at.timestamp() * 1000) + made, random.randint(1, 4)))
            made += 1
            at += timedelta(days=random.choice([0, 1, 3, 12, 40]), minutes=1)
        shelf.log(number, rows)
        cards[number] = rows
    path = shelf.package("new.colpkg")
    said = bring(str(path))
    assert f"200 new cards, {made} answers" in said
    by_question = {card.fields["Front"]: card_id(card) for card in read(path)}
    with Environment().store(read_only=True) as store:
        for number, rows in cards.items():
            name = by_question[shelf.col.get_card(number).note().fields[0]]
            assert [
                (round(each.at.timestamp() * 1000), each.rating) for each in store.reviews(name)
            ] == rows
            memory = store.memory(name)
            if rows:
                state = shelf.col._backend.compute_memory_state(number).state
                assert isinstance(memory, Learned)
                assert memory.reps == len(rows)
                assert state.stability == pytest.approx(memory.stability, rel=1e-3)
                assert state.difficulty == pytest.approx(memory.difficulty, rel=1e-3)


def zipped(**files: bytes) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name.replace("_", "."), data)
    return content.getvalue()


def database(*statements: str) -> bytes:
    connection = sqlite3.connect(":memory:")
    for each in statements:
        connection.execute(each)
    connection.commit()
    data = connection.serialize()
    connection.close()
    return data


def with_statements(shelf: Shelf, *statements: str) -> bytes:
    """The old form of a filled collection, changed by SQL."""
    with ZipFile(shelf.package("old.apkg")) as package:
        files = {name: package.read(name) for name in package.namelist()}
    connection = sqlite3.connect(":memory:")
    connection.deserialize(files["collection.anki21"])
    for each in statements:
        connection.execute(each)
    connection.commit()
    files["collection.anki21"] = connection.serialize()
    connection.close()
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return content.getvalue()


HOSTILE: dict[str, Callable[[Shelf], bytes]] = {
    "no zip": lambda _: b"PK no zip at all",
    "empty": lambda _: b"",
    "another zip": lambda _: zipped(readme_txt=b"hello"),
    "no database": lambda _: zipped(collection_anki2=b"SQLite format 3\0 but no more"),
    "other tables": lambda _: zipped(collection_anki2=database("CREATE TABLE col (models)")),
    "wrong zstd": lambda _: zipped(collection_anki21b=b"not zstd", media=b""),
    "cut zstd": lambda _: zipped(collection_anki21b=zstd.compress(bytes(9999))[:-5]),
    "a wide window": lambda _: zipped(
        collection_anki21b=zstd.compress(
            bytes(1 << 20), options={zstd.CompressionParameter.window_log: 27,
                                     zstd.CompressionParameter.content_size_flag: 0}
        )
    ),
    "a zip bomb": lambda _: zipped(collection_anki2=bytes(2 << 20)),
    "a zstd bomb": lambda _: zipped(collection_anki21b=zstd.compress(bytes(2 << 20))),
    "a long list": lambda _: b"PK\5\6" + bytes(8) + (1 << 30).to_bytes(4, "little") + bytes(6),
    "a view": lambda shelf: with_statements(
        shelf, "ALTER TABLE notes RENAME TO n", "CREATE VIEW notes AS SELECT * FROM n"
    ),
    "a trigger": lambda shelf: with_statements(
        shelf, "CREATE TRIGGER t AFTER INSERT ON cards BEGIN DELETE FROM notes; END"
    ),
    "no note types": lambda shelf: with_statements(shelf, "UPDATE col SET models = '[]'"),
    "deep settings": lambda shelf: with_statements(
        shelf, f"UPDATE col SET models = '{'[' * 100_000}'"
    ),
    "words as times": lambda shelf: with_statements(
        shelf, "CREATE TABLE r AS SELECT * FROM revlog", "DROP TABLE revlog",
        "ALTER TABLE r RENAME TO revlog",
        "INSERT INTO revlog SELECT 'x', id, 1, 1, 1, 1, 1, 1, 1 FROM cards",
    ),
    "no settings": lambda shelf: with_statements(shelf, "DELETE FROM col"),
    "settings of other types": lambda shelf: with_statements(
        shelf, """UPDATE col SET models = '{"1": {"name": 1, "flds": [1], "tmpls": {}}}'"""
    ),
    "a picture as text of 100 MB": lambda shelf: with_statements(
        shelf, "UPDATE notes SET flds = zeroblob(70000000)"
    ),
    "an encrypted entry": lambda shelf: with_flag(shelf.package("old.apkg").read_bytes()),
    "a cut extra field": lambda shelf: with_cut_extra(shelf.package("old.apkg").read_bytes()),
    "a place below zero": lambda shelf: with_statements(shelf, "UPDATE cards SET ord = -1"),
}  # fmt: skip


def with_flag(data: bytes) -> bytes:
    """Every entry as an encrypted one."""
    return re.sub(rb"(?s)(?<=PK\x01\x02....).", b"\x01", data)


def with_cut_extra(data: bytes) -> bytes:
    """A directory whose first entry takes the next one's first bytes for its extra field."""
    place = data.index(b"PK\1\2") + 30
    return data[:place] + b"\3\0" + data[place + 2 :]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_package_is_refused_in_one_line(
    name: str, shelf: Shelf, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contrastive_drill.anki.archive.MOST_DATABASE", 1 << 20)
    shelf.add("Basic", "a", "b")
    path = shelf.folder / "hostile.apkg"
    path.write_bytes(HOSTILE[name](shelf))
    done = CliRunner().invoke(app, ["import", "anki", str(path)])
    assert (done.exit_code, done.output.count("\n")) == (3, 1), done.output
    assert f"nothing was taken from {path}: " in done.output
    assert "export" in done.output
    assert not (home / "bank").exists()


@pytest.mark.parametrize("seed", range(40))
def test_a_package_with_changed_bytes_never_ends_in_a_traceback(seed: int, shelf: Shelf) -> None:
    shelf.add("Basic", "a", "b", tags=("x",))
    random = Random(seed)
    with ZipFile(shelf.package("old.apkg" if seed % 2 else "new.apkg")) as package:
        files = {name: bytearray(package.read(name)) for name in package.namelist()}
    for _ in range(random.choice((1, 5, 50))):
        content = random.choice([each for each in files.values() if each])
        content[random.randrange(len(content))] = random.choice((0, 127, 128, 255))
    path = shelf.folder / "changed.apkg"
    path.write_bytes(zipped(**{name: bytes(each) for name, each in files.items()}))
    done = CliRunner().invoke(app, ["import", "anki", str(path), "--dry-run"])
    assert done.exit_code in (0, 2, 3), done.output
    assert done.exit_code == 0 or done.output.count("\n") == 1


def test_odd_notes_are_read_within_bounds(shelf: Shelf) -> None:
    """Tags that YAML would read as values, pictures in the text, names and GUIDs without end."""
    tags = ("null", "yes", "1e5", "2024-01-01", "x")
    shelf.add("Basic", "asked", f'said<img src="data:image/png;base64,{"A" * 300_000}">', tags=tags)
    shelf.add("Basic", "no words", "<math><mi>x</mi></math>")
    path = shelf.folder / "odd.apkg"
    path.write_bytes(
        with_statements(
            shelf,
            "UPDATE notes SET guid = zeroblob(9000000) WHERE flds LIKE 'asked%'",
            f"UPDATE col SET decks = replace(decks, 'Vision', '{'d ::' * 99_999}')",
        )
    )
    said = bring(str(path))
    assert "1 new card" in said
    assert "1 outside picture" in said
    assert "1 card without words" in said
    (card,) = (card for card in Environment().bank.cards() if card.section.startswith("anki-"))
    assert {*card.tags} == {"anki", *tags}


def test_what_was_broken_off_is_done_a_second_time(
    shelf: Shelf, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(shelf)
    path = shelf.package("new.apkg")
    with monkeypatch.context() as patch:
        patch.setattr(app_settings, "write_text", Mock(side_effect=KeyboardInterrupt))
        CliRunner().invoke(app, ["import", "anki", str(path)])
    assert not (home / "bank").exists()
    assert "6 new cards" in bring(str(path))
    assert (home / "pictures" / "anki-ml-vision" / "a b.png").read_bytes() == PICTURE
    with Environment().store(read_only=True) as store:
        assert sum(mark.suspended for mark in store.marks().values()) == 1
    assert "There is nothing new" in bring(str(path))


def test_files_that_the_person_changed_lose_nothing(shelf: Shelf, home: Path) -> None:
    shelf.add("Basic", "one", "said")
    bring(str(shelf.package("old.apkg")))
    file = home / "bank" / "anki-ml-vision.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_bytes(text.replace("said", "\xe9").encode("latin-1"))
    shelf.add("Basic", "two", "said")
    path = str(shelf.package("old.apkg"))
    assert "save it as UTF-8" in bring(path, status=3)
    assert b"\xe9" in file.read_bytes()
    name = re.findall("anki-[0-9a-f]{10}", text)[0]
    renamed = text.replace(f"id: '{name}'", f"id: mine\n    replaces: [{name}]").rstrip()
    file.write_text(renamed, encoding="utf-8")
    said = bring(path)
    assert "1 new card, 1 edited here" in said
    env = Environment()
    assert not env.bank.problems
    assert "mine" in env.bank
    assert file.read_text(encoding="utf-8").startswith(renamed)


def test_more_decks_than_the_bank_has_files_are_refused(
    shelf: Shelf, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contrastive_drill.actions.anki_cards.MAX_FILES", 0)
    shelf.add("Basic", "one", "said")
    assert "more than 0 files" in bring(str(shelf.package("old.apkg")), status=2)
    assert not (home / "bank").exists()


def test_a_package_without_zstd_says_what_to_install(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.add("Basic", "a", "b")
    paths = [str(shelf.package(form)) for form in ("old.apkg", "new.apkg")]
    monkeypatch.setattr("contrastive_drill.anki.archive._zstd", lambda: None)
    assert "1 new card" in bring(paths[0])
    assert "pip install backports.zstd" in bring(paths[1], status=3)


def test_pictures_keep_to_their_folder(shelf: Shelf, home: Path) -> None:
    names = ["../../../../evil.png", "..\\evil.png", "/tmp/evil.png", ".hidden", "a.png", "b.exe"]
    html = "".join(f'<img src="{name}">' for name in names)
    shelf.add("Basic", html, "an answer")
    path = shelf.package("old.apkg")
    with ZipFile(path) as package:
        files = {name: package.read(name) for name in package.namelist() if name != "media"}
    files |= {str(place): PICTURE for place in range(len(names))}
    files["media"] = json.dumps(dict(enumerate(names))).encode()
    with ZipFile(path, "w") as package:
        for name, data in files.items():
            package.writestr(name, data)
    before = {*home.parent.rglob("*")}
    assert "1 picture in" in bring(str(path))
    made = {each.name for each in home.parent.rglob("*") if each not in before and each.is_file()}
    assert "a.png" in made
    assert not made & {"evil.png", "b.exe", ".hidden"}
    assert [*pictures(path, ["no-such.png"])] == []


def test_the_text_of_every_shipped_card_survives_both_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export_html, "DEFINITIONS", {})  # which are for MathJax
    for card in Environment().bank.cards():
        for text in card.texts():
            came = prose_of(prose_html(text.blocks))
            assert _words(came.blocks) == _words(text.blocks), card.id
            assert not came.lost


def _words(blocks: Prose) -> str:
    """Blocks without what HTML cannot carry: the blanks of formulas and the language of code."""
    text = re.sub(r"language='\w*'", "", repr(blocks))
    text = re.sub(r"\\n|\s+", "", text)
    return re.sub(r"Span\(text='',style=<[^<>]*>\),", "", text)  # beside strong words


PIECES = st.sampled_from([
    *"<>&;$*_`#|~^\\[](){}!-+=.:/ \n\t1aZé\"'", "<b>", "</b>", "<i>", "</i>", "<ul>", "</ul>",
    "<ol start=3>", "</ol>", "<li>", "</li>", "<p>", "</p>", "<br>", "<br/>", "<div>", "</div>",
    "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th>", "<pre>", "</pre>", "<code>",
    "</code>", "<sub>", "</sub>", "<sup>2", "</sup>", "<img src=x.png>", "<a href=x>", "</a>",
    "<script>", "</script>", "<!--", "-->", "&lt;", "&nbsp;", "&#0;", r"\(", r"\)", r"\[", r"\]",
    "[$]", "[/$]", "[$$]", "[/$$]", "[latex]", "[/latex]", "[sound:a]", r"\frac{a}{b}", r"\begin",
    "<br>- ", "<br>1. ",
    "<br>2) ", "<br>+", "<br>===", "{{c1::", "::", "}}",
    "1. ", "- ", "# ", "```", "---", "| a | b |", "x^10", "2*3*4", "\u202e",
])  # fmt: skip


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_html_becomes_text_that_the_bank_reads_as_it_is(html: str) -> None:
    blocks = prose_of(html).blocks
    back, faults = read_markdown(markdown(blocks))
    assert not faults, (blocks, faults)
    assert back == blocks
    assert "script" not in html or "alert" not in repr(blocks)


@pytest.mark.parametrize(
    ("html", "text", "lost"),
    [
        (
            "H<sub>2</sub>O, x<sup>T</sup>, a<sub>ij</sub>, b<sub>Q,K</sub>",
            "H₂O, xᵀ, aᵢⱼ, b\\_(Q,K)",
            {},
        ),
        ("a<b>(b)</b>c <b>d</b>, <b>e</b>f", "a(b)c **d**, **e**f", {}),
        ("<ul><li>a</ul><ul><li>b</ul><ol><li>c</ol>", "- a\n- b\n\n1. c", {}),
        ("<code>&nbsp;</code>a", "` `a", {}),
        ("[$]x^2[/$]; [latex]so $a$ is[/latex]", "$x^2$; so $a$ is", {}),
        ("a<br>- b<br>1. c<br>=== d", "a\\\n\\- b\\\n1\\. c\\\n\\=== d", {}),
        (r"\[a<br>+b\]", "$$\na\n+b\n$$", {}),
        (r"\(\unknown{x}\)", r"`\unknown{x}`", {"undrawn formula": 1}),
        ("<code>\\(not\\)</code>", r"`\(not\)`", {}),
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "| a | b |\n| --- | --- |\n| 1 | 2 |", {}),
        ("<span style='color: red'>red</span> <u>u</u>", "red u", {"colour": 1, "underline": 1}),
        ("a<svg><text>no</text></svg><video>no</video>b", "ab", {"drawing": 1, "film": 1}),
        ("<img src='http://x/y.png'>", "", {"outside picture": 1}),
        ("a<!-- b -->c &amp;lt;", "ac &amp;lt;".replace("&", "\\&").replace("amp;", ""), {}),
    ],
)
def test_html_as_text(html: str, text: str, lost: dict[str, int]) -> None:
    came = prose_of(html)
    assert (markdown(came.blocks), came.lost) == (text, lost)


def note(kind: NoteType, place: int, *values: str) -> AnkiCard:
    return AnkiCard("guid", kind, place, values, (), "Default", False, False, ())


def test_the_sides_are_those_of_the_templates() -> None:
    kind = NoteType(
        "Word", False, ("Word", "Hint", "Meaning", "Example", "Note"),
        (
            Template("Card 1", "{{Word}}{{#Hint}}{{hint:Hint}}{{/Hint}}{{type:Meaning}}",
                     "{{FrontSide}}<hr>{{Meaning}}{{Tags}}{{Example}}"),
            Template("Card 2", "{{Meaning}}", "{{FrontSide}}"),
            Template("Card 3", "no field", "{{furigana:Note}}"),
        ),
    )  # fmt: skip
    guessed = [sides_of(note(kind, place), {}) for place in range(4)]
    assert guessed == [
        Sides(("Word",), ("Meaning", "Example", "Hint")),
        Sides(("Meaning",), ("Word", "Hint", "Example", "Note")),
        Sides(("Word",), ("Note",)),
        Sides(("Word",), ("Hint", "Meaning", "Example", "Note")),
    ]
    name, given_sides = sides.told("Word/Card 2: Note, Word -> Meaning")
    assert sides_of(note(kind, 1), {name: given_sides}) == Sides(("Note", "Word"), ("Meaning",))
    assert sides_of(note(kind, 0), {name: given_sides}) == guessed[0]
    assert draft(note(kind, 0, "w", "", "", "", ""), guessed[0]) is None


@pytest.mark.parametrize(
    ("text", "place", "question", "said"),
    [
        ("a {{c1::b}} c {{c2::d}}", 0, "a […] c d", "b"),
        ("a {{c1::b}} c {{c2::d::why}}", 1, "a b c [why]", "d"),
        ("{{c1::a {{c2::b}} c}}", 0, "[…]", "a b c"),
        ("{{c1::a {{c2::b}} c}}", 1, "a […] c", "b"),
        ("{{c1,3::a}} {{c1::b}}", 0, "[…] […]", "- a\n- b"),
        ("{{c1::a}} }} {{c2::open", 0, "[…] }} {{c2::open", "a"),
    ],
)
def test_a_gap_is_read_as_anki_reads_it(text: str, place: int, question: str, said: str) -> None:
    kind = NoteType(
        "Cloze", True, ("Text",), (Template("Cloze", "{{cloze:Text}}", "{{cloze:Text}}"),)
    )
    card = note(kind, place, text)
    made = draft(card, sides_of(card, {}))
    assert made
    assert [markdown(prose_of(each).blocks).replace("\\", "") for each in made[:2]] == [
        question,
        said,
    ]
