"""Files that a result is drawn into: known to be writable early, replaced only by whole ones."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from contrastive_drill.errors import DataProblem, UsageProblem

HTML = (".html", ".htm")
MARKDOWN = (".md", ".markdown", ".txt")


def ready(path: Path, option: str, suffixes: tuple[str, ...] = ()) -> None:
    """Make sure before a long run that `path`, given with `option`, can be written.

    Raises:
        UsageProblem: where its name ends in none of the `suffixes`, if any are given.
        DataProblem: where it cannot.
    """
    if path.is_dir():
        raise DataProblem(f"cannot write {path}: it is a folder; name a file in it for {option}")
    if suffixes and path.suffix.lower() not in suffixes:
        ends, named = " or ".join(suffixes), path.with_suffix(suffixes[0]).name
        raise UsageProblem(f"{option} takes a name that ends in {ends}, such as {named}")
    with replacing(path, option) as partial:
        partial.touch()
        partial.unlink()


@contextmanager
def replacing(path: Path, option: str) -> Iterator[Path]:
    """A file beside `path` to write first, removed afterwards: a failure leaves what was there.

    Raises:
        DataProblem: for any `OSError` within.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
    except OSError as error:
        raise DataProblem(
            f"cannot write {path}: {error.strerror or error}; choose another file for {option}"
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def write(path: Path, option: str, words: str, suffixes: tuple[str, ...]) -> None:
    """Write words into `path`, given with `option`: all of them, or what was there stays.

    Raises:
        UsageProblem: where its name ends in none of the `suffixes`.
        DataProblem: where it cannot be written.
    """
    ready(path, option, suffixes)
    with replacing(path, option) as partial:
        partial.write_text(words, "utf-8")
        partial.replace(path)
