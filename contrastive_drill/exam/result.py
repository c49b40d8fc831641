"""The result of an exam: answers in full, with a gap and missed, beside FSRS's expectation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from contrastive_drill.exam import questions
from contrastive_drill.memory.log import Learned, Rating, Review
from contrastive_drill.memory.scheduler import CURVES, Curves, retrievability

LONG, ENOUGH = 45, 30  # 30 of the cold list's first 45 in full are drilled enough
AIM = 35  # of all 55
SHARE = ENOUGH / LONG  # below it a part is weak
SAMPLE = 2 / 3  # of a part's questions: fewer are too few to call it weak


class ExamScore(NamedTuple):
    """Counts of answers in full (Good or Easy), with a gap (Hard) and missed (Again)."""

    full: int = 0
    gap: int = 0
    missed: int = 0

    @property
    def answered(self) -> int:
        """Questions answered."""
        return self.full + self.gap + self.missed

    @property
    def share(self) -> float | None:
        """The share answered in full."""
        return self.full / self.answered if self.answered else None


def score(answers: Iterable[Review]) -> ExamScore:
    """The score of some answers."""
    ratings = [answer.rating for answer in answers]
    again, hard = ratings.count(Rating.AGAIN), ratings.count(Rating.HARD)
    return ExamScore(len(ratings) - again - hard, hard, again)


class Expectation(NamedTuple):
    """The recall FSRS expected of cards met on an earlier day, beside the actual recall."""

    cards: int
    expected: float  # the sum of the probabilities of recall
    deviation: float  # standard deviation of that sum, if FSRS were right about every card
    recalled: int  # rated Hard or better


def expectation(answers: Iterable[Review], curves: Curves = CURVES) -> Expectation | None:
    """The expectation over answers to cards met on an earlier day; None without such answers."""
    chances, recalled = [], 0
    for answer in answers:
        if isinstance(answer.before, Learned) and answer.before.last_day < answer.day:
            chances.append(retrievability(answer.before, answer.day, curves.of(answer)))
            recalled += answer.rating is not Rating.AGAIN
    if not chances:
        return None
    deviation = sqrt(sum(chance * (1 - chance) for chance in chances))
    return Expectation(len(chances), sum(chances), deviation, recalled)


class PartResult(NamedTuple):
    """One part of the cold list, as far as it was asked."""

    part: questions.ExamPart
    asked: int
    score: ExamScore

    @property
    def small(self) -> bool:
        """Whether too few of its questions were asked to judge it."""
        return self.asked < SAMPLE * self.part.questions

    @property
    def weak(self) -> bool:
        """Whether all that was asked of it is answered, and too little in full."""
        judged = self.score.answered == self.asked and not self.small
        return judged and self.score.full < SHARE * self.asked


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an exam so far."""

    asked: int  # questions of the exam
    score: ExamScore
    seconds: float
    parts: tuple[PartResult, ...]  # empty unless all questions are of the cold list
    expectation: Expectation | None
    incomplete: tuple[Review, ...]  # answers not in full, in the order asked
    generous: int  # answers rated in full without every required point ticked
    whole: bool  # the cold list, all of it

    @property
    def left(self) -> int:
        """Questions not answered yet."""
        return self.asked - self.score.answered

    @property
    def long(self) -> int:
        """Answers in full among the first 45 of the cold list."""
        return sum(part.score.full for part in self.parts if part.part.last <= LONG)

    @property
    def enough(self) -> bool:
        """Whether 30 of the first 45 of the cold list are answered in full."""
        return self.whole and not self.left and self.long >= ENOUGH

    @property
    def aim(self) -> bool:
        """Whether 35 of all 55 are answered in full."""
        return self.whole and not self.left and self.score.full >= AIM


def result(
    cards: Sequence[str],
    places: Mapping[str, int | None],
    answers: Iterable[Review],
    curves: Curves = CURVES,
) -> Result:
    """The result of an exam with these cards, from its answers.

    `places` has the cards now in the bank, with their numbers in the cold list. Of two answers to a
    card, given in two terminals, the first counts.
    """
    first: dict[str, Review] = {}
    for answer in answers:
        first.setdefault(answer.card_id, answer)
    asked = [card for card in cards if card in places or card in first]
    counted = [first[card] for card in asked if card in first]
    numbers = {card: places.get(card) for card in asked}
    numbered = all(numbers.values())
    return Result(
        asked=len(asked),
        score=score(counted),
        seconds=sum(answer.seconds for answer in counted),
        parts=tuple(
            PartResult(part, len(members), score(first[c] for c in members if c in first))
            for part in questions.PARTS
            if numbered
            if (members := [c for c in asked if part.first <= (numbers[c] or 0) <= part.last])
        ),
        expectation=expectation(counted, curves),
        incomplete=tuple(a for a in counted if a.rating in (Rating.AGAIN, Rating.HARD)),
        generous=sum(a.rating >= Rating.GOOD and bool(a.missed) for a in counted),
        whole=numbered and len(asked) == questions.NUMBERED,
    )
