"""The runs of demos: appended and read, never changed."""

import json
from dataclasses import asdict
from datetime import datetime

from contrastive_drill.demo.result import Claim, Run
from contrastive_drill.store.database import Database, Row
from contrastive_drill.store.rows import utc_text

_COLUMNS = "id, at, name, seed, device, quick, seconds, claims, settings, changed, version"


class DemoRuns:
    """Every complete run of a demo on this machine.

    Any method raises `DataProblem` when the file cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def append(self, run: Run) -> None:
        """Append a run, in one transaction."""
        row = {
            "id": run.id,
            "at": utc_text(run.at),
            "name": run.name,
            "seed": run.seed,
            "device": run.device,
            "quick": int(run.quick),
            "seconds": run.seconds,
            "claims": json.dumps([asdict(claim) for claim in run.claims], ensure_ascii=False),
            "settings": json.dumps(run.settings, ensure_ascii=False),
            "changed": json.dumps(run.changed),
            "version": run.version,
        }
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
        return self.database.read(_run, f"SELECT {_COLUMNS} FROM demo_runs {clause}", values)


def _run(row: Row) -> Run:
    id_, at, name, seed, device, quick, seconds, claims, settings, changed, version = row
    return Run(
        id=id_,
        at=datetime.fromisoformat(at),
        name=name,
        seed=seed,
        device=device,
        quick=bool(quick),
        seconds=seconds,
        claims=tuple(Claim(**claim) for claim in json.loads(claims)),
        settings={
            key: tuple(value) if isinstance(value, list) else value
            for key, value in json.loads(settings).items()
        },
        changed=tuple(json.loads(changed)),
        version=version,
    )
