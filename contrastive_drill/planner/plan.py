"""A plan for an interview day: which cards to look at today, and what that is expected to gain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.attendance import Attendance
from contrastive_drill.planner.habits import Habits
from contrastive_drill.planner.outlook import Outlook, sketched
from contrastive_drill.planner.ranking import DeckCard, RankedCard, ranked_cards, within_time
from contrastive_drill.planner.solver.deck import SKETCH, Deck, deck
from contrastive_drill.planner.solver.looks import Rules
from contrastive_drill.planner.solver.model import Model
from contrastive_drill.planner.solver.prices import Prices, prices_of
from contrastive_drill.planner.solver.solution import solve
from contrastive_drill.planner.today import gains

LEAST = 1e-3  # seconds: a day with less has none
NEAR = 0.1  # the share by which a plan may differ from one that it starts from


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, with everything that a forecast or an explanation needs."""

    day: int  # study day
    interview_day: int
    seconds: tuple[float, ...]  # of each day from today to the eve
    outlook: Outlook
    ranked: tuple[RankedCard, ...]  # for today, by falling gain, each after the cards it needs
    attendance: Attendance  # of the learner on the days to come

    @property
    def today(self) -> tuple[RankedCard, ...]:
        """The ranked cards expected to fit into today's time."""
        return within_time(self.ranked, self.seconds[0])

    @property
    def deck(self) -> Deck:
        """The cards."""
        return self.outlook.model.deck

    @property
    def rules(self) -> Rules:
        """What is assumed of memory and ratings."""
        return self.outlook.model.rules

    @property
    def repeats(self) -> bool:
        """Whether a card failed today is asked again today."""
        return self.rules.repeats

    @property
    def repeats_worth(self) -> float:
        """The share of cards recalled on the day that repeats add, or, below 0, cost."""
        return self.outlook.repeats_worth

    def start_record(self) -> dict[str, Any]:
        """What tomorrow's plan can start from (`near`), as a JSON object."""
        found = {"likely": self.outlook.likely, "steady": self.outlook.steady}
        prices = {name: solution.prices.record() for name, solution in found.items()}
        return {**prices, **_about(self.seconds, len(self.deck.order), self.repeats)}


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
    asked again today: "always", "never", or "auto", which takes what leaves more recalled. `near`
    is the start record of an earlier plan; what is none is ignored.
    """
    attendance = attendance or Attendance()
    seconds = [each if each >= LEAST else 0.0 for each in seconds]
    rough = deck(planned, habits, day, len(seconds), SKETCH)
    rules = Rules(scheduler, habits.first, habits.passed, repeats != "never")
    if repeats == "auto":
        once = rules._replace(repeats=False)
        always, never = (sketched(each, rough, seconds, None) for each in (rules, once))
        rules = once if never.course.recalled > always.course.recalled else rules
    model = Model(rules, deck(planned, habits, day, len(seconds)))
    about = _about(seconds, len(planned), rules.repeats)
    start, steady = _start(near, about)
    found = solve(model, seconds, attendance.kept(range(day, day + len(seconds))), start)
    outlook = Outlook(model, rough, seconds, found, steady)
    whole = model.deck
    cards = {each.card_id: each for each in gains(found)}
    new = {card.card_id for card in whole.order[whole.met :]}
    ranked = ranked_cards((cards[each.card_id] for each in planned), needs, new)
    return Plan(day, day + len(seconds), tuple(seconds), outlook, ranked, attendance)


def _about(seconds: Sequence[float], cards: int, repeats: bool) -> dict[str, Any]:
    """What must be about the same of a plan that another is to start from."""
    later = [each for each in seconds[1:] if each]
    return {"seconds": sum(later) / max(len(later), 1), "cards": cards, "repeats": repeats}


def _start(
    near: Mapping[str, Any] | None, about: Mapping[str, Any]
) -> tuple[Prices | None, Prices | None]:
    """The prices of a start record, if it is one, and of a plan that is about the same."""
    near = near or {}
    try:
        alike = all(
            abs(float(near[name]) - about[name]) <= NEAR * about[name]
            for name in ("seconds", "cards", "repeats")
        )
    except (KeyError, TypeError, ValueError):
        return None, None
    found = prices_of(near.get("likely")), prices_of(near.get("steady"))
    return found if alike else (None, None)
