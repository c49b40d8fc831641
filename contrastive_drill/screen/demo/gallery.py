"""What a search found, as pictures in the terminal and as JSON."""

from dataclasses import replace
from typing import Any

from contrastive_drill.demo.result import Picture, Strip
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.chart.pictures import colours_pictures, strip_rows


def found_rows(sheet: Sheet, strip: Strip) -> Rows:
    """The pictures side by side, under each its similarity to the query and its name."""
    captioned = replace(strip, pictures=tuple(map(_captioned, strip.pictures)))
    return strip_rows(sheet, captioned, color=colours_pictures(sheet.console))


def found_record(query: str, strip: Strip) -> dict[str, Any]:
    """The query, and the captions and similarities of what was found for it, best first."""
    pictures = [
        {"caption": picture.caption, "similarity": picture.similarity} for picture in strip.pictures
    ]
    return {"query": query, "pictures": pictures}


def _captioned(picture: Picture) -> Picture:
    if picture.similarity is None:
        return picture
    return replace(picture, caption=f"{picture.similarity:.3f} {picture.caption}")
