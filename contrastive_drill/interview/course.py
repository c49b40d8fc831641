"""A mock interview as a value: the next question, and what each answer leads to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from contrastive_drill.cards.card import Card, Level
from contrastive_drill.cards.chain import ChainStep, asked_next
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.memory.log import Rating

LEVELS = tuple(Level)
MAX_FOLLOW_UPS = 4  # of one scenario: three scenarios or more fit into half an hour
PUSH_BACK = 60  # seconds for the answer to a push-back


class QuestionRole(StrEnum):
    """The role of a question in an interview."""

    SCENARIO = "scenario"
    FOLLOW_UP = "follow-up"
    CALCULATION = "calculation"


class ThreadOutcome(StrEnum):
    """How a scenario with its follow-ups went."""

    HELD = "held"
    SHAKEN = "shaken"
    FAILED = "failed"


class Answer(NamedTuple):
    """One answered question; `rating` is the one suggested by the key points covered."""

    card_id: str
    part: QuestionRole
    rating: Rating
    baited: bool = False  # gave the popular wrong answer at first
    depth: int = 0  # in the chain, as `Turn.depth`
    above: bool = False  # a follow-up of a higher level than its scenario's

    @property
    def covered(self) -> bool:
        """Whether every required point was said."""
        return self.rating >= Rating.GOOD


class Turn(NamedTuple):
    """The next question."""

    card: Card
    part: QuestionRole
    thread: int  # number of the scenario it belongs to, from 1
    depth: int  # 0 for the scenario, 1 for its own follow-ups
    number: int  # questions of its thread before it
    board: bool = False  # also ask to write the formula down
    code: Card | None = None  # also ask to write this one's code
    demo: str | None = None  # also ask what to measure; the demo that does

    @property
    def budget(self) -> int:
        """Seconds for the answer, including the one to a push-back."""
        return budget(self.card) + (PUSH_BACK if self.card.bait else 0)


Thread = tuple[Answer, ...]  # a scenario, and what was asked after it


def budget(card: Card) -> int:
    """Seconds for the first answer to a card."""
    return card_kind(card.kind).budgets[LEVELS.index(card.level)]


def above(level: Level, scenario: Level) -> bool:
    """Whether a question is harder than the scenario it follows."""
    return LEVELS.index(level) > LEVELS.index(scenario)


def outcome(thread: Sequence[Answer]) -> ThreadOutcome:
    """How a thread went.

    Held: the scenario was covered without the popular wrong answer, and at least half of the
    follow-ups were covered; those above the scenario's level count only where covered. Failed: the
    scenario was not answered. Calculations do not count.
    """
    first, *rest = thread
    if first.rating is Rating.AGAIN:
        return ThreadOutcome.FAILED
    follow_ups = [each for each in rest if each.part is QuestionRole.FOLLOW_UP]
    covered = [each.covered for each in follow_ups if each.covered or not each.above]
    if first.covered and not first.baited and 2 * sum(covered) >= len(covered):
        return ThreadOutcome.HELD
    return ThreadOutcome.SHAKEN


@dataclass(frozen=True, slots=True)
class Interview:
    """What was drawn at its start, and every answer so far; each change is a new value."""

    cards: Mapping[str, Card] = field(repr=False, compare=False)
    minutes: float
    level: Level  # to begin at
    scenarios: tuple[str, ...]  # in the order to ask them, at all levels unless one holds
    calculations: tuple[str, ...]  # in the order to ask them
    with_calculation: frozenset[str]  # scenarios that may end in a calculation
    whiteboards: frozenset[str]  # follow-ups that ask to write the formula down
    codes: Mapping[str, str] = field(default_factory=dict)  # follow-ups, and code to ask after them
    suspended: frozenset[str] = frozenset()  # cards never asked
    holds: bool = False  # the level: nothing harder is asked, whatever the answers
    threads: tuple[Thread, ...] = ()
    coded: bool = False  # code was asked for: once is enough

    def turn(self, seconds: float) -> Turn | None:
        """The next question after some seconds; None when time or questions have run out."""
        if seconds >= 60 * self.minutes:
            return None
        goes_on = self.threads and self.threads[-1][-1].rating is not Rating.AGAIN
        further = self._follow_up() or self._calculation() if goes_on else None
        return further or self._scenario()

    def answered(self, turn: Turn, rating: Rating, baited: bool = False) -> "Interview":
        """The interview after an answer to a turn."""
        answer = Answer(turn.card.id, turn.part, rating, baited, turn.depth)
        if turn.part is QuestionRole.SCENARIO:
            return replace(self, threads=(*self.threads, (answer,)))
        *before, last = self.threads
        answer = answer._replace(above=above(turn.card.level, self._level(last)))
        coded = self.coded or turn.code is not None
        return replace(self, threads=(*before, (*last, answer)), coded=coded)

    def next_level(self) -> Level:
        """The level of the next scenario.

        Up after a held thread, the same after a shaken one, down after a failed one, except the
        first failure after a thread held at the same level: that may have been bad luck.
        """
        if self.holds or not self.threads:
            return self.level
        level, result = self._level(self.threads[-1]), outcome(self.threads[-1])
        place = LEVELS.index(level)
        if result is ThreadOutcome.HELD:
            return LEVELS[min(place + 1, len(LEVELS) - 1)]
        if result is ThreadOutcome.FAILED:
            here = [outcome(t) for t in self.threads[:-1] if self._level(t) is level]
            if not (here and here[-1] is ThreadOutcome.HELD):
                return LEVELS[max(place - 1, 0)]
        return level

    def _level(self, thread: Thread) -> Level:
        return self.cards[thread[0].card_id].level

    def _answers(self) -> dict[str, Answer]:
        return {answer.card_id: answer for thread in self.threads for answer in thread}

    def _follow_up(self) -> Turn | None:
        """Deeper into the chain while the required points are covered, else along it."""
        thread = self.threads[-1]
        count = sum(answer.part is QuestionRole.FOLLOW_UP for answer in thread)
        if not thread[0].covered or count >= MAX_FOLLOW_UPS:
            return None
        step = next(self._open_steps(thread[0].card_id), None)
        return step and self._turn(step.card, QuestionRole.FOLLOW_UP, len(self.threads), step.depth)

    def _open_steps(self, scenario: str) -> Iterator[ChainStep]:
        """The chain without answered cards, and without what lies under a card not covered."""
        answers, closed = self._answers(), len(self.cards)
        for step in asked_next(self.cards[scenario], self.cards.__getitem__):
            if step.depth > closed:
                continue
            closed = len(self.cards)
            before = answers.get(step.card.id)
            if step.card.id in self.suspended or (before and not before.covered):
                closed = step.depth
            elif before is None and not (self.holds and above(step.card.level, self.level)):
                yield step

    def _calculation(self) -> Turn | None:
        """A calculation of the scenario's section, no harder, and the nearest by its tags."""
        cards = [self.cards[answer.card_id] for answer in self.threads[-1]]
        scenario, tags = cards[0], {tag for card in cards for tag in card.tags}
        if scenario.id not in self.with_calculation:
            return None
        if any(card.kind is Kind.CALCULATION for card in cards):
            return None
        candidates = [
            card
            for card in map(self.cards.__getitem__, self.calculations)
            if card.section == scenario.section
            and LEVELS.index(card.level) <= LEVELS.index(scenario.level)
            and card.id not in self._answers()
        ]
        best = max(candidates, key=lambda card: len(tags.intersection(card.tags)), default=None)
        role = QuestionRole.CALCULATION
        return None if best is None else self._turn(best, role, len(self.threads), 1)

    def _scenario(self) -> Turn | None:
        """The next scenario of the next level, or of the nearest level that has one left."""
        answers, level = self._answers(), LEVELS.index(self.next_level())
        left = [self.cards[name] for name in self.scenarios if name not in answers]
        card = min(left, key=lambda card: abs(LEVELS.index(card.level) - level), default=None)
        role = QuestionRole.SCENARIO
        return None if card is None else self._turn(card, role, len(self.threads) + 1, 0)

    def _turn(self, card: Card, part: QuestionRole, thread: int, depth: int) -> Turn:
        demos = {self.cards[name].demo for name in self._answers()}
        follows = part is QuestionRole.FOLLOW_UP
        code = self.codes.get(card.id) if follows and not self.coded else None
        return Turn(
            card,
            part,
            thread,
            depth,
            0 if part is QuestionRole.SCENARIO else len(self.threads[-1]),
            board=follows and not code and card.id in self.whiteboards,
            code=None if code is None else self.cards[code],
            demo=None if card.demo in demos else card.demo,
        )
