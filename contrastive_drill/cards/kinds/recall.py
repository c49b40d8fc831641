"""Open questions, whose answers only their reader can judge."""

from collections.abc import Iterable
from types import NoneType
from typing import Any

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds.kind import CardKind, CheckedAnswer


class RecallKind(CardKind[None]):
    """An open question: about a minute to answer it aloud, and some time to read the answer."""

    expects = NoneType
    seconds = 75.0
    budgets = (75, 90, 120)

    def check(self, card: Card, typed: str) -> CheckedAnswer | None:
        return None

    def record(self, card: Card) -> dict[str, Any]:
        return {}


class ScenarioKind(RecallKind):
    """A situation with a popular wrong answer: longer to think through, and to say."""

    seconds = 120.0
    budgets = (120, 150, 180)
    skeleton_end = """\
    bait:
      answer: What most candidates say.
      fails: Why that goes wrong.
"""

    def problems(self, card: Card) -> Iterable[str]:
        return () if card.bait else ("a scenario needs a bait: the popular wrong answer",)
