"""`edit`: the file of a card in the learner's editor, at its line."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from contrastive_drill.actions.environment import Environment
from contrastive_drill.bank.library import files_in
from contrastive_drill.cli.group import CardId, verbs
from contrastive_drill.errors import CheckFailed, UsageProblem
from contrastive_drill.screen.plain import say

app = verbs()

# Editors by how they take a line number; others open the file at its top.
PLUS = {"vi", "vim", "nvim", "gvim", "nano", "pico", "emacs", "emacsclient", "joe", "mg", "kak"}
COLON = {"subl", "hx", "helix", "zed", "micro"}
GOTO = {"code", "code-insiders", "codium", "cursor"}


def command_for(editor: str, path: str, line: int) -> list[str]:
    """The command that opens a file at a line, and waits until it is closed.

    Raises:
        UsageProblem: when the name of the editor cannot be parsed.
    """
    try:
        words = shlex.split(editor)
    except ValueError as error:
        raise UsageProblem(f"EDITOR is '{editor}', which cannot be parsed: {error}") from None
    name = Path(words[0]).stem.lower() if words else ""
    if name in PLUS:
        return [*words, f"+{line}", path]
    if name in GOTO:
        return [*words, *([] if "--wait" in words else ["--wait"]), "--goto", f"{path}:{line}"]
    return [*words, f"{path}:{line}" if name in COLON else path]


def place_of(env: Environment, card_id: str) -> tuple[str, str]:
    """The file and line of a card, even if its file is broken and so not in the bank.

    Raises:
        UsageProblem: when neither the bank nor a file of the learner has that id.
    """
    try:
        path, _, line = env.bank.card(card_id).origin.rpartition(":")
    except UsageProblem:
        for own in files_in(env.paths.bank):
            for number, text in enumerate(own.read_text("utf-8", "replace").splitlines(), 1):
                if re.fullmatch(rf"\s*-?\s*id:\s*['\"]?{re.escape(card_id)}['\"]?\s*(#.*)?", text):
                    return str(own), str(number)
        raise
    return path, line


@app.command()
def edit(card_id: CardId) -> None:
    """Open a card's file in your editor at its line, then check it.

    \b
    Examples:
      contrastive-drill edit clip-loss
      EDITOR=nano contrastive-drill edit my-whitening
    """
    env = Environment()
    env.notify = lambda _: None  # problems are reported below
    path, line = place_of(env, card_id)
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if not editor:
        raise UsageProblem(f"set EDITOR to your editor; the card is in {path}, line {line}")
    if not Path(path).is_relative_to(env.paths.bank):
        say("This card came with the program: an upgrade overwrites your changes.", sys.stderr)
    command = command_for(editor, path, int(line))
    try:
        status = subprocess.run(command, check=False).returncode
    except OSError as error:
        raise UsageProblem(
            f"{command[0]} cannot be started: {error.strerror}; set EDITOR"
        ) from None
    if status:
        raise UsageProblem(f"{command[0]} ended with status {status}; nothing was checked")
    from contrastive_drill.bank.checks import skeletons
    from contrastive_drill.bank.reader import read_file

    file = read_file(Path(path))
    problems = sorted((*file.problems, *skeletons(file.cards)))
    for problem in problems:
        say(str(problem))
    if problems:
        raise CheckFailed(f"{len(problems)} to fix: contrastive-drill edit {card_id} goes back")
    say(f"{path}: nothing to fix")
