"""`optimize`: the whole way from the log to the schedule, and back."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from learners import DAY, NOW, QUICK, studied, written
from terminal import Terminal
from typer.testing import CliRunner, Result

from contrastive_drill.actions.environment import Environment
from contrastive_drill.bank.library import load
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cli import app
from contrastive_drill.errors import UsageProblem
from contrastive_drill.memory.log import Learned, Mode, Parameters, Rating, Review
from contrastive_drill.memory.parameters import Evidence, Fit
from contrastive_drill.memory.scheduler import (
    CURVE,
    DEFAULT,
    Curve,
    Curves,
    Scheduler,
    curve_of,
    replay,
    retrievability,
)
from contrastive_drill.reports.evidence import trial
from contrastive_drill.screen.memory.optimizer import FitOutcome, Shortage, lines
from contrastive_drill.store import StaleMemory, Store

pytestmark = pytest.mark.usefixtures("warm")

EVIDENCE = Evidence(500, 400, 0.4, 0.38, 0.01)
CARD = """\
  - id: card-{}
    level: mid
    kind: recall
    prompt: What?
    answer: That.
    points:
      - must: It.
    sources:
      - text: A book
"""


@pytest.fixture(autouse=True)
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank of thirty cards, of which logs are made, in place of the shipped one."""
    folder = tmp_path / "bank"
    folder.mkdir()
    cards = "".join(CARD.format(number) for number in range(30))
    (folder / "toy.yaml").write_text(f"section: toy\ntitle: Toy\ncards:\n{cards}")
    monkeypatch.setattr("contrastive_drill.bank.library.shipped_folder", lambda: folder)


def optimize(*arguments: str, status: int = 0) -> Result:
    """Run the command."""
    result = CliRunner().invoke(app, ["optimize", *arguments])
    assert result.exit_code == status, result.output
    return result


def record(*arguments: str) -> dict[str, Any]:
    """What the command says as JSON."""
    value: dict[str, Any] = json.loads(optimize(*arguments, "--json").stdout)
    return value


def opened(home: Path, read_only: bool = False) -> Store:
    return Store.open(home / "drill.sqlite", home / "backups", NOW, read_only)


def sound(home: Path) -> dict[str, Learned]:
    """The memories, known to be what the log leads to under the parameters in use."""
    with opened(home, read_only=True) as store:
        fit = store.fit()
        memories = store.memories()
        assert memories == replay(store.reviews(), None if fit is None else fit.parameters)
        return memories


def due(home: Path) -> int:
    """How many cards of the bank are due today."""
    bank = {f"card-{number}" for number in range(30)}
    return sum(memory.due_day <= DAY for card, memory in sound(home).items() if card in bank)


@pytest.fixture
def quick(home: Path) -> list[Review]:
    """A log of one who forgets faster than FSRS assumes."""
    reviews = studied(QUICK, 150, 50, seed=1)
    written(home, reviews)
    return reviews


def fit(name: str = "fit", parameters: Parameters | None = QUICK) -> Fit:
    return Fit(name, NOW, parameters, None if parameters is None else EVIDENCE)


# The command


def test_a_better_fit_is_taken_into_use_and_every_memory_follows(
    home: Path, quick: list[Review]
) -> None:
    before = sound(home)
    said = " ".join(optimize().stdout.split())
    assert "In use now: the fitted parameters" in said
    after = sound(home)
    assert before.keys() == after.keys()
    moved = sum(before[card].due_day != after[card].due_day for card in before)
    assert f"{len(after)} cards were computed again from the log: {moved} fall due" in said
    with opened(home, read_only=True) as store:
        used = store.fit()
        assert list(store.reviews()) == quick, "the log keeps what was shown then"
    assert used is not None
    assert used.parameters is not None
    assert used.parameters != DEFAULT
    assert used.evidence is not None
    assert f"{used.evidence.before:.4f}" in said
    assert f"{used.evidence.after:.4f}" in said
    assert f"standard error {used.evidence.error:.4f} In use now" in said
    doctor = CliRunner().invoke(app, ["doctor"])
    assert doctor.exit_code == 0
    assert f"fitted to {used.evidence.answers} of your answers" in doctor.stdout


