"""Run by the Python of an environment that has the wheel: it holds what the clone has.

python -I tests/installed.py    complains of what is missing
"""

import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.code.task import load

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
EXTRAS = {"demos", "models", "anki"}
# Folders of the clone, and where they are in an environment.
FOLDERS = {
    "share": "share",
    "question_bank": "contrastive_drill/question_bank",
    "contrastive_drill/guides": "contrastive_drill/guides",
    "contrastive_drill/screen/pages": "contrastive_drill/screen/pages",
}


def missing() -> set[str]:
    """What a pip, pipx or uv would not bring."""
    installed = distribution("contrastive-drill")
    held = {str(path).lstrip("./") for path in installed.files or ()}
    wanted = {
        f"{place}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, place in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    commands = {entry.name for entry in installed.entry_points.select(group="console_scripts")}
    extras = {*(installed.metadata.get_all("Provides-Extra") or ())}
    return (wanted - held) | ({"contrastive-drill", "cdrill"} - commands) | (EXTRAS - extras)


def ran(*command: str | Path, typed: str = "") -> str:
    """The output of a command that must succeed."""
    return subprocess.run(command, input=typed, stdout=-1, text=True, check=True).stdout


if __name__ == "__main__":
    if found := missing():
        sys.exit(f"the wheel lacks {', '.join(sorted(found))}")
    assert str(ROOT) not in str(shipped_folder()), "the clone was imported"
    program = BIN / "contrastive-drill"
    version = ran(program, "--version")
    assert version == ran(BIN / "cdrill", "--version")
    assert version == ran(sys.executable, "-m", "contrastive_drill", "--version")
    answer = load(shipped_folder() / "code" / "bm25.py").other
    assert '"passed": true' in ran(program, "code", "bm25", "--check", "-", "--json", typed=answer)
    print("The wheel has every page, task, manual and completion, and judges code.")
