"""Learners who forget by parameters of their own, and the log that a time of study leaves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, New, Parameters, Rating, Review
from contrastive_drill.memory.scheduler import DEFAULT, Scheduler
from contrastive_drill.store import Store

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
DAY = NOW.date().toordinal()  # the study day of the tests' clock
FIRST = (0.24, 0.094, 0.495, 0.171)  # shares of the ratings of a first answer
PASSED = (0.224, 0.631, 0.145)

# One who forgets much faster than FSRS assumes at first, and whose curve is steeper.
QUICK: Parameters = (0.08, 0.3, 0.7, 2.5, *DEFAULT[4:8], 1.2, *DEFAULT[9:20], 0.4)


def studied(
    truth: Parameters | None, cards: int, days: int, seed: int, prefix: str = "card"
) -> list[Review]:
    """The answers of so many days up to yesterday, scheduled by FSRS's own parameters.

    `truth` is what the learner forgets by. A card that is failed is repeated on the same day.
    """
    chance, real, plan = Random(seed), Scheduler(0.9, truth), Scheduler(0.9)
    states: dict[str, tuple[float, float]] = {}
    memories: dict[str, Learned] = {}
    names = [f"{prefix}-{number}" for number in range(cards)]
    each = max(2 * cards // days, 1)
    found: list[Review] = []
    for past in range(days):
        day = DAY - days + past
        due = [card for card, memory in memories.items() if memory.due_day <= day]
        due += [card for card in names if card not in memories][:each]
        for card in due:
            while True:
                before: Memory = memories.get(card, NEW)
                elapsed = day - before.last_day if isinstance(before, Learned) else 0
                if isinstance(before, New):
                    rating = chance.choices(list(Rating), FIRST)[0]
                elif chance.random() > real.curve.recall(states[card][0], elapsed):
                    rating = Rating.AGAIN
                else:
                    rating = chance.choices(list(Rating)[1:], PASSED)[0]
                after = plan.preview(card, before, day)[rating]
                at = NOW - timedelta(days=days - past) + timedelta(seconds=len(found) % 3600)
                found.append(review(f"{seed}-{len(found)}", card, rating, at, day, before, after))
                memories[card] = after
                states[card] = real.states(states.get(card), elapsed)[rating - 1]
                if rating is not Rating.AGAIN:
                    break
    return found


def review(
    id_: str, card: str, rating: Rating, at: datetime, day: int, before: Memory, after: Memory
) -> Review:
    """One answer of a review."""
    return Review(
        id=id_,
        card_id=card,
        rating=rating,
        at=at,
        day=day,
        seconds=20.0,
        mode=Mode.REVIEW,
        covered=(),
        missed=(),
        answer=None,
        digest="",
        retention=0.9,
        before=before,
        after=after,
    )


def written(home: Path, reviews: list[Review]) -> None:
    """Put answers into the database under this home."""
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        store.database.rows("PRAGMA synchronous = OFF")  # a test's file need not last
        for each in reviews:
            store.record(each)
