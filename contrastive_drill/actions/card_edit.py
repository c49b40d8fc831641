"""A card in the learner's editor; a shipped one is first copied to be a version of their own."""

import os
import re
import shlex
from collections.abc import Collection
from contextlib import suppress
from itertools import count
from pathlib import Path
from shutil import which

from contrastive_drill import intake
from contrastive_drill.actions.child_process import run
from contrastive_drill.actions.environment import Environment
from contrastive_drill.bank import template
from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.errors import CheckFailed, DataProblem, UsageProblem
from contrastive_drill.settings import write_text

ID = re.compile(r"\s*-?\s*id:\s*['\"]?([^\s'\"#]+)['\"]?\s*(#.*)?")
USUAL = ("editor", "nano", "vi")  # where no editor is named
# How editors take a line number; others open the file at its top.
AT_LINE = {
    "+{line} {path}": "vi vim nvim gvim nano pico emacs emacsclient joe mg kak",
    "{path}:{line}": "subl hx helix zed micro",
    "--wait --goto {path}:{line}": "code code-insiders codium cursor",
}


def edit_card(env: Environment, card_id: str) -> str:
    """Let the learner edit a card and read the bank anew; what came of it, in one line.

    Raises:
        UsageProblem: when no card has that id, or the editor is missing or fails.
        DataProblem: when a shipped card cannot be copied.
        CheckFailed: when there is something to fix in the file now.
    """
    earlier = env.reload_bank().problems
    if all(each.card != card_id for each in earlier):
        card_id = env.present_id(card_id)
    known = {entry.id for entry in env.bank.entries}
    path, line = place_of(env, card_id)
    editor = _editor(path, line)
    version = _version(env, card_id)
    is_copy = not path.is_relative_to(env.paths.bank)
    if is_copy:
        section, schema = env.bank.card(card_id).section, shipped_folder() / "schema.json"
        head = template.head(section, env.bank.titles[section], schema.as_posix())
        write_text(version, head + template.override(card_id, _content(path).decode(), line))
        path, line = version, _line_of(version, card_id)
    before = _content(path)
    try:
        command = command_for(editor, str(path), line)
        status = run(command)
    except OSError as error:
        words = f"{command[0]} cannot be started: {error.strerror}; set EDITOR"
        raise UsageProblem(words) from None
    finally:
        is_changed = _content(path) != before
        if is_copy and not is_changed:
            path.unlink(missing_ok=True)
        found = env.reload_bank().problems
        problems = [each for each in found if each.path == str(path) or each not in earlier]
    if status:
        raise UsageProblem(f"{command[0]} ended with status {status}; nothing was checked")
    if path != version and (lost := _lost_id(env, path, before, known)):
        raise CheckFailed(lost)
    ids = _ids(_content(path))
    opens = path == version or card_id in ids
    again = f"contrastive-drill edit {card_id} opens it again" if opens else path
    if problems:
        until = ", and the shipped card is asked until then" if path == version else ""
        raise CheckFailed(f"{len(problems)} to fix{until}: {again}; first {problems[0]}")
    if path == version and ids and card_id not in ids:
        raise CheckFailed(f"this is your version of '{card_id}', whose id is gone: {again}")
    back = f"; contrastive-drill edit {card_id} --revert goes back" if path == version else ""
    return f"edited: nothing to fix{back}" if is_changed else "unchanged"


def revert_card(env: Environment, card_id: str) -> str:
    """Take the learner's version of a shipped card out of the bank; the line says where it is now.

    Raises:
        UsageProblem: when `edit_card` made none.
        DataProblem: when its file cannot be moved.
    """
    if not (path := _version(env, card_id)).exists():
        path = _version(env, card_id := env.present_id(card_id))
    backups = (path.with_suffix(f".removed-{number}") for number in count(1))
    kept = next(free for free in backups if not free.exists())
    if not path.exists():
        card = env.bank.card(card_id)
        yours = f"; take out the one at {card.origin} yourself" if card.overrides else ""
        raise UsageProblem(f"edit has made no version of {card_id}{yours}")
    try:
        path.rename(kept)
    except OSError as error:
        raise DataProblem(f"{path} cannot be moved: {error.strerror}") from error
    return f"your version of {card_id} is no longer asked; its text is in {kept}"


