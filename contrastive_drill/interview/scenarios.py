"""The random choices of an interview, all drawn from its seed at the start."""

from collections.abc import Collection, Iterable, Mapping
from random import Random

from contrastive_drill.cards.card import Card, Level
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.interview.course import LEVELS, Interview

WHITEBOARD_SHARE = 0.6  # of the follow-ups with a formula that ask to write it down
CODE_SHARE = 0.4  # of the follow-ups with a coding task that ask for it, once an interview
CALCULATION_SHARE = 0.6  # of the scenarios that may end in a calculation
SEEDS = 1_000_000  # short enough to be typed again
TRIES = 300  # seeds to choose from: 15 ms
REACHABLE = 4  # scenarios of one level that an interview may get to


def begin(
    cards: Iterable[Card],
    chance: Random,
    *,
    minutes: float,
    level: Level | None = None,
    topics: Collection[str] = (),
    suspended: Collection[str] = (),
) -> Interview:
    """An interview with all its random choices.

    Every scenario is of the `level`, where one is given; `topics` are the sections or tags that
    scenarios come from; `suspended` cards are never asked.
    """
    by_id = {card.id: card for card in cards}
    scenarios = _shuffled_scenarios(by_id, chance, topics)
    calculations = [name for name, card in by_id.items() if card.kind is Kind.CALCULATION]
    chance.shuffle(calculations)
    codes = [card for name, card in by_id.items() if card.kind is Kind.CODE]
    asked_after = {
        need: card.id for card in codes if card.id not in suspended for need in card.needs
    }
    return Interview(
        cards=by_id,
        minutes=minutes,
        level=level or Level.MID,
        holds=level is not None,
        scenarios=tuple(
            name
            for name in scenarios
            if name not in suspended and level in (None, by_id[name].level)
        ),
        calculations=tuple(name for name in calculations if name not in suspended),
        with_calculation=frozenset(
            name for name in scenarios if chance.random() < CALCULATION_SHARE
        ),
        whiteboards=frozenset(
            name
            for name, card in by_id.items()
            if has_board(card) and chance.random() < WHITEBOARD_SHARE
        ),
        suspended=frozenset(suspended),
        codes={name: code for name, code in asked_after.items() if chance.random() < CODE_SHARE},
    )


def fits(card: Card, topics: Collection[str]) -> bool:
    """Whether a scenario belongs to one of the topics, or there are none."""
    return not topics or card.section in topics or bool(set(topics).intersection(card.tags))


def has_board(card: Card) -> bool:
    """Whether the answer to an open question displays a formula that can be asked for."""
    return card.expected is None and bool(card.formulas)


def fresh_seed(
    cards: Iterable[Card],
    recent: Collection[str],
    used: Collection[int],
    chance: Random,
    topics: Collection[str] = (),
) -> int:
    """An unused seed whose order has the cards of `recent` interviews late.

    The seed is chosen rather than the order, so that the same seed repeats the interview.
    """
    by_id = {card.id: card for card in cards}

    def staleness(seed: int) -> float:
        order = _shuffled_scenarios(by_id, Random(seed), topics)
        by_level = ([name for name in order if by_id[name].level is level] for level in LEVELS)
        return sum(
            1 / place
            for names in by_level
            for place, name in enumerate(names[:REACHABLE], 1)
            if name in recent
        )

    return min(
        (seed for seed in (chance.randrange(SEEDS) for _ in range(TRIES)) if seed not in used),
        key=staleness,
        default=chance.randrange(SEEDS),
    )


def _shuffled_scenarios(
    cards: Mapping[str, Card], chance: Random, topics: Collection[str]
) -> list[str]:
    """Those of the topics in random order; drawn first, so that `fresh_seed` can foresee it."""
    order = [name for name, card in cards.items() if card.kind is Kind.SCENARIO]
    chance.shuffle(order)
    return [name for name in order if fits(cards[name], topics)]
