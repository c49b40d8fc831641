"""After the interview, cards that a plan left overdue return a few each day, not all at once."""

from collections.abc import Mapping

from contrastive_drill.memory.scheduler import fuzz_chance

WEEKS = 2
DAYS = 7 * WEEKS


def spread_due_day(card_id: str, due_day: int, interview_day: int | None) -> int:
    """The study day on which a card is asked, given the day of a past interview.

    Cards due by that day are spread over the two weeks after it, by a hash of their id.
    """
    if interview_day is None or due_day > interview_day:
        return due_day
    return interview_day + 1 + int(fuzz_chance(card_id, 0) * DAYS)


def spread_due_days(due_days: Mapping[str, int], interview_day: int | None) -> dict[str, int]:
    """The study day on which each card is asked."""
    return {card: spread_due_day(card, day, interview_day) for card, day in due_days.items()}
