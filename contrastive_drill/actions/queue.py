"""Which cards a session asks, by the learner's wishes, the schedule and the daily limit."""

from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill.actions.environment import Desk
from contrastive_drill.cards.card import Level
from contrastive_drill.memory.log import away, suspended
from contrastive_drill.review.session import queue
from contrastive_drill.screen.words import day_name

if TYPE_CHECKING:
    from contrastive_drill.bank.cache import Entry
    from contrastive_drill.store import Store


class Wishes(NamedTuple):
    """What the learner asked the session to be."""

    sections: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    limit: int | None = None
    minutes: float | None = None
    new: int | None = None
    cram: bool = False

    @property
    def open(self) -> bool:
        """Whether which cards are asked is left to the program."""
        return not (self.sections or self.levels or self.cram or self.new is not None)


def plan(desk: Desk, store: "Store", wishes: Wishes) -> tuple[str, ...]:
    """The ids of the cards to ask, in order."""
    bank, day = desk.bank, desk.day()
    bank.require_sections(wishes.sections)

    def wanted(entry: "Entry") -> bool:
        return (not wishes.sections or entry.section in wishes.sections) and (
            not wishes.levels or entry.level in wishes.levels
        )

    absent = away(store.marks(), day)
    chosen = [entry.id for entry in bank.entries if wanted(entry) and entry.id not in absent]
    if wishes.cram:
        return tuple(chosen[: wishes.limit])
    held = set(chosen)
    due = [(card, memory) for card, memory in store.due(day) if card in held]
    if has_plan(desk):
        from contrastive_drill.actions.planner import ended_on
        from contrastive_drill.planner.backlog import eased

        ended = ended_on(desk)
        due = [each for each in due if eased(each[0], each[1].due_day, ended) <= day]
    allowed = desk.new_left(store) if wishes.new is None else wishes.new
    known = store.known_ids()
    fresh = [card for card in chosen if card not in known][:allowed]
    return queue(due, fresh, day, wishes.limit)


def has_plan(desk: Desk) -> bool:
    """Whether the learner ever made a plan; where not, nothing of it is loaded."""
    return desk.paths.plan.exists()


def planned(desk: Desk, store: "Store", wishes: Wishes) -> tuple[tuple[str, ...], float | None]:
    """The cards to ask, in order, and the minutes for them.

    With a plan for an interview both are the plan's, unless the learner asked for others.
    """
    if not wishes.open or not has_plan(desk):
        return plan(desk, store, wishes), wishes.minutes
    from contrastive_drill.actions.planner import active_terms, seconds_left, todays_cards

    terms = active_terms(desk)
    if terms is None:
        return plan(desk, store, wishes), wishes.minutes
    minutes = wishes.minutes
    if minutes is None:
        minutes = seconds_left(desk, store, terms) / 60
    cards = todays_cards(desk, store, terms) if minutes else ()
    return cards[: wishes.limit], minutes


def nothing_to_ask(desk: Desk, store: "Store", wishes: Wishes) -> str:
    """Why there is no card, and what can be studied all the same."""
    if not wishes.open:
        return "No card fits: try fewer conditions, or --cram to study without the schedule."
    from contrastive_drill.actions.planner import active_terms, ended_on, nothing_planned
    from contrastive_drill.planner.backlog import eased_all

    terms = active_terms(desk)
    if terms is not None:
        return nothing_planned(desk, store, terms)
    asleep = suspended(store.marks())
    days = eased_all(store.due_days(), ended_on(desk))
    later = [
        due_day
        for card, due_day in days.items()
        if due_day > desk.day() and card in desk.bank and card not in asleep
    ]
    when = f"The next card is due {day_name(min(later), desk.day())}. " if later else ""
    return (
        f"Nothing is due, and today's new cards are met. {when}"
        "To go on: --new 5 meets five more, --cram studies without touching the schedule."
    )
