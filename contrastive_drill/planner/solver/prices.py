"""What a second of each day is worth: prices under which the cards want the time there is.

The logarithm of the prices is a shape, the recall that a first look keeps until the interview, plus
lines between a few knots, denser towards the interview. A step without time has the dearest price.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from contrastive_drill.planner.solver.arrays import Flags, Floats
from contrastive_drill.planner.solver.minimizer import minimise
from contrastive_drill.planner.solver.model import Model
from contrastive_drill.planner.solver.programme import Programme

KNOTS = 5
# How soft choices are, in cards, at first, from prices that are near, and in the last round.
SOFT, SOFT_WHEN_NEAR, SHARP = 0.02, 0.003, 0.001
ROUNDS, LEAST_ROUNDS, ROUNDS_WHEN_NEAR = 32, 16, 4  # fewer where there are many steps
DEAREST, CHEAPEST = 0.0, -16.0  # logarithms of cards per second; the heaviest card has weight 1


@dataclass(frozen=True, slots=True)
class Prices:
    """The logarithm of each step's price, and what a search near them can begin with."""

    middles: Floats  # (step,): study days
    logs: Floats  # (step,): of cards per second
    inverse: Floats  # (knot, knot): of the curvature
    scale: float = 1.0  # the multiple of them that is followed

    def scaled(self, scale: float, seconds: Floats) -> Floats:
        """Prices so many times as high, (step,); a step without time keeps the dearest."""
        logs = np.where(seconds > 0, self.logs + np.log(scale), DEAREST)
        found: Floats = np.exp(logs.clip(CHEAPEST, DEAREST))
        return found

    def on_days(self, day: int, seconds: Floats) -> Floats:
        """The prices of days from `day` on; a day without time has the dearest."""
        logs = np.interp(day + np.arange(len(seconds)), self.middles, self.logs)
        logs = np.where(seconds > 0, logs, DEAREST)
        found: Floats = np.exp(logs.clip(CHEAPEST, DEAREST))
        return found

    def record(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "middles": self.middles.tolist(),
            "logs": self.logs.round(6).tolist(),
            "inverse": self.inverse.tolist(),
            "scale": self.scale,
        }


def prices_of(record: Any) -> Prices | None:
    """The prices in a record; None where `Prices.record` did not write it."""
    try:
        middles, logs, inverse = (
            np.array(record[name], float) for name in ("middles", "logs", "inverse")
        )
        scale = float(record["scale"])
    except (KeyError, TypeError, ValueError):
        return None
    shapes = middles.shape == logs.shape == (len(logs),) and inverse.shape == (len(inverse),) * 2
    finite = all(np.isfinite(each).all() for each in (middles, logs, inverse))
    rising = shapes and len(logs) > 0 and bool((np.diff(middles) > 0).all())
    if not (rising and finite and scale > 0):
        return None
    return Prices(middles, logs, inverse, scale)


def search(model: Model, seconds: Floats, near: Prices | None = None) -> Prices:
    """The prices for so many seconds in each step, from nothing or from prices that are near."""
    programme = model.programme
    there = seconds > 0
    middles = model.deck.day + model.steps.middles
    hats = np.where(there[:, None], _hats(len(seconds)), 0.0)
    if near is None:
        base = _shape(model, there)
        base = np.where(there, base + _level(programme, base, there, seconds), DEAREST)
    else:
        base = np.where(there, np.interp(middles, near.middles, near.logs), DEAREST)

    def at(point: Floats, soft: float) -> tuple[float, Floats]:
        prices = np.exp((base + hats @ point).clip(CHEAPEST, DEAREST))
        value, slope = programme.dual(prices, seconds, soft)
        return value, hats.T @ (slope * prices)

    if near is not None and len(near.inverse) == hats.shape[1]:
        inverse = near.inverse
    else:
        scale = hats.T @ (np.exp(base) * seconds)
        inverse = np.diag(0.3 / np.maximum(scale, 1e-9))
    if near is None:
        rounds = int(np.clip(20 * ROUNDS / len(seconds), LEAST_ROUNDS, ROUNDS))
        softs = np.geomspace(SOFT, SHARP, rounds)
    else:
        softs = np.geomspace(SOFT_WHEN_NEAR, SHARP, ROUNDS_WHEN_NEAR)
    found = minimise(at, np.zeros(hats.shape[1]), softs.tolist(), inverse)
    logs = base + hats @ found.point
    if there.any():
        logs = np.interp(middles, middles[there], logs[there])
    return Prices(middles, logs, found.inverse)


def _shape(model: Model, there: Flags) -> Floats:
    """The logarithm of what a first look keeps until the day, (step,)."""
    look, left = model.rules.first_look(), model.steps.left[::-1]
    kept = model.rules.scheduler.curve.recall(look.stabilities, left[:, None]) @ look.chances
    return np.where(there, np.log(kept), DEAREST)


def _hats(steps: int) -> Floats:
    """The lines between knots, (step, knot): each is 1 at its own and 0 at the others."""
    if steps <= KNOTS:
        return np.eye(steps)
    apart = 1 - (1 - np.linspace(0, 1, KNOTS)) ** 1.5
    at = np.unique(np.round((steps - 1) * apart).astype(int))
    return np.stack([np.interp(np.arange(steps), at, row) for row in np.eye(len(at))], 1)


def _level(
    programme: Programme, shape: Floats, there: Flags, seconds: Floats, soft: float = 0.005
) -> float:
    """How far to raise the shape so that the cards want the whole time: four secants at most."""
    deck = programme.deck
    if not there.any():
        return 0.0
    weight = deck.new + np.bincount(deck.rows.column, deck.rows.weight, len(deck.columns))
    look = float(weight @ deck.columns / weight.sum()) * programme.looks.rules.first_pace
    at = float(np.log(min(1.0, (seconds.sum() / (look * weight.sum())) ** -2) / look))
    last: tuple[float, float] | None = None
    for _ in range(4):
        prices = np.where(there, shape + at, DEAREST).clip(CHEAPEST, DEAREST)
        _, slope = programme.dual(np.exp(prices), seconds, soft)
        wanted = (seconds - slope)[there].sum() / seconds.sum()
        over = float(np.log(max(wanted, 1e-3)))
        if abs(over) < 0.05:
            break
        move = 0.7 * over
        if last is not None and (over - last[1]) * (at - last[0]) < 0:
            move = -over * (at - last[0]) / (over - last[1])
        last, at = (at, over), at + float(np.clip(move, -1.2, 1.2))
    return at
