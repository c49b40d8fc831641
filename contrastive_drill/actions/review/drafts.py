"""What was typed for cards and is not recorded yet."""

from contextlib import suppress
from pathlib import Path

from contrastive_drill import files
from contrastive_drill.errors import DataProblem
from contrastive_drill.settings import write_text


class Drafts:
    """A folder with a file for each card's draft; where that fails, none is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, card_id: str) -> str:
        """What is kept; empty where nothing is."""
        with suppress(OSError), files.opened(self._file(card_id)) as file:
            return file.read().decode(errors="replace")
        return ""

    def keep(self, card_id: str, words: str) -> None:
        """Keep words instead, whole or not at all; forget the draft where there are none."""
        with suppress(OSError, DataProblem):
            if words:
                write_text(self._file(card_id), words, durable=False)  # at every key
            else:
                self._file(card_id).unlink(missing_ok=True)

    def _file(self, card_id: str) -> Path:
        return self._folder / f"{card_id}.txt"
