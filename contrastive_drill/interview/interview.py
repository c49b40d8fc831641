"""A mock interview as a value: what is asked next, and what each answer leads to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from contrastive_drill.cards.card import Card, Level
from contrastive_drill.cards.chain import ChainStep, asked_next
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.memory.log import Rating

LEVELS = tuple(Level)
LONGEST = 4  # follow-ups of one scenario: three scenarios or more fit into half an hour
PUSH_BACK = 60  # seconds for the answer to a push-back


class QuestionRole(StrEnum):
    """What a question is in an interview."""

    SCENARIO = "scenario"
    FOLLOW_UP = "follow-up"
    CALCULATION = "calculation"


class ThreadOutcome(StrEnum):
    """How a scenario with its follow-ups went."""

    HELD = "held"
    SHAKEN = "shaken"
    FAILED = "failed"


class Answer(NamedTuple):
    """One question answered: `rating` is what the key points covered come to."""

    card_id: str
    part: QuestionRole
    rating: Rating
    baited: bool = False  # gave the popular wrong answer at first
    depth: int = 0  # as in its turn
    above: bool = False  # a follow-up of a higher level than its scenario's

    @property
    def covered(self) -> bool:
        """Whether every required point was said."""
        return self.rating >= Rating.GOOD


class Turn(NamedTuple):
    """What the interviewer asks next."""

    card: Card
    part: QuestionRole
    thread: int  # scenarios begun so far, this one included
    depth: int  # 0 for the scenario, 1 for its own follow-ups
    number: int  # questions of this thread before it
    board: bool = False  # also to be asked: write the formula down
    demo: str | None = None  # also to be asked: what would you measure?

    @property
    def budget(self) -> int:
        """Seconds for the answer, the one to a push-back included."""
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

    Held: the scenario was covered without the popular wrong answer, and so was at least half of
    the follow-ups; one above the scenario's level counts only where it was covered, for the level
    held is the scenario's. Failed: the scenario was not answered. A calculation decides nothing.
    """
    first, *rest = thread
    if first.rating is Rating.AGAIN:
        return ThreadOutcome.FAILED
    asked = [said for said in rest if said.part is QuestionRole.FOLLOW_UP]
    after = [said.covered for said in asked if said.covered or not said.above]
    held = first.covered and not first.baited and 2 * sum(after) >= len(after)
    return ThreadOutcome.HELD if held else ThreadOutcome.SHAKEN


@dataclass(frozen=True, slots=True)
class Interview:
    """What was drawn at its beginning, and every answer so far; each change is a new one."""

    cards: Mapping[str, Card] = field(repr=False, compare=False)
    minutes: float
    level: Level  # to begin at
    scenarios: tuple[str, ...]  # in the order to take them, whatever their level
    sums: tuple[str, ...]  # calculations, in the order to take them
    summed: frozenset[str]  # scenarios that may end in one
    boards: frozenset[str]  # cards whose formula is to be written down
    away: frozenset[str] = frozenset()  # never to be asked
    threads: tuple[Thread, ...] = ()

    def turn(self, seconds: float) -> Turn | None:
        """What to ask after so many seconds; None when they are used up or nothing is left."""
        if seconds >= 60 * self.minutes:
            return None
        return self._follow_up() or self._calculation() or self._scenario()

    def answered(self, turn: Turn, rating: Rating, baited: bool = False) -> "Interview":
        """The interview after an answer to what `turn` gave."""
        said = Answer(turn.card.id, turn.part, rating, baited, turn.depth)
        if turn.part is QuestionRole.SCENARIO:
            return replace(self, threads=(*self.threads, (said,)))
        *before, last = self.threads
        said = said._replace(above=above(turn.card.level, self._level(last)))
        return replace(self, threads=(*before, (*last, said)))

    def standing(self) -> Level:
        """The level of the next scenario.

        Up after a thread that was held, the same after a shaken one. Down after a failed one,
        save the first after one held at the same level: that may have been bad luck.
        """
        if not self.threads:
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

    def _said(self) -> dict[str, Answer]:
        return {said.card_id: said for thread in self.threads for said in thread}

    def _follow_up(self) -> Turn | None:
        """Deeper while the required points are covered, on when they are not."""
        thread = self.threads[-1] if self.threads else ()
        asked = sum(said.part is QuestionRole.FOLLOW_UP for said in thread)
        if not thread or asked >= LONGEST or thread[-1].rating is Rating.AGAIN:
            return None
        if not thread[0].covered:
            return None
        step = next(self._open_steps(thread[0].card_id), None)
        return step and self._turn(step.card, QuestionRole.FOLLOW_UP, len(self.threads), step.depth)

    def _open_steps(self, scenario: str) -> Iterator[ChainStep]:
        """The chain without what was asked, and without what lies under a card not covered."""
        said, closed = self._said(), len(self.cards)
        for step in asked_next(self.cards[scenario], self.cards.__getitem__):
            if step.depth > closed:
                continue
            closed = len(self.cards)
            before = said.get(step.card.id)
            if step.card.id in self.away or (before and not before.covered):
                closed = step.depth
            elif before is None:
                yield step

    def _calculation(self) -> Turn | None:
        """A calculation of the scenario's section, no harder than it, and near it by its tags."""
        thread = self.threads[-1] if self.threads else ()
        if not thread or thread[-1].rating is Rating.AGAIN or thread[0].card_id not in self.summed:
            return None
        met = [self.cards[said.card_id] for said in thread]
        if any(card.kind is Kind.CALCULATION for card in met):
            return None
        said, tags = self._said(), {tag for card in met for tag in card.tags}
        fit = [
            card
            for card in map(self.cards.__getitem__, self.sums)
            if card.section == met[0].section
            and LEVELS.index(card.level) <= LEVELS.index(met[0].level)
            and card.id not in said
        ]
        if not fit:
            return None
        best = max(fit, key=lambda card: len(tags.intersection(card.tags)))
        return self._turn(best, QuestionRole.CALCULATION, len(self.threads), 1)

    def _scenario(self) -> Turn | None:
        """The next scenario at the level reached, or at the nearest that has one left."""
        said, standing = self._said(), LEVELS.index(self.standing())
        left = [self.cards[name] for name in self.scenarios if name not in said]
        if not left:
            return None
        card = min(left, key=lambda card: abs(LEVELS.index(card.level) - standing))
        return self._turn(card, QuestionRole.SCENARIO, len(self.threads) + 1, 0)

    def _turn(self, card: Card, part: QuestionRole, thread: int, depth: int) -> Turn:
        shown = {self.cards[name].demo for name in self._said()}
        return Turn(
            card,
            part,
            thread,
            depth,
            0 if part is QuestionRole.SCENARIO else len(self.threads[-1]),
            board=part is QuestionRole.FOLLOW_UP and card.id in self.boards,
            demo=None if card.demo in shown else card.demo,
        )
