"""The result of an exam: what was answered in full, beside what FSRS had expected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from contrastive_drill.exam.questions import (
    AIM,
    ENOUGH,
    LONG,
    NUMBERED,
    PARTS,
    SAMPLE,
    SHARE,
    ExamPart,
)
from contrastive_drill.memory.log import Learned, Rating, Review
from contrastive_drill.memory.scheduler import CURVES, Curves, retrievability


class Score(NamedTuple):
    """Answers by how complete they were.

    In full: every required point (Good or Easy). With a gap: Hard, a pass that misses one. Not:
    Again.
    """

    full: int = 0
    gap: int = 0
    missed: int = 0

    @property
    def answered(self) -> int:
        """Questions that were answered at all."""
        return self.full + self.gap + self.missed

    @property
    def share(self) -> float | None:
        """The share answered in full."""
        return self.full / self.answered if self.answered else None


def score(answers: Iterable[Review]) -> Score:
    """The score of some answers."""
    ratings = [answer.rating for answer in answers]
    again, hard = ratings.count(Rating.AGAIN), ratings.count(Rating.HARD)
    return Score(len(ratings) - again - hard, hard, again)


class Expectation(NamedTuple):
    """What FSRS had expected of the cards met on an earlier day, beside what was recalled."""

    cards: int
    expected: float  # the sum of the probabilities of recall
    deviation: float  # the standard deviation of that sum, if it were right about every card
    recalled: int  # rated Hard or better


def expectation(answers: Iterable[Review], curves: Curves = CURVES) -> Expectation | None:
    """The expectation over answers to cards that were met before their day; None without one."""
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

    part: ExamPart
    asked: int
    score: Score

    @property
    def small(self) -> bool:
        """Whether too little of it is asked for a word on what it means."""
        return self.asked < SAMPLE * self.part.questions

    @property
    def weak(self) -> bool:
        """Whether it was answered to its end, and too little of it in full."""
        done = self.score.answered == self.asked and not self.small
        return done and self.score.full < SHARE * self.asked


@dataclass(frozen=True, slots=True)
class Result:
    """What an exam has come to so far."""

    asked: int  # questions of the exam
    score: Score
    seconds: float
    parts: tuple[PartResult, ...]  # none but for the cold list
    expectation: Expectation | None
    incomplete: tuple[Review, ...]  # answers not in full, in the order asked
    generous: int  # answers in full by their rating alone: a required point was not ticked
    whole: bool  # the cold list, all of it

    @property
    def left(self) -> int:
        """Questions not answered yet."""
        return self.asked - self.score.answered

    @property
    def long(self) -> int:
        """Of the first 45 of the cold list, those in full."""
        return sum(part.score.full for part in self.parts if part.part.last <= LONG)

    @property
    def enough(self) -> bool:
        """Whether the cold list is drilled enough: 30 of its first 45 in full."""
        return self.whole and not self.left and self.long >= ENOUGH

    @property
    def aim(self) -> bool:
        """Whether the aim is reached: 35 of all 55 in full."""
        return self.whole and not self.left and self.score.full >= AIM


def result(
    cards: Sequence[str],
    places: Mapping[str, int | None],
    answers: Iterable[Review],
    curves: Curves = CURVES,
) -> Result:
    """The result of an exam that asks these cards, from its answers.

    `places` has the cards that are in the bank now, with their numbers in the cold list. A card
    answered twice, in two terminals, counts as it was answered first.
    """
    first: dict[str, Review] = {}
    for answer in answers:
        first.setdefault(answer.card_id, answer)
    asked = [card for card in cards if card in places or card in first]
    given = [first[card] for card in asked if card in first]
    numbers = {card: places.get(card) for card in asked}
    parts = [
        (
            part,
            [card for card, place in numbers.items() if place and part.first <= place <= part.last],
        )
        for part in PARTS
    ]
    listed = all(numbers.values())
    return Result(
        asked=len(asked),
        score=score(given),
        seconds=sum(answer.seconds for answer in given),
        parts=tuple(
            PartResult(part, len(members), score(first[c] for c in members if c in first))
            for part, members in parts
            if members and listed
        ),
        expectation=expectation(given, curves),
        incomplete=tuple(a for a in given if a.rating in (Rating.AGAIN, Rating.HARD)),
        generous=sum(a.rating >= Rating.GOOD and bool(a.missed) for a in given),
        whole=listed and len(asked) == NUMBERED,
    )
