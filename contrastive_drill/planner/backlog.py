"""After the interview: cards left undone for it come back a few each day, not all at once."""

from collections.abc import Mapping

from contrastive_drill.memory.scheduler import fuzz_chance

WEEKS = 2
DAYS = 7 * WEEKS


def eased(card_id: str, due_day: int, ended: int | None) -> int:
    """The day on which a card is asked, when a plan ended on the day `ended`.

    Cards that fell due while the plan had better use for the time return on the days of the two
    weeks after it, each on a day of its own choice; the others when they are due.
    """
    if ended is None or due_day > ended:
        return due_day
    return ended + 1 + int(fuzz_chance(card_id, 0) * DAYS)


def eased_all(due_days: Mapping[str, int], ended: int | None) -> dict[str, int]:
    """The day on which each card is asked."""
    return {card: eased(card, day, ended) for card, day in due_days.items()}
