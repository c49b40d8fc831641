"""Exams and interviews, with their events: appended and read, never changed."""

import json
from dataclasses import asdict
from datetime import datetime

from contrastive_drill.memory.log import Review
from contrastive_drill.memory.sitting import ENDED, Event, Sitting, SittingKind
from contrastive_drill.store.database import Row
from contrastive_drill.store.history import History
from contrastive_drill.store.rows import LIVE, facts_of, utc_text


class Sittings(History):
    """Every exam and interview on this machine, with its answers and events.

    Any method raises `DataProblem` when the file cannot be read or written.
    """

    def begin(self, sitting: Sitting) -> None:
        """Append a sitting, in one transaction."""
        row = {
            **asdict(sitting),
            "at": utc_text(sitting.at),
            "cards": json.dumps(sitting.cards, ensure_ascii=False),
            "terms": json.dumps(sitting.terms or {}, ensure_ascii=False),
        }
        with self.database.transaction():
            self.database.insert("sittings", row)

    def note(self, sitting_id: str, event: Event) -> None:
        """Append an event, in one transaction."""
        row = {
            "sitting": sitting_id,
            "at": utc_text(event.at),
            "event": event.name,
            "facts": json.dumps(dict(event.facts), ensure_ascii=False),
        }
        with self.database.transaction():
            self.database.insert("sitting_events", row)

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
        renames = self.renames()

        def event(row: Row) -> Event:
            facts = facts_of(row[2])
            if "card" in facts:
                facts["card"] = renames.get(facts["card"], facts["card"])
            return Event(row[0], datetime.fromisoformat(row[1]), facts)

        return self.database.read(
            event,
            "SELECT event, at, facts FROM sitting_events WHERE sitting = ? ORDER BY seq",
            (sitting_id,),
        )

    def answers(self, sitting_id: str) -> list[Review]:
        """The answers of a sitting that are not undone, oldest first."""
        entries = self._entries(f"WHERE sitting = ? AND {LIVE} ORDER BY seq", (sitting_id,))
        return [entry for entry in entries if isinstance(entry, Review)]

    def _sittings(self, clause: str, values: tuple[object, ...]) -> list[Sitting]:
        columns, renames = "id, kind, at, day, seed, cards, terms", self.renames()

        def sitting(row: Row) -> Sitting:
            id_, kind, at, day, seed, cards, terms = row
            ids = dict.fromkeys(renames.get(card, card) for card in json.loads(cards))
            when = datetime.fromisoformat(at)
            return Sitting(id_, SittingKind(kind), when, day, seed, tuple(ids), facts_of(terms))

        return self.database.read(sitting, f"SELECT {columns} FROM sittings {clause}", values)
