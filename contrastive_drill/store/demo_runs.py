"""The runs of demos: appended and read, never changed."""

import json
from dataclasses import asdict, fields

from contrastive_drill.demo.result import Claim, Guess, Run
from contrastive_drill.store import cells
from contrastive_drill.store.database import Database
from contrastive_drill.store.table import Row, Table, sealed

_COLUMNS = tuple(field.name for field in fields(Run))
_CLAIM = {"text": str, "measured": float | int, "expected": str, "held": bool, "unit": str}


class DemoRuns:
    """Every complete run of a demo on this machine.

    Any method raises `DataProblem` when the file cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def append(self, run: Run, guess: Guess | None = None) -> None:
        """Append a run, with what had been predicted of it, in one transaction."""
        row = {**asdict(run), "at": cells.utc_text(run.at)}
        for name in ("claims", "settings", "changed"):
            row[name] = json.dumps(row[name], ensure_ascii=False)
        with self.database.transaction():
            self.database.append(RUNS, row)
            if guess:
                self.database.append(GUESSES, {"run_id": run.id, **guess._asdict()})

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

    def guesses(self) -> list[Guess]:
        """Every prediction, oldest first."""
        return self.database.values(GUESSES, "ORDER BY seq", {})

    def _read(self, clause: str, values: dict[str, object]) -> list[Run]:
        return self.database.values(RUNS, clause, values)


def _run(row: Row) -> Run:
    record = dict(zip(_COLUMNS, row[1:-1], strict=True))
    claims = [cells.shaped(claim, _CLAIM) for claim in cells.parsed(record["claims"])]
    return Run(
        **record
        | {
            "at": cells.instant(record["at"]),
            "quick": bool(record["quick"]),
            "seconds": cells.number(record["seconds"], 0, cells.LONG),
            "claims": tuple(Claim(**claim) for claim in claims),
            "settings": cells.facts(record["settings"]),
            "changed": cells.words(record["changed"]),
        }
    )


def _guess(row: Row) -> Guess:
    return Guess(*(int(cells.number(float(each), 0, 99)) for each in row[2:4]))


RUNS = Table("demo_runs", ("seq", *_COLUMNS, "checksum"), sealed(_run))
GUESSES = Table("demo_guesses", ("seq", "run_id", "guess", "outcome", "checksum"), sealed(_guess))
