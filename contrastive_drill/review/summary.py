"""The summary of a session, for the words it closes with."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contrastive_drill.memory.log import Rating
from contrastive_drill.review.session import SessionAnswer


@dataclass(frozen=True, slots=True)
class Summary:
    """A session in numbers."""

    asked: int  # different cards
    recalled: int  # of them, at the first asking
    answers: int
    seconds: float
    returns: tuple[tuple[int, int], ...]  # (day, cards that come back on it)
    missed: tuple[tuple[str, str], ...]  # (card, key) of required points missed at the first asking


def summary(outcomes: Sequence[SessionAnswer]) -> Summary:
    """The closing summary of a session's answers."""
    first = [outcome for outcome in outcomes if outcome.first]
    last = {outcome.card_id: outcome.due_day for outcome in outcomes}
    return Summary(
        asked=len(last),
        recalled=sum(outcome.rating is not Rating.AGAIN for outcome in first),
        answers=len(outcomes),
        seconds=sum(outcome.seconds for outcome in outcomes),
        returns=tuple(sorted(Counter(last.values()).items())),
        missed=tuple((o.card_id, key) for o in first for key in o.missed),
    )
