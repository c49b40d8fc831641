"""Kill processes that use the store, at random instants, and look at what they leave.

    python crashes.py KIND FOLDER SEED TRIALS

The trials run in processes forked from this one, so each costs milliseconds. The exit status is 0
when everything held; the last line says how many were killed at work.
"""

import os
import random
import select
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from sqlite3 import Connection

from answers import DAY, NOW, answer, as_shown, assert_sound, change, opened

from contrastive_drill.memory.log import Review
from contrastive_drill.memory.marks import Verb
from contrastive_drill.store import backups, migrations
from contrastive_drill.store.restore import restore

Say = Callable[[str], None]
CARDS = [f"card-{number}" for number in range(6)]
SHIPPED = migrations.MIGRATIONS


def carry_on() -> None:
    """Pass a delicate place without a stop."""


delicate: Callable[[], None] = carry_on  # called where a kill would hurt most


def record(folder: Path, say: Say, rng: random.Random) -> None:
    """Answer without end; say each answer once it is recorded."""
    store = opened(folder)
    while True:
        review = answer(card := rng.choice(CARDS), store.memory(card))
        store.record(review)
        say(f"+{review.id}")


def mixed(folder: Path, say: Say, rng: random.Random) -> None:
    """Answer, change and take back without end."""
    store = opened(folder)
    while True:
        card = rng.choice(CARDS)
        match rng.randrange(3):
            case 0:
                review = answer(card, store.memory(card))
                store.record(review)
                say(f"+{review.id}")
            case 1:
                verb = change(card, rng.choice(list(Verb)))
                store.change(verb)
                say(f"+{verb.id}")
            case _:
                undo_id = f"u{rng.getrandbits(100)}"
                entry = store.undo(undo_id=undo_id, at=NOW, day=DAY, fold=as_shown)
                if entry:
                    say(f"-{entry.id}")


def back_up(folder: Path, say: Say, rng: random.Random) -> None:
    """Answer and copy without end; the daily copies are thinned out meanwhile."""
    store = opened(folder)
    now = NOW
    while True:
        review = answer(card := rng.choice(CARDS), store.memory(card))
        store.record(review)
        say(f"+{review.id}")
        now += timedelta(days=1)
        store.backup_if_due(now)


def move_in(folder: Path, say: Say, rng: random.Random) -> None:
    """Make the database."""
    opened(folder).close()
    record(folder, say, rng)


def upgrade(folder: Path, say: Say, rng: random.Random) -> None:
    """Bring the database to a newer format, then answer."""
    migrations.MIGRATIONS = (*SHIPPED, m003_rewritten, m004_wider)
    record(folder, say, rng)


def put_back(folder: Path, say: Say, rng: random.Random) -> None:
    """Restore a copy without end."""
    copy = next((folder / "backups").iterdir())
    while True:
        restore(folder / "drill.sqlite", copy, NOW)


def m003_rewritten(connection: Connection) -> None:
    """A change that touches every memory."""
    delicate()
    connection.execute("CREATE TABLE moved AS SELECT * FROM memories")
    connection.execute("DELETE FROM memories")
    connection.execute("INSERT INTO memories SELECT * FROM moved")
    delicate()
    connection.execute("DROP TABLE moved")


def m004_wider(connection: Connection) -> None:
    """A change that touches the log."""
    delicate()
    connection.execute("ALTER TABLE log ADD COLUMN confidence REAL")
    connection.execute("CREATE INDEX log_digest ON log (digest)")
    delicate()


WORK: dict[str, Callable[[Path, Say, random.Random], None]] = {
    "record": record,
    "mixed": mixed,
    "backup": back_up,
    "create": move_in,
    "migrate": upgrade,
    "restore": put_back,
}


def prepare(kind: str, folder: Path) -> None:
    """What stands before the trial begins."""
    if kind == "create":
        return
    with opened(folder) as store:
        for card in CARDS * (10 if kind == "migrate" else 1):
            store.record(answer(card, store.memory(card)))
        if kind == "restore":
            store.backup(NOW)
            store.record(answer("late", store.memory("late")))


def killed_at_work(kind: str, folder: Path, rng: random.Random) -> list[str]:
    """What one process had said when it was killed."""
    reading, writing = os.pipe()
    seed = rng.getrandbits(32)
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            linger(writing, random.Random(seed + 1))
            WORK[kind](folder, partial(_say, writing), random.Random(seed))
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)  # the work has no end: only a fault comes here
    os.close(writing)
    wanted = rng.choice((0, 0, *range(1, 14)))
    said = b""
    with open(reading, "rb", buffering=0) as pipe:
        while said.count(b"\n") < wanted:
            chunk = pipe.read(4096)
            assert chunk, "the process ended by itself"
            said += chunk
        # From ten microseconds to thirty milliseconds: disks differ as much.
        select.select([], [], [], 10 ** rng.uniform(-5.0, -1.5 if wanted == 0 else -3.0))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), "the process ended by itself"
        said += pipe.read()
    return [word for word in said.decode().splitlines() if word[0] != "="]


def linger(pipe: int, rng: random.Random) -> None:
    """Say so and tarry a little before each step that moves a file, and within each migration."""
    global delicate

    def pause() -> None:
        _say(pipe, "=")
        select.select([], [], [], rng.uniform(0.0, 0.0004))

    def paused(step: Callable[..., None], *arguments: object) -> None:
        pause()
        step(*arguments)

    delicate = pause
    for name in ("replace", "link", "fsync"):
        setattr(os, name, partial(paused, getattr(os, name)))


def _say(pipe: int, word: str) -> None:
    os.write(pipe, f"{word}\n".encode())


def examine(kind: str, folder: Path, rows_before: int, said: list[str]) -> int:
    """Check what a killed process left; how many rows the log has now."""
    if kind == "migrate":
        migrations.MIGRATIONS = (*SHIPPED, m003_rewritten, m004_wider)
    with opened(folder) as store:
        assert_sound(store)
        ((rows,),) = store.database.rows("SELECT count(*) FROM log")
        steps = store.database.rows("SELECT name FROM migrations ORDER BY rowid")
        assert steps == [(step.__name__,) for step in migrations.MIGRATIONS]
        if kind == "restore":
            assert rows in (rows_before, rows_before - 1)
        else:
            # Every answer that was acknowledged, and at most the one under way.
            assert rows - rows_before - len(said) in (0, 1), (rows, rows_before, said)
        entries = {row[0] for row in store.database.rows("SELECT id FROM log")}
        undone = {row[0] for row in store.database.rows("SELECT undoes FROM log")}
        for word in said:
            assert word[1:] in (entries if word[0] == "+" else undone), word
        review: Review = answer("after", store.memory("after"))
        store.record(review)  # and life goes on
    for copy in backups.backups(folder / "backups"):
        assert backups.longest_good(folder / "backups")
        with backups.open_backup(copy.path) as database:
            database.check()
    migrations.MIGRATIONS = SHIPPED
    return int(rows) + 1


def main(kind: str, folder: Path, seed: int, trials: int) -> None:
    """Run the trials."""
    rng = random.Random(seed)
    acknowledged = 0
    for trial in range(trials):
        place = folder / f"{kind}-{trial // 10 if kind in ('record', 'mixed') else trial}"
        if not place.exists():
            place.mkdir(parents=True)
            prepare(kind, place)
            rows = {"create": 0, "migrate": 60, "restore": 7}.get(kind, 6)
        said = killed_at_work(kind, place, rng)
        acknowledged += len(said)
        rows = examine(kind, place, rows, said)
    print(f"{trials} killed, {acknowledged} acknowledged")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
