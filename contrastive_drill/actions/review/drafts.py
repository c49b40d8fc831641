"""What was typed for cards and is not recorded yet."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from contrastive_drill import intake
from contrastive_drill.errors import DataProblem
from contrastive_drill.settings import write_text

LONGEST = 16 * 1024 * 1024  # bytes: a draft is text, and nothing parses it


class Drafts:
    """A folder with a file for each card's draft; where that fails, none is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, card_id: str, former: Iterable[str] = ()) -> str:
        """What is kept, also of the card's former ids from now on; empty where nothing is."""
        for name in former:
            with suppress(OSError):
                self._file(name).replace(self._file(card_id))
        with suppress(OSError):
            return intake.read(self._file(card_id), LONGEST).decode("utf-8", "replace")
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
