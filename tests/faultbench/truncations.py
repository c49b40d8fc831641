"""Files that end too early: each is found, or nothing that is kept was lost."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from faultbench.homes import Said, copied, lived_in, run, scratch

TABLES = ("log", "sittings", "sitting_events", "demo_runs", "fits", "memories", "marks")


def trials(count: int, seed: int) -> Iterator[str]:
    """Cut files at every length of the small ones, at the ends of pages, and at random."""
    rng = Random(seed)
    with scratch() as folder:
        home = lived_in(folder)
        cuts = [(name, size) for name in FILES for size in lengths(found(home, name), rng)]
        for name, size in rng.sample(cuts, min(count, len(cuts))):
            with copied(home) as place:
                path = found(place, name)
                path.write_bytes(path.read_bytes()[:size])
                fault = FILES[name](place, path, home)
            yield fault and f"{name} cut to {size} bytes: {fault}"


def lengths(path: Path, rng: Random) -> set[int]:
    """Every length below a small file's; of a large one those about pages, and some between."""
    size = path.stat().st_size
    if size < 2000:
        return {*range(size)}
    pages = {size // 4096 * 4096 * n // 40 + off for n in range(40) for off in (-1, 0, 1)}
    return {n for n in pages | {rng.randrange(size) for _ in range(400)} if 0 <= n < size}


def found(home: Path, name: str) -> Path:
    """A file of a home by a pattern; the newest where it fits several."""
    return sorted(home.glob(name))[-1]


def database(home: Path, path: Path, whole: Path) -> str:
    """Each command refuses it and leaves it alone, or it has all that was kept."""
    before = path.read_bytes()
    kept = {each.name: each.read_bytes() for each in (home / "backups").iterdir()}
    said = [run(home, *words) for words in (("doctor",), ("status",), ("review",), ("backup",))]
    if fault := next((each.fault for each in said if each.fault), ""):
        return fault
    if any(each.status for each in said):
        if path.read_bytes() != before:
            return "a refused file was changed"
        now = {each.name: each.read_bytes() for each in (home / "backups").iterdir()}
        return "" if now == kept else "the backups are others now"
    return "" if content(path) == content(whole / "drill.sqlite") else "silent"


def backup(home: Path, path: Path, whole: Path) -> str:
    """It is not restored, and no other file suffers; or it is as good as it was."""
    was = content(whole / path.relative_to(home))
    said = run(home, "restore", path.name)
    if said.fault:
        return said.fault
    if said.status == 0:
        return "" if content(home / "drill.sqlite") == was else "restored in part"
    if content(home / "drill.sqlite") != content(whole / "drill.sqlite"):
        return "refused, and the database is another now"
    return run(home, "backup").fault or run(home, "doctor").fault


def refused_or_read(*words: str) -> Callable[[Path, Path, Path], str]:
    """A file in which what is missing shows in a line, or does not matter."""

    def look(home: Path, path: Path, whole: Path) -> str:
        before = path.read_bytes()
        said = run(home, *words)
        if said.status and path.read_bytes() != before:
            return "a refused file was changed"
        return said.fault or ("" if told(said) or same(said, run(whole, *words)) else "silent")

    return look


def told(said: Said) -> bool:
    """Whether a command says that something is wrong."""
    return bool(said.status or said.err)


def same(one: Said, other: Said) -> bool:
    """Whether two homes say the same."""
    return one.out == other.out


def made_anew(home: Path, path: Path, whole: Path) -> str:
    """A file that the program can make itself: nobody need know."""
    said = run(home, "bank", "stats")
    return said.fault or ("" if same(said, run(whole, "bank", "stats")) else "other cards")


def content(path: Path) -> object:
    """All that is kept in a database."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return [connection.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES]
    except sqlite3.Error as error:
        return str(error)
    finally:
        connection.close()


FILES: dict[str, Callable[[Path, Path, Path], str]] = {
    "drill.sqlite": database,
    "backups/*.sqlite": backup,
    "settings.json": refused_or_read("config"),
    "plan.json": refused_or_read("plan", "--brief"),
    "cache/bank.cache": made_anew,
}
