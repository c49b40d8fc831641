"""One change of a whole database, to be killed at a system call of it.

    python stages.py create|migrate|restore|restore-damaged|repair|merge FOLDER
    python stages.py answer FOLDER

Says `+ID` for each answer, once it is recorded: one at the end of a change; or four, after which it
dies with them in the write-ahead log.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from answers import NOW, answer, as_shown, opened

from contrastive_drill.store.log_file import content_of
from contrastive_drill.store.merge import merge
from contrastive_drill.store.repair import repair
from contrastive_drill.store.restore import restore


def main(kind: str, folder: Path) -> None:
    """Do it."""
    path = folder / "drill.sqlite"
    if kind.startswith("restore"):
        restore(path, next((folder / "backups").iterdir()), NOW)
    elif kind == "repair":
        repair(path, folder / "backups", NOW, as_shown)
    elif kind == "merge":
        with opened(folder) as store:
            other = content_of(folder / "other" / "drill.sqlite", NOW)
            merge(store, other, folder / "backups", NOW, as_shown)
    with opened(folder) as store:
        for name in ["after"] if kind != "answer" else [f"card-{number}" for number in range(4)]:
            review = replace(answer(name, store.memory(name)), id=f"late-{name}")
            store.record(review)
            print(f"+{review.id}", flush=True)
        if kind == "answer":
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
