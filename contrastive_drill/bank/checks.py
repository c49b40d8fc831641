"""What must hold between the cards of a bank: names, links and order."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from os.path import dirname

from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Card, SourceKind
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.spelling import closest, nearest

DRAWS, MAX_DRAWN = 200, 250_000  # in which no slip may pass for right; characters of all of them
HINTS = 20  # at most: the nearest of some thousand names takes a while


def with_overrides(cards: Iterable[Card]) -> list[Card]:
    """The cards, each that another overrides replaced by that one, in its place and history."""
    standing: dict[str, Card] = {}
    others: list[Card] = []
    for card in sorted(cards, key=lambda card: card.overrides or ""):
        first = standing.get(card.id)
        if first is None:  # a place in the cold list is a shipped card's
            standing[card.id] = replace(card, place=None) if card.overrides else card
        elif card.overrides and not first.overrides:
            formers = tuple(dict.fromkeys((*first.replaces, *card.replaces)))
            heir = replace(card, section=first.section, place=first.place, replaces=formers)
            standing[card.id] = heir
        else:
            others.append(card)
    return [*standing.values(), *others]


def clashes(cards: Iterable[Card]) -> Iterator[Problem]:
    """Ids and places in the cold list that two cards claim."""
    by_id: dict[str, Card] = {}
    by_place: dict[int, Card] = {}
    for card in cards:
        if (first := by_id.setdefault(card.id, card)) is not card:
            mark = "choose another, or mark one that replaces a shipped card: overrides: shipped"
            yield problem_at(card, f"the id '{card.id}' is taken by {first.origin}: {mark}")
        elif card.place and (first := by_place.setdefault(card.place, card)) is not card:
            yield problem_at(card, f"place {card.place} is taken by '{first.id}': choose another")


def links(
    cards: Iterable[Card], known: Collection[str], now: Mapping[str, str], follow: bool = False
) -> Iterator[Problem]:
    """Cards that name a card which is not there, or has another id now.

    With `follow`, those that name such cards too.
    """
    standing, naming = {*known}, defaultdict[str, list[tuple[Card, str]]](list)
    for card in cards:
        for field in ("needs", "follow_ups"):
            for name in getattr(card, field):
                naming[name].append((card, field))
    missing = [name for name in naming if name not in standing]
    for count, name in enumerate(missing):  # which grows
        near = closest(name, known) if count < HINTS and name not in known else ""
        which, way_on = "is no card", near or "fix the id or leave it out"
        if name in now:
            which, way_on = f"is '{now[name]}' now", "write that"
        for card, field in naming[name]:
            yield problem_at(card, f"{field} names '{name}', which {which}: {way_on}")
            # Where a version is left out, the shipped card of its id is asked again.
            if follow and card.id in standing and not card.overrides:
                standing.remove(card.id)
                missing += [card.id] * (card.id in naming)


def skeletons(cards: Iterable[Card]) -> list[Problem]:
    """Cards that `bank new` began and that were not filled in yet."""
    from contrastive_drill.bank.template import unfilled

    return [
        problem_at(card, f"{', '.join(fields)} still to fill in: contrastive-drill edit {card.id}")
        for card in cards
        if (fields := unfilled(card))
    ]


def demos(cards: Iterable[Card], known: Collection[str]) -> list[Problem]:
    """Cards that name a demo which is not there."""
    return [
        problem_at(card, f"there is no demo '{name}': {nearest(name, known)}")
        for card in cards
        for name in {card.demo, *(s.reference for s in card.sources if s.kind is SourceKind.DEMO)}
        if name and name not in known
    ]


def slips(cards: Iterable[Card]) -> Iterator[Problem]:
    """Popular wrong numbers that a tolerance takes for right, in one of many draws."""
    with_slips = [card for card in cards if card.slips]
    drawn = (card for card in with_slips if card_kind(card.kind).has_drawn_numbers)
    length = sum(len(slip.gives) for card in drawn for slip in card.slips)
    draws = min(DRAWS, MAX_DRAWN // max(1, length) + 1)
    for card in with_slips:
        if message := next(_slip_faults(card, draws), ""):
            yield problem_at(card, message)


def _slip_faults(card: Card, draws: int) -> Iterator[str]:
    from contrastive_drill.cards.arithmetic import evaluate
    from contrastive_drill.cards.kinds.numeric import NumberKind
    from contrastive_drill.cards.slips import accepted_slips
    from contrastive_drill.cards.variant import variant

    kind = card_kind(card.kind)
    if not isinstance(kind, NumberKind):
        yield f"a {card.kind} card has no number, and so no slips"
        return
    bare = replace(card, answer=card.answer[:1])
    for seed in range(draws if kind.has_drawn_numbers else 1):
        drawn = variant(bare, str(seed))
        number = kind.number(drawn)
        assert number is not None
        for why in accepted_slips(drawn.slips, number):
            remedy = "narrow the tolerance"
            yield f"the tolerance accepts a slip at {number.wanted}: '{why}'; {remedy}"
        for gives, _ in drawn.slips:
            try:
                evaluate(gives)
            except ValueError as error:
                yield f"a slip: {error}"


def wording(cards: Collection[Card], among: Collection[Card] = ()) -> list[Problem]:
    """Names spelt another way than their authors do, and cards that ask nearly the same.

    `among` are sound cards whose questions are not to be asked again.
    """
    from contrastive_drill.bank.wording import misspelt, repeated

    problems = [problem_at(card, message) for card in cards for message in misspelt(card)]
    checked = {card.id for card in cards}
    return problems + [
        problem_at(card, f"asks nearly the same as '{other.id}': sharpen one, or drop it")
        for card, other in repeated([*among, *cards])
        if card.id in checked
    ]


def standards(cards: Collection[Card]) -> Iterator[Problem]:
    """What the shipped bank asks beyond soundness: of each card, and of all rulings together."""
    from contrastive_drill.bank.standards import faults, unbalanced

    for card in cards:
        yield from (problem_at(card, fault) for fault in faults(card))
    if message := unbalanced(cards):
        first = next(iter(cards))
        yield Problem(dirname(first.origin), 1, 1, message)


def problem_at(card: Card, message: str) -> Problem:
    path, _, line = card.origin.rpartition(":")
    return Problem(path, int(line), 1, message, card.id)
