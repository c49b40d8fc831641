"""A package of Anki taken in: its notes as cards of the learner's own, its answers into the log.

Cards that came from here, and were answered there, bring back their answers alone.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from contrastive_drill import files, settings
from contrastive_drill.actions.anki_cards import (
    Kept,
    Written,
    card_id,
    kept,
    section_of,
    written,
)
from contrastive_drill.actions.environment import Environment
from contrastive_drill.anki.archive import pictures
from contrastive_drill.anki.collection import AnkiCard, Answer, read
from contrastive_drill.anki.notes import ROOT
from contrastive_drill.anki.sides import Maps, Sides, card_name, draft, sides_of
from contrastive_drill.bank.yaml_file import MAX_CARDS
from contrastive_drill.errors import UsageProblem
from contrastive_drill.memory.log import NEW, Mode, Rating, Review
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.memory.scheduler import replay, steps
from contrastive_drill.memory.study_day import study_day
from contrastive_drill.spelling import UnknownName
from contrastive_drill.store import arrivals
from contrastive_drill.store.union import is_near, milliseconds

if TYPE_CHECKING:
    from contrastive_drill.store import Store

OURS = f"{ROOT}:"  # begins the GUID of a note that we exported
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
MOST_SECONDS, MOST_NAME = 24 * 3600.0, 150
IMAGES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".avif"))


class Taken(NamedTuple):
    """What a package brings."""

    maps: dict[str, Sides]  # by note type: what was asked and what answered
    cards: Kept
    asked: dict[str, str]  # how the questions of those left out begin, by id
    lost: Counter[str]  # from the text of new and updated cards
    wordless: int  # cards left out: nothing to read, or a covered picture
    unknown: list[str]  # cards that came from here and are no more
    strange: int  # answers of an impossible time
    answers: list[Review]  # that the log has not
    own: int  # of them to cards that came from here
    changes: list[Change]
    pictures: dict[str, Path]  # where each goes, by its name in the package


def taken(
    env: Environment, store: "Store", path: Path, decks: Collection[str], maps: Maps, level: str
) -> Taken:
    """What a package would bring to the bank and the log, which are left as they are.

    Raises:
        DataProblem: when it cannot be read.
        UsageProblem: when a deck or a map names what is not there.
    """
    cards = read(path, decks)
    theirs = {card_id(card): card for card in cards if not card.guid.startswith(OURS)}
    _require(cards, decks, maps, path)
    shown = {card_name(card): sides_of(card, maps) for card in theirs.values()}
    wanted = [card for card in theirs.values() if shown[card_name(card)].back]
    if len(wanted) > MAX_CARDS:
        raise UsageProblem(f"it has more than {MAX_CARDS:,} cards: --deck chooses some")
    drafts = [(card, draft(card, shown[card_name(card)])) for card in wanted]
    put = [*filter(None, (written(card, made, level) for card, made in drafts if made))]
    wordless = len(wanted) - len(put)
    done = kept(env, put)
    present = done.present
    known, unknown = dict[str, AnkiCard](), list[str]()
    for card in cards:
        is_ours = card.guid.startswith(OURS)
        first = card.guid.removeprefix(OURS) if is_ours else card_id(card)
        name = env.bank.renames.get(first, first)
        if is_ours and name not in env.bank:
            unknown.append(name)
        elif is_ours or first in present:
            known[name] = card
    answers, strange = _answers(env, store, known)
    new = arrivals.arrived(store, answers, steps)
    fresh = {*done.new, *done.updated} - done.refused.keys()
    lost = sum((each.lost for each in put if each.id in fresh), Counter[str]())
    return Taken(
        shown,
        done,
        {each.id: each.asked for each in put if each.id in done.refused},
        lost,
        wordless,
        sorted(unknown),
        strange,
        new,
        sum(known[each.card_id].guid.startswith(OURS) for each in new),
        [*_changes(env, store, known)],
        dict(_pictures(env, [each for each in put if each.id in fresh])),
    )


def take_in(env: Environment, store: "Store", path: Path, came: Taken) -> None:
    """Write the pictures, then the log, then the cards: what is broken off is done a second time.

    Raises:
        DataProblem: when something cannot be written.
    """
    for name, content in pictures(path, came.pictures):
        target = came.pictures[name]
        files.make_folder(target.parent)
        files.write(target, content)
    entries: list[Review | Change] = [*came.answers, *came.changes]
    if entries:
        arrivals.take_in(store, entries, env.paths.backups, env.clock.now(), replay)
    for file, text in came.cards.files.items():
        settings.write_text(file, text)


def _require(cards: list[AnkiCard], decks: Collection[str], maps: Maps, path: Path) -> None:
    """Refuse a deck or a map that is for nothing in the package."""
    if not cards:
        where = f" in {' or '.join(decks)}" if decks else ""
        raise UsageProblem(f"there is no card{where} in {path}")
    names = {name for card in cards for name in (card.type.name, card_name(card))}
    for name, sides in maps.items():
        if name not in names:
            raise UnknownName(f"no note type is called '{name}'", name, names)
        fields = {each for card in cards if name in (card.type.name, card_name(card))
                  for each in card.type.fields}  # fmt: skip
        for each in (*sides.front, *sides.back):
            if each not in fields:
                raise UnknownName(f"'{name}' has no field '{each}'", each, fields)


def _answers(
    env: Environment, store: "Store", cards: Mapping[str, AnkiCard]
) -> tuple[list[Review], int]:
    """The answers to cards by their ids, less those that went over from here; and the strange."""
    held = defaultdict[tuple[str, int], list[int]](list)  # their times, by card and rating
    rows = store.database.rows("SELECT card_id, rating, at FROM log WHERE kind = 'review'")
    for card, rating, at in rows:
        name = env.bank.renames.get(str(card), str(card))
        held[name, rating].append(milliseconds(str(at)))
    for times in held.values():
        times.sort()
    found, strange, latest = list[Review](), 0, env.clock.now() + timedelta(days=1)
    for name, card in cards.items():
        for answer in card.answers:
            if is_near(held[name, answer.rating], answer.at):
                continue
            if FIRST.timestamp() * 1000 <= answer.at <= latest.timestamp() * 1000:
                found.append(_review(env, name, card, answer))
            else:
                strange += 1
    return found, strange


def _review(env: Environment, name: str, card: AnkiCard, answer: Answer) -> Review:
    at = datetime.fromtimestamp(answer.at / 1000, UTC)
    return Review(
        id=_id(card, str(answer.at)),
        card_id=name,
        rating=Rating(answer.rating),
        at=at,
        day=study_day(env.local(at), env.preferences.rollover_hour),
        seconds=min(answer.seconds, MOST_SECONDS),
        mode=Mode.ANKI if answer.is_scheduled else Mode.CRAM,
        covered=(),
        missed=(),
        answer=None,
        digest="",
        retention=env.preferences.desired_retention,
        before=NEW,
        after=NEW,
    )


def _changes(env: Environment, store: "Store", cards: Mapping[str, AnkiCard]) -> Iterator[Change]:
    """Of cards that were never marked here, those that are suspended or flagged there."""
    rows = store.database.rows("SELECT DISTINCT card_id FROM log WHERE kind = 'change'")
    marked = {env.bank.renames.get(str(card), str(card)) for (card,) in rows}
    for name, card in cards.items():
        verbs = ((Verb.SUSPEND, card.is_suspended), (Verb.FLAG, card.is_flagged))
        for verb in (verb for verb, is_set in verbs if is_set and name not in marked):
            yield Change(_id(card, verb), name, verb, env.utc(), env.day())


def _id(card: AnkiCard, what: str) -> str:
    """The id of an entry of the log: the same in every import, and on every machine."""
    return str(uuid5(NAMESPACE_URL, f"anki:{card.guid}:{card.place}:{what}"))


def _pictures(env: Environment, cards: Iterable[Written]) -> Iterator[tuple[str, Path]]:
    """The names of pictures in the package, and where each goes."""
    for card in cards:
        for name in card.pictures:
            plain = name == PurePosixPath(name).name == PureWindowsPath(name).name
            if plain and len(name) <= MOST_NAME and Path(name).suffix.lower() in IMAGES:
                yield name, env.paths.pictures / section_of(card.deck) / name
