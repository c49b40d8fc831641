"""One change of a whole database, to be killed at a system call of it.

    python stages.py create|migrate|restore|restore-damaged|repair FOLDER

Says `+ID` for the answer that is recorded at the end, once it is.
"""

import sys
from dataclasses import replace
from pathlib import Path

from answers import NOW, answer, as_shown, opened

from contrastive_drill.store.repair import repair
from contrastive_drill.store.restore import restore


def main(kind: str, folder: Path) -> None:
    """Do it."""
    path = folder / "drill.sqlite"
    if kind.startswith("restore"):
        restore(path, next((folder / "backups").iterdir()), NOW)
    elif kind == "repair":
        repair(path, folder / "backups", NOW, as_shown)
    with opened(folder) as store:
        review = replace(answer("after", store.memory("after")), id="after")
        store.record(review)
        print(f"+{review.id}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
