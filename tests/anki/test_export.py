"""Packages for Anki, judged by the real one: what it makes of them, and what it keeps."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from itertools import count
from pathlib import Path

import histories
import lived
import pytest
from anki_oracle import GUID, Log, Oracle, assert_same
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from contrastive_drill.actions.environment import NOW_VARIABLE, Environment
from contrastive_drill.anki import note_type
from contrastive_drill.anki.content_times import updated
from contrastive_drill.anki.html import prose_html, words_html
from contrastive_drill.anki.notes import FIELDS, Note, note_of
from contrastive_drill.anki.package import Entry, Scheduling, package
from contrastive_drill.anki.schedule import NO_MARK, Basis, card_state, rows_of, unique_times
from contrastive_drill.cards.card import digest_of
from contrastive_drill.cards.prose import Code, Formula, Paragraph, Span, Style
from contrastive_drill.cli import app
from contrastive_drill.memory.log import Mode, Rating
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.memory.scheduler import curve_of, replay
from contrastive_drill.memory.study_day import study_day
from contrastive_drill.store import Store

TODAY = datetime.now().astimezone()  # which Anki cannot be told
BANK = """\
section: mine
title: "Mine: a \\"first\\" :: second"
macros: {{'\\D': '\\mathcal{{D}}'}}
cards:
  - id: {id}
    level: mid
    kind: recall
    prompt: {prompt}
    answer: From $\\D$.
    points: [must: One says so.]
    sources: [{{text: a book}}]
    replaces: [{former}]
  - id: my-second
    level: mid
    kind: recall
    prompt: A second question?
    answer: Yes.
    points: [must: Yes.]
    sources: [{{text: a book}}]
