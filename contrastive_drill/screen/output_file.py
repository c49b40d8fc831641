"""Files that a result is drawn into: known to be writable early, replaced only by whole ones."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contrastive_drill import files
from contrastive_drill.errors import DataProblem, UsageProblem

HTML = (".html", ".htm")
MARKDOWN = (".md", ".markdown", ".txt")


def ready(path: Path, option: str, suffixes: tuple[str, ...] = ()) -> None:
    """Make sure before a long run that `path`, given with `option`, can be written.

    Raises:
        UsageProblem: where its name ends in none of the `suffixes`, if any are given.
        DataProblem: where it cannot.
    """
    if os.path.isdir(path):
        raise DataProblem(f"cannot write {path}: it is a folder; name a file in it for {option}")
    if suffixes and not files.is_stream(path) and path.suffix.lower() not in suffixes:
        ends, named = " or ".join(suffixes), path.with_suffix(suffixes[0]).name
        raise UsageProblem(f"{option} takes a name that ends in {ends}, such as {named}")
    with _told(path, option):
        files.require_writable(path)


def write(
    path: Path,
    option: str,
    content: str | bytes,
    suffixes: tuple[str, ...] = (),
    *,
    dry_run: bool = False,
) -> None:
    """Write into `path`, given with `option`: all of it, or what was there stays.

    A device or a pipe, which may be the standard output, is written to. A dry run only makes sure
    that it can be.

    Raises:
        UsageProblem: where its name ends in none of the `suffixes`.
        DataProblem: where it cannot be written.
    """
    ready(path, option, suffixes)
    if dry_run:
        return
    whole = content if isinstance(content, bytes) else content.encode()
    with _told(path, option):
        (files.pour if files.is_stream(path) else files.write)(path, whole)


@contextmanager
def _told(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # a reader that leaves early is no error
    except OSError as error:
        raise DataProblem(
            f"cannot write {path}: {error.strerror or error}; choose another file for {option}"
        ) from error