def test_json_says_the_same(home: Path, quick: list[Review]) -> None:
    before = due(home)
    value = record()
    assert (value["schema"], value["outcome"]) == (1, "adopted")
    assert value["in_use"] == value["fitted"] != list(DEFAULT)
    assert value["log_loss_before"] - value["log_loss_after"] > value["standard_error"] > 0
    assert value["cards"] == len(sound(home))
    assert (value["due_before"], value["due_now"]) == (before, due(home))
    assert value["due_now"] > value["due_before"] > 0
    again = record()
    assert (again["outcome"], again["answers"], again["missing"]) == ("too few", 0, 100)
    assert again["in_use"] == value["fitted"]
    undone = record("--undo")
    assert (undone["outcome"], undone["in_use"]) == ("undone", list(DEFAULT))
    assert undone["moved"] == value["moved"]
    assert record("--undo")["outcome"] == "nothing"
    assert undone.keys() == value.keys()


def test_too_few_answers_change_nothing_and_say_how_many_are_missing(home: Path) -> None:
    said = optimize().stdout
    assert said.startswith("Too few answers to fit: 0 of 400; 400 are missing.")
    written(home, studied(QUICK, 40, 20, seed=1))
    before = sound(home)
    value = record()
    assert value["answers"] + value["missing"] == 400
    assert value["answers"] > 50
    assert sound(home) == before
    with opened(home, read_only=True) as store:
        assert store.fits() == []


def test_a_learner_of_the_defaults_keeps_them_and_is_told_why(home: Path) -> None:
    written(home, studied(None, 200, 60, seed=1))
    before = sound(home)
    said = " ".join(optimize().stdout.split())
    assert "Kept: FSRS's own parameters. On answers they have not seen" in said
    assert sound(home) == before
    assert record()["outcome"] == "kept"


def test_undo_and_reset_lead_back(home: Path, quick: list[Review]) -> None:
    first = sound(home)
    optimize()
    fitted = sound(home)
    assert "In use now: FSRS's own parameters." in optimize("--reset").stdout
    assert sound(home) == first
    assert optimize("--reset").stdout == "FSRS's own parameters are in use.\n"
    assert "Undone. In use now: the parameters fitted on" in optimize("--undo").stdout
    assert sound(home) == fitted
    assert "Undone. In use now: FSRS's own parameters." in optimize("--undo").stdout
    assert sound(home) == first
    assert optimize("--undo").stdout.startswith("Nothing to undo")
    assert sound(home) == first
    assert "give one" in optimize("--undo", "--reset", status=2).stderr


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            FitOutcome(EVIDENCE, QUICK, adopted=False, same=True, spacings=((2,), (3,))),
            "Kept: the fit came out as what is in use; there is nothing to change.",
        ),
        (
            FitOutcome(Evidence(500, 400, 0.4, 0.395, 0.01), QUICK, False, False, ((2,), (3,))),
            "Kept: the parameters fitted on 2026-11-21 to 500 answers. Fitted ones are better by "
            "no more than the standard error: that may be chance.",
        ),
        (
            FitOutcome(Evidence(500, 400, 0.4, 0.41, 0.01), QUICK, False, False, ((2,), (3,))),
            "On answers they have not seen, fitted parameters are no better.",
        ),
        (
            FitOutcome(EVIDENCE, QUICK, True, False, ((2, 11), (3, 9))),
            "comes back after 3, 9 days; until now after 2, 11.",
        ),
        (
            Shortage(40, 60, NOW),
            "40 of 100 since parameters were fitted on 2026-11-21; 60 are missing.",
        ),
    ],
)
def test_every_outcome_says_why(outcome: FitOutcome | Shortage, said: str) -> None:
    assert said in " ".join(" ".join(lines(outcome, fit(), None, 60)).split())


