"""What is logged of code, and the rating that it suggests."""

import shipped
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.cards.grade import check, grade
from contrastive_drill.cards.kinds.code import CodeRun
from contrastive_drill.memory.log import Rating

COUNTS = st.integers(0, 10**6)
RUNS = st.builds(CodeRun, st.booleans(), *[COUNTS] * 5, st.just(False), st.just(False))


@given(RUNS)
def test_a_run_is_read_from_its_words(run: CodeRun) -> None:
    shown, filled = run._replace(passed=False, shown=True), run._replace(passed=True, filled=True)
    for each in (run, shown, filled):
        assert CodeRun.read(each.words) == each


@given(st.text())
def test_other_words_are_no_run(words: str) -> None:
    assert CodeRun.read(words) is None


@every(
    ("run", "fast", "rating"),
    [
        (CodeRun(True, 7, 7, runs=1, minutes=2), True, Rating.EASY),
        (CodeRun(True, 7, 7, runs=1, minutes=9), False, Rating.GOOD),
        (CodeRun(True, 7, 7, runs=2, minutes=2), True, Rating.GOOD),
        (CodeRun(True, 7, 7, runs=1, hints=1, minutes=2), True, Rating.GOOD),
        (CodeRun(True, 7, 7, runs=1, hints=2, minutes=2), True, Rating.HARD),
        (CodeRun(True, 7, 7, runs=6, minutes=9), False, Rating.HARD),
        (CodeRun(True, 7, 7, runs=1, minutes=21), False, Rating.HARD),
        (CodeRun(True, 7, 7, runs=1, minutes=1, filled=True), True, Rating.HARD),
        (CodeRun(False, 7, 7, runs=1, minutes=1, shown=True), True, Rating.AGAIN),
        (CodeRun(False, 6, 7, runs=3, minutes=9), False, Rating.AGAIN),
    ],
)
def test_the_rating_follows_tests_hints_runs_and_minutes(
    run: CodeRun, fast: bool, rating: Rating
) -> None:
    card = shipped.by_id()["code-infonce"]
    assert grade(card, (), check(card, run.words), fast).suggested is rating
