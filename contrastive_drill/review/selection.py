"""Which cards to study or to list, as a person chooses them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from contrastive_drill.bank.cache import IndexEntry


class Selection(NamedTuple):
    """Conditions that all hold of a card; where one has several values, any of them will do."""

    ids: Sequence[str] = ()
    sections: Sequence[str] = ()
    levels: Sequence[str] = ()
    kinds: Sequence[str] = ()
    tags: Sequence[str] = ()
    failed: bool = False  # lately
    flagged: bool = False
    missed: bool = False  # a card of the points missed most

    @property
    def asks_now(self) -> bool:
        """Whether cards are named, or how they went: these are asked whether due or not."""
        return bool(self.ids or self.failed or self.flagged or self.missed)

    def fits(self, entry: "IndexEntry") -> bool:
        """Whether the place, the kind and the tags of a card are as chosen."""
        return (
            (not self.sections or entry.section in self.sections)
            and (not self.levels or entry.level in self.levels)
            and (not self.kinds or entry.kind in self.kinds)
            and (not self.tags or not set(self.tags).isdisjoint(entry.tags.split()))
        )
