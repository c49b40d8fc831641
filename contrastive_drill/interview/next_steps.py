"""What to do after an interview: three cards and a demo, each with its reason."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.interview.interview import LEVELS
from contrastive_drill.interview.scorecard import QuestionScore, Scorecard
from contrastive_drill.memory.log import Rating

CARDS = 3


class Advice(NamedTuple):
    """A card, and why it is the one to do."""

    card_id: str
    reason: str


class NextSteps(NamedTuple):
    """What to do next; fewer than three cards only where the bank has no more to offer."""

    cards: tuple[Advice, ...]
    demo: str | None


def next_steps(score: Scorecard, cards: Mapping[str, Card]) -> NextSteps:
    """What to do after this interview; `cards` is the bank as it is now."""
    advised: dict[str, Advice] = {}
    for advice in _offered(score, cards):
        if len(advised) == CARDS:
            break
        if advice.card_id in cards:
            advised.setdefault(advice.card_id, advice)
    return NextSteps(tuple(advised.values()), _demo(score, cards))


def _offered(score: Scorecard, cards: Mapping[str, Card]) -> Iterator[Advice]:
    """The weakest answers first; then what was left open; then what lies further on."""
    for each in score.ranked:
        if (reason := _gap(each)) is not None:
            yield Advice(each.card_id, reason)
    for each in score.asked:
        if each.rating is None:
            yield Advice(each.card_id, "not answered to its end")
    met = {each.card_id for each in score.asked}
    for each in score.asked:
        for name in cards[each.card_id].follow_ups if each.card_id in cards else ():
            if name not in met:
                yield Advice(name, f"follows {each.card_id}, and was not reached")
    highest = max((LEVELS.index(thread.level) for thread in score.threads), default=0)
    for card in cards.values():
        fits = card.kind is Kind.SCENARIO and LEVELS.index(card.level) >= highest
        if fits and card.id not in met:
            yield Advice(card.id, f"a {card.level} scenario not asked yet")


def _gap(each: QuestionScore) -> str | None:
    """What was lacking in an answer; None where nothing was."""
    if each.missed:
        reason = f"missed {len(each.missed)} of {each.required} required points"
        return f"{reason}, and gave the popular answer" if each.baited else reason
    if each.rating is Rating.AGAIN:
        return "the answer was wrong"
    if each.baited:
        return "gave the popular answer at first"
    return "the formula was not right" if each.board is False else None


def _demo(score: Scorecard, cards: Mapping[str, Card]) -> str | None:
    """The demo one could not think of, else that of the weakest answer with one, or near it."""
    ranked = [each for each in score.ranked if each.card_id in cards]
    demos = [cards[each.card_id].demo for each in ranked if each.measured is False]
    demos += [cards[each.card_id].demo for each in ranked]
    for section in dict.fromkeys(each.section for each in ranked):
        demos += [card.demo for card in cards.values() if card.section == section]
    return next((demo for demo in demos if demo is not None), None)
