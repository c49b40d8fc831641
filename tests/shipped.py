"""The shipped cards, read once for all tests of a process, and not before one asks for them."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from contrastive_drill.bank.library import Bank, load, shipped_folder
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.kinds.calculation import Task


@cache
def bank() -> tuple[Bank, bytes]:
    """The bank as the files have it, and the cache that is written of it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "bank.cache")
        return load(shipped_folder(), None, path), path.read_bytes()


def warm(home: Path) -> None:
    """Leave in a home what a start that read the bank leaves to the next one."""
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "bank.cache").write_bytes(bank()[1])


@cache
def by_id() -> dict[str, Card]:
    """The cards in the order to meet them."""
    return {card.id: card for card in bank()[0].cards()}


def cards() -> tuple[Card, ...]:
    """All of them."""
    return tuple(by_id().values())


def scenarios() -> list[Card]:
    """Those that an interview begins with."""
    return [card for card in cards() if card.kind is Kind.SCENARIO]


def calculations() -> list[Card]:
    """Those whose numbers are drawn."""
    return [card for card in cards() if isinstance(card.expected, Task)]