"""
numbers = count()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("store")
    with Store.open(folder / "drill.sqlite", folder / "backups", TODAY) as store:
        store.database.rows("PRAGMA synchronous = OFF")
        yield store


def export(*words: str) -> tuple[Path, str]:
    """Export by the command; the package, and what was said."""
    path = Path.cwd() / f"{next(numbers)}.apkg"
    done = CliRunner().invoke(app, ["export", "anki", str(path), *words])
    assert done.exit_code == 0, done.output
    return path, " ".join(done.output.split())


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("warm")
def test_every_shipped_card_arrives_as_it_was_written(oracle: Oracle) -> None:
    path, said = export("--seed", "3")
    bank = Environment().bank
    calculations = sum(entry.kind == "calculation" for entry in bank.entries)
    assert f"{len(bank)} notes in {len(bank.titles)} decks, {len(bank)} new or changed" in said
    assert f"{calculations} calculations with the numbers of seed 3" in said
    assert "Without your history" in said
    assert oracle.take(path) == Log(new=len(bank))
    for place, card in enumerate(bank.cards(), 1):
        note = note_of(card, bank.titles[card.section], 3)
        kept, asked = oracle.note(note.guid), oracle.card(note.guid)
        assert tuple(kept.fields) == note.fields
        assert set(kept.tags) == {*note.tags} >= {f"section::{card.section}", *card.tags}
        deck = oracle.col.decks.name(asked.did)
        assert deck == note.deck == f"contrastive-drill::{bank.titles[card.section]}"
        assert (asked.type, asked.queue, asked.due, asked.reps) == (0, 0, place, 0)
        assert not re.search(r"\[\[[a-z_]+\]\]", "".join(kept.fields)), "numbers were drawn"
    assert oracle.take(path) == Log(same=len(bank))
    again, said = export("--seed", "3")
    assert "all as before" in said
    assert path.read_bytes() == again.read_bytes()


@pytest.mark.usefixtures("warm")
def test_each_kind_can_be_answered_on_a_phone() -> None:
    for card in Environment().bank.cards():
        note = note_of(card, "a title", 0)
        fields = dict(zip(FIELDS, note.fields, strict=True))
        if card.kind == "choice":
            assert fields["Options"].count("<li>") == fields["Result"].count("<div class=")
            right = re.findall(r'class="right"><p>✓ (.*?)</p>', fields["Result"])
            assert len(right) == 1
            assert f"<li>{right[0]}</li>" in fields["Options"]
        elif card.kind == "verdict":
            assert "imprecise: " in fields["Options"]
            assert "The claim is " in fields["Result"]
        elif card.kind in ("numeric", "calculation"):
            assert re.search(r"It is [-\d.]", fields["Result"])
        elif card.kind == "code":
            assert "contrastive-drill code " in fields["Result"]
        assert fields["Say"]
        assert fields["Points"].count('type="checkbox"') == len(card.points)


step = st.tuples(
    st.sampled_from(Rating),
    st.sampled_from([Mode.REVIEW] * 5 + [Mode.EXAM, Mode.CRAM, Mode.INTERVIEW]),
    st.integers(0, 40) | st.just(0),  # days since the answer before
    st.sampled_from([0.0, 0.001, 60.0]),  # seconds, too
)
marks = st.lists(st.sampled_from([Verb.SUSPEND, Verb.BURY, Verb.FLAG]), max_size=2)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes hundreds of imports
)
@given(decks=st.lists(st.tuples(st.lists(step, max_size=9), marks), min_size=1, max_size=10))
def test_anki_goes_on_where_we_are(
    oracle: Oracle,
    store: Store,
    tmp_path: Path,
    decks: list[tuple[list[histories.Step], list[Verb]]],
) -> None:
    decay, day = curve_of(None).decay, study_day(TODAY, 4)
    names = [f"lived-{next(numbers)}" for _ in decks]
    for name, (steps, verbs) in zip(names, decks, strict=True):
        at = (TODAY - timedelta(days=400)).replace(hour=12, minute=0, second=0, microsecond=0)
        histories.study(store, name, steps, at + timedelta(seconds=next(numbers)))
        for verb in verbs:
            store.change(Change(f"{name}-{verb}-{next(numbers)}", name, verb, TODAY, day))
    kept, times = store.marks(), unique_times(store.reviews())
    entries = []
    for name in names:
        reviews, mark = list(store.reviews(name)), kept.get(name, NO_MARK)
        basis = Basis(day, 0.9, decay)
        state = card_state(store.memory(name), mark, reviews, 1, basis)
        note = note_of(histories.card(name), "Lived", 0)
        entries.append(Entry(note, int(TODAY.timestamp()), state, rows_of(reviews, times)))
    path = tmp_path / "lived.apkg"
    path.write_bytes(package(entries, Scheduling(TODAY, 4, 0.9)))
    assert oracle.take(path) == Log(new=len(names))
    for name in names:
        assert_same(oracle, store, name, kept.get(name, NO_MARK), day)


@pytest.mark.usefixtures("warm")
def test_a_history_of_months_goes_over_with_marks_and_parameters(
    home: Path, oracle: Oracle
) -> None:
    names = [name for name in lived.CARDS if name in Environment().bank]
    oracle.col.remove_notes(oracle.col.find_notes("deck:contrastive-drill*"))
    with Store.open(home / "drill.sqlite", home / "backups", lived.NOW) as written:
        written.database.rows("PRAGMA synchronous = OFF")
        lived.live(written)
        path, said = export(*names, "--with-history")
        assert oracle.take(path, presets=True) == Log(new=len(names))
        kept = written.marks()
        assert any(mark.suspended for mark in kept.values())
        for name in names:
            mark = kept.get(name, NO_MARK)
            assert_same(oracle, written, name, mark, lived.NOW.toordinal())
        answers = sum(len([*written.reviews(name)]) for name in names)
        assert f"With {answers} answers" in said
        preset = oracle.col.decks.config_dict_for_deck_id(oracle.card(GUID + names[0]).did)
        fit = written.fit()
        assert fit is not None
        assert preset["fsrsParams6"] == pytest.approx(fit.parameters)
    # Once: Anki takes no schedule for a card that it has.
    with Store.open(home / "drill.sqlite", home / "backups", lived.NOW) as written:
        written.undo(undo_id="later", at=lived.NOW, day=lived.NOW.toordinal(), fold=replay)
    before = [oracle.rows(GUID + name) for name in names]
    assert oracle.take(export(*names, "--with-history")[0]) == Log(same=len(names))
    assert [oracle.rows(GUID + name) for name in names] == before


def test_a_later_package_updates_text_and_keeps_what_was_done_in_anki(
    home: Path, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(days: int, **words: str) -> Path:
        """A package, so many days from now, of cards with these words."""
        monkeypatch.setenv(NOW_VARIABLE, (TODAY + timedelta(days=days)).isoformat())
        (home / "bank").mkdir(parents=True, exist_ok=True)
        (home / "bank" / "mine.yaml").write_text(BANK.format(**words))
        return export("--section", "mine", "--with-history")[0]

    first = {"id": "my-first", "former": "my-oldest", "prompt": "A first question?"}
    assert oracle.take(written(-2, **first)) == Log(new=2)
    asked, other = oracle.card(GUID + "my-first"), oracle.note(GUID + "my-second")
    assert oracle.col.decks.name(asked.did) == "contrastive-drill::Mine: a 'first' : second"
    assert asked.note()["Say"] == r"<p>From \( \mathcal{D} \).</p>"

    asked.start_timer()
    oracle.col.sched.answerCard(asked, 3)
    other["Say"], other.tags = "Mine", ["mine"]
    oracle.col.update_note(other)
    done = (oracle.rows(GUID + "my-first"), oracle.card(GUID + "my-first").due)
    assert len(done[0]) == 1

    assert oracle.take(written(1, **first)) == Log(same=2)
    changed = {"id": "my-present", "former": "my-first", "prompt": "Another question?"}
    for days, prompt in ((2, "Another question?"), (1, "Under a clock that went back?")):
        path = written(days, **changed | {"prompt": prompt})
        assert oracle.take(path) == Log(updated=1, same=1)
        note = oracle.note(GUID + "my-first")
        assert (note["Prompt"], note["Id"]) == (f"<p>{prompt}</p>", "my-present")
        assert (oracle.rows(note.guid), oracle.card(note.guid).due) == done
        edited = oracle.note(GUID + "my-second")
        assert (edited["Say"], edited.tags) == ("Mine", ["mine"])
    assert len(oracle.col.find_notes("section::mine OR tag:section::mine OR tag:mine")) == 2


@pytest.mark.usefixtures("warm")
def test_what_cannot_be_written_is_said_and_changes_nothing(home: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.apkg"
    kept.write_bytes(b"before")
    for words, status, remedy in (
        ((str(kept), "no-such-card"), 2, "browse lists them all"),
        ((str(kept), "--flagged"), 2, "try fewer conditions"),
        ((str(tmp_path / "cards.zip"),), 2, "ends in .apkg, such as cards.apkg"),
        ((str(tmp_path),), 3, "name a file in it"),
        ((str(tmp_path / "no" / "drill.apkg"),), 3, "choose another file"),
    ):
        done = CliRunner().invoke(app, ["export", "anki", *words])
        assert done.exit_code == status, done.output
        assert remedy in " ".join(done.output.split())
    assert kept.read_bytes() == b"before"
    assert not (home / "anki.json").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"home", "kept.apkg"}


class Reader(HTMLParser):
    """The words and the elements of a field."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.elements = "", set[str]()
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.add(tag)
        self.words += "\n" if tag == "br" else ""


