"""This machine and the person's others: the log's files in the folder that they share."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrastive_drill import __version__, files, settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.errors import DataProblem, DrillError
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.screen.plain import complain, say
from contrastive_drill.words import plural

if TYPE_CHECKING:
    from contrastive_drill.store import Store
    from contrastive_drill.store.log_file import Header
    from contrastive_drill.store.merge import Gain

NAMES = "drill-", ".jsonl"  # how the name of a log there begins and ends
NOUNS = ("answer", "mark", "undo", "exam or interview", "event of one", "run of a demo", "fit")


def words(gain: "Gain") -> str:
    """What came in, in words; empty where nothing did."""
    many = {"exam or interview": "exams or interviews", "event of one": "events of one"}
    many["run of a demo"] = "runs of demos"
    came = [
        f"{count} {many[noun]}" if noun in many and count > 1 else plural(count, noun)
        for count, noun in zip(gain, NOUNS, strict=False)
        if count
    ]
    if gain.different:
        came.append(f"{plural(gain.different, 'row')} that read otherwise there")
    return ", ".join(came)


def header(env: Environment, store: "Store") -> "Header":
    """The first line of this machine's log now.

    Raises:
        DataProblem: when the file with its id is not as this program writes it.
    """
    import platform

    from contrastive_drill.store.log_file import Header, rows_of

    return Header(
        _id(env), platform.node() or "a machine", env.utc(), __version__, rows_of(store.database)
    )


@contextmanager
def shared(env: Environment, store: "Store") -> Iterator[None]:
    """A session: before it, what other machines wrote is taken in, after it, they get this log."""
    if env.preferences.sync_folder is None:
        yield
        return
    take_in(env, store)
    try:
        yield
    finally:
        share(env, store)


def begin(env: Environment) -> None:
    """Make the folder that was set, take in what is there, and put this log beside it."""
    assert env.preferences.sync_folder
    files.make_folder(env.preferences.sync_folder)
    env.notify = say
    with env.store() as store, shared(env, store):
        pass


def take_in(env: Environment, store: "Store") -> None:
    """Take in each log in the folder that was not read as it is now; tells what it was."""
    known = _known(env, store)
    taken = dict(known)
    for path in _logs(env.preferences.sync_folder, env.notify):
        try:
            state = _state(path)
            if known.get(str(path)) != state:
                _take(env, store, path)
                taken[str(path)] = state
        except (DrillError, OSError) as error:
            env.notify(_line(error))
    if taken != known:
        _remember(env, store, taken)


def share(env: Environment, store: "Store") -> None:
    """Write this machine's log into the folder, if it has anything new; a failure is told."""
    from contrastive_drill.store.log_file import header_of, lines

    folder = env.preferences.sync_folder
    assert folder
    try:
        own = header(env, store)
        path = folder / own.machine.join(NAMES)
        with suppress(DrillError):
            if header_of(path).rows == own.rows:
                return
        if any(count for count, _ in own.rows.values()):
            files.write(path, "".join(lines(store.database, own)).encode())
            _remember(env, store, _known(env, store) | {str(path): _state(path)})
    except (DrillError, OSError) as error:
        complain(f"the other machines did not get this log: {_line(error)}")


def last_heard(env: Environment, folder: Path) -> "list[tuple[Header, bool]]":
    """The newest log of each machine in the folder, and whether it is this one; the last first.

    Raises:
        DataProblem: when one of them is not a log.
    """
    from contrastive_drill.store.log_file import header_of

    problems: list[str] = []
    newest: dict[str, Header] = {}
    for each in map(header_of, _logs(folder, problems.append)):
        if each.machine not in newest or each.at > newest[each.machine].at:
            newest[each.machine] = each
    if problems:
        raise DataProblem(problems[0])
    own = _id(env)
    found = sorted(newest.values(), key=lambda each: each.at, reverse=True)
    return [(each, each.machine == own) for each in found]


def _take(env: Environment, store: "Store", path: Path) -> None:
    from contrastive_drill.store.log_file import content_of, header_of
    from contrastive_drill.store.merge import content, merge

    now = env.clock.now()
    came = content_of(path, now, content(store.database))
    gain = merge(store, came, env.paths.backups, now, replay)
    if any(gain[:-1]):
        env.notify(f"Taken in from {header_of(path).name[:80]}: {words(gain)}.")


def _logs(folder: Path | None, tell: Callable[[str], object]) -> list[Path]:
    """The logs in the folder, copies that a service left after a conflict among them."""
    try:
        names = sorted(os.listdir(folder)) if folder else []
    except OSError as error:
        tell(f"the sync_folder cannot be read: {_line(error)}")
        names = []
    begins, ends = NAMES
    named = [name for name in names if name.startswith(begins) and name.endswith(ends)]
    return [folder / name for name in named] if folder else []


def _id(env: Environment) -> str:
    """The id of this machine, made when it is first needed."""
    path = env.paths.machine
    held = settings.read(path)
    if held is None:
        settings.write(path, held := {"id": env.new_id()})
    machine = held.get("id")
    if not isinstance(machine, str) or not machine.replace("-", "").isalnum():
        raise DataProblem(f"{path} has no id of a machine: move it away, and it is made anew")
    return machine


def _state(path: Path) -> list[int]:
    """By what it is seen that a file was written again."""
    state = path.stat()
    return [state.st_size, state.st_mtime_ns]


def _rows(store: "Store") -> int:
    ((count,),) = store.database.rows("SELECT count(*) FROM log")
    return int(count)


def _known(env: Environment, store: "Store") -> dict[str, Any]:
    """The state of each log when it was read; none where the database has lost rows since."""
    with suppress(DrillError, OSError):
        held = settings.read(env.paths.taken_in) or {}
        known = held.get("files")
        if (
            isinstance(known, dict)
            and isinstance(held.get("rows"), int)
            and held["rows"] <= _rows(store)
        ):
            return known
    return {}


def _remember(env: Environment, store: "Store", known: dict[str, Any]) -> None:
    import json

    text = json.dumps({"rows": _rows(store), "files": known})
    with suppress(DrillError):  # then they are read again
        settings.write_text(env.paths.taken_in, text, durable=False)


def _line(error: DrillError | OSError) -> str:
    return str(files.refusal(error) if isinstance(error, OSError) else error)
