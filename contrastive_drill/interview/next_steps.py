"""The next steps after an interview: three cards and a demo, and what to say in each topic."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.ladder import Ladder, Rung
from contrastive_drill.interview.course import LEVELS, ThreadOutcome
from contrastive_drill.interview.scorecard import QuestionScore, Scorecard
from contrastive_drill.memory.log import Rating

CARDS = 3


class Advice(NamedTuple):
    """A card to study, and why."""

    card_id: str
    reason: str


class NextSteps(NamedTuple):
    """Three cards, fewer only where the bank has no more, and a demo."""

    cards: tuple[Advice, ...]
    demo: str | None


def next_steps(score: Scorecard, cards: Mapping[str, Card]) -> NextSteps:
    """The next steps after an interview; `cards` is the bank as it is now."""
    advised: dict[str, Advice] = {}
    for advice in _candidates(score, cards):
        if len(advised) == CARDS:
            break
        if advice.card_id in cards:
            advised.setdefault(advice.card_id, advice)
    return NextSteps(tuple(advised.values()), _demo(score, cards))


def to_say(score: Scorecard, find: Callable[[str], Ladder | None]) -> dict[str, Rung]:
    """For topics with a point missed, the first sentence of the level above what was covered there.

    `find` gives the ladder of a section, where it has one.
    """
    sections = {each.card_id: each.section for each in score.asked}
    rungs = {}
    for section in (topic.section for topic in score.topics if topic.missed):
        covered = [
            LEVELS.index(thread.level)
            for thread in score.threads
            if thread.outcome is ThreadOutcome.HELD and sections[thread.card_id] == section
        ]
        level = LEVELS[min(max(covered, default=-1) + 1, len(LEVELS) - 1)]
        if (ladder := find(section)) and (said := ladder.at(level)):
            rungs[section] = said[0]
    return rungs


def _candidates(score: Scorecard, cards: Mapping[str, Card]) -> Iterator[Advice]:
    """The weakest answers first, then unfinished ones, then follow-ups and scenarios not asked."""
    for each in score.ranked:
        if (reason := _gap(each)) is not None:
            yield Advice(each.card_id, reason)
    for each in score.asked:
        if each.rating is None:
            yield Advice(each.card_id, "not answered to its end")
    asked = {each.card_id for each in score.asked}
    for each in score.asked:
        for name in cards[each.card_id].follow_ups if each.card_id in cards else ():
            if name not in asked:
                yield Advice(name, f"follows {each.card_id}, and was not reached")
    highest = max((LEVELS.index(thread.level) for thread in score.threads), default=0)
    for card in cards.values():
        fits = card.kind is Kind.SCENARIO and LEVELS.index(card.level) >= highest
        if fits and card.id not in asked:
            yield Advice(card.id, f"a {card.level} scenario not asked yet")


def _gap(each: QuestionScore) -> str | None:
    """What an answer lacked; None where it lacked nothing."""
    if each.missed:
        reason = f"missed {len(each.missed)} of {each.required} required points"
        return f"{reason}, and gave the popular answer" if each.baited else reason
    if each.rating is Rating.AGAIN:
        return "the answer was wrong"
    if each.baited:
        return "gave the popular answer at first"
    return "the formula was not right" if each.board is False else None


def _demo(score: Scorecard, cards: Mapping[str, Card]) -> str | None:
    """The demo whose measurement was missed, else that of the weakest card or section with one."""
    ranked = [each for each in score.ranked if each.card_id in cards]
    demos = [cards[each.card_id].demo for each in ranked if each.measured is False]
    demos += [cards[each.card_id].demo for each in ranked]
    for section in dict.fromkeys(each.section for each in ranked):
        demos += [card.demo for card in cards.values() if card.section == section]
    return next((demo for demo in demos if demo is not None), None)
