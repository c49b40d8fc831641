"""Ratings, predictions and typed answers, against counts by hand and loops from the definition."""

from dataclasses import replace
from math import log
from random import Random

import pytest
from cases import every
from histories import DAY, answer, card, learned, line, report_on
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.bank.library import load, shipped_folder
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.kinds.calculation import Task
from contrastive_drill.cards.kinds.choice import Choice, Choices
from contrastive_drill.cards.kinds.verdict import Ruling
from contrastive_drill.cards.quantity import Number, Quantity
from contrastive_drill.cards.variant import variant
from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.reports.calibration import Calibration, Checks, calibration, loss
from contrastive_drill.reports.evidence import RecallTest, trial

AGAIN, HARD, GOOD, EASY = Rating
FACTOR = 0.9 ** (-1 / 0.1542) - 1


def calibrated(reviews: list[Review], *cards: Card) -> Calibration:
    """The calibration of these answers."""
    return report_on(cards, reviews).calibration


def tried(recalled: bool, predicted: float = 0.9) -> RecallTest:
    """One answer with a prediction."""
    return RecallTest(3, predicted, recalled)


def test_a_rating_is_judged_by_the_next_answer_on_a_later_day() -> None:
    reviews = []
    for n in range(20):
        name = f"c{n}"
        reviews += [
            answer(name, AGAIN, DAY - 9),
            answer(name, GOOD, DAY - 9, learned(DAY - 9, DAY - 9)),  # the same day: no test
            answer(name, EASY, DAY - 7, learned(DAY - 9, DAY), mode=Mode.CRAM),
            answer(name, AGAIN, DAY - 6, learned(DAY - 9, DAY), mode=Mode.INTERVIEW),
            # The test, one stability later; recalled by all but two.
            answer(name, HARD if n < 18 else AGAIN, DAY - 4, learned(DAY - 9, DAY - 4, 5.0)),
        ]
    again, hard, good, easy = calibrated(reviews).ratings
    assert [each.rating for each in (again, hard, good, easy)] == [AGAIN, HARD, GOOD, EASY]
    for each in (again, good):
        assert (each.recalled.value, each.recalled.count) == (18 / 20, 20)
        assert each.predicted.value == pytest.approx(0.9)
    assert (hard.recalled.count, easy.recalled.count) == (0, 0)


def test_nineteen_answers_are_too_few() -> None:
    reviews = []
    for n in range(19):
        before = learned(DAY - 5, DAY, 5.0)
        reviews += [answer(f"c{n}", GOOD, DAY - 5), answer(f"c{n}", GOOD, DAY, before)]
    good = calibrated(reviews).ratings[2].recalled
    assert (good.value, good.count, good.missing) == (None, 19, 1)


def test_log_loss_is_the_mean_surprise() -> None:
    # 45 of 50 recalled, all predicted at 0.9: the guess and FSRS say the same.
    found = loss([tried(n >= 5) for n in range(50)])
    surprise = -(45 * log(0.9) + 5 * log(0.1)) / 50
    assert found.fsrs.value == pytest.approx(surprise)
    assert found.constant.value == pytest.approx(surprise)
    assert found.margin.value == pytest.approx(0.0, abs=1e-12)
    # Predictions that know which: better, each answer by as much as the next of its kind.
    found = loss([tried(n >= 5, 0.95 if n >= 5 else 0.2) for n in range(50)])
    assert found.fsrs.value == pytest.approx(-(45 * log(0.95) + 5 * log(0.8)) / 50)
    gains = [log(0.95 / 0.9)] * 45 + [log(0.8 / 0.1)] * 5
    middle = sum(gains) / 50
    variance = sum((gain - middle) ** 2 for gain in gains) / 49
    assert found.margin.value == pytest.approx((variance / 50) ** 0.5)


def test_log_loss_waits_for_fifty_answers_and_bears_certainty() -> None:
    found = loss([tried(True)] * 49)
    assert (found.fsrs.value, found.fsrs.missing, found.constant.value) == (None, 1, None)
    assert found.recall.value == 1.0, "a share needs fewer"
    found = loss([tried(True)] * 50)
    assert found.constant.value == 0.0, "in hindsight there was nothing to guess"
    assert found.fsrs.value == pytest.approx(-log(0.9))
    assert loss([tried(False, 1.0)] * 50).fsrs.value == pytest.approx(-log(1e-6))


Entry = tuple[str, Rating, int, Mode]
STEPS = (0, 0, 1, 1, 2, -1)  # days from one entry to the next
histories: st.SearchStrategy[list[Entry]] = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(Rating),
        st.integers(-2, 9),  # days since the entry before: the clock may go back
        st.sampled_from([Mode.REVIEW, Mode.REVIEW, Mode.EXAM, Mode.CRAM, Mode.INTERVIEW]),
    ),
    max_size=120,
)


def played(entries: list[Entry]) -> list[Review]:
    """A log as the program would write it."""
    scheduler, memories, day = Scheduler(0.9), dict[str, Memory](), DAY
    reviews = []
    for name, rating, passed, mode in entries:
        day += passed
        before = memories.get(name, NEW)
        memories[name] = scheduler.after(name, before, rating, day, mode)
        reviews.append(answer(name, rating, day, before, mode=mode))
    return reviews


@given(histories)
def test_any_history_agrees_with_the_definition(entries: list[Entry]) -> None:
    assert_agreement(entries)


@every("seed", range(5))
def test_a_long_history_agrees_with_the_definition(seed: int) -> None:
    chance = Random(seed)
    entries = [
        (chance.choice("abcde"), chance.choice(list(Rating)), chance.choice(STEPS), Mode.REVIEW)
        for _ in range(400)
    ]
    assert assert_agreement(entries) >= 50, "there is a log loss to compare"


