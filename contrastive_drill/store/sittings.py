"""Exams and interviews, with their events: appended and read, never changed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace

from contrastive_drill.memory.log import Review
from contrastive_drill.memory.sitting import ENDED, FACTS, Event, Sitting, SittingKind
from contrastive_drill.store import cells
from contrastive_drill.store.history import History
from contrastive_drill.store.rows import LIVE
from contrastive_drill.store.table import Row, Table, sealed


class Sittings(History):
    """Every exam and interview on this machine, with its answers and events.

    Any method raises `DataProblem` when the file cannot be read or written.
    """

    def begin(self, sitting: Sitting) -> None:
        """Append a sitting, in one transaction."""
        row = {
            **asdict(sitting),
            "kind": sitting.kind.value,
            "at": cells.utc_text(sitting.at),
            "cards": json.dumps(sitting.cards, ensure_ascii=False),
            "terms": json.dumps(sitting.terms or {}, ensure_ascii=False),
        }
        with self.database.transaction():
            self.database.append(SITTINGS, row)

    def note(self, sitting_id: str, event: Event) -> None:
        """Append an event, in one transaction."""
        row = {
            "sitting": sitting_id,
            "at": cells.utc_text(event.at),
            "event": event.name,
            "facts": json.dumps(dict(event.facts), ensure_ascii=False),
        }
        with self.database.transaction():
            self.database.append(EVENTS, row)

    def newest(self, kind: SittingKind, limit: int | None = None) -> list[Sitting]:
        """The exams, or the interviews, newest first."""
        return self._sittings(
            "WHERE kind = ? ORDER BY seq DESC LIMIT ?", (kind.value, -1 if limit is None else limit)
        )

    def open(self, kind: SittingKind) -> Sitting | None:
        """The newest sitting that has no end yet."""
        sittings = self._sittings(
            "WHERE kind = ? AND NOT EXISTS (SELECT 1 FROM sitting_events AS e"
            " WHERE e.sitting = sittings.id AND e.event = ?) ORDER BY seq DESC LIMIT 1",
            (kind.value, ENDED),
        )
        return sittings[0] if sittings else None

    def events(self, sitting_id: str) -> list[Event]:
        """The events of a sitting, oldest first."""
        now = self.renames()
        found = self.database.values(EVENTS, "WHERE sitting = ? ORDER BY seq", (sitting_id,))
        return [_present(event, now) for event in found]

    def answers(self, sitting_id: str) -> list[Review]:
        """The answers of a sitting that are not undone, oldest first."""
        entries = self._entries(f"WHERE sitting = ? AND {LIVE} ORDER BY seq", (sitting_id,))
        return [entry for entry in entries if isinstance(entry, Review)]

    def _sittings(self, clause: str, values: tuple[object, ...]) -> list[Sitting]:
        now = self.renames()
        return [
            replace(each, cards=tuple(dict.fromkeys(now.get(card, card) for card in each.cards)))
            for each in self.database.values(SITTINGS, clause, values)
        ]


def _present(event: Event, now: Mapping[str, str]) -> Event:
    """An event under the id that its card has now."""
    if (card := now.get(str(event.facts.get("card")))) is None:
        return event
    return replace(event, facts={**event.facts, "card": card})


def _sitting(row: Row) -> Sitting:
    _, id_, kind, at, day, seed, cards, terms, _ = row
    when, questions = cells.instant(at), cells.words(cards)
    chosen = cells.facts(terms)
    return Sitting(id_, SittingKind(kind), when, cells.day(day), seed, questions, chosen)


def _event(row: Row) -> Event:
    _, _, at, event, facts, _ = row
    return Event(event, cells.instant(at), cells.facts(facts, FACTS.get(event, cells.NO_SHAPE)))


SITTINGS = Table(
    "sittings",
    ("seq", "id", "kind", "at", "day", "seed", "cards", "terms", "checksum"),
    sealed(_sitting),
)
EVENTS = Table(
    "sitting_events", ("seq", "sitting", "at", "event", "facts", "checksum"), sealed(_event)
)