@pytest.mark.parametrize("columns", [60, 40])
def test_no_row_is_wider_than_the_terminal(
    quick: list[Review], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LANG", "C")
    for arguments in ((), (), ("--reset",), ("--undo",)):
        said = optimize(*arguments).stdout
        assert said.isascii()
        assert max(map(len, said.splitlines())) <= columns


@pytest.mark.parametrize(
    ("parameters", "evidence"),
    [
        ("[1, 2]", "{}"),
        ("not JSON", "{}"),
        ('["a"]', "{}"),
        ("5", "{}"),
        (json.dumps([*DEFAULT[:20], float("nan")]), json.dumps({})),
        (json.dumps(DEFAULT), json.dumps({"held": 5})),
        (json.dumps(DEFAULT), "5"),
    ],
)
def test_damaged_parameters_give_one_line(home: Path, parameters: str, evidence: str) -> None:
    CliRunner().invoke(app, ["review", "--limit", "1"], input="\nall\n")
    with sqlite3.connect(home / "drill.sqlite") as connection:
        connection.execute(
            "INSERT INTO fits (id, at, parameters, evidence) VALUES ('x', ?, ?, ?)",
            ("2026-11-21T17:30:00.000+00:00", parameters, evidence),
        )
    connection.close()
    for command in (["review"], ["optimize"], ["optimize", "--reset"], ["report"], []):
        result = CliRunner().invoke(app, command, input="\nall\n")
        assert result.exit_code == 3, (command, result.output)
        assert len(result.stderr.splitlines()) == 1
        assert "is damaged and was left as it is" in result.stderr


# The store


def test_parameters_come_back_as_they_were_and_only_grow(home: Path) -> None:
    with opened(home) as store:
        assert (store.fit(), store.fits()) == (None, [])
        store.parameters.adopt(fit("a"), None, replay)
        store.parameters.adopt(fit("b", None), fit("a"), replay)
        assert store.fit() == fit("b", None)
        assert store.fits() == [fit("a"), fit("b", None)]
        for sql in ("UPDATE fits SET id = 'c'", "DELETE FROM fits"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                store.database.rows(sql)


def test_a_fit_against_parameters_no_longer_in_use_is_refused(home: Path) -> None:
    with opened(home) as store, opened(home) as other:
        other.parameters.adopt(fit("theirs"), None, replay)
        with pytest.raises(UsageProblem, match="changed in another terminal"):
            store.parameters.adopt(fit("mine"), None, replay)
        assert store.fits() == [fit("theirs")]


def test_a_backup_of_the_day_is_due_after_a_fit(home: Path) -> None:
    written(home, studied(None, 5, 10, seed=1))
    with opened(home) as store:
        assert store.backup_if_due(NOW)
        assert store.backup_if_due(NOW + timedelta(days=1)) is None
        store.parameters.adopt(fit(), None, replay)
        assert store.backup_if_due(NOW + timedelta(days=1))


def test_what_is_answered_while_memories_are_folded_is_not_lost(home: Path) -> None:
    reviews = studied(None, 30, 20, seed=1)
    written(home, reviews[:-60])
    late = [reviews[-60:]]

    def slow(answers: Iterable[Review], parameters: Parameters | None) -> dict[str, Learned]:
        memories = replay(answers, parameters)
        if late:  # another terminal, once the log was read
            with opened(home) as other:
                for each in late.pop():
                    other.record(each)
                other.undo(undo_id="u", at=NOW, day=DAY, fold=replay)
        return memories

    with opened(home) as store:
        adopted = store.parameters.adopt(fit(), None, slow)
        assert len(list(store.reviews())) == len(reviews) - 1
        assert store.memories() == adopted
    sound(home)


def test_what_is_taken_back_while_memories_are_folded_leaves_no_memory(home: Path) -> None:
    written(home, studied(None, 1, 1, seed=2)[:1])

    def slow(answers: Iterable[Review], parameters: Parameters | None) -> dict[str, Learned]:
        memories = replay(answers, parameters)
        if memories:
            with opened(home) as other:
                other.undo(undo_id="u", at=NOW, day=DAY, fold=replay)
        return memories

    with opened(home) as store:
        assert store.parameters.adopt(fit(), None, slow) == store.memories() == {}


def test_an_answer_taken_back_after_a_fit_leaves_the_memory_under_it(home: Path) -> None:
    reviews = studied(None, 1, 60, seed=1)[:3]
    written(home, reviews)
    with opened(home) as store:
        store.parameters.adopt(fit(), None, replay)
        store.undo(undo_id="u", at=NOW, day=DAY, fold=replay)
        left = store.memory(reviews[0].card_id)
    assert left == replay(reviews[:2], QUICK)[reviews[0].card_id] != reviews[2].before


def test_an_answer_reckoned_by_other_parameters_is_refused_also_for_a_new_card(home: Path) -> None:
    asked = studied(None, 1, 10, seed=1)[0]
    with opened(home) as store:
        store.parameters.adopt(fit(), None, replay)
        with pytest.raises(StaleMemory) as refused:
            store.record(asked)
        assert refused.value.refitted
        assert "rescheduled in another terminal" in str(refused.value)
        assert store.counts().answers == 0
        store.record(replace(asked, mode=Mode.CRAM))  # moves no memory
        after = Scheduler(0.9, QUICK).preview(asked.card_id, asked.before, asked.day)[asked.rating]
        store.record(replace(asked, id="again", fit="fit", after=after))
    sound(home)


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("answer"), st.sampled_from("abc"), st.sampled_from(Rating), st.integers(0, 9)
        ),
        st.tuples(st.sampled_from(["undo", "fit", "other", "reset", "unfit"])),
    ),
    max_size=20,
)


