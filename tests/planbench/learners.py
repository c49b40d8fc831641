"""Learners as they truly are: what they forget, how they rate, and the minutes they come with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planbench import fsrs6
from planbench.cells import MODEL, Cell
from planbench.fsrs6 import Flags, Floats

EACH = 8  # learners of a kind in a cell
OTHERS, STARTS = 0.3, 0.6  # spread of the logarithms of parameters, and of first stabilities
SECTIONS = 8
KNOWN_FOR, KNOWN_SPREAD = 60.0, 0.8  # median days of stability of what was known before; of logs
KNOWN_SINCE = 30  # days before the plan


@dataclass(frozen=True)
class LearnerKind:
    """How learners differ from what the plan assumes; by default in nothing.

    Spreads are of logarithms. `held_out` kinds are for the table: nothing is tuned on them.
    """

    name: str
    held_out: bool = False
    lasting: float = 1.0  # times the stability that FSRS tells
    hidden: float = 0.0  # spread of the stability by card
    sections: float = 0.0  # spread of the stability by section
    others: bool = False  # parameters of their own
    exponential: bool = False  # forget exponentially; 90 % after one stability as FSRS has it
    repeats: float = 1.0  # times FSRS's, in stability, for a look on the day of a failed one
    known: float = 0.0  # share of the cards that they knew before
    lenient: float = 0.0  # share of failed answers that they rate Hard
    pace: float = 0.0  # spread of their seconds over the plan's first guess
    drift: float = 0.0  # spread of how that changes from the first day to the last
    skipped: float = 0.0  # share of the days missed
    varied: bool = False  # minutes from none to twice those planned
    times: tuple[float, ...] = ()  # of the mean minutes, from a Saturday on, over and over
    late: float = 0.0  # share of the days before the first; later ones make up for them


KINDS = (
    LearnerKind("as modelled"),
    LearnerKind("other parameters", others=True),
    LearnerKind("hidden noise", hidden=0.6),
    LearnerKind("forgets faster", lasting=0.5),
    LearnerKind("forgets slower", lasting=2.0),
    LearnerKind("own pace", pace=0.3),
    LearnerKind("knew 15 %", known=0.15),
    LearnerKind("skips days", skipped=1 / 3),
    LearnerKind("varied minutes", varied=True),
    LearnerKind("weekends only", times=(3, 3, 0, 0, 0, 0, 0)),
    LearnerKind("starts late", late=1 / 3),
    LearnerKind("exponential forgetting", held_out=True, exponential=True),
    LearnerKind("difficulty by section", held_out=True, sections=0.7),
    LearnerKind("drifting pace", held_out=True, pace=0.2, drift=0.5),
    LearnerKind("knew 30 %", held_out=True, known=0.3),
    LearnerKind("lenient graders", held_out=True, lenient=0.4),
    LearnerKind("repeats stick", held_out=True, repeats=2.0),
    LearnerKind("weekdays only", held_out=True, times=(0, 0, 1.4, 1.4, 1.4, 1.4, 1.4)),
    LearnerKind("every third day", held_out=True, times=(3, 0, 0)),
)
TUNED = tuple(kind for kind in KINDS if not kind.held_out)
HELD_OUT = tuple(kind for kind in KINDS if kind.held_out)


@dataclass(frozen=True)
class People:
    """All learners of a cell, kind after kind; arrays are (learner, ...)."""

    kind: list[str]
    w: Floats  # (learner, 21)
    lasting: Floats  # (learner, card): truth over model, of stability
    exponential: Flags  # (learner, 1)
    repeats: Floats  # (learner, 1): times FSRS's, in stability
    known: Floats  # (learner, card): stability on day -KNOWN_SINCE; 0 where never known
    lenient: Floats  # (learner, 1)
    pace: Floats  # (learner, day): their seconds over those first expected
    seconds: Floats  # (learner, day)
    twin: list[int]  # learners with the same number share their luck


def people(cell: Cell, each: int = EACH, kinds: Sequence[LearnerKind] = KINDS) -> People:
    """So many learners of every kind; those of one kind are the same whatever the others are."""
    made = [_alike(cell, each, kind) for kind in kinds]
    w, lasting, exponential, repeats, known, lenient, pace, seconds = (
        np.concatenate(arrays) for arrays in zip(*made, strict=True)
    )
    return People(
        kind=[kind.name for kind in kinds for _ in range(each)],
        w=w,
        lasting=lasting,
        exponential=exponential > 0,
        repeats=repeats,
        known=known,
        lenient=lenient,
        pace=pace,
        seconds=seconds,
        twin=list(range(each)) * len(kinds),
    )


def _alike(cell: Cell, each: int, kind: LearnerKind) -> tuple[Floats, ...]:
    """The arrays of learners of one kind."""
    chance = cell.chance(2, *kind.name.encode())
    cards, days = cell.cards, cell.days

    def normal(*shape: int) -> Floats:
        return chance.standard_normal((each, *shape))

    section = np.arange(cards) * SECTIONS // cards
    lasting = kind.lasting * np.exp(
        kind.hidden * normal(cards) + kind.sections * normal(SECTIONS)[:, section]
    )
    stable = KNOWN_FOR * np.exp(KNOWN_SPREAD * normal(cards))
    knew = chance.random((each, cards)) < kind.known
    course = np.linspace(0, 1, days) if days > 1 else np.zeros(1)
    pace = np.exp(kind.pace * normal(1) + kind.drift * normal(1) * course)
    return (
        _others(each, chance) if kind.others else np.tile(MODEL, (each, 1)),
        lasting,
        np.full((each, 1), float(kind.exponential)),
        np.full((each, 1), kind.repeats),
        np.where(knew, stable, 0.0),
        np.full((each, 1), kind.lenient),
        pace,
        _seconds(cell, each, kind, chance),
    )


def _seconds(cell: Cell, each: int, kind: LearnerKind, chance: np.random.Generator) -> Floats:
    """The seconds that they come with, (learner, day)."""
    shape, day = (each, cell.days), np.arange(cell.days)
    found: Floats = cell.seconds * (chance.random(shape) >= kind.skipped)
    if kind.varied:
        found *= 2 * chance.random(shape)
    if kind.times:
        found[:] = np.array(kind.times)[day % len(kind.times)] * cell.seconds.mean()
    begin = round(kind.late * cell.days)
    found *= (day >= begin) * cell.days / (cell.days - begin)
    return found


def _others(each: int, chance: np.random.Generator) -> Floats:
    """Parameters far around the model's, within FSRS's bounds, better ratings lasting longer."""
    spread = np.r_[np.full(4, STARTS), np.full(17, OTHERS)]
    w = MODEL * np.exp(spread * chance.standard_normal((each, 21)))
    w[:, :4].sort(1)
    found: Floats = w.clip(fsrs6.LEAST, fsrs6.MOST)
    return found
