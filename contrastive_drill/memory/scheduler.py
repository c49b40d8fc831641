"""When a card is asked again: FSRS-6 on study days, with reproducible fuzz."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from fsrs_rs_python import DEFAULT_PARAMETERS, FSRS, ItemState, MemoryState

from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, New, Parameters, Rating, Review

if TYPE_CHECKING:
    from contrastive_drill.memory.parameters import Fit

DECAY = 20  # index of the forgetting curve's decay among FSRS's parameters
MAXIMUM_INTERVAL = 36500  # days
# Anki's bands: (from, to, share of the days within the band by which fuzz may move a card).
FUZZ_BANDS = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))
DEFAULT: Parameters = tuple(DEFAULT_PARAMETERS)


class Curve(NamedTuple):
    """FSRS-6's forgetting curve: a power of time that is 90 % after one stability."""

    decay: float = DEFAULT[DECAY]

    def recall(self, stability: Any, elapsed: Any) -> Any:
        """The probability of recall `elapsed` days after the last review; arrays broadcast."""
        factor = 0.9 ** (-1 / self.decay) - 1
        return (1 + factor * elapsed / stability) ** -self.decay

    def days_until(self, recall: float, stability: float) -> float:
        """The days after a review until the probability of recall falls to `recall`."""
        factor = 0.9 ** (-1 / self.decay) - 1
        return float(stability * (recall ** (-1 / self.decay) - 1) / factor)


CURVE = Curve()


class Curves(NamedTuple):
    """The curve in use now, and those in use at earlier answers."""

    now: Curve = CURVE
    then: Mapping[str | None, Curve] = MappingProxyType({})  # by the id of the fit

    def of(self, review: Review) -> Curve:
        """The curve that was in use when an answer was given."""
        return self.then.get(review.fit, CURVE)


CURVES = Curves()


def curve_of(fit: "Fit | None") -> Curve:
    """The curve of the parameters in use; that of FSRS's defaults where there are none."""
    return CURVE if fit is None or fit.parameters is None else Curve(fit.parameters[DECAY])


class Scheduler:
    """FSRS-6 with one desired retention.

    `desired_retention` is the probability of recall at which a card falls due; `parameters` are
    FSRS's defaults unless given.
    """

    def __init__(self, desired_retention: float, parameters: Parameters | None = None) -> None:
        self.desired_retention = desired_retention
        self.parameters = DEFAULT if parameters is None else parameters
        self.curve = Curve(self.parameters[DECAY])
        self._fsrs = FSRS(self.parameters)

    def preview(
        self, card_id: str, memory: Memory, day: int, ratings: Collection[Rating] = tuple(Rating)
    ) -> dict[Rating, Learned]:
        """The memory after each of the ratings, fuzz included: a button does what it shows."""
        if isinstance(memory, New):
            state, elapsed, reps, lapses, passed, last = None, 0, 0, 0, False, 0
        else:
            # A clock that ran backwards must not make time pass backwards.
            day = max(day, memory.last_day)
            state = MemoryState(memory.stability, memory.difficulty)
            elapsed, reps, lapses = day - memory.last_day, memory.reps, memory.lapses
            passed, last = not memory.failed, memory.due_day - memory.last_day
        chance = fuzz_chance(card_id, reps)
        return {
            rating: Learned(
                stability=item.memory.stability,
                difficulty=item.memory.difficulty,
                last_day=day,
                # A failed card is asked again the same day, until it is passed.
                due_day=day + (rating is not Rating.AGAIN) * fuzzed(item.interval, chance, last),
                reps=reps + 1,
                # Failing a card that is being relearned is not a second lapse.
                lapses=lapses + (rating is Rating.AGAIN and passed),
            )
            for rating, item in zip(Rating, self._items(state, elapsed), strict=True)
            if rating in ratings
        }

    def states(self, state: tuple[float, float] | None, elapsed: int) -> list[tuple[float, float]]:
        """(Stability in days, difficulty) after each rating, again first; None stands for new."""
        before = MemoryState(*state) if state is not None else None
        items = self._items(before, elapsed)
        return [(item.memory.stability, item.memory.difficulty) for item in items]

    def _items(self, state: MemoryState | None, elapsed: int) -> tuple[ItemState, ...]:
        after = self._fsrs.next_states(state, self.desired_retention, elapsed)
        return after.again, after.hard, after.good, after.easy

    def after(self, card_id: str, memory: Memory, rating: Rating, day: int, mode: Mode) -> Memory:
        """The memory after an answer.

        A new card failed in an exam stays new: nothing was forgotten, and it is met in its turn
        instead of falling due with all the others of that exam.
        """
        unmet = mode is Mode.EXAM and isinstance(memory, New) and rating is Rating.AGAIN
        if unmet or not mode.scheduled:
            return memory
        return self.preview(card_id, memory, day, (rating,))[rating]


def retrievability(memory: Learned, day: int, curve: Curve = CURVE) -> float:
    """The probability of recall on a study day."""
    return float(curve.recall(memory.stability, max(day - memory.last_day, 0)))


def recall(memory: Learned, day: int, curve: Curve = CURVE) -> float:
    """The probability that a card is recalled; 0 for one failed and not passed since."""
    return 0.0 if memory.failed else retrievability(memory, day, curve)


def fuzz_chance(card_id: str, reps: int) -> float:
    """A number in [0, 1) that depends only on the card and its count of answers."""
    return Random(f"{card_id}\0{reps}").random()


def fuzzed(interval: float, chance: float, last: int = 0) -> int:
    """Whole days near an interval, at least 1, uniform over Anki's range from `last` on.

    The range is 15 % of the days from 2.5 to 7, 10 % to 20, 5 % beyond, and one day more. `last` is
    the interval before, which chance alone does not shorten.
    """
    if interval < FUZZ_BANDS[0][0]:
        return max(1, round(interval))
    interval = min(interval, MAXIMUM_INTERVAL)
    spread = 1.0 + sum(
        share * max(0.0, min(interval, end) - start) for start, end, share in FUZZ_BANDS
    )
    low = max(2, round(interval - spread))
    high = min(round(interval + spread), MAXIMUM_INTERVAL)
    low = max(low, min(last, high))
    return low + int(chance * (high - low + 1))


def steps(
    reviews: Iterable[Review], parameters: Parameters | None = None
) -> Iterator[tuple[Memory, Memory]]:
    """The memory before and after each answer of a log under one set of parameters.

    Each answer keeps the desired retention it was scheduled with, and the due day that it was given
    then, if its memory is the same: how chance is drawn may change from one version to the next.
    """
    schedulers: dict[float, Scheduler] = {}
    memories: dict[str, Memory] = {}
    for review in reviews:
        scheduler = schedulers.get(review.retention)
        if scheduler is None:
            scheduler = schedulers[review.retention] = Scheduler(review.retention, parameters)
        before = memories.get(review.card_id, NEW)
        after = scheduler.after(review.card_id, before, review.rating, review.day, review.mode)
        shown = review.after
        match after, shown:
            case Learned(), Learned() if replace(after, due_day=shown.due_day) == shown:
                after = shown
        memories[review.card_id] = after
        yield before, after


def replay(reviews: Iterable[Review], parameters: Parameters | None = None) -> dict[str, Learned]:
    """The memories after a log of answers, each as in `steps`."""
    log = list(reviews)
    after = (memory for _, memory in steps(log, parameters))
    memories = {review.card_id: memory for review, memory in zip(log, after, strict=True)}
    return {card: each for card, each in memories.items() if isinstance(each, Learned)}
