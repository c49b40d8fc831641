"""The scorecard of an interview, computed from its stored rows: levels, points and times."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from contrastive_drill.cards.card import Level
from contrastive_drill.interview.course import (
    LEVELS,
    Answer,
    QuestionRole,
    ThreadOutcome,
    above,
    outcome,
)
from contrastive_drill.memory.log import Rating, Review
from contrastive_drill.memory.sitting import ENDED, Event, Sitting

# The events of an interview, and their facts.
ASKED = "asked"  # card, part, thread, depth, level, section, required, budget
HEARD = "heard"  # card, round (1, or 2 after the push-back), seconds, answer
BAIT = "bait"  # card, was (whether it was their answer)
BOARD = "board"  # card, answer, same
MEASURED = "measured"  # card, demo, answer, shows


class QuestionScore(NamedTuple):
    """One question and its answer, which may have been cut short."""

    card_id: str
    part: QuestionRole
    thread: int  # counts from 1
    depth: int
    level: Level
    section: str
    required: int
    budget: float  # seconds
    seconds: float  # of the answer
    rating: Rating | None  # None when the answer was cut short
    missed: tuple[str, ...]  # keys of required points
    baited: bool | None  # whether they gave the popular answer; None where none was shown
    board: bool | None  # whether the formula written down was right
    measured: bool | None  # whether the measurement they named would show it

    @property
    def covered(self) -> int:
        """Required points covered."""
        return self.required - len(self.missed)

    @property
    def share(self) -> float:
        """The share of the required points covered."""
        return self.covered / self.required if self.required else 1.0


class ThreadScore(NamedTuple):
    """One scenario with its follow-ups."""

    card_id: str
    level: Level
    outcome: ThreadOutcome
    follow_ups: int  # asked and answered
    covered: int  # of them
    beyond: int  # not covered, but above the scenario's level, which does not count against it
    baited: bool


class TopicScore(NamedTuple):
    """The required points of one section."""

    section: str
    questions: int
    covered: int
    required: int
    missed: tuple[tuple[str, str], ...]  # (card, key of the point)


class PastInterview(NamedTuple):
    """The totals of an earlier interview."""

    id: str
    at: datetime
    reached: Level | None
    questions: int
    covered: int
    required: int
    on_time: int
    baited: int
    baits: int


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The result of one interview."""

    id: str
    at: datetime
    seed: int
    terms: Mapping[str, Any]  # the options
    how: str | None  # how it ended; None when it was cut short
    seconds: float  # from start to end; of the answers alone where it was cut short
    asked: tuple[QuestionScore, ...]
    threads: tuple[ThreadScore, ...]
    topics: tuple[TopicScore, ...]
    reached: Level | None  # the highest level at which a scenario was held
    strongest: QuestionScore | None
    weakest: QuestionScore | None  # both None where fewer than two questions were answered

    @property
    def answered(self) -> tuple[QuestionScore, ...]:
        """The questions answered in full."""
        return tuple(each for each in self.asked if each.rating is not None)

    @property
    def ranked(self) -> tuple[QuestionScore, ...]:
        """The questions answered in full, the weakest answer first."""
        return tuple(sorted(self.answered, key=_strength))

    @property
    def past(self) -> PastInterview:
        """The totals that a later interview is compared with."""
        answered = self.answered
        baits = [each.baited for each in answered if each.baited is not None]
        return PastInterview(
            id=self.id,
            at=self.at,
            reached=self.reached,
            questions=len(answered),
            covered=sum(each.covered for each in answered),
            required=sum(each.required for each in answered),
            on_time=sum(each.seconds <= each.budget for each in answered),
            baited=sum(baits),
            baits=len(baits),
        )


