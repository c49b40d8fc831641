"""The bank as the program uses it: an index of all cards, and each card when it is asked for."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from contrastive_drill import __version__
from contrastive_drill.bank.cache import (
    CachedBank,
    Index,
    IndexEntry,
    StaleCache,
    entry_of,
    write,
)
from contrastive_drill.bank.folder import Folder, folder
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.ladder import Ladder
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.spelling import UnknownName

if TYPE_CHECKING:
    from contrastive_drill.bank.collection import Gathered


class Bank:
    """Every card in the order to meet them: each one after those it needs."""

    def __init__(self, index: Index, shelf: "Shelf", own: Folder | None = None) -> None:
        self.entries = index.entries
        self.titles = index.titles
        self.problems = (*own.problems, *index.problems) if own else index.problems
        self.hidden = own.hidden if own else 0  # files, in the learner's folder
        self.renames = index.renames
        self.ladders = [*index.ladders]  # the sections that have one
        self._by_id = {entry.id: entry for entry in index.entries}
        self._shelf = shelf

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, card_id: object) -> bool:
        return card_id in self._by_id

    def entry(self, card_id: str) -> IndexEntry:
        """The index's row for a card, by its id or a former one.

        Raises:
            UsageProblem: when no card has that id.
        """
        if (now := self.renames.get(card_id, card_id)) in self:
            return self._by_id[now]
        said = f"no card has the id '{card_id}'"
        for each in self.problems:
            if each.card == card_id:
                raise UsageProblem(f"{said}: it is left out, {each}")
        raise UnknownName(said, card_id, self._by_id, "contrastive-drill browse lists them all")

    def card(self, card_id: str) -> Card:
        """The whole card."""
        return self._shelf.card(self.entry(card_id))

    def cards(self) -> Iterator[Card]:
        """Every card, in order."""
        return map(self._shelf.card, self.entries)

    def ladder(self, section: str) -> Ladder:
        """What each level says of a section.

        Raises:
            UsageProblem: when there is no such section, or it has no ladder.
        """
        if section not in self.ladders:
            self.require_sections([section])
            have = f"these have one: {', '.join(self.ladders)}" if self.ladders else "none has one"
            raise UsageProblem(f"the section '{section}' has no ladder: {have}")
        return self._shelf.ladder(section)

    @cached_property
    def tags(self) -> list[str]:
        """Every tag of a card, in order of the alphabet."""
        return sorted({tag for entry in self.entries for tag in entry.tags.split()})

    def require_sections(self, names: Iterable[str]) -> None:
        """Refuse a section that is not there."""
        for name in names:
            if name not in self.titles:
                raise UnknownName(f"there is no section '{name}'", name, self.titles)

    def require_tags(self, names: Iterable[str]) -> None:
        """Refuse a tag that no card has."""
        for name in names:
            if name not in self.tags:
                way_on = "contrastive-drill search finds cards by any word"
                raise UnknownName(f"no card has the tag '{name}'", name, self.tags, way_on)


def shipped_folder() -> Path:
    """Where the bank that comes with the program lies."""
    try:
        package = import_module("contrastive_drill.question_bank")
    except ModuleNotFoundError as error:
        raise DataProblem(
            "the question bank is not installed: in a clone, run pip install -e ."
        ) from error
    return Path(next(iter(package.__path__)))


def load(shipped: Path, personal: Path | None = None, cache: Path | None = None) -> Bank:
    """The shipped cards and the personal ones; a personal card with a problem is left out.

    What a cache holds of the shipped ones is good as long as their files are as they were.

    Raises:
        DataProblem: when a shipped file has a problem.
    """
    folders = [folder(path) for path in (shipped, personal) if path]
    states = [list(each.files) for each in folders]
    own = folders[1] if personal else None
    cached = None
    if cache:
        with suppress(StaleCache):
            cached = CachedBank(cache, __version__)
            if cached.states == states:
                afresh = partial(_gathered, shipped, personal)
                return Bank(cached.index, Shelf(afresh, cached, cache), own)
    known = cached if cached and cached.states[:1] == states[:1] else None
    from contrastive_drill.bank.former_ids import present_ids

    gathered = _gathered(shipped, personal, known)
    cards, titles, ladders, problems = gathered
    rows, places = tuple(map(entry_of, cards)), dict.fromkeys(ladders, (0, 0, 0))
    index = Index(rows, titles, tuple(problems), present_ids(cards), places)
    if cache:
        write(cache, states, __version__, cards, ladders.values(), index)
    return Bank(index, Shelf(lambda: gathered), own)


def _gathered(shipped: Path, personal: Path | None, cached: CachedBank | None = None) -> "Gathered":
    """What the files hold now; that of the shipped ones by a cache which holds it."""
    from contrastive_drill.bank.collection import gather, shipped_in

    with suppress(StaleCache):
        return gather(shipped, personal, shipped_in(cached) if cached else None)
    return gather(shipped, personal)


class Shelf:
    """Cards and ladders from the cache, or from the files where that does not hold them."""

    def __init__(
        self,
        gathered: "Callable[[], Gathered]",
        cached: CachedBank | None = None,
        path: Path | None = None,
    ) -> None:
        self._gathered, self._cached, self._path = gathered, cached, path

    def card(self, entry: IndexEntry) -> Card:
        """The card of an entry.

        Raises:
            UsageProblem: when it is no longer there.
        """
        if self._cached:
            with self._healed():
                return self._cached.card(entry)
        if entry.id not in self._cards:
            raise UsageProblem(f"'{entry.id}' is no longer among the cards: its file was changed")
        return self._cards[entry.id]

    def ladder(self, section: str) -> Ladder:
        """The ladder of a section; without rungs where it is no longer there."""
        if self._cached:
            with self._healed():
                return self._cached.ladder(section)
        return self._fresh.ladders.get(section, Ladder(section, ()))

    @contextmanager
    def _healed(self) -> Iterator[None]:
        """Where the file was changed under us, never read that cache again."""
        try:
            yield
        except StaleCache:
            self._cached = None
            if self._path:
                with suppress(OSError):
                    self._path.unlink(missing_ok=True)

    @cached_property
    def _fresh(self) -> "Gathered":
        return self._gathered()

    @cached_property
    def _cards(self) -> dict[str, Card]:
        return {card.id: card for card in self._fresh.cards}