@given(steps)
def test_after_any_sequence_memories_are_the_replay_under_what_is_in_use(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[Any]
) -> None:
    home = tmp_path_factory.mktemp("store")
    other = (*QUICK[:20], 0.25)
    stack: list[Fit] = []
    with opened(home) as store:
        store.database.rows("PRAGMA synchronous = OFF")
        day, live = DAY, 0
        for number, (what, *values) in enumerate(sequence):
            used = store.fit()
            assert used == (stack[-1] if stack else None)
            parameters = None if used is None else used.parameters
            if what == "answer":
                card, rating, gap = values
                day += gap
                before = store.memory(card)
                after = Scheduler(0.9, parameters).preview(card, before, day)[rating]
                base = studied(None, 1, 1, seed=1)[0]
                answered = replace(
                    base,
                    id=f"{number}",
                    card_id=card,
                    rating=rating,
                    day=day,
                    before=before,
                    after=after,
                    fit=None if used is None else used.id,
                )
                store.record(answered)
                live += 1
            elif what == "undo":
                taken = store.undo(undo_id=f"{number}", at=NOW, day=day, fold=replay)
                live -= taken is not None
            elif what == "unfit":
                undone = store.parameters.undo(f"{number}", NOW, replay)
                assert (None if undone is None else undone[0]) == (stack.pop() if stack else None)
            else:
                numbers = {"fit": QUICK, "other": other, "reset": None}[what]
                stack.append(fit(f"{number}", numbers))
                store.parameters.adopt(stack[-1], used, replay)
            present = stack[-1].parameters if stack else None
            assert store.memories() == replay(store.reviews(), present)
            assert store.counts().answers == live


# Where the curve shows


def test_an_answer_is_judged_by_the_curve_of_its_own_time() -> None:
    curves = Curves(curve_of(fit()), {"fit": curve_of(fit())})
    old = studied(None, 1, 30, seed=1)[-1]
    assert curves.of(old) == CURVE
    assert curves.of(replace(old, fit="fit")).decay == QUICK[20] == curves.now.decay
    memory = Learned(10.0, 5.0, DAY - 40, DAY, 2, 0)
    steep = retrievability(memory, DAY, curves.now)
    assert steep == pytest.approx((1 + (0.9 ** (-1 / 0.4) - 1) * 4) ** -0.4)
    assert steep < retrievability(memory, DAY)