def assert_agreement(entries: list[Entry]) -> int:
    """Compare a calibration with loops from its definition; gives the count of trials."""
    reviews = played(entries)
    trials = [found for found in map(trial, reviews) if found]
    value = calibration(reviews, trials, lambda _: None)
    tests: list[tuple[float, bool]] = []
    followed: dict[Rating, list[bool]] = {rating: [] for rating in Rating}
    for place, review in enumerate(reviews):
        if review.mode not in (Mode.REVIEW, Mode.EXAM):
            continue
        if isinstance(review.before, Learned) and review.day > review.before.last_day:
            days = review.day - review.before.last_day
            curve = (1 + FACTOR * days / review.before.stability) ** -0.1542
            tests.append((curve, review.rating > 1))
        for later in reviews[place + 1 :]:
            if (
                later.card_id == review.card_id
                and later.mode in (Mode.REVIEW, Mode.EXAM)
                and later.day > review.day
                and isinstance(later.before, Learned)
                and later.day > later.before.last_day
            ):
                followed[review.rating].append(later.rating > 1)
                break
    assert value.loss.recall.count == len(tests)
    if len(tests) >= 50:
        share = sum(held for _, held in tests) / len(tests)
        model = sum(-log(p if held else 1 - p) for p, held in tests) / len(tests)
        guess = sum(-log(share if held else 1 - share) for _, held in tests) / len(tests)
        assert value.loss.fsrs.value == pytest.approx(model, rel=1e-5)
        assert value.loss.constant.value == pytest.approx(guess)
    for each in value.ratings:
        found = followed[each.rating]
        assert each.recalled.count == each.predicted.count == len(found)
        assert (each.recalled.value is None) == (len(found) < 20)
        if each.recalled.value is not None:
            assert each.recalled.value == pytest.approx(sum(found) / len(found))
    return len(tests)


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0.01, 0.99)), min_size=50, max_size=90),
    st.floats(0.01, 0.99),
)
def test_no_constant_guess_beats_the_one_known_in_hindsight(
    answers: list[tuple[bool, float]], guess: float
) -> None:
    found = loss([tried(held, predicted) for held, predicted in answers])
    always = loss([tried(held, guess) for held, _ in answers])
    assert found.constant.value is not None
    assert always.fsrs.value is not None
    assert found.constant.value <= always.fsrs.value + 1e-9
    assert found.constant.value == always.constant.value


CHOICES = Choices(
    (
        Choice(line("this"), True, ()),
        Choice(line("that"), False, card("x").answer),
        Choice(line("those"), False, card("x").answer),
    )
)


@every(
    ("kind", "expected", "right", "wrong"),
    [
        (Kind.VERDICT, Ruling.WRONG, "wrong", "right"),
        (Kind.CHOICE, CHOICES, "this", "that"),
        (Kind.NUMERIC, Number(Quantity(3.0), 0.01), "3", "4"),
        (Kind.NUMERIC, Number(Quantity(3.0), 0.01), "3.0", "no number"),
    ],
)
def test_typed_answers_are_checked_again(
    kind: Kind, expected: object, right: str, wrong: str
) -> None:
    asked = card("v", kind=kind, expected=expected)

    def typed(words: str | None, rating: Rating, count: int, digest: str) -> list[Review]:
        return [answer("v", rating, typed=words, digest=digest) for _ in range(count)]

    digest = asked.digest
    reviews = [
        *typed(right, GOOD, 7, digest),
        *typed(right, AGAIN, 3, digest),
        *typed(wrong, GOOD, 2, digest),
        *typed(wrong, EASY, 1, digest),
        *typed(wrong, HARD, 1, digest),
        *typed(wrong, AGAIN, 6, digest),
        *typed(wrong, GOOD, 4, "edited since"),
        *typed(None, GOOD, 5, digest),
        *typed("  ", GOOD, 5, digest),
        answer("open", GOOD, typed="in my words", digest=card("open").digest),
        answer("gone", GOOD, typed=wrong, digest=digest),
    ]
    checks = calibrated(reviews, asked, card("open")).checks
    assert checks.given == ((AGAIN, 3, 6), (HARD, 0, 1), (GOOD, 7, 2), (EASY, 0, 1))
    assert (checks.right.value, checks.right.count) == (10 / 20, 20)
    assert (checks.kind.value, checks.kind.count) == (3 / 10, 10)
    assert (checks.harsh.value, checks.harsh.count) == (3 / 10, 10)
    assert checks.changed == 4
    fewer: Checks = calibrated(reviews[1:], asked).checks
    assert (fewer.right.value, fewer.harsh.value, fewer.kind.value) == (None, None, 3 / 10)


def test_a_calculation_is_checked_with_the_numbers_it_had() -> None:
    bank = load(shipped_folder())
    asked = next(each for each in bank.cards() if each.kind is Kind.CALCULATION)
    reviews = []
    for n in range(20):
        blank = answer(asked.id, GOOD, digest=asked.digest)
        task = variant(asked, blank.id).expected
        assert isinstance(task, Task)
        assert task.number is not None
        factor = 1 if n < 15 else 50
        reviews.append(replace(blank, answer=f"{task.number.wanted.value * factor!r}"))
    checks = calibrated(reviews, asked).checks
    assert (checks.right.value, checks.given[2]) == (15 / 20, (GOOD, 15, 5))


def test_good_with_a_required_point_missing_is_generous() -> None:
    reviews = [answer("a", GOOD, missed=("one",) if n < 3 else ()) for n in range(15)]
    reviews += [answer("a", EASY, covered=("one",)) for _ in range(5)]
    reviews += [answer("a", HARD, missed=("one",)) for _ in range(9)]
    generous = calibrated(reviews).generous
    assert (generous.value, generous.count) == (3 / 20, 20)
