"""Cards of Anki in the learner's files: written once, and later brought up to date.

Each bears a digest of its lines as they were written: one whose lines are others by now was edited
here, and stays.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha1
from itertools import count
from pathlib import Path
from typing import NamedTuple

from contrastive_drill import intake
from contrastive_drill.actions.environment import Environment
from contrastive_drill.anki.collection import AnkiCard
from contrastive_drill.anki.prose import UNSEEN, prose_of
from contrastive_drill.anki.sides import Draft
from contrastive_drill.anki.spans import on_one_line
from contrastive_drill.bank import template
from contrastive_drill.bank.folder import MAX_FILES, MAX_TOTAL, folder
from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.bank.reader import read
from contrastive_drill.bank.yaml_file import MAX_CARDS
from contrastive_drill.cards.markdown import markdown, markdown_line
from contrastive_drill.cards.prose import (
    Formula,
    Listing,
    Paragraph,
    Prose,
    Span,
    Style,
    lines_of,
    plain,
)
from contrastive_drill.errors import DataProblem, UsageProblem

CARD = re.compile(r"(?m)^  - (?=id:)")
MARKED = re.compile(r"id: '(?P<id>anki-[0-9a-f]{10})'  # (?P<digest>[0-9a-f]{8})\n")
HEAD = (
    "# From Anki. A later import brings a card up to date as long as its lines are as they were\n"
    "# written, by the digest behind its id; what you edit here stays as you wrote it.\n"
)
MOST_ASKED, MOST_TITLE = 40, 150  # characters
MOST_CARDS, MOST_BYTES = 700, 192 * 1024  # of a file, which then has room for edits
WHOLE = "The answer, as it stands on the card"


class Written(NamedTuple):
    """A card to be written."""

    id: str
    asked: str  # how its question begins
    deck: str
    text: str  # YAML, from the id on
    lost: Counter[str]
    pictures: tuple[str, ...]


class Kept(NamedTuple):
    """What became of cards, by their ids."""

    new: list[str]
    updated: list[str]
    edited: list[str]  # here, and left as they are
    same: list[str]
    refused: dict[str, str]  # and why
    files: dict[Path, str]  # to be written

    @property
    def present(self) -> set[str]:
        """The cards that the bank has, or will have."""
        return {*self.new, *self.updated, *self.edited, *self.same} - self.refused.keys()


def card_id(card: AnkiCard) -> str:
    """The id of a card of Anki, the same in every import and on every machine."""
    name = f"{card.guid}\0{card.place}"
    return f"anki-{sha1(name.encode('utf-8', 'replace')).hexdigest()[:10]}"


def section_of(deck: str) -> str:
    """The section in which the cards of a deck stand."""
    # Letters that a name of a section cannot have may be all that parts it from another.
    more = "" if re.fullmatch("[A-Za-z0-9 _:]+", deck) else _digest(deck)[:4]
    return "-".join(filter(None, ("anki", _slug(deck), more)))


def written(card: AnkiCard, draft: Draft, level: str) -> Written | None:
    """A card as YAML of the bank; None where one side has nothing that a terminal shows."""
    question, said, rest = (prose_of(each) for each in draft)
    if not question.blocks or not said.blocks:
        return None
    text = template.filled(
        card_id(card),
        level,
        markdown(question.blocks),
        "",
        _points(said.blocks),
        answer=markdown((*said.blocks, *rest.blocks)),
        source=f"Anki, {_title(card.deck)}",
        tags=[*dict.fromkeys(["anki", *filter(None, map(_slug, card.tags))])],
    ).removeprefix("  - ")
    text = text.replace("\n", f"  # {_digest(text)}\n", 1)
    pictures = dict.fromkeys((*question.pictures, *said.pictures, *rest.pictures))
    lost = question.lost + said.lost + rest.lost
    asked = " ".join(plain(line) for line in lines_of(question.blocks))[:MOST_ASKED]
    return Written(card_id(card), asked, card.deck, text, lost, tuple(pictures))


def kept(env: Environment, cards: Iterable[Written]) -> Kept:
    """What the learner's files are to hold, so that every card of Anki is read without a problem.

    Raises:
        DataProblem: when a file that has such cards cannot be read or has no room.
    """
    done, cards = Kept([], [], [], [], {}, {}), list(cards)
    texts = {path: _text(path) for path in sorted(env.paths.bank.glob("anki-*.yaml"))}
    files = {path: CARD.split(text) for path, text in texts.items()}
    sizes = {path: len(text.encode()) for path, text in texts.items()}
    places = {
        match["id"]: (path, place)
        for path, parts in files.items()
        for place, part in enumerate(parts)
        if (match := MARKED.match(part))
    }
    before = {name: files[path][place] for name, (path, place) in places.items()}
    theirs = {entry.id for entry in env.bank.entries} | env.bank.renames.keys()
    theirs |= {problem.card for problem in env.bank.problems}
    for card in cards:
        own = before.get(card.id)
        if own == card.text:
            done.same.append(card.id)
        elif (own is None and card.id in theirs) or (own is not None and _is_edited(own)):
            done.edited.append(card.id)
        elif own is not None:
            path, place = places[card.id]
            files[path][place] = card.text
            done.updated.append(card.id)
        else:
            path = _put(env, card, files, sizes)
            places[card.id] = path, len(files[path]) - 1
            done.new.append(card.id)
    _require_room(env, len(theirs) + len(done.new), sizes)
    changed = {places[name][0] for name in (*done.new, *done.updated)}
    for path in sorted(changed):
        done.refused.update(_refused(path, files[path], places, before))
        text = "  - ".join(part for part in files[path] if part)
        if text != texts.get(path) and len(files[path]) > 1:
            done.files[path] = text
    return done


def _refused(
    path: Path, parts: list[str], places: Mapping[str, tuple[Path, int]], before: Mapping[str, str]
) -> dict[str, str]:
    """The cards that cannot be read, which are as before in the parts then; and why."""
    whole = "  - ".join(parts).encode()
    if len(whole) > intake.MAX_BYTES:
        raise DataProblem(f"{path} is full: move some of its cards to another file beside it")
    refused = {}
    for problem in read(str(path), whole).problems:
        if problem.card not in places:
            raise DataProblem(f"{problem}; fix that first, then import again")
        if problem.card not in refused:
            refused[problem.card] = problem.message
            parts[places[problem.card][1]] = before.get(problem.card, "")
    return refused


def _text(path: Path) -> str:
    try:
        return intake.read(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataProblem(f"{path} is not UTF-8: save it as UTF-8, then import again") from None


def _require_room(env: Environment, cards: int, sizes: Mapping[Path, int]) -> None:
    """Refuse what the bank would not read."""
    others = [each for each in folder(env.paths.bank).files if Path(each.path) not in sizes]
    size = sum(each.size for each in others) + sum(sizes.values())
    for amount, most, of_what in (
        (cards, MAX_CARDS, "cards"),
        (len(others) + len(sizes), MAX_FILES, "files, one for each deck"),
        (size >> 20, (MAX_TOTAL >> 20) - 1, "MB of cards"),
    ):
        if amount > most:
            raise UsageProblem(f"that would be more than {most:,} {of_what}: --deck chooses some")


def _put(
    env: Environment, card: Written, files: dict[Path, list[str]], sizes: dict[Path, int]
) -> Path:
    """Add a card to a file of its deck that can take another; begun if need be."""
    section = section_of(card.deck)
    for number in count(1):
        path = env.paths.bank / f"{section}{'' if number == 1 else f'-part-{number}'}.yaml"
        if path not in files:
            title = "'" + _title(card.deck).replace("'", "''") + "'"
            schema = (shipped_folder() / "schema.json").as_posix()
            files[path] = [HEAD + template.head(section, title, schema)]
            sizes[path] = len(files[path][0].encode())
        parts = files[path]
        if len(parts) <= MOST_CARDS and sizes[path] < MOST_BYTES:
            parts[-1] = parts[-1].rstrip("\n") + "\n"  # of a file that was edited, or less
            parts.append(card.text)
            sizes[path] += len(card.text.encode()) + 4
            return path
    raise AssertionError


def _points(said: Prose) -> list[str]:
    """What the answer says: the items of its one list, or its only or first line."""
    match [block for block in said if isinstance(block, Listing)]:
        case [Listing(items)] if 1 < len(items) < 10:
            lines = [item[0].line for item in items if isinstance(item[0], Paragraph)]
            if len(lines) == len(items) == len(set(lines)):
                return [*map(markdown_line, map(on_one_line, lines))]
    match said:
        case (Paragraph(line), *rest) if not (rest and plain(line).endswith(":")):
            return [markdown_line(on_one_line(line))]
        case (Formula(tex),):
            return [markdown_line((Span(tex, Style.FORMULA),))]
    return [WHOLE]


def _is_edited(part: str) -> bool:
    match = MARKED.match(part)
    if match is None:
        return True
    return _digest(part.replace(f"  # {match['digest']}", "", 1)) != match["digest"]


def _digest(text: str) -> str:
    return sha1(text.encode("utf-8", "replace")).hexdigest()[:8]


def _slug(name: str) -> str:
    return "-".join(template.ascii_words(name))[:60].strip("-")


def _title(deck: str) -> str:
    return " ".join(UNSEEN.sub("", deck).replace("::", " / ").split())[:MOST_TITLE] or "Anki"