@given(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("()[]<&>$\\"), max_size=40)
)
def test_words_are_words_and_begin_nothing(words: str) -> None:
    read = Reader(words_html(words))
    assert read.words == "".join(
        c for c in words if c in "\t\n" or not (c < " " or "\x7f" <= c <= "\x9f")
    )
    assert read.elements <= {"span", "br"}
    for mark in (r"\(", r"\[", r"\)", "[sound:", "[latex]", "[$]", "\x1f"):
        assert mark not in words_html(f"a{mark}{words}")


def test_formulas_stay_latex_and_code_stays_code() -> None:
    line = (Span(r"a<b & \norm{x}", Style.FORMULA), Span("x[$] < '\x1f'", Style.CODE))
    html = prose_html((Paragraph(line), Formula(r"\frac{a}{b} \\"), Code("if a < b:\n    pass")))
    assert html == (
        r"<p>\(\def\norm#1{\left\lVert #1\right\rVert} a&lt;b &amp; \norm{x} \)"
        "<code>x&#91;$] &lt; ''</code></p>"
        r'<div class="wide">\[ \frac{a}{b} \\ \]</div>'
        "<pre><code>if a &lt; b:\n    pass</code></pre>"
    )


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**6)), max_size=9))
def test_a_note_is_newer_when_its_content_is_another(changes: list[tuple[int, int]]) -> None:
    times = updated({}, [], 0)
    shown = None
    for content, now in changes:
        note = Note("a", (str(content),), (), "deck")
        before, times = times.get("a"), updated(times, [note], now)
        same = shown == content
        assert before is None or (times["a"] == before if same else times["a"][1] > before[1])
        shown = content


def test_a_change_of_the_templates_has_a_time_of_its_own() -> None:
    made = note_type.note_type()
    texts = [made["css"], *(made["tmpls"][0][side] for side in ("qfmt", "afmt"))]
    said = "set NOTE_TYPE_MODIFIED to the time of this change, and these two to what they are now"
    assert (digest_of(texts), note_type.NOTE_TYPE_MODIFIED) == (
        "c0f25955f5f6592f",
        1_796_040_000,
    ), said
    assert all(f"{{{{{field}}}}}" in "".join(texts) for field in FIELDS)
