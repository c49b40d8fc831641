"""Where a learner stands in each section, at each level, and in the whole bank."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import fsum
from typing import NamedTuple

from contrastive_drill.cards.card import Card, Level
from contrastive_drill.cards.prose import Line
from contrastive_drill.memory.log import Learned, Mode, Rating, Review
from contrastive_drill.memory.scheduler import CURVE, Curve, recall
from contrastive_drill.reports.evidence import Estimate, mean, median
from contrastive_drill.reports.scores import Tally, tally

MOST = 5  # missed points named for a row


class Placement(NamedTuple):
    """Where a card stands in the bank."""

    section: str
    level: Level


@dataclass(frozen=True, slots=True)
class MissedPoint:
    """A required key point as the card has it now, and how often it was not said."""

    card_id: str
    key: str
    line: Line
    missed: int
    asked: int  # answers to the card in which the point stood
    demo: str | None  # the demo that shows it

    @property
    def often(self) -> bool:
        """Whether it was missed twice or more, and as often as not."""
        return self.missed >= 2 and 2 * self.missed >= self.asked


@dataclass(frozen=True, slots=True)
class Standing:
    """One section, one level, one level of a section, or the whole bank.

    A failed card that was not passed since counts as not recalled. `known_*` counts cards never
    seen as not known; `recall_*` leaves them out. "Then" is the interview day, if nothing is
    studied until it; those numbers are None without a day, or when it is past.
    """

    id: str  # of the section, or the level; empty for the whole bank
    title: str
    cards: int
    seen: int  # cards with a memory
    recall_now: Estimate  # mean probability of recall of the seen cards
    recall_then: Estimate | None
    known_now: float  # share of all its cards expected to be recalled: coverage times recall
    known_then: float | None
    exam: Tally | None
    interview: Tally | None
    answers: int  # in any mode
    again: int  # answers rated Again
    seconds: float  # in all
    seconds_each: Estimate  # median of an answer
    missed: tuple[MissedPoint, ...]  # required points most often missed, worst first
    levels: tuple["Standing", ...] = ()  # of a section: its levels that have cards


@dataclass(slots=True)
class Facts:
    """What the log says of one card."""

    seconds: list[float] = field(default_factory=list)  # of each answer
    again: int = 0
    missed: Counter[str] = field(default_factory=Counter)  # by the key of the point
    asked: Counter[str] = field(default_factory=Counter)


def facts(reviews: Iterable[Review], cards: Collection[str]) -> dict[str, Facts]:
    """The facts of these cards, of those that were answered."""
    by_card: dict[str, Facts] = {}
    for review in reviews:
        if review.card_id not in cards:
            continue
        each = by_card.setdefault(review.card_id, Facts())
        each.seconds.append(review.seconds)
        each.again += review.rating is Rating.AGAIN
        each.missed.update(review.missed)
        each.asked.update((*review.missed, *review.covered))
    return by_card


class Standings:
    """Makes the rows: each is some of the bank's cards under one title."""

    def __init__(
        self,
        cards: Mapping[str, Placement],
        find: Callable[[str], Card | None],
        memories: Mapping[str, Learned],
        reviews: Sequence[Review],
        day: int,
        then: int | None,
        curve: Curve = CURVE,
    ) -> None:
        """`then` is the study day to look ahead to, `day` or later."""
        self._cards, self._find, self._memories = cards, find, memories
        self._facts = facts(reviews, cards.keys())
        self._sat = [review for review in reviews if review.sitting is not None]
        self._day, self._then, self._curve = day, then, curve

    def total(self) -> Standing:
        """The whole bank."""
        return self._row("", "All", list(self._cards))

    def sections(self, titles: Mapping[str, str]) -> tuple[Standing, ...]:
        """A row for each section, its levels in it."""
        members: dict[str, list[str]] = {section: [] for section in titles}
        for card, place in self._cards.items():
            members[place.section].append(card)
        return tuple(
            self._row(section, titles[section], cards, self.levels(cards))
            for section, cards in members.items()
        )

    def levels(self, members: Iterable[str] | None = None) -> tuple[Standing, ...]:
        """A row for each level that has any of these cards, or of all."""
        by_level: dict[Level, list[str]] = {level: [] for level in Level}
        for card in self._cards if members is None else members:
            by_level[Level(self._cards[card].level)].append(card)
        return tuple(
            self._row(level.value, level.value, cards) for level, cards in by_level.items() if cards
        )

    def _row(
        self, id_: str, title: str, members: list[str], levels: tuple[Standing, ...] = ()
    ) -> Standing:
        memories = [self._memories[card] for card in members if card in self._memories]
        answered = [(card, self._facts[card]) for card in members if card in self._facts]
        seconds = [each for _, facts in answered for each in facts.seconds]
        now = [recall(memory, self._day, self._curve) for memory in memories]
        then = None
        if self._then is not None:
            then = [recall(memory, self._then, self._curve) for memory in memories]
        return Standing(
            id=id_,
            title=title,
            cards=len(members),
            seen=len(memories),
            recall_now=mean(now),
            recall_then=None if then is None else mean(then),
            known_now=_share(sum(now), len(members)),
            known_then=None if then is None else _share(sum(then), len(members)),
            exam=self._last({*members}, Mode.EXAM),
            interview=self._last({*members}, Mode.INTERVIEW),
            answers=len(seconds),
            again=sum(facts.again for _, facts in answered),
            seconds=fsum(seconds),
            seconds_each=median(seconds),
            missed=tuple(islice(missed_points(answered, self._find), MOST)),
            levels=levels,
        )

    def _last(self, members: Collection[str], mode: Mode) -> Tally | None:
        """The answers of the sitting that asked one of these cards last."""
        given = [each for each in self._sat if each.mode is mode and each.card_id in members]
        last = [each for each in given if each.sitting == given[-1].sitting]
        return tally(last, self._find) if last else None


def missed_points(
    answered: Iterable[tuple[str, Facts]], find: Callable[[str], Card | None]
) -> Iterator[MissedPoint]:
    """The required points that their cards still have, the most often missed first."""
    ranked = sorted(
        (-count, facts.asked[key], card, key)
        for card, facts in answered
        for key, count in facts.missed.items()
    )
    for count, asked, card_id, key in ranked:
        if (card := find(card_id)) is not None:
            for point in card.required:
                if point.key == key:
                    yield MissedPoint(card_id, key, point.line, -count, asked, card.demo)


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