def scorecard(sitting: Sitting, answers: Iterable[Review], events: Sequence[Event]) -> Scorecard:
    """The scorecard of an interview, finished or cut short.

    It uses stored rows alone: cards may have been edited or removed since.
    """
    asked = tuple(_question_scores(events, {review.card_id: review for review in answers}))
    answered = [each for each in asked if each.rating is not None]
    threads = tuple(_threads(answered))
    held_levels = [thread.level for thread in threads if thread.outcome is ThreadOutcome.HELD]
    end: Mapping[str, Any] = next((event.facts for event in events if event.name == ENDED), {})
    ranked = sorted(answered, key=_strength)
    return Scorecard(
        id=sitting.id,
        at=sitting.at,
        seed=sitting.seed,
        terms=dict(sitting.terms or {}),
        how=end.get("how"),
        seconds=end.get("seconds", sum(each.seconds for each in asked)),
        asked=asked,
        threads=threads,
        topics=tuple(_topics(answered)),
        reached=max(held_levels, key=LEVELS.index, default=None),
        strongest=ranked[-1] if len(ranked) > 1 else None,
        weakest=ranked[0] if len(ranked) > 1 else None,
    )


def _question_scores(
    events: Sequence[Event], answers: Mapping[str, Review]
) -> Iterator[QuestionScore]:
    for event in events:
        if event.name != ASKED:
            continue
        facts: Mapping[str, Any] = event.facts
        card_id = facts["card"]
        review = answers.get(card_id)
        yield QuestionScore(
            card_id=card_id,
            part=QuestionRole(facts["part"]),
            thread=facts["thread"],
            depth=facts["depth"],
            level=Level(facts["level"]),
            section=facts["section"],
            required=facts["required"],
            budget=facts["budget"],
            seconds=sum(_facts_of(events, HEARD, card_id, "seconds")),
            rating=review.rating if review else None,
            missed=review.missed if review else (),
            baited=_last_of(events, BAIT, card_id, "was"),
            board=_last_of(events, BOARD, card_id, "same"),
            measured=_last_of(events, MEASURED, card_id, "shows"),
        )


def _facts_of(events: Iterable[Event], name: str, card_id: str, fact: str) -> list[Any]:
    """A fact for a card in each event of a name."""
    return [e.facts[fact] for e in events if e.name == name and e.facts["card"] == card_id]


def _last_of(events: Iterable[Event], name: str, card_id: str, fact: str) -> bool | None:
    """The last yes or no for a card in the events of a name; None where it was not asked."""
    answers: list[bool | None] = [None, *_facts_of(events, name, card_id, fact)]
    return answers[-1]


def _threads(answered: Iterable[QuestionScore]) -> Iterator[ThreadScore]:
    threads: dict[int, list[QuestionScore]] = {}
    for each in answered:
        threads.setdefault(each.thread, []).append(each)
    for first, *rest in threads.values():
        if first.part is not QuestionRole.SCENARIO:
            continue  # the scenario's answer was undone
        after = [
            answer_of(each, first.level) for each in rest if each.part is QuestionRole.FOLLOW_UP
        ]
        yield ThreadScore(
            card_id=first.card_id,
            level=first.level,
            outcome=outcome([answer_of(first, first.level), *after]),
            follow_ups=len(after),
            covered=sum(answer.covered for answer in after),
            beyond=sum(answer.above and not answer.covered for answer in after),
            baited=bool(first.baited),
        )


def answer_of(asked: QuestionScore, scenario: Level) -> Answer:
    """An answered question as the interview judges it, after a scenario of a level."""
    assert asked.rating is not None
    harder = above(asked.level, scenario)
    return Answer(asked.card_id, asked.part, asked.rating, bool(asked.baited), asked.depth, harder)


def _topics(answered: Iterable[QuestionScore]) -> Iterator[TopicScore]:
    sections: dict[str, list[QuestionScore]] = {}
    for each in answered:
        sections.setdefault(each.section, []).append(each)
    for section, members in sections.items():
        yield TopicScore(
            section=section,
            questions=len(members),
            covered=sum(each.covered for each in members),
            required=sum(each.required for each in members),
            missed=tuple((each.card_id, key) for each in members for key in each.missed),
        )


def _strength(asked: QuestionScore) -> tuple[float, ...]:
    """The sort key of answers: points, no popular answer, rating, level, then time."""
    assert asked.rating is not None
    return (
        # An answer that the program checked and found wrong is weak, whatever points it covers.
        asked.rating > Rating.AGAIN,
        asked.share,
        not asked.baited,
        asked.rating,
        LEVELS.index(asked.level),
        -asked.seconds / asked.budget,
    )
