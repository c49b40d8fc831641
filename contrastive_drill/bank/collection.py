"""The cards of several files as one collection, in order; or all that is wrong between them."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from contrastive_drill.bank import checks, former_ids, ladder, reader
from contrastive_drill.bank.cache import CachedBank
from contrastive_drill.bank.folder import folder
from contrastive_drill.bank.order import in_order
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.ladder import Ladder
from contrastive_drill.errors import DataProblem


class Gathered(NamedTuple):
    """What files hold that is sound, and what is wrong with the rest."""

    cards: list[Card]  # in the order to meet them
    titles: dict[str, str]  # by section
    ladders: dict[str, Ladder]  # by section
    problems: Sequence[Problem] = ()


def gather(shipped: Path, personal: Path | None, known: Gathered | None = None) -> Gathered:
    """The sound cards of the shipped files and of the personal ones.

    `known` is what the shipped ones hold, where they need not be read.

    Raises:
        DataProblem: when a shipped file has a problem.
    """
    cards, titles, ladders, _ = known or read_shipped(shipped)
    own = reader.read_files(folder(personal).paths if personal else ())
    problems = {problem for file in own for problem in file.problems}
    sound = [file for file in own if all(problem.card for problem in file.problems)]
    own_cards = [card for file in sound for card in file.cards]
    conflicts = checks.skeletons(own_cards)
    # One card left out may leave another without a card it names, so look until all agree.
    while True:
        problems.update(conflicts)
        own_cards = [card for card in own_cards if card.origin not in _places(conflicts)]
        ordered, conflicts = _joined([*cards, *own_cards])
        if not conflicts:
            break
    in_use = {card.section for card in ordered}
    for file in own:
        if file.section and file.section.id in in_use:
            titles.setdefault(*file.section)
    theirs = [file.ladder for file in sound if file.ladder and file.ladder.section in in_use]
    conflicts = [*ladder.faults([*ladders.values(), *theirs], {card.id for card in ordered})]
    left_out = _places(conflicts)
    added = {each.section: each for each in theirs if each.origin not in left_out}
    return Gathered(ordered, titles, ladders | added, sorted(problems.union(conflicts)))


def read_shipped(path: Path) -> Gathered:
    """What the shipped files hold.

    Raises:
        DataProblem: when one has a problem.
    """
    found = folder(path)
    files = reader.read_files(found.paths)
    cards = [card for file in files for card in file.cards]
    # Code comes last of what is new: it takes long, and rests on the other cards.
    cards.sort(key=lambda card: (card.place is None, card.kind is Kind.CODE, card.place or 0))
    titles = dict(file.section for file in reversed(files) if file.section)
    in_sections = {card.section: titles[card.section] for card in cards}
    cards, conflicts = _joined(cards)
    ladders = [file.ladder for file in files if file.ladder]
    conflicts += ladder.faults(ladders, {card.id for card in cards})
    problems = (problem for file in files for problem in file.problems)
    if broken := [*found.problems, *problems, *conflicts]:
        raise DataProblem(f"the shipped bank is broken: {broken[0]}")
    return Gathered(cards, in_sections, {each.section: each for each in ladders})


def shipped_in(cached: CachedBank) -> Gathered | None:
    """What the shipped files hold, by a cache; None where it does not have all of it.

    Raises:
        StaleCache: when a line is not the one that was written.
    """
    paths = {state.path for state in cached.states[0]}
    everything = [*map(cached.card, cached.index.entries)]
    if any(card.overrides for card in everything):
        return None  # what they override is not among them
    cards = [card for card in everything if _path(card) in paths]
    sections, titles = {card.section for card in cards}, cached.index.titles
    ladders = {name: cached.ladder(name) for name in cached.index.ladders}
    return Gathered(
        cards,
        {name: titles[name] for name in titles if name in sections},
        {name: each for name, each in ladders.items() if _path(each) in paths},
    )


def check(
    paths: Sequence[Path],
    known_demos: Collection[str],
    among: Sequence[Card] = (),
    shipped: Sequence[Path] = (),
    strict: Collection[Path] = (),
) -> tuple[int, list[Problem]]:
    """How many cards the files hold, and every problem in and between them.

    `among` are sound cards that the files may name; those of `shipped` files are checked too. The
    cards of `strict` files are held to the standards of the shipped bank.
    """
    files = [*reader.read_files(shipped), *reader.read_files(paths)]
    cards = [card for file in files for card in file.cards]
    problems = {problem for file in files for problem in file.problems}
    # Cards that have problems of their own are still there to be named.
    everything = checks.with_overrides([*among, *cards])
    known = {card.id for card in everything}
    if not problems:
        problems.update(checks.links(cards, known, former_ids.present_ids(everything)))
        problems.update(ladder.faults((file.ladder for file in files if file.ladder), known))
    problems.update(checks.clashes(everything), former_ids.claimed_twice(everything))
    problems.update(in_order(everything)[1], unfilled := checks.skeletons(cards))
    begun = {problem.card for problem in unfilled}
    written = [card for card in cards if card.id not in begun]
    problems.update(checks.demos(cards, known_demos), checks.wording(written, among))
    held = [card for card in cards if Path(_path(card)) in strict]
    problems.update(checks.slips(cards), checks.standards(held))
    return len(cards), sorted(problems)


def _joined(cards: list[Card]) -> tuple[list[Card], list[Problem]]:
    """The cards in order, and the problems between them."""
    cards = checks.with_overrides(cards)
    now = former_ids.present_ids(cards)
    cards = [former_ids.renamed(card, now) for card in cards]
    ordered, cycles = in_order(cards)
    links = checks.links(cards, {card.id for card in cards}, now, follow=True)
    return ordered, [*checks.clashes(cards), *former_ids.claimed_twice(cards), *links, *cycles]


def _path(read: Card | Ladder) -> str:
    return read.origin.rpartition(":")[0]


def _places(problems: Iterable[Problem]) -> set[str]:
    return {f"{problem.path}:{problem.line}" for problem in problems}
