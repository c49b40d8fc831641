"""A plan for an interview day: which cards to look at today, and what that is expected to gain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.arrays import Floats
from contrastive_drill.planner.deck import SKETCH, Deck, deck
from contrastive_drill.planner.habits import Attendance, Habits
from contrastive_drill.planner.looks import Rules
from contrastive_drill.planner.model import Model
from contrastive_drill.planner.prices import Prices, prices_of
from contrastive_drill.planner.ranking import DeckCard, RankedCard, ranked_cards, within_time
from contrastive_drill.planner.solution import FEW_SCALES, Solution, solve
from contrastive_drill.planner.steps import FEW, Steps
from contrastive_drill.planner.today import gains


@dataclass(frozen=True)
class Plan:
    """A plan, with everything that a forecast or an explanation needs."""

    day: int  # study day
    interview_day: int
    seconds: tuple[float, ...]  # of each day from today to the eve
    solution: Solution  # for the days that are likely kept
    rough: Deck  # the same cards in fewer classes
    ranked: tuple[RankedCard, ...]  # for today, by falling gain, each after the cards it needs
    attendance: Attendance  # of the learner on the days to come

    @property
    def today(self) -> tuple[RankedCard, ...]:
        """The ranked cards expected to fit into today's time."""
        return within_time(self.ranked, self.seconds[0])

    @property
    def deck(self) -> Deck:
        """The cards."""
        return self.solution.model.deck

    @property
    def rules(self) -> Rules:
        """What is assumed of memory and ratings."""
        return self.solution.model.rules

    @property
    def repeats(self) -> bool:
        """Whether a card failed today is asked again today."""
        return self.rules.repeats

    @cached_property
    def steady(self) -> Solution:
        """The solution for a learner who misses no day."""
        near = self.solution.prices
        return solve(self.solution.model, self.seconds, near=near, scales=FEW_SCALES)

    @cached_property
    def expected(self) -> Floats:
        """The recall of each card of the deck on the day, for a learner who misses no day."""
        return self.steady.course.of_cards()

    @cached_property
    def sketch(self) -> Solution:
        """The steady solution of the rough deck in few steps: for what differs from it."""
        return sketched(self.rules, self.rough, self.seconds, self.steady.prices)

    @cached_property
    def repeats_worth(self) -> float:
        """The share of cards recalled on the day that repeats add, or, below 0, cost."""
        rules = self.rules._replace(repeats=not self.repeats)
        other = sketched(rules, self.rough, self.seconds, self.sketch.prices)
        added = self.sketch.course.of_cards().mean() - other.course.of_cards().mean()
        return float(added if self.repeats else -added)

    def start_record(self) -> dict[str, Any]:
        """What tomorrow's plan can start from (`near`), as a JSON object."""
        return self.solution.prices.record()


def build_plan(
    planned: Sequence[DeckCard],
    needs: Mapping[str, Sequence[str]],
    seconds: Sequence[float],
    scheduler: Scheduler,
    habits: Habits,
    day: int,
    attendance: Attendance | None = None,
    *,
    repeats: str = "auto",
    near: Mapping[str, Any] | None = None,
) -> Plan:
    """The plan for cards, given the seconds of each day from today to the interview's eve.

    `planned` are in the order to meet them; `needs` has the cards to meet before a card. The plan
    expects days to be missed as `attendance` says. `repeats` says whether a card failed today is
    asked again today: "always", "never", or "auto", which takes what leaves more recalled. `near` is the start record of an
    earlier plan; what is none is ignored.
    """
    attendance = attendance or Attendance()
    start = None if near is None else prices_of(near)
    rough = deck(planned, habits, day, len(seconds), SKETCH)
    rules = Rules(scheduler, habits.first, habits.passed, repeats != "never")
    if repeats == "auto":
        always = sketched(rules, rough, seconds, start)
        once = rules._replace(repeats=False)
        never = sketched(once, rough, seconds, always.prices)
        rules = once if never.course.recalled > always.course.recalled else rules
    model = Model(rules, deck(planned, habits, day, len(seconds)))
    found = solve(model, seconds, attendance.cautious, start)
    whole = model.deck
    cards = {each.card_id: each for each in gains(found)}
    new = {card.card_id for card in whole.order[whole.met :]}
    ranked = ranked_cards((cards[each.card_id] for each in planned), needs, new)
    return Plan(day, day + len(seconds), tuple(seconds), found, rough, ranked, attendance)


def sketched(rules: Rules, rough: Deck, seconds: Sequence[float], near: Prices | None) -> Solution:
    """The steady solution of a rough deck in few steps."""
    model = Model(rules, rough, Steps(rough.days, FEW))
    return solve(model, seconds, near=near, scales=FEW_SCALES)
