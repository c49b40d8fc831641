"""The plan of a day, made while its first card is read: the session follows it from the next on."""

import subprocess
import sys
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Protocol

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.planner import todays_cards
from contrastive_drill.actions.review.siblings import siblings_apart, siblings_of
from contrastive_drill.planner.plan_terms import PlanTerms
from contrastive_drill.review.session import Session
from contrastive_drill.store import Store

PLAN = "from contrastive_drill.actions.planner import plan_today; plan_today()"


class Making(Protocol):
    """A plan in the making."""

    def done(self) -> bool:
        """Whether it is made, or could not be."""

    def stop(self) -> None:
        """Give it up, and leave nothing behind."""


class ChildProcess:
    """A plan that another process makes, at some distance from the keys of the terminal."""

    def __init__(self) -> None:
        nothing = subprocess.DEVNULL
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-c", PLAN],
            stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True,
        )  # fmt: skip

    def done(self) -> bool:
        return self._child.poll() is not None

    def stop(self) -> None:
        self._child.terminate()
        self._child.wait()


class LatePlan:
    """What a session follows as soon as it is made; until then it keeps to its own order."""

    def __init__(
        self,
        env: Environment,
        store: Store,
        terms: PlanTerms,
        start: Callable[[], Making],
        limit: int | None = None,  # of the session's cards
    ) -> None:
        self._env, self._store, self._terms, self._start = env, store, terms, start
        self._limit = limit
        self._making: Making | None = None

    def begin(self) -> None:
        """Begin to make it, once."""
        self._making = self._making or self._start()

    def stop(self) -> None:
        """Give it up where it is not made yet."""
        if self._making is not None:
            self._making.stop()

    def followed(self, session: Session, asked: Collection[str]) -> Session:
        """The session with the plan's cards to come, once; one that was `asked` stays in front."""
        if session.planned or self._making is None or not self._making.done():
            return session
        today = todays_cards(self._env, self._store, self._terms)
        if not today.planned:  # it could not be made
            return replace(session, planned=True)
        cards = siblings_apart(self._env, [card.card_id for card in today.cards])
        kept = session.next_card + (session.current in asked and not session.is_retry)
        return replace(
            session.with_next(cards, kept, self._limit),
            repeats=today.repeats,
            siblings=siblings_of(self._env, cards),
            planned=True,
        )
