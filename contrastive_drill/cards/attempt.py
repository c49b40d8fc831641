"""One card being answered, step by step: every step can be taken back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was done with a card so far; each step is a new value that knows the one before."""

    typed: str | None = None  # the answer given
    draft: str = ""  # words typed that are no answer yet: the editor begins with them
    seconds: float | None = None  # until the answer was revealed; None before
    ticked: frozenset[str] = frozenset()  # keys of the points covered
    proposed: frozenset[str] = frozenset()  # keys of points that the learner's grader found said
    entry_id: str | None = None  # of the log, where the last step was a mark
    previous: "Attempt | None" = None

    @property
    def revealed(self) -> bool:
        """Whether the answer is shown."""
        return self.seconds is not None

    def reveal(self, typed: str | None, seconds: float, draft: str = "") -> "Attempt":
        """The answer is shown; one that was typed or chosen is a step, undone to a `draft`."""
        if typed is None:
            return replace(self, seconds=seconds)
        first = seconds if self.seconds is None else self.seconds
        return replace(self, typed=typed, draft=draft, seconds=first, entry_id=None, previous=self)

    def tick(self, keys: Iterable[str]) -> "Attempt":
        """Points ticked, or unticked where they were."""
        return replace(self, ticked=self.ticked ^ set(keys), entry_id=None, previous=self)

    def mark(self, entry_id: str) -> "Attempt":
        """The card was marked, and is still to be answered."""
        return replace(self, entry_id=entry_id, previous=self)

    def undone(self) -> "Attempt | None":
        """One step back, where there is one; words that were typed are offered again."""
        return self.previous and replace(self.previous, draft=self.draft)