def met(home: Path) -> None:
    """Every card of the bank answered Good nine days ago."""
    base = studied(None, 1, 1, seed=1)[0]
    plan, day = Scheduler(0.9), DAY - 9
    names = [f"card-{number}" for number in range(30)]
    written(
        home,
        [
            replace(
                base,
                id=name,
                card_id=name,
                rating=Rating.GOOD,
                day=day,
                after=plan.preview(name, base.before, day)[Rating.GOOD],
            )
            for name in names
        ],
    )


def adopted(home: Path) -> Learned:
    """Take parameters into use; gives the memory of a card, the same for all but for its day."""
    with opened(home) as store:
        return store.parameters.adopt(fit(), store.fit(), replay)["card-0"]


def test_the_personal_curve_reaches_the_question_the_home_screen_and_the_report(
    home: Path,
) -> None:
    met(home)
    shown = []
    for fitted in (False, True):
        if fitted:
            adopted(home)
        with opened(home, read_only=True) as store:
            recall = retrievability(store.memories()["card-0"], DAY, curve_of(store.fit()))
        shown.append(recall)
        review = CliRunner().invoke(app, ["review", "--limit", "1"], input=":quit\n").stdout
        assert f"recall {recall:.0%}" in review
        report = json.loads(CliRunner().invoke(app, ["report", "--json"]).stdout)
        assert report["total"]["recall_now"]["value"] == pytest.approx(recall)
        assert f" {recall:.0%} " in CliRunner().invoke(app, []).stdout
    assert shown[0] - shown[1] > 0.1


def test_what_was_expected_of_an_answer_stays_what_it_was_when_it_was_given(home: Path) -> None:
    met(home)
    memory = adopted(home)
    arguments = ["exam", "--section", "toy", "--count", "3", "--plain"]
    assert CliRunner().invoke(app, arguments, input="\nall\n" * 3).exit_code == 0
    for undone in (False, True):
        if undone:
            optimize("--undo")
        told = json.loads(CliRunner().invoke(app, ["exam", "--result", "--json"]).stdout)
        expected = retrievability(memory, DAY, Curve(QUICK[20]))
        assert told["exams"][0]["expectation"]["expected"] == pytest.approx(3 * expected, abs=0.01)
    with opened(home, read_only=True) as store:
        answers = [each for each in store.reviews() if each.sitting]
        curves = Environment().curves(store)
    assert curves.now == CURVE
    predicted = [found.predicted for each in answers if (found := trial(each, curves))]
    assert predicted == pytest.approx([expected] * 3)
    assert trial(answers[0]) != trial(answers[0], curves)


# Two terminals


@pytest.mark.terminal
def test_a_review_under_way_follows_a_fit_in_another_terminal(home: Path) -> None:
    shipped = Path(__file__).parents[2] / "question_bank"  # the terminal's own process has it
    entries = load(shipped).entries  # the first to be asked is answered aloud
    names = [each.id for each in sorted(entries, key=lambda each: each.kind != Kind.RECALL)]
    reviews = [
        replace(each, card_id=names[60 + int(each.card_id.removeprefix("card-"))])
        for each in studied(QUICK, 150, 50, seed=1)
    ]
    # Their fuzz is by their names: the memories are those of the cards of the bank.
    memories, renamed = dict[str, Learned](), []
    for each in reviews:
        before = memories.get(each.card_id, each.before)
        after = Scheduler(0.9).preview(each.card_id, before, each.day)[each.rating]
        memories[each.card_id] = after
        renamed.append(replace(each, before=before, after=after))
    written(home, renamed)
    with Terminal("review", "--new", "1") as terminal:
        terminal.wait("type your answer")
        assert "In use now" in optimize().stdout
        terminal.send("\r").wait("m more").send("g").wait(
            "Another terminal fitted the schedule meanwhile"
        )
        terminal.send("q")
        assert terminal.finish() == 0
    sound(home)
    with opened(home, read_only=True) as store:
        answers, used = list(store.reviews()), store.fit()
    assert len(answers) == len(reviews) + 1
    assert used is not None
    assert answers[-1].fit == used.id
