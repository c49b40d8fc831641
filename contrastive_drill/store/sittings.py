"""Exams and interviews, with their events: appended and read, never changed."""

import json
from collections.abc import Mapping
from datetime import datetime

from contrastive_drill.memory.log import Review
from contrastive_drill.memory.sitting import ENDED, Event, Fact, Sitting, SittingKind
from contrastive_drill.store.history import History
from contrastive_drill.store.rows import LIVE, utc_text

_COLUMNS = "id, kind, at, day, seed, cards, terms"


class Sittings(History):
    """Every exam and interview on this machine, with its answers and events.

    Any method raises `DataProblem` when the file cannot be read or written.
    """

    def begin(self, sitting: Sitting) -> None:
        """Append a sitting, in one transaction."""
        row = (
            sitting.id,
            sitting.kind.value,
            utc_text(sitting.at),
            sitting.day,
            sitting.seed,
            json.dumps(sitting.cards, ensure_ascii=False),
            json.dumps(sitting.terms or {}, ensure_ascii=False),
        )
        places = ", ".join("?" * len(row))
        with self.database.transaction():
            self.database.rows(f"INSERT INTO sittings ({_COLUMNS}) VALUES ({places})", row)

    def note(self, sitting_id: str, event: Event) -> None:
        """Append an event, in one transaction."""
        facts = json.dumps(dict(event.facts), ensure_ascii=False)
        with self.database.transaction():
            self.database.rows(
                "INSERT INTO sitting_events (sitting, at, event, facts) VALUES (?, ?, ?, ?)",
                (sitting_id, utc_text(event.at), event.name, facts),
            )

    def newest(self, kind: SittingKind, limit: int | None = None) -> list[Sitting]:
        """The exams, or the interviews, newest first."""
        return self._sittings(
            "WHERE kind = ? ORDER BY seq DESC LIMIT ?",
            (kind.value, -1 if limit is None else limit),
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
        rows = self.database.rows(
            "SELECT event, at, facts FROM sitting_events WHERE sitting = ? ORDER BY seq",
            (sitting_id,),
        )
        try:
            return [
                Event(name, datetime.fromisoformat(at), _facts(facts)) for name, at, facts in rows
            ]
        except (ValueError, TypeError, AttributeError) as error:
            raise self.database.damaged() from error

    def answers(self, sitting_id: str) -> list[Review]:
        """The answers of a sitting that are not undone, oldest first."""
        entries = self._entries(f"WHERE sitting = ? AND {LIVE} ORDER BY seq", (sitting_id,))
        return [entry for entry in entries if isinstance(entry, Review)]

    def _sittings(self, clause: str, values: tuple[object, ...]) -> list[Sitting]:
        rows = self.database.rows(f"SELECT {_COLUMNS} FROM sittings {clause}", values)
        try:
            return [
                Sitting(
                    id=id_,
                    kind=SittingKind(kind),
                    at=datetime.fromisoformat(at),
                    day=day,
                    seed=seed,
                    cards=tuple(json.loads(cards)),
                    terms=_facts(terms),
                )
                for id_, kind, at, day, seed, cards, terms in rows
            ]
        except (ValueError, TypeError, AttributeError) as error:
            raise self.database.damaged() from error


def _facts(text: str) -> Mapping[str, Fact]:
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(text).items()
    }
