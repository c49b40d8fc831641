"""What a plan reckons with: rules of memory, cards, steps, and the tables that follow."""

from functools import cached_property

from contrastive_drill.planner.solver.deck import Deck
from contrastive_drill.planner.solver.grid import Grid
from contrastive_drill.planner.solver.looks import Rules
from contrastive_drill.planner.solver.programme import Programme
from contrastive_drill.planner.solver.steps import Steps
from contrastive_drill.planner.solver.tables import Tables, tables

NODES = 14, 4


class Model:
    """A deck under rules of memory; its tables are made when they are first asked for."""

    def __init__(self, rules: Rules, deck: Deck, steps: Steps | None = None) -> None:
        self.rules, self.deck, self.steps = rules, deck, steps or Steps(deck.days)
        self._flows: dict[float, Tables] = {}

    @cached_property
    def exact(self) -> Tables:
        """For values: through cubics between the nodes."""
        return tables(self.rules, self.deck, self.steps, Grid(*NODES), cubic=True)

    @cached_property
    def programme(self) -> Programme:
        """The cards' programme."""
        return Programme(self.deck, self.exact, len(self.steps))

    def flow(self, faster: float = 1.0) -> Tables:
        """For shares of cards, none below zero, of one who forgets so many times as fast."""
        if faster not in self._flows:
            rules = self.rules._replace(forgetting=faster)
            self._flows[faster] = tables(rules, self.deck, self.steps, Grid(*NODES), cubic=False)
        return self._flows[faster]
