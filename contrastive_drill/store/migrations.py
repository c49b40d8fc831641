"""The schema of the database, as the migrations that build it."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from sqlite3 import Connection

from contrastive_drill.errors import DataProblem
from contrastive_drill.store import schema
from contrastive_drill.store.cells import utc_text
from contrastive_drill.store.connection import connect
from contrastive_drill.store.database import APPLICATION_ID, Database
from contrastive_drill.store.table import Row, seal

Migration = Callable[[Connection], None]


def m001_log_and_caches(connection: Connection) -> None:
    """The append-only log, and the two tables folded from it."""
    for statement in (
        schema.LOG,
        *schema.LOG_INDEXES,
        *schema.LOG_GUARDS,
        schema.MEMORIES,
        schema.DUE,
        schema.MARKS,
    ):
        connection.execute(statement)


def m002_demo_runs(connection: Connection) -> None:
    """The results of each run of a demo, append-only like the log."""
    for statement in (schema.DEMO_RUNS, schema.DEMO_RUNS_INDEX, *schema.guards("demo_runs")):
        connection.execute(statement)


def m003_sittings(connection: Connection) -> None:
    """Exams and interviews, and the answers given in them."""
    _move_log(connection, schema.LOG_WITH_SITTINGS)
    for statement in (
        *schema.LOG_INDEXES,
        "CREATE INDEX log_sitting ON log (sitting) WHERE sitting IS NOT NULL",
        *schema.LOG_GUARDS,
        schema.SITTINGS,
        schema.SITTING_EVENTS,
        "CREATE INDEX sitting_events_sitting ON sitting_events (sitting)",
        *schema.guards("sittings"),
        *schema.guards("sitting_events"),
    ):
        connection.execute(statement)


def m004_fits(connection: Connection) -> None:
    """Parameters fitted to the log, and those that each answer was scheduled with."""
    for statement in (
        schema.FITS,
        *schema.guards("fits"),
        "ALTER TABLE log ADD COLUMN fit TEXT REFERENCES fits (id)"
        " CHECK (fit IS NULL OR kind = 'review')",
    ):
        connection.execute(statement)


def m005_renames(connection: Connection) -> None:
    """The ids that cards had before, under which the log may have them."""
    for statement in (schema.RENAMES, "CREATE INDEX renames_card ON renames (card_id)"):
        connection.execute(statement)


def m006_checksums(connection: Connection) -> None:
    """A checksum of each row that is only appended; the rows there are get theirs."""
    # A row whose text is not UTF-8 gets one too, and is told from the others when it is read.
    connection.text_factory = lambda text: text.decode(errors="surrogateescape")
    for table in ("log", "demo_runs", "sittings", "sitting_events", "fits"):
        no_update, _ = schema.guards(table)
        columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
        connection.execute(f"DROP TRIGGER {table}_no_UPDATE")
        connection.execute(f"ALTER TABLE {table} ADD COLUMN checksum INTEGER")
        sums = [(seal(row), row[0]) for row in connection.execute(f"SELECT {columns} FROM {table}")]
        connection.executemany(f"UPDATE {table} SET checksum = ? WHERE seq = ?", sums)
        connection.execute(no_update)
    connection.text_factory = str


def m007_demo_guesses(connection: Connection) -> None:
    """What the learner had predicted before a run of a demo."""
    for statement in (schema.DEMO_GUESSES, *schema.guards("demo_guesses")):
        connection.execute(statement)


def m008_origins(connection: Connection) -> None:
    """Answers given in Anki or on the page for a phone, and rows in the order of a merge."""
    # A row that is amiss comes along, to be named by whoever reads it.
    connection.execute("PRAGMA ignore_check_constraints = ON")
    try:
        _move_log(connection, schema.LOG_WITH_ORIGINS)
    finally:
        connection.execute("PRAGMA ignore_check_constraints = OFF")
    for statement in (*schema.LOG_INDEXES_WITH_ORIGINS, *schema.LOG_GUARDS):
        connection.execute(statement)


def _move_log(connection: Connection, table: str) -> None:
    """Copy the log into a table of that form: a check cannot be altered."""
    connection.execute(table)
    columns = ", ".join(row[1] for row in connection.execute("PRAGMA table_info(log)"))
    connection.execute(f"INSERT INTO log_new ({columns}) SELECT {columns} FROM log ORDER BY seq")
    connection.execute("DROP TABLE log")
    connection.execute("ALTER TABLE log_new RENAME TO log")


# One that changes a column of an append-only table gives its rows their checksums anew.
MIGRATIONS: tuple[Migration, ...] = (
    m001_log_and_caches,
    m002_demo_runs,
    m003_sittings,
    m004_fits,
    m005_renames,
    m006_checksums,
    m007_demo_guesses,
    m008_origins,
)


def schema_of_new() -> frozenset[Row]:
    """Type, name, table and SQL of all that a new database has."""
    return _schema_by(MIGRATIONS)


@cache
def _schema_by(_: tuple[Migration, ...]) -> frozenset[Row]:
    with Database.connected(Path("new"), str, lambda _: connect(":memory:")) as new:
        migrate(new, datetime.now(UTC), lambda _: None)
        return frozenset(new.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema"))


def version_of(database: Database) -> int:
    """The number of migrations a database has.

    Raises:
        DataProblem: when it has more than this program knows.
        Damaged: when the number is not that of the migrations on record.
    """
    ((version,),) = database.rows("PRAGMA user_version")
    if version > len(MIGRATIONS):
        raise DataProblem(
            f"{database.path} was written by a newer contrastive-drill (format {version}, this one"
            f" reads up to {len(MIGRATIONS)}): upgrade the program; the file was left as it is"
        )
    if version and database.rows("SELECT count(*) FROM migrations") != [(version,)]:
        raise database.damaged()
    return int(version)


def migrate(database: Database, now: datetime, before: Callable[[int], object]) -> None:
    """Bring a database to the newest version; each step commits together with its record.

    `before` is called once with the old version, to make a backup, unless the database is new. A
    new one is built in a single transaction, so that no process sees it half built.
    """
    version = version_of(database)
    if 0 < version < len(MIGRATIONS):
        before(version)
    while version < len(MIGRATIONS):
        with database.transaction():
            version = version_of(database)  # another process may have been faster
            if version == 0:
                database.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                database.connection.execute(schema.APPLIED)
            for step in MIGRATIONS[version : version + 1 if version else None]:
                step(database.connection)
                database.connection.execute(
                    "INSERT INTO migrations (name, at) VALUES (?, ?)",
                    (step.__name__, utc_text(now)),
                )
                version += 1
            database.connection.execute(f"PRAGMA user_version = {version}")
