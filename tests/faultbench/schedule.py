"""Passes on time: none makes an interval shorter than the one before, by chance or by the clock."""

from collections.abc import Iterator
from random import Random

from contrastive_drill.memory.log import NEW, Learned, Memory, Rating
from contrastive_drill.memory.scheduler import Scheduler

START = 739_941  # a study day
SHARES = (0.1, 0.15, 0.6, 0.15)  # of the four ratings


def trials(count: int, seed: int) -> Iterator[str]:
    """So many passes on the day a card was due, or up to three days later, over many cards."""
    chance, card = Random(seed), 0
    while count > 0:
        card += 1
        memory: Memory = NEW
        scheduler = Scheduler(chance.choice((0.7, 0.8, 0.9, 0.95, 0.97)))
        day = START
        for _ in range(chance.randint(2, 15)):
            (rating,) = chance.choices(list(Rating), SHARES)
            after = scheduler.preview(f"card-{card}", memory, day)[rating]
            if isinstance(memory, Learned) and not memory.failed and rating is not Rating.AGAIN:
                count -= 1
                before, now = memory.due_day - memory.last_day, after.due_day - after.last_day
                said = f"card {card}: {rating.label} after {before} days: {now} days"
                yield said if now < before else ""
            memory = after
            day = after.due_day + chance.choice((0, 0, 0, 1, 3))
