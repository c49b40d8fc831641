"""The cold exam: its questions, and what its answers come to."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from math import sqrt

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from contrastive_drill.bank.library import load, shipped_folder
from contrastive_drill.cards.prose import lines_of, plain
from contrastive_drill.cards.variant import variant
from contrastive_drill.exam.questions import PARTS, Candidate, questions, unanswered
from contrastive_drill.exam.result import ExamScore, expectation, result, score
from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.exam.result import ExamView, counts, exam_rows, history_rows

DAY = 739_941
AGAIN, HARD, GOOD, EASY = Rating
LIST = {f"c{place}": place for place in range(1, 56)}
CANDIDATES = [Candidate(card, place) for card, place in reversed(LIST.items())]
SHEET = Sheet(Console(file=StringIO(), width=200), Look(200, ascii_only=False))
UNPLACED = [Candidate(f"u{number}", None) for number in range(9)]


def words(view: ExamView) -> list[str]:
    """The rows of a result, block by block."""
    return [row.plain for row in exam_rows(SHEET, view)]


def answer(card: str, rating: Rating, before: Memory = NEW, seconds: float = 10.0) -> Review:
    return Review(
        id=f"{card}-{rating}",
        card_id=card,
        rating=rating,
        at=datetime(2026, 11, 21, 17, 30, tzinfo=UTC),
        day=DAY,
        seconds=seconds,
        mode=Mode.EXAM,
        covered=(),
        missed=(),
        answer=None,
        digest="",
        retention=0.9,
        before=before,
        after=before,
        sitting="exam",
    )


def met(days_ago: int, stability: float = 10.0) -> Learned:
    return Learned(stability, 5.0, DAY - days_ago, DAY, 3, 0)


def shown(
    cards: tuple[str, ...], rating: Rating, before: Memory = NEW, answered: int | None = None
) -> ExamView:
    """An exam as it is drawn, each question answered alike."""
    given = [answer(card, rating, before) for card in cards[:answered]]
    at, ended = given[0].at, None if answered else "finished"
    return ExamView("exam", at, 1, "a sample", ended, result(cards, LIST, given), lambda _: None)


# Questions


def test_the_cold_list_is_asked_in_its_order() -> None:
    assert questions([*UNPLACED, *CANDIDATES], seed=1) == tuple(LIST)


def test_a_sample_of_the_cold_list_keeps_its_order_and_depends_on_the_seed() -> None:
    samples = {questions(CANDIDATES, seed, count=12) for seed in range(20)}
    assert len(samples) == 20
    for sample in samples:
        places = [LIST[card] for card in sample]
        assert len(places) == 12
        assert places == sorted(set(places))
    assert questions(CANDIDATES, 3, count=12) == questions(CANDIDATES, 3, count=12)
    assert questions(CANDIDATES, 3, count=99) == tuple(LIST)


@given(st.integers(0, 99), st.none() | st.integers(1, 80))
def test_drawn_questions_are_distinct_and_the_seed_repeats_them(
    seed: int, count: int | None
) -> None:
    pool = [*UNPLACED, *CANDIDATES]
    shuffled = questions(pool, seed, count, shuffled=True)
    assert len(shuffled) == len(set(shuffled)) == min(count or len(pool), len(pool))
    assert set(shuffled) <= {each.card_id for each in pool}
    # The order in which the bank was read decides nothing.
    assert shuffled == questions(pool[::-1], seed, count, shuffled=True)


def test_every_question_of_the_list_belongs_to_one_part() -> None:
    covered = [place for part in PARTS for place in range(part.first, part.last + 1)]
    assert covered == list(range(1, 56))


# Results


def test_a_score_counts_what_was_complete() -> None:
    answers = [answer(f"c{n}", rating) for n, rating in enumerate([AGAIN, HARD, GOOD, EASY, GOOD])]
    assert score(answers) == ExamScore(full=3, gap=1, missed=1)
    assert score(answers).share == 3 / 5
    assert score([]).share is None


def graded(full: int, of: int = 55) -> list[Review]:
    """The list answered: the first `full` in full, the rest not."""
    return [answer(card, GOOD if LIST[card] <= full else AGAIN) for card in list(LIST)[:of]]


@every(
    ("full", "enough", "aim"),
    [(29, False, False), (30, True, False), (34, True, False), (35, True, True)],
)
def test_the_verdict_follows_the_document(full: int, enough: bool, aim: bool) -> None:
    found = result(tuple(LIST), LIST, graded(full))
    assert (found.whole, found.left, found.long) == (True, 0, full)
    assert (found.enough, found.aim) == (enough, aim)


def test_the_last_ten_do_not_count_among_the_first_45() -> None:
    answers = [
        answer(card, GOOD if place > 45 or place <= 25 else HARD) for card, place in LIST.items()
    ]
    found = result(tuple(LIST), LIST, answers)
    assert (found.long, found.score) == (25, ExamScore(35, 20, 0))
    assert (found.enough, found.aim) == (False, True)


def test_no_verdict_before_the_end_nor_on_a_part() -> None:
    found = result(tuple(LIST), LIST, graded(54, of=54))
    assert (found.left, found.enough, found.aim) == (1, False, False)
    sample = tuple(LIST)[:40]
    found = result(sample, LIST, [answer(card, EASY) for card in sample])
    assert (found.whole, found.enough, found.aim) == (False, False, False)


def test_each_part_is_held_against_two_thirds_once_it_is_answered() -> None:
    found = result(tuple(LIST), LIST, graded(39, of=44))
    assert [(p.asked, p.score.full, p.score.answered) for p in found.parts] == [
        (15, 15, 15),
        (15, 15, 15),
        (15, 9, 14),
        (10, 0, 0),
    ]
    assert [part.weak for part in found.parts] == [False] * 4  # two are not at their end
    found = result(tuple(LIST), LIST, graded(39))
    assert [part.weak for part in found.parts] == [False, False, True, True]
    at_the_bound = result(tuple(LIST), LIST, graded(40))
    assert [part.weak for part in at_the_bound.parts] == [False, False, False, True]


@every(("asked", "weak"), [(9, False), (10, True)])
def test_a_few_questions_of_a_part_diagnose_nothing(asked: int, weak: bool) -> None:
    sample = tuple(LIST)[:asked]
    (part,) = result(sample, LIST, [answer(card, AGAIN) for card in sample]).parts
    assert (part.weak, part.small) == (weak, not weak)
    said = "\n".join(words(shown(sample, AGAIN)))
    assert ("the road from TF-IDF to BERT has holes" in said) is weak
    assert ("nothing is read off it" in said) is not weak


def test_an_answer_in_full_by_its_rating_alone_is_counted_apart() -> None:
    ticked, alone = answer("c1", GOOD), replace(answer("c2", GOOD), missed=("p1",))
    found = result(("c1", "c2", "c3"), LIST, [ticked, alone, answer("c3", HARD)])
    assert (found.score, found.generous) == (ExamScore(2, 1, 0), 1)
    assert counts(found).startswith("2 in full (1 by your rating alone")
    assert "alone" not in counts(result(("c1",), LIST, [ticked]))


def test_recall_beyond_chance_is_said_of_the_right_side() -> None:
    cards = tuple(LIST)[:20]
    for rating, said in (
        (GOOD, "more than chance explains. Rate as strictly here as in reviews."),
        (AGAIN, "fewer than chance explains. Rate as strictly in reviews as here."),
    ):
        # Recall of cards last met long ago is far below 90 %, of those met yesterday above it.
        before = met(2000, stability=1.0) if rating is GOOD else met(1, stability=50.0)
        told = shown(cards, rating, before)
        assert said in " ".join(words(told))


@every("name", ["one", "another"])
def test_a_calculation_is_named_with_the_numbers_it_was_asked_with(name: str) -> None:
    card = load(shipped_folder()).card("hnsw-index-size")
    given = replace(answer(card.id, AGAIN), id=name)
    found = result((card.id,), {card.id: None}, [given])
    told = ExamView("exam", given.at, 1, "", "finished", found, lambda _: card)
    said = "\n".join(words(told))
    assert plain(lines_of(variant(card, name).prompt)[0])[:60] in said


def test_a_history_counts_what_was_answered() -> None:
    open_ = shown(("c1", "c2", "c3"), GOOD, answered=2)
    (row,) = history_rows(SHEET, [open_])
    assert "2/2 in full  0:20  open, 1 to go" in row.plain


def test_cards_outside_the_list_have_no_parts() -> None:
    found = result(("c1", "u1"), {**LIST, "u1": None}, [answer("c1", GOOD)])
    assert (found.parts, found.whole, found.left) == ((), False, 1)


def test_a_card_that_left_the_bank_is_not_waited_for() -> None:
    places = {card: place for card, place in LIST.items() if card != "c7"}
    found = result(tuple(LIST), places, graded(55)[:6] + graded(55)[7:])
    assert (found.asked, found.left, found.whole) == (54, 0, False)
    answered = result(tuple(LIST), places, graded(55))
    assert (answered.asked, answered.score.full) == (55, 55)


def test_seconds_and_incomplete_answers_are_those_of_the_first_answer() -> None:
    answers = [
        answer("c1", HARD, seconds=20.0),
        answer("c2", GOOD, seconds=5.0),
        answer("c1", GOOD, seconds=99.0),  # in another terminal
        answer("c3", AGAIN, seconds=1.5),
    ]
    found = result(("c1", "c2", "c3", "c4"), LIST, answers)
    assert found.seconds == 26.5
    assert [each.card_id for each in found.incomplete] == ["c1", "c3"]
    assert (found.score, found.left) == (ExamScore(1, 1, 1), 1)
    assert unanswered(("c1", "c2", "c3", "c4"), answers) == ("c4",)


def test_what_was_expected_is_the_sum_of_the_probabilities_on_that_day() -> None:
    # After as many days as the stability says, recall is 90 % by its definition.
    told = expectation(
        [
            answer("c1", GOOD, met(10)),
            answer("c2", AGAIN, met(20, stability=20.0)),
            answer("c3", HARD, met(10)),
            answer("c4", GOOD),  # never met
            answer("c5", GOOD, met(0)),  # met on the same day
        ]
    )
    assert told is not None
    assert (told.cards, told.recalled) == (3, 2)
    assert told.expected == pytest.approx(2.7, abs=1e-4)
    assert told.deviation == pytest.approx(sqrt(3 * 0.9 * 0.1), abs=1e-4)
    assert expectation([answer("c4", GOOD)]) is None


def test_fifty_five_cards_are_the_cold_list_only_when_each_has_its_number() -> None:
    cards = tuple(LIST)
    assert result(cards, LIST, []).whole
    strange = {**LIST, "c55": None}
    found = result(cards, strange, [answer(card, GOOD) for card in cards])
    assert (found.asked, found.whole, found.parts, found.aim) == (55, False, (), False)