def place_of(env: Environment, card_id: str) -> tuple[Path, int]:
    """The file and line of a card, even if it is broken and so not in the bank.

    Raises:
        UsageProblem: when neither the bank nor a file of the learner has that id.
    """
    for path in sorted({Path(problem.path) for problem in env.bank.problems}):
        if number := _line_of(path, card_id):
            return path, number
    if (version := _version(env, card_id)).exists():
        return version, _line_of(version, card_id) or 1
    source, _, line = env.bank.card(card_id).origin.rpartition(":")
    return Path(source), int(line)


def command_for(editor: str, path: str, line: int) -> list[str]:
    """The command that opens a file at a line, and waits until it is closed.

    Raises:
        UsageProblem: when the name of the editor cannot be parsed.
    """
    try:
        words = shlex.split(editor)
    except ValueError as error:
        raise UsageProblem(f"EDITOR is '{editor}', which cannot be parsed: {error}") from None
    name = Path(words[0]).stem.lower()
    form = next((form for form, names in AT_LINE.items() if name in names.split()), "{path}")
    return words + [word.format(path=path, line=line) for word in form.split() if word not in words]


def usual_editor() -> str:
    """The editor that the learner names, or one that is usual; empty where there is none."""
    named = (os.environ.get(name) for name in ("VISUAL", "EDITOR"))
    return next(filter(None, (*named, *filter(which, USUAL))), "")


def _editor(path: Path, line: int) -> str:
    """The learner's editor, which there is, for a card at a line of a file."""
    editor = usual_editor()
    if not editor.strip():
        blank = "EDITOR is blank: " if editor else ""
        raise UsageProblem(f"{blank}set EDITOR to your editor; the card is in {path}, line {line}")
    command, *_ = command_for(editor, str(path), line)
    if which(command) is None:
        raise UsageProblem(f"'{command}' cannot be started: no such command; set EDITOR")
    return editor


def _lost_id(env: Environment, path: Path, before: bytes, known: Collection[str]) -> str | None:
    """What to do where a card with a history lost its id in an edit of its file."""
    was, now = _ids(before), _ids(_content(path))
    added = [name for name, lines in now.items() if len(lines) > len(was.get(name, ()))]
    if not added or set(was) <= set(now):
        return None
    from contrastive_drill.bank.reader import read_file

    with env.store(read_only=True) as store:
        remembered = {*store.learned_ids(), *store.marks()}
    kept = {*now, *(name for card in read_file(path).cards for name in card.replaces)}
    for lost in (name for name in was if name in remembered and name not in kept):
        new = added[0]
        way = "" if new in known else f", or add replaces: [{lost}] to keep its history"
        return f"{path}:{now[new][-1]}: the id '{lost}' became '{new}': give it back{way}"
    return None


def _version(env: Environment, card_id: str) -> Path:
    """Where the learner's version of a shipped card is put."""
    return env.paths.bank / "overrides" / f"{Path(card_id).name}.yaml"


def _line_of(path: Path, card_id: str) -> int:
    """The line at which a file names the id of a card; 0 if it does not."""
    return _ids(_content(path)).get(card_id, [0])[0]


def _ids(content: bytes) -> dict[str, list[int]]:
    """The ids of the cards in a file, broken or not, and the lines at which each stands."""
    found: dict[str, list[int]] = {}
    for number, text in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        if named := ID.fullmatch(text):
            found.setdefault(named[1], []).append(number)
    return found


def _content(path: Path) -> bytes:
    """The bytes of a file; none if it cannot be read."""
    with suppress(OSError):
        return intake.read(path)
    return b""
