"""The person's file of a task: begun, begun anew, read; nothing that was written is lost."""

from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from contrastive_drill import intake
from contrastive_drill.code.task import Task
from contrastive_drill.errors import DataProblem
from contrastive_drill.settings import write_text

EARLIER = "earlier"  # the folder of files that were begun anew
BLANK = "# Three lines are missing: write them.\n"


class Saved(NamedTuple):
    """What tells one save of a file from the next."""

    changed_ns: int
    size: int


def begin(path: Path, task: Task, blank: bool = False) -> None:
    """Write the file with which a task begins; what was in it is kept in `earlier`.

    Raises:
        DataProblem: when it cannot be written.
    """
    if path.exists() and (text := read(path)) not in (task.stub, blank_form(task)):
        places = (path.parent / EARLIER / f"{path.stem}-{number}.py" for number in count(1))
        write_text(next(free for free in places if not free.exists()), text)
    write_text(path, blank_form(task) if blank else task.stub)


def blank_form(task: Task) -> str:
    """A task's file with all but three lines of a solution."""
    return BLANK + task.blank()


def is_blank_form(source: str) -> bool:
    """Whether a file was begun with a solution to fill in."""
    return source.startswith(BLANK)


def saved(path: Path) -> Saved | None:
    """The state of the file; None while an editor is about to replace it."""
    with suppress(OSError):
        state = path.stat()
        return Saved(state.st_mtime_ns, state.st_size)
    return None


def read(path: Path) -> str:
    """The source in a file.

    Raises:
        DataProblem: when it cannot be read.
    """
    try:
        return intake.read(path).decode("utf-8-sig", "replace")
    except OSError as error:
        raise DataProblem(f"{path} cannot be read: {error.strerror}") from None


def shown(path: Path) -> str:
    """A path as a person reads it."""
    with suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    return str(path)
