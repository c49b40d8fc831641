"""What came in from Anki, in lines."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from contrastive_drill.words import plural

if TYPE_CHECKING:
    from contrastive_drill.actions.anki_import import Taken
    from contrastive_drill.settings import Paths

SHOWN = 5  # cards that are named; the others are counted
WIDEST = 400  # characters of what the sides of a note type are


def report(came: "Taken", file: Path, paths: "Paths", dry_run: bool) -> Iterator[str]:
    """What a package brought, or would bring."""
    for name, (front, back) in came.maps.items():
        sides = f"{', '.join(front)} -> {', '.join(back)}" if back else "none"
        yield f"{name}: {sides}"[:WIDEST]
    cards = came.cards
    new = [name for name in cards.new if name not in cards.refused]
    counts = (
        (f"{plural(len(new), 'new card')}", new),
        (f"{len(cards.updated)} brought up to date", cards.updated),
        (f"{len(cards.edited)} edited here and kept", cards.edited),
        (f"{len(cards.same)} as before", cards.same),
        (f"{plural(len(came.pictures), 'picture')} in {paths.pictures}", came.pictures),
        (_answers(came), came.answers),
        (f"{plural(len(came.changes), 'mark')}", came.changes),
    )
    parts = [words for words, held in counts if held]
    verb = "Would take in" if dry_run else "Took in"
    news = new or cards.updated or came.pictures or came.answers or came.changes
    begins = f"{verb} from {file}" if news else f"There is nothing new in {file}"
    yield f"{': '.join(filter(None, (begins, ', '.join(parts))))}."
    if cards.files:
        names = [path.name for path in cards.files]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"In {paths.bank}: {', '.join(names[:SHOWN])}{more}."
    if came.lost:
        lost = ", ".join(plural(count, name) for name, count in came.lost.most_common())
        yield f"Not shown as in Anki: {lost}."
    if came.wordless:
        yield f"Left out: {plural(came.wordless, 'card')} without words on one side."
    if came.strange:
        yield f"Left out: {plural(came.strange, 'answer')} of an impossible time."
    for name in came.unknown[:SHOWN]:
        yield f"Left out: the answers to {name}, which is no card here."
    for name, why in [*cards.refused.items()][:SHOWN]:
        yield f"Left out: {came.asked[name]!r}: {why}."
    rest = max(0, len(came.unknown) - SHOWN) + max(0, len(cards.refused) - SHOWN)
    if rest:
        yield f"Left out: {rest} more."


def _answers(came: "Taken") -> str:
    words = plural(len(came.answers), "answer")
    return f"{words}, {came.own} of them to cards that came from here" if came.own else words
