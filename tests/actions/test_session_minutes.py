"""Sessions keep their minutes: the rule by which the last card is begun or not."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from cases import every
from student import Student

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.pace import pace
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import Rating
from contrastive_drill.planner.minutes import fits, fitting
from contrastive_drill.review.session import Session, SessionRules
from contrastive_drill.store import Store

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
HEAD = "section: toy\ntitle: Toy\ncards:\n"
CARD = """\
  - id: card-{number}
    level: mid
    kind: {kind}
    prompt: What is {number}?
    answer: It is {number}.
    points:
      - must: The first of {number}.
    sources:
      - text: A book
"""
KINDS = (
    "recall",
    "verdict\n    ruling: wrong",
    "scenario\n    bait:\n      answer: Nothing\n      fails: Always",
)
COUNT = 60


@pytest.fixture
def env(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """The program with a bank of three kinds of cards."""
    folder = tmp_path / "bank"
    folder.mkdir()
    cards = (CARD.format(number=n, kind=KINDS[n % len(KINDS)]) for n in range(COUNT))
    (folder / "toy.yaml").write_text(HEAD + "".join(cards))
    monkeypatch.setattr("contrastive_drill.bank.library.shipped_folder", lambda: folder)
    return Environment()


def usual(env: Environment) -> dict[str, float]:
    """The seconds that the program expects of each card before there is a log."""
    return {entry.id: entry.seconds for entry in env.bank.entries}


def test_sessions_take_their_minutes_within_two_percent_on_average(env: Environment) -> None:
    seconds = usual(env)
    # Another pace than was assumed, which is learned from the first answers.
    student = Student(env, NOW, lambda card: 0.6 * seconds[card], seed=5)
    order, taken, minutes = Random(9), [], 12.0
    with Store.open(env.paths.database, env.paths.backups, NOW) as store:
        for _ in range(60):
            cards = order.sample([*seconds], COUNT)
            rules = SessionRules(minutes=minutes)
            taken.append(student.review(store, Session(tuple(cards)), rules))
            assert student.told[-1] == "Time is up."
            student.next_day()
    over = [each / 60 / minutes - 1 for each in taken[10:]]
    mean = sum(over) / len(over)
    assert abs(mean) <= 0.02
    # Some end early and some late: no day is cut short so that the mean comes out.
    assert min(over) < -0.01 < 0.01 < max(over)


def test_the_minutes_leave_time_to_repeat_failed_cards(env: Environment) -> None:
    seconds = usual(env)
    student = Student(env, NOW, lambda card: 0.6 * seconds[card], seed=2)
    failed = repeated = 0
    with Store.open(env.paths.database, env.paths.backups, NOW) as store:
        for _ in range(30):
            cards = Random(student.days).sample([*seconds], COUNT)
            student.review(store, Session(tuple(cards)), SessionRules(minutes=6))
            today = [review for review in store.reviews() if review.day == env.day()]
            lost = {review.card_id for review in today if review.rating is Rating.AGAIN}
            failed += len(lost)
            repeated += sum(
                review.card_id in lost and review.rating is not Rating.AGAIN for review in today
            )
            student.next_day()
    assert failed > 15
    assert repeated == failed


def test_a_card_that_is_too_long_for_the_session_is_passed_over(env: Environment) -> None:
    seconds = usual(env)
    longest, shortest = (
        max(seconds, key=lambda c: seconds[c]),
        min(seconds, key=lambda c: seconds[c]),
    )
    assert seconds[longest] > 1.2 * seconds[shortest]
    student = Student(env, NOW, lambda card: 1.0, seed=1)
    with Store.open(env.paths.database, env.paths.backups, NOW) as store:
        kind = {entry.id: Kind(entry.kind) for entry in env.bank.entries}[longest]
        whole = pace(env, store).seconds(kind, first=True, recall=0.0)
        session = Session((longest, shortest))
        student.review(store, session, SessionRules(minutes=0.49 * whole / 60))
        assert student.asked[:1] == [shortest]
        assert longest not in student.asked


@every("left, count", [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (150, 3), (1e9, 4)])
def test_cards_fit_as_long_as_half_of_the_next_does(left: float, count: int) -> None:
    assert fitting([60.0] * 4, left) == count
    assert fits(60.0, left) == (count > 0)
