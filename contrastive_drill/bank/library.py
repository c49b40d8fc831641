"""The bank as the program uses it: an index of all cards, and each card when it is asked for."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path

from contrastive_drill import __version__
from contrastive_drill.bank.cache import (
    CachedBank,
    FileState,
    Index,
    IndexEntry,
    StaleCache,
    entry_of,
    write,
)
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Card
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.spelling import UnknownName

Sound = tuple[list[Card], dict[str, str]]  # in the order to meet them; titles by section


class Bank:
    """Every card in the order to meet them: each one after those it needs."""

    def __init__(self, index: Index, fetch: Callable[[IndexEntry], Card]) -> None:
        self.entries = index.entries
        self.titles = index.titles
        self.problems = index.problems
        self.renames = index.renames
        self._by_id = {entry.id: entry for entry in index.entries}
        self._fetch = fetch

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


def files_in(folder: Path) -> list[Path]:
    """The bank files of a folder and its sub-folders, in order of name."""
    return sorted(path for path in folder.rglob("*.yaml") if path.is_file())


def load(shipped: Path, personal: Path | None = None, cache: Path | None = None) -> Bank:
    """The shipped cards and the personal ones; a personal card with a problem is left out.

    What a cache holds of the shipped ones is good as long as their files are as they were.

    Raises:
        DataProblem: when a shipped file has a problem.
    """
    folders = [folder for folder in (shipped, personal) if folder]
    states = [[_state(path) for path in files_in(folder)] for folder in folders]
    known = None
    if cache:
        with suppress(StaleCache):
            cached = CachedBank(cache, __version__)
            if cached.states == states:
                return Bank(cached.index, _self_healing(cached, shipped, personal, cache))
            known = _shipped_in(cached) if cached.states[0] == states[0] else None
    from contrastive_drill.bank.former_ids import present_ids

    cards, titles, problems = gather(shipped, personal, known)
    index = Index(tuple(map(entry_of, cards)), titles, tuple(problems), present_ids(cards))
    if cache:
        write(cache, states, __version__, cards, index)
    by_id = {card.id: card for card in cards}
    return Bank(index, lambda entry: by_id[entry.id])


def gather(
    shipped: Path, personal: Path | None, known: Sound | None = None
) -> tuple[list[Card], dict[str, str], list[Problem]]:
    """The sound cards in the order to meet them, the sections' titles, and the problems.

    `known` are the shipped cards and titles, where they need not be read.
    """
    from contrastive_drill.bank import checks, reader

    cards, titles = known or _read_shipped(shipped)
    own = [reader.read_file(path) for path in (files_in(personal) if personal else ())]
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


def _read_shipped(folder: Path) -> Sound:
    from contrastive_drill.bank import reader

    files = [reader.read_file(path) for path in files_in(folder)]
    cards = [card for file in files for card in file.cards]
    cards.sort(key=lambda card: (card.place is None, card.place or 0))
    titles = dict(file.section for file in reversed(files) if file.section)
    in_sections = {card.section: titles[card.section] for card in cards}
    cards, conflicts = _joined(cards)
    if broken := [*(problem for file in files for problem in file.problems), *conflicts]:
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
    from contrastive_drill.bank import checks, former_ids
    from contrastive_drill.bank.order import in_order

    cards = checks.with_overrides(cards)
    now = former_ids.present_ids(cards)
    cards = [former_ids.renamed(card, now) for card in cards]
    ordered, cycles = in_order(cards)
    links = checks.links(cards, {card.id for card in cards}, now)
    return ordered, [*checks.clashes(cards), *former_ids.claimed_twice(cards), *links, *cycles]


def check(
    paths: Sequence[Path],
    known_demos: Collection[str],
    among: Sequence[Card] = (),
    strict: Collection[Path] = (),
) -> tuple[int, list[Problem]]:
    """How many cards the files hold, and every problem in and between them.

    `among` are sound cards that the files may name, such as the shipped ones. The cards of `strict`
    files are held to the standards of the shipped bank.
    """
    from contrastive_drill.bank import checks, former_ids, reader
    from contrastive_drill.bank.order import in_order

    files = [reader.read_file(path) for path in paths]
    cards = [card for file in files for card in file.cards]
    problems = {problem for file in files for problem in file.problems}
    # Cards that have problems of their own are still there to be named.
    everything = checks.with_overrides([*among, *cards])
    if not problems:
        now = former_ids.present_ids(everything)
        problems.update(checks.links(cards, {card.id for card in everything}, now))
    problems.update(checks.clashes(everything), former_ids.claimed_twice(everything))
    problems.update(in_order(everything)[1], unfilled := checks.skeletons(cards))
    begun = {problem.card for problem in unfilled}
    written = [card for card in cards if card.id not in begun]
    problems.update(checks.demos(cards, known_demos), checks.wording(written, among))
    held = [card for card in cards if Path(card.origin.rpartition(":")[0]) in strict]
    problems.update(checks.slips(cards), checks.standards(held))
    return len(cards), sorted(problems)


def _state(path: Path) -> FileState:
    stat = path.stat()
    return FileState(str(path), stat.st_size, stat.st_mtime_ns)


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
            fresh.update((card.id, card) for card in gather(shipped, personal)[0])
        if entry.id not in fresh:
            raise UsageProblem(f"'{entry.id}' is no longer among the cards: its file was changed")
        return fresh[entry.id]

    return fetch
