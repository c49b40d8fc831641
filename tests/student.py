"""A learner who studies in the program's own sessions, on a clock that moves as they answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from contrastive_drill.actions.environment import Clock, Environment
from contrastive_drill.actions.review.loop import ReviewLoop
from contrastive_drill.cards.attempt import Attempt
from contrastive_drill.cards.grade import grade
from contrastive_drill.memory.log import New, Rating, Review
from contrastive_drill.memory.scheduler import retrievability
from contrastive_drill.planner.habits import FIRST, FIRST_SLOWER, PASSED, SLOWER
from contrastive_drill.review.session import Session, SessionRules
from contrastive_drill.screen.session_view import Question, Rate, Reply, Reveal
from contrastive_drill.store import Store

SPREAD = 0.4  # of the logarithm of an answer's seconds


class Student:
    """Recalls as FSRS says; answers take `seconds` by card, slower and faster by their ratings.

    A view of the program's sessions: `tell` and the like show nothing.
    """

    def __init__(
        self, env: Environment, now: datetime, seconds: Callable[[str], float], seed: int
    ) -> None:
        self.env, self.now, self.seconds = env, now, seconds
        self.chance, self.elapsed = Random(seed), 0.0
        self.asked: list[str] = []
        self.told: list[str] = []
        self.days = 0
        env.clock = Clock(lambda: self.now + timedelta(seconds=self.elapsed), lambda: self.elapsed)
        env.notify = self.tell

    def next_day(self) -> None:
        """The same hour of the next day."""
        self.days += 1
        self.now, self.elapsed = self.now + timedelta(days=1), 0.0

    def review(self, store: Store, session: Session, rules: SessionRules) -> float:
        """The seconds that a session takes."""
        self.store, start, self.asked = store, self.elapsed, []
        ReviewLoop(self.env, store, rules).run(session, self)
        return self.elapsed - start

    def ask(self, question: Question, attempt: Attempt) -> Reply:
        """Reveal the answer at once."""
        self.asked.append(question.card.id)
        return Reveal()

    def grade(self, question: Question, attempt: Attempt) -> Reply:
        """Rate by luck, after as long as that takes."""
        card, chance = question.card, self.chance
        memory = self.store.memory(card.id)
        if isinstance(memory, New):
            rating = chance.choices([*FIRST], [*FIRST.values()])[0]
        elif memory.failed and memory.last_day == self.env.day():
            rating = Rating.GOOD
        elif chance.random() < retrievability(memory, self.env.day()):
            rating = chance.choices([*PASSED], [*PASSED.values()])[0]
        else:
            rating = Rating.AGAIN
        noise = chance.lognormvariate(-(SPREAD**2) / 2, SPREAD)
        slower = SLOWER[rating] * (FIRST_SLOWER if isinstance(memory, New) else 1.0)
        self.elapsed += self.seconds(card.id) * slower * noise
        return Rate(rating, grade(card, frozenset(), None))

    def tell(self, message: str) -> None:
        """Keep what the program says."""
        self.told.append(message)

    def aside(self, work: Callable[[], None], wait: bool = True) -> None:
        """No other program has the terminal."""

    def clinic(self, clinic: Any) -> None:
        """Leave it: its card has come up, and is asked a few cards later."""
        self.asked.append(clinic.card.id)

    def saved(self, question: Question, review: Review) -> None:
        """Nothing to show."""

    def close(self, closing: Any) -> None:
        """Nothing to show."""
