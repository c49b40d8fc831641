"""What a look today gains, card by card."""

import numpy as np

from contrastive_drill.memory.log import Learned
from contrastive_drill.planner.ranking import RankedCard
from contrastive_drill.planner.solver.programme import tried_gaps
from contrastive_drill.planner.solver.solution import Solution


def gains(found: Solution) -> list[RankedCard]:
    """The gain of every card of the deck, in its order; below 0 where it was answered today.

    Cards that share a row of the deck are told apart here: each is looked at today or at a later
    step, its own memory as it is then, and the value after that look is the row's.
    """
    model, values = found.model, found.values
    deck, looks, prices = model.deck, model.exact.looks, values.prices
    met = deck.met
    memories = [each.memory for each in deck.order[:met]]
    learned = [
        (each.stability, each.difficulty, max(deck.day - each.last_day, 0))
        for each in memories
        if isinstance(each, Learned)
    ]
    stability, difficulty, since = np.array(learned, float).reshape(met, 3).T
    rates, places, shares = deck.rates[:met], deck.places[:met], deck.shares[:met]
    wait = model.rules.scheduler.curve.recall(stability, since + deck.days)
    net, cost = np.zeros(met), np.ones(met)
    for step in (*tried_gaps(len(model.steps))[::-1], 0) if met else ():
        elapsed = np.maximum(since + round(model.steps.middles[step]), 1)
        leads, paces = looks.of(stability, difficulty, elapsed)
        after = values.after[step].T[places]  # (card, 2, node)
        led = np.einsum("cn,cbn->cb", leads, after)
        cost = paces * rates
        net = (led * shares).sum(1) - prices[step] * cost - wait
        wait = wait + values.present[step] * np.maximum(net, 0)
    gain = np.where(since > 0, net / cost + prices[0], -1.0)
    new_cost = deck.rates[met:] * model.rules.first_pace
    nets = (values.new_gain[0] - prices[0]) * deck.columns * model.rules.first_pace
    new_net = (nets[deck.places[met:]] * deck.shares[met:]).sum(1)
    gain = np.concatenate([gain, new_net / new_cost + prices[0]]) * deck.heaviest
    seconds = np.concatenate([cost, new_cost]) * deck.weights
    return [
        RankedCard(card.card_id, *numbers)
        for card, *numbers in zip(deck.order, gain.tolist(), seconds.tolist(), strict=True)
    ]
