"""The runs of demos: appended and read, never changed."""

import json
from dataclasses import asdict, fields
from datetime import datetime

from contrastive_drill.demo.result import Claim, Run
from contrastive_drill.store.database import Database, Row
from contrastive_drill.store.rows import facts_of, utc_text

_COLUMNS = tuple(field.name for field in fields(Run))


class DemoRuns:
    """Every complete run of a demo on this machine.

    Any method raises `DataProblem` when the file cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def append(self, run: Run) -> None:
        """Append a run, in one transaction."""
        row = {**asdict(run), "at": utc_text(run.at)}
        for name in ("claims", "settings", "changed"):
            row[name] = json.dumps(row[name], ensure_ascii=False)
        with self.database.transaction():
            self.database.insert("demo_runs", row)

    def newest(self, name: str | None = None, limit: int | None = None) -> list[Run]:
        """The runs of one demo, or of all, newest first."""
        only = "" if name is None else "WHERE name = :name"
        return self._read(
            f"{only} ORDER BY seq DESC LIMIT :limit",
            {"name": name, "limit": -1 if limit is None else limit},
        )

    def latest(self) -> dict[str, Run]:
        """The last run of each demo."""
        runs = self._read("WHERE seq IN (SELECT max(seq) FROM demo_runs GROUP BY name)", {})
        return {run.name: run for run in runs}

    def _read(self, clause: str, values: dict[str, object]) -> list[Run]:
        sql = f"SELECT {', '.join(_COLUMNS)} FROM demo_runs {clause}"
        return self.database.read(_run, sql, values)


def _run(row: Row) -> Run:
    record = dict(zip(_COLUMNS, row, strict=True))
    return Run(
        **record
        | {
            "at": datetime.fromisoformat(record["at"]),
            "quick": bool(record["quick"]),
            "claims": tuple(Claim(**claim) for claim in json.loads(record["claims"])),
            "settings": facts_of(record["settings"]),
            "changed": tuple(json.loads(record["changed"])),
        }
    )
