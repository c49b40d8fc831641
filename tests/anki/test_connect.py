"""Later answers through AnkiConnect, judged by the real Anki."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import histories
import pytest
from anki.consts import CardQueue, CardType
from anki.deck_config_pb2 import UpdateDeckConfigsMode
from anki_add_on import AddOn, listening
from anki_oracle import GUID, Oracle, assert_same
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from contrastive_drill.actions.environment import NOW_VARIABLE, Environment
from contrastive_drill.anki import connect
from contrastive_drill.anki.schedule import NO_MARK
from contrastive_drill.cli import app
from contrastive_drill.memory.log import Mode, Rating
from contrastive_drill.memory.marks import Mark
from contrastive_drill.store import Store

TODAY = datetime.now().astimezone()  # which Anki cannot be told
NAMES = ("winoground-chance", "projection-head", "hubness", "qlora-nf4", "flamingo-key-idea")
WRITING = {"multi", "insertReviews"}
numbers = count()


@pytest.fixture
def add_on(oracle: Oracle, monkeypatch: pytest.MonkeyPatch) -> Iterator[AddOn]:
    monkeypatch.setenv(NOW_VARIABLE, TODAY.isoformat())
    empty(oracle)
    with listening(AddOn(oracle.col), monkeypatch) as add_on:
        yield add_on


@pytest.fixture
def store(home: Path, warm: None) -> Iterator[Store]:
    with opened(home) as store:
        yield store


def opened(folder: Path) -> Store:
    store = Store.open(folder / "drill.sqlite", folder / "backups", TODAY)
    store.database.rows("PRAGMA synchronous = OFF")
    return store


def empty(oracle: Oracle) -> None:
    oracle.col.remove_notes(oracle.col.find_notes("note:contrastive-drill"))
    oracle.col.db.execute("DELETE FROM revlog")  # type: ignore[union-attr]


def run(*words: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, ["export", "anki", *words])
    assert done.exit_code == status, done.output
    return " ".join(done.output.split())


def send(*words: str, status: int = 0) -> str:
    return run("--anki-connect", *words, status=status)


def take(oracle: Oracle, folder: Path, *words: str) -> None:
    path = folder / f"{next(numbers)}.apkg"
    run(str(path), *NAMES, *words)
    oracle.take(path)


def noon(days: int) -> datetime:
    """So many days ago."""
    return TODAY.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=days)


def good(days: int, rating: Rating = Rating.GOOD) -> list[histories.Step]:
    return [(rating, Mode.REVIEW, days, 0.0)]


step = st.tuples(
    st.sampled_from(Rating),
    st.sampled_from([Mode.REVIEW] * 4 + [Mode.PAGE, Mode.CRAM, Mode.INTERVIEW]),
    st.integers(0, 40) | st.just(0),  # days since the answer before
    st.sampled_from([0.0, 0.001, 0.4, 60.0]),  # seconds, too
)
steps = st.lists(step, max_size=4)


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes hundreds of imports
)
@given(lives=st.lists(st.tuples(steps, steps), min_size=1, max_size=5), history=st.booleans())
@pytest.mark.usefixtures("warm")
def test_anki_has_every_answer_once_and_goes_on_where_we_are(
    add_on: AddOn,
    oracle: Oracle,
    tmp_path: Path,
    bank_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    lives: list[tuple[list[histories.Step], list[histories.Step]]],
    history: bool,
) -> None:
    home = tmp_path / f"home-{next(numbers)}"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / bank_cache.name).write_bytes(bank_cache.read_bytes())
    monkeypatch.setenv("CONTRASTIVE_DRILL_HOME", str(home))
    empty(oracle)
    with opened(home) as store:
        at = [noon(390) + timedelta(seconds=number) for number in range(len(lives))]
        for number, (before, _) in enumerate(lives):
            at[number] = histories.study(store, NAMES[number], before, at[number])
        take(oracle, home, *(["--with-history"] if history else []))
        for number, (_, after) in enumerate(lives):
            histories.study(store, NAMES[number], after, at[number])
        new = sum(len(after) + (0 if history else len(before)) for before, after in lives)
        assert f"{new} answer" in (would := send("--dry-run")) or "no answer" in would
        assert f"Sent {new} answer" in (said := send()) or (new == 0 and "no answer" in said)
        for name in NAMES:
            assert_same(oracle, store, name, NO_MARK, TODAY.toordinal())
        asked = len(add_on.asked)
        assert send() == "Anki lacks no answer to its cards."
        assert not WRITING & {*add_on.asked[asked:]}


def test_a_card_keeps_the_place_it_has_in_anki(
    add_on: AddOn, oracle: Oracle, store: Store, tmp_path: Path
) -> None:
    for name in NAMES:
        histories.study(store, name, good(0), noon(60))
    take(oracle, tmp_path, "--with-history")
    suspended, buried, filtered, learning, _ = (oracle.card(GUID + name) for name in NAMES)
    oracle.col.sched.suspend_cards([suspended.id])
    oracle.col.sched.bury_cards([buried.id])
    own = oracle.col.decks.get(oracle.col.decks.new_filtered("Mine"))
    assert own is not None
    own["terms"] = [[f"cid:{filtered.id}", 10, 0]]
    oracle.col.decks.save(own)
    oracle.col.sched.rebuild_filtered_deck(own["id"])
    learning.type, learning.queue = CardType(1), CardQueue(1)
    learning.due, learning.left = 1_796_000_000, 1001
    oracle.col.update_card(learning)
    for name in NAMES:
        histories.study(store, name, good(0, Rating.EASY), noon(3))
    assert send() == "Sent 5 answers to 5 cards in Anki."
    lain = oracle.card(GUID + NAMES[2])
    assert (lain.did, lain.odid) == (own["id"], filtered.did)
    oracle.col.sched.empty_filtered_deck(own["id"])
    marks = {NAMES[0]: Mark(suspended=True)}
    for name in NAMES:
        assert_same(oracle, store, name, marks.get(name, NO_MARK), TODAY.toordinal())
    # Where all that is to change is suspended, too.
    histories.study(store, NAMES[0], good(0), noon(1))
    assert send(NAMES[0]) == "Sent 1 answer to 1 card in Anki."
    assert_same(oracle, store, NAMES[0], marks[NAMES[0]], TODAY.toordinal())


def test_what_was_answered_there_since_keeps_its_schedule(
    add_on: AddOn, oracle: Oracle, store: Store, tmp_path: Path
) -> None:
    answered, moved, other = NAMES[:3]
    for name in (answered, moved, other):
        histories.study(store, name, good(0), noon(60))
    take(oracle, tmp_path, "--with-history")
    card = oracle.card(GUID + answered)
    card.start_timer()
    oracle.col.sched.answerCard(card, 3)
    oracle.col.sched.set_due_date([oracle.card(GUID + moved).id], "9")
    for name in (answered, moved, other):
        histories.study(store, name, good(0, Rating.AGAIN), noon(3))

    def schedule(name: str) -> tuple[object, ...]:
        card = oracle.card(GUID + name)
        return card.due, card.ivl, card.reps, card.lapses, card.type, str(card.memory_state)

    before, log = schedule(answered), oracle.rows(GUID + answered)
    moved_before = schedule(moved)
    said = "Sent 3 answers to 3 cards in Anki. Anki's own schedule stays with 2 cards,"
    assert said in send()
    assert schedule(answered) == before
    assert schedule(moved) == moved_before
    rows = oracle.rows(GUID + answered)
    assert [row for row in rows if row not in log] == [rows[1]]
    assert len(rows) == 3
    assert_same(oracle, store, other, NO_MARK, TODAY.toordinal())
    assert send() == "Anki lacks no answer to its cards."

    # Its memory counts the new row once the options of the deck are saved with a change.
    state = oracle.col._backend.compute_memory_state(card.id).state
    assert str(state) != before[-1]
    options = oracle.col._backend.get_deck_configs_for_update(card.did)
    (preset,) = (each.config for each in options.all_config if each.config.id == 1)
    preset.config.desired_retention = 0.89
    oracle.col._backend.update_deck_configs(
        target_deck_id=card.did, configs=[preset], removed_config_ids=[],
        mode=UpdateDeckConfigsMode.UPDATE_DECK_CONFIGS_MODE_NORMAL,
        card_state_customizer="", limits=options.current_deck.limits,
        new_cards_ignore_review_limit=False, fsrs=True, apply_all_parent_limits=False,
        fsrs_reschedule=False, fsrs_health_check=False,
    )  # fmt: skip
    kept = oracle.card(GUID + answered)
    assert kept.memory_state is not None
    assert kept.memory_state.stability == pytest.approx(state.stability, abs=1e-3)
    assert schedule(answered)[:5] == before[:5]
    # Of the card that was moved, the time of its last answer: by Anki's check of the database.
    assert "Added last review time" in oracle.col.fix_integrity()[0]


def test_what_broke_off_is_done_by_sending_again(
    add_on: AddOn, oracle: Oracle, store: Store, tmp_path: Path
) -> None:
    for name in NAMES:
        histories.study(store, name, good(0), noon(60))
    take(oracle, tmp_path)
    oracle.col.remove_notes([oracle.note(GUID + NAMES[4]).id])
    add_on.instead = {"insertReviews": ValueError("collection is not\navailable")}
    assert "AnkiConnect refuses insertReviews: collection is not available" in send(status=3)
    add_on.instead = {}
    said = "Sent 4 answers to 4 cards in Anki. Not in Anki: 1 card with answers,"
    assert said in send()
    for name in NAMES[:4]:
        assert_same(oracle, store, name, NO_MARK, TODAY.toordinal())


def test_a_card_is_found_by_its_id_or_a_former_one_and_of_doubles_the_older_is_taken(
    add_on: AddOn, oracle: Oracle, store: Store, tmp_path: Path
) -> None:
    former, now = next(iter(Environment().bank.renames.items()))
    run(str(tmp_path / "one.apkg"), now)
    oracle.take(tmp_path / "one.apkg")
    note = oracle.note(GUID + now)
    note["Id"] = former
    oracle.col.update_note(note)
    double = oracle.col.new_note(note.note_type() or {})
    double.fields = note.fields
    oracle.col.add_note(double, oracle.card(GUID + now).did)
    histories.study(store, now, good(0), noon(3))
    assert send() == "Sent 1 answer to 1 card in Anki."
    assert_same(oracle, store, now, NO_MARK, TODAY.toordinal())
    assert double.cards()[0].type == 0


def test_an_answer_is_no_other_of_the_same_moment(
    add_on: AddOn, oracle: Oracle, store: Store, tmp_path: Path
) -> None:
    one, other = NAMES[:2]
    take(oracle, tmp_path)
    at, there = noon(3), oracle.card(GUID + other)
    oracle.col.db.execute(  # type: ignore[union-attr]
        "INSERT INTO revlog VALUES (?, ?, 0, 3, 1, 0, 0, 9, 0)",
        *(round(at.timestamp() * 1000), there.id),
    )
    histories.study(store, one, good(0), at)
    histories.study(store, other, good(0), noon(2))
    assert send() == "Sent 2 answers to 2 cards in Anki."
    to_sync = oracle.col.db.scalar("SELECT count() FROM revlog WHERE usn = -1")  # type: ignore[union-attr]
    assert to_sync == 2
    assert_same(oracle, store, one, NO_MARK, TODAY.toordinal())
    assert len(oracle.rows(GUID + other)) == 2


@pytest.mark.usefixtures("store")
def test_whatever_is_no_anki_is_said_in_one_line(
    add_on: AddOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for body in (b"", b"<html>", b"[]", b"7", b'{"result": 1}', b"\xff", b"[" * 99_999,
                 b'{"result": 7, "error": null}', b'{"result": [[]], "error": null}',
                 b'{"result": [{"fields": 1}], "error": null}'):  # fmt: skip
        add_on.body = body
        assert "is no AnkiConnect that is known here: update it" in send(status=3), body
    add_on.body = b'{"result": null, "error": "valid api key must be provided"}'
    assert "refuses findNotes: valid api key must be provided" in send(status=3)
    add_on.body = b'{"result": [], "error": null}'
    monkeypatch.setattr(connect, "MOST", 9)
    assert "is no AnkiConnect" in send(status=3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(connect, "ADDRESS", silent.getsockname())
        monkeypatch.setattr(connect, "PATIENCE", 0.05)
        assert "Anki did not answer for 0.05 seconds: close its dialogs" in send(status=3)
    said = send(status=3)
    assert f"no AnkiConnect at 127.0.0.1:{connect.ADDRESS[1]}: open Anki with AnkiConnect" in said


def test_a_schedule_that_anki_does_not_take_is_said(
    add_on: AddOn, oracle: Oracle, store: Store, tmp_path: Path
) -> None:
    histories.study(store, NAMES[0], good(0), noon(60))
    take(oracle, tmp_path)
    for result in (ValueError("a reason"), [[False, "a reason"]], False, None, []):
        add_on.instead = {"setSpecificValueOfCard": result}
        said = send(status=3)
        assert "Anki did not take a schedule: {'result': " in said
        assert "update it and AnkiConnect" in said
    assert oracle.rows(GUID + NAMES[0]) == []


@pytest.mark.usefixtures("warm")
def test_words_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    for words, remedy in (
        ((), "name the package, such as drill.apkg, or give --anki-connect"),
        (("drill.apkg", "--anki-connect"), "leave out FILE and --with-history"),
        (("--anki-connect", "--with-history"), "leave out FILE and --with-history"),
        (("--anki-connect", "no-such-card"), "browse lists them all"),
    ):
        assert remedy in run(*words, status=2)
    assert not [*tmp_path.glob("*.apkg")]
