"""The one note type of our packages, and the preset of its decks, as Anki's JSON has them."""

from importlib.resources import files
from typing import Any

from contrastive_drill.anki.notes import FIELDS, ROOT
from contrastive_drill.memory.log import Parameters

# Anki finds what it has by these; they must never change.
NOTE_TYPE_ID, PRESET_ID = 1_764_230_400_117, 1_764_230_400_118
# The time of the last change to the templates or the style, in seconds. Anki keeps a person's own
# changes unless ours are newer; a test refuses a change without a new time.
NOTE_TYPE_MODIFIED = 1_796_040_000


def note_type() -> dict[str, Any]:
    """The note type, with templates and style."""
    template = {
        "name": "Card", "ord": 0, "qfmt": _text("front.html"), "afmt": _text("back.html"),
        "bqfmt": "", "bafmt": "", "bfont": "", "bsize": 0, "did": None,
    }  # fmt: skip
    return {
        "id": NOTE_TYPE_ID, "name": ROOT, "type": 0, "mod": NOTE_TYPE_MODIFIED, "usn": 0,
        "sortf": 0, "did": None, "tmpls": [template], "flds": [*map(_field, range(len(FIELDS)))],
        "css": _text("card.css"), "latexPre": "", "latexPost": "", "latexsvg": False,
        "req": [[0, "any", [0]]], "tags": [], "vers": [],
    }  # fmt: skip


def preset(retention: float, parameters: Parameters | None) -> dict[str, Any]:
    """A deck preset with our desired retention and FSRS parameters; None: FSRS's defaults."""
    return {
        **default_preset(), "id": PRESET_ID, "name": ROOT, "desiredRetention": retention,
        "fsrsParams6": list(parameters or ()),
    }  # fmt: skip


def default_preset() -> dict[str, Any]:
    """The preset that every collection has."""
    return {
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 600, "timer": 0,
        "autoplay": True, "replayq": True, "dyn": False,
        "new": {"bury": False, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 0],
                "order": 1, "perDay": 20},
        "rev": {"bury": False, "ease4": 1.3, "ivlFct": 1, "maxIvl": 36500, "perDay": 200,
                "hardFactor": 1.2},
        "lapse": {"delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0},
    }  # fmt: skip


def deck(number: int, name: str, preset_id: int) -> dict[str, Any]:
    """A deck that is studied by a preset."""
    today = {key: [0, 0] for key in ("newToday", "revToday", "lrnToday", "timeToday")}
    return {
        "id": number, "name": name, "mod": 0, "usn": 0, "conf": preset_id, "desc": "", "dyn": 0,
        "collapsed": False, "browserCollapsed": False, "extendNew": 0, "extendRev": 0, **today,
    }  # fmt: skip


def _field(place: int) -> dict[str, Any]:
    return {
        "name": FIELDS[place], "ord": place, "font": "Arial", "size": 20, "rtl": False,
        "sticky": False, "media": [],
    }  # fmt: skip


def _text(name: str) -> str:
    return (files("contrastive_drill.anki") / name).read_text("utf-8")
