"""What an interview leaves to chance, drawn from its seed at the beginning."""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from random import Random

from contrastive_drill.cards.card import Card, Level
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.prose import Formula
from contrastive_drill.interview.interview import LEVELS, Interview

BOARD_SHARE = 0.6  # of the follow-ups with a formula, how many ask to write it down
SUM_SHARE = 0.6  # of the scenarios, how many may end in a calculation
SEEDS = 1_000_000  # short enough to be typed again
TRIES = 300  # seeds to choose a fresh one from: 15 ms
EARLY = 4  # scenarios of one level that an interview may get to


def begin(
    cards: Iterable[Card],
    chance: Random,
    *,
    minutes: float,
    level: Level = Level.MID,
    topics: Collection[str] = (),
    away: Collection[str] = (),
) -> Interview:
    """An interview; all that is left to chance is drawn here.

    `topics` are sections or tags that scenarios are taken from, `away` cards never to be asked.
    """
    every = {card.id: card for card in cards}
    scenarios = [name for name in _shuffled(every, chance) if fits(every[name], topics)]
    sums = [name for name, card in every.items() if card.kind is Kind.CALCULATION]
    chance.shuffle(sums)
    return Interview(
        cards=every,
        minutes=minutes,
        level=level,
        scenarios=tuple(name for name in scenarios if name not in away),
        sums=tuple(name for name in sums if name not in away),
        summed=frozenset(name for name in scenarios if chance.random() < SUM_SHARE),
        boards=frozenset(
            name
            for name, card in every.items()
            if has_board(card) and chance.random() < BOARD_SHARE
        ),
        away=frozenset(away),
    )


def fits(card: Card, topics: Collection[str]) -> bool:
    """Whether a scenario belongs to one of the topics; every one does where none is named."""
    return not topics or card.section in topics or bool(set(topics).intersection(card.tags))


def has_board(card: Card) -> bool:
    """Whether there is a formula to write down: one displayed, in the answer to an open question.

    A numeric answer has its numbers in it, and a claim is not written down.
    """
    return card.expected is None and any(isinstance(block, Formula) for block in card.answer)


def fresh_seed(
    cards: Iterable[Card],
    recent: Collection[str],
    used: Collection[int],
    chance: Random,
    topics: Collection[str] = (),
) -> int:
    """A seed not used before, under which what was asked in `recent` interviews comes late.

    The order follows from the seed alone, so that the same seed gives it again: the seed is
    chosen, not the order.
    """
    every = {card.id: card for card in cards}

    def staleness(seed: int) -> float:
        order = [name for name in _shuffled(every, Random(seed)) if fits(every[name], topics)]
        return sum(
            1 / (place + 1)
            for level in LEVELS
            for place, name in enumerate(
                islice((name for name in order if every[name].level is level), EARLY)
            )
            if name in recent
        )

    return min(
        (seed for seed in (chance.randrange(SEEDS) for _ in range(TRIES)) if seed not in used),
        key=staleness,
        default=chance.randrange(SEEDS),
    )


def _shuffled(cards: Mapping[str, Card], chance: Random) -> list[str]:
    """The scenarios, in an order drawn first of all."""
    order = [name for name, card in cards.items() if card.kind is Kind.SCENARIO]
    chance.shuffle(order)
    return order
