"""When the content of each note last changed, which is what lets Anki keep a person's edits.

Anki takes over a note of a package where it is newer than its own. The time of the export would
make every note newer, so the time at which its content was first exported is remembered.
"""

from collections.abc import Mapping
from typing import Any

from contrastive_drill.anki.notes import Note

Times = dict[str, tuple[str, int]]  # the digest of a note and its time in seconds, by its GUID


def read_times(values: Mapping[str, Any]) -> Times:
    """What a file holds; entries that are none are left out."""
    return {
        name: (entry[0], entry[1])
        for name, entry in values.items()
        if isinstance(entry, list)
        and len(entry) == 2
        and isinstance(entry[0], str)
        and type(entry[1]) is int
        and 0 < entry[1] < 2**40
    }


def updated(times: Times, notes: list[Note], now: int) -> Times:
    """The times with those of these notes; of changed ones later than before."""
    new = dict(times)
    for note in notes:
        digest, before = times.get(note.guid, ("", 0))
        if digest != note.digest:  # a clock may have gone back
            new[note.guid] = note.digest, max(now, before + 1)
    return new
