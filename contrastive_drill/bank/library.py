"""The bank as the program uses it: an index of all cards, and each card when it is asked for."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path

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
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Card
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.spelling import UnknownName

Sound = tuple[list[Card], dict[str, str]]  # in the order to meet them; titles by section


class Bank:
    """Every card in the order to meet them: each one after those it needs."""

    def __init__(
        self, index: Index, fetch: Callable[[IndexEntry], Card], own: Folder | None = None
    ) -> None:
        self.entries = index.entries
        self.titles = index.titles
        self.problems = (*own.problems, *index.problems) if own else index.problems
        self.hidden = own.hidden if own else 0  # files, in the learner's folder
        self._by_id = {entry.id: entry for entry in index.entries}
        self._fetch = fetch

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, card_id: object) -> bool:
        return card_id in self._by_id

    def entry(self, card_id: str) -> IndexEntry:
        """The index's row for a card.

        Raises:
            UsageProblem: when no card has that id.
        """
        if card_id in self:
            return self._by_id[card_id]
        said = f"no card has the id '{card_id}'"
        for each in self.problems:
            if each.card == card_id:
                raise UsageProblem(f"{said}: it is left out, {each}")
        raise UnknownName(said, card_id, self._by_id, "contrastive-drill browse lists them all")

    def card(self, card_id: str) -> Card:
        """The whole card."""
        return self._fetch(self.entry(card_id))

    def cards(self) -> Iterator[Card]:
        """Every card, in order."""
        return map(self._fetch, self.entries)

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
    known = None
    if cache:
        with suppress(StaleCache):
            cached = CachedBank(cache, __version__)
            if cached.states == states:
                return Bank(cached.index, _self_healing(cached, shipped, personal, cache), own)
            known = _shipped_in(cached) if cached.states[0] == states[0] else None
    cards, titles, problems = gather(shipped, own, known)
    if cache:
        write(cache, states, __version__, cards, titles, problems)
    by_id = {card.id: card for card in cards}
    index = Index(tuple(map(entry_of, cards)), titles, tuple(problems))
    return Bank(index, lambda entry: by_id[entry.id], own)


def gather(
    shipped: Path, personal: Folder | None, known: Sound | None = None
) -> tuple[list[Card], dict[str, str], list[Problem]]:
    """The sound cards in the order to meet them, the sections' titles, and the problems.

    `known` are the shipped cards and titles, where they need not be read.
    """
    from contrastive_drill.bank import checks, reader

    cards, titles = known or _read_shipped(shipped)
    own = reader.read_files(personal.paths if personal else ())
    problems = {problem for file in own for problem in file.problems}
    own_cards = [card for file in own if all(p.card for p in file.problems) for card in file.cards]
    conflicts = checks.skeletons(own_cards)
    # One card left out may leave another without a card it names, so look until all agree.
    while True:
        problems.update(conflicts)
        left_out = {f"{problem.path}:{problem.line}" for problem in conflicts}
        own_cards = [card for card in own_cards if card.origin not in left_out]
        ordered, conflicts = _joined([*cards, *own_cards])
        if not conflicts:
            break
    in_use = {card.section for card in ordered}
    for file in own:
        if file.section and file.section.id in in_use:
            titles.setdefault(*file.section)
    return ordered, titles, sorted(problems)


def _read_shipped(path: Path) -> Sound:
    from contrastive_drill.bank import reader

    found = folder(path)
    files = reader.read_files(found.paths)
    cards = [card for file in files for card in file.cards]
    cards.sort(key=lambda card: (card.place is None, card.place or 0))
    titles = dict(file.section for file in reversed(files) if file.section)
    in_sections = {card.section: titles[card.section] for card in cards}
    cards, conflicts = _joined(cards)
    problems = (problem for file in files for problem in file.problems)
    if broken := [*found.problems, *problems, *conflicts]:
        raise DataProblem(f"the shipped bank is broken: {broken[0]}")
    return cards, in_sections


def _shipped_in(cached: CachedBank) -> Sound | None:
    paths = {state.path for state in cached.states[0]}
    everything = [*map(cached.card, cached.index.entries)]
    if any(card.overrides for card in everything):
        return None  # what they override is not among them
    cards = [card for card in everything if card.origin.rpartition(":")[0] in paths]
    sections, titles = {card.section for card in cards}, cached.index.titles
    return cards, {name: titles[name] for name in titles if name in sections}


def _joined(cards: list[Card]) -> tuple[list[Card], list[Problem]]:
    """The cards in order, and the problems between them."""
    from contrastive_drill.bank import checks
    from contrastive_drill.bank.order import in_order

    cards = checks.with_overrides(cards)
    ordered, cycles = in_order(cards)
    known = {card.id for card in cards}
    return ordered, [*checks.clashes(cards), *checks.links(cards, known, follow=True), *cycles]


def check(
    paths: Sequence[Path],
    known_demos: Collection[str],
    among: Sequence[Card] = (),
    shipped: Sequence[Path] = (),
) -> tuple[int, list[Problem]]:
    """How many cards the files hold, and every problem in and between them.

    `among` are sound cards that the files may name; those of `shipped` files are checked too.
    """
    from contrastive_drill.bank import checks, reader
    from contrastive_drill.bank.order import in_order

    files = [*reader.read_files(shipped), *reader.read_files(paths)]
    cards = [card for file in files for card in file.cards]
    problems = {problem for file in files for problem in file.problems}
    # Cards that have problems of their own are still there to be named.
    everything = checks.with_overrides([*among, *cards])
    if not problems:
        problems.update(checks.links(cards, {card.id for card in everything}))
    problems.update(checks.clashes(everything), in_order(everything)[1], checks.skeletons(cards))
    problems.update(checks.demos(cards, known_demos), checks.wording(cards, among))
    problems.update(checks.slips(cards))
    return len(cards), sorted(problems)


def _self_healing(
    cached: CachedBank, shipped: Path, personal: Path | None, cache: Path
) -> Callable[[IndexEntry], Card]:
    fresh: dict[str, Card] = {}

    def fetch(entry: IndexEntry) -> Card:
        if not fresh:
            with suppress(StaleCache):
                return cached.card(entry)
            # The file was changed under us: read the bank itself, and never that cache again.
            with suppress(OSError):
                cache.unlink(missing_ok=True)
            own = folder(personal) if personal else None
            fresh.update((card.id, card) for card in gather(shipped, own)[0])
        if entry.id not in fresh:
            raise UsageProblem(f"'{entry.id}' is no longer among the cards: its file was changed")
        return fresh[entry.id]

    return fetch
