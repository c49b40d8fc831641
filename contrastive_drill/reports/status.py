"""Where a learner stands today, and what the first screen says of it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from contrastive_drill.cards.card import Level
from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.marks import Mark, suspended, unavailable
from contrastive_drill.memory.scheduler import CURVE, Curve, recall
from contrastive_drill.words import plural

MORE_NEW = 5  # offered when today's work is done


@dataclass(frozen=True, slots=True)
class Status:
    """Today, in numbers. Days are ordinals of study days."""

    day: int
    cards: int
    due: int  # learned cards to ask today
    new: int  # new cards to meet today, within the daily limit
    unseen: int  # cards never answered and not suspended
    learned: int  # cards of the bank answered at least once, the suspended ones too
    suspended: int
    flagged: int
    streak: int  # study days in a row, up to today or yesterday
    answered_today: int
    next_due_day: int | None  # the first day, today or later, on which a card falls due
    minutes: float = 0.0  # that the cards due and new are expected to take


def status(
    card_ids: Collection[str],
    due_days: Mapping[str, int],
    marks: Mapping[str, Mark],
    days: Sequence[int],
    day: int,
    answered_today: int,
    new_left: int,
    seconds: Callable[[str, bool], float] = lambda card, first: 0.0,
) -> Status:
    """The status of the cards that are in the bank now, in the order to meet them.

    `due_days` has every card with a memory; `days` are the study days with an answer; `seconds` are
    those expected of an answer to a card, by whether it is the first.
    """
    excluded, absent = suspended(marks), unavailable(marks, day)
    active = [card for card in card_ids if card not in excluded]
    next_days = {
        card: max(due_days[card], day + (card in absent)) for card in active if card in due_days
    }
    due = [card for card, next_day in next_days.items() if next_day <= day]
    unseen = [card for card in active if card not in due_days]
    new = [card for card in unseen if card not in absent][:new_left]
    return Status(
        day=day,
        cards=len(card_ids),
        due=len(due),
        new=len(new),
        unseen=len(unseen),
        learned=sum(card in card_ids for card in due_days),
        suspended=sum(card in card_ids for card in excluded),
        flagged=sum(mark.flag is not None for card, mark in marks.items() if card in card_ids),
        streak=streak(days, day),
        answered_today=answered_today,
        next_due_day=min(next_days.values(), default=None),
        minutes=sum(seconds(card, card not in due_days) for card in (*due, *new)) / 60,
    )


def streak(days: Iterable[int], day: int) -> int:
    """Study days in a row that end today, or yesterday when today has no answer yet."""
    studied = set(days)
    last = day if day in studied else day - 1
    return next(length for length in count() if last - length not in studied)


class LevelRecall(NamedTuple):
    """The cards of one level."""

    level: Level
    cards: int
    seen: int
    recalled: float  # cards expected to be recalled today, the unseen ones not among them

    @property
    def share(self) -> float:
        """The share of all its cards that would be recalled today."""
        return self.recalled / self.cards if self.cards else 0.0


class PausedExam(NamedTuple):
    """An exam that waits to be gone on with."""

    answered: int
    asked: int


class TodaysMinutes(NamedTuple):
    """What the plan, or else the limit of a day, has for today."""

    minutes: float
    left: float
    cards: int  # about as many fit into what is left
    source: str = "plan"

    @property
    def words(self) -> str:
        """The same in a sentence."""
        if not self.minutes:
            return "Today is a day off in your plan."
        if not self.left:
            return f"Today's {self.minutes:g} minutes of your {self.source} are done."
        more = f"{self.left:.0f} of {self.minutes:g} min of your {self.source} are left"
        return f"Today: about {plural(self.cards, 'card')}, {more}."


@dataclass(frozen=True, slots=True)
class Home:
    """What the first screen says. Days are ordinals of study days."""

    status: Status
    levels: tuple[LevelRecall, ...]
    exam: PausedExam | None
    interview_day: int | None  # as set, even if it is past
    minutes: TodaysMinutes | None = None  # where they are fewer than the work
    day_off: bool = False  # by the settings

    @property
    def ready(self) -> bool:
        """Whether there is something to ask today; its minutes decide where there are any."""
        if self.minutes is not None:
            return self.minutes.left > 0
        return bool(self.status.due or self.status.new)


def level_recall(
    levels: Iterable[tuple[str, Level]],
    memories: Mapping[str, Learned],
    day: int,
    curve: Curve = CURVE,
) -> tuple[LevelRecall, ...]:
    """What is known of each level that has cards; `levels` gives the level of each card."""
    cards = Counter[Level]()
    shares: dict[Level, list[float]] = {level: [] for level in Level}
    for card, level in levels:
        cards[level] += 1
        if memory := memories.get(card):
            shares[level].append(recall(memory, day, curve))
    return tuple(
        LevelRecall(level, cards[level], len(known), sum(known))
        for level, known in shares.items()
        if cards[level]
    )
