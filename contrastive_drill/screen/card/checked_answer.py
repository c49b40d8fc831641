"""An answer that the program checked, and what it says of it."""

from rich.text import Text

from contrastive_drill.cards.kinds.kind import CheckedAnswer
from contrastive_drill.screen.card.sheet import Rows, Sheet


def judged_rows(sheet: Sheet, typed: str, checked: CheckedAnswer) -> Rows:
    """What was answered, whether it is right, and what is likely wrong with it."""
    look = sheet.look
    mark = look.pick("✓", "+") if checked.right else look.pick("✗", "-")
    style = "bold green" if checked.right else "bold red"
    word = "right" if checked.right else "wrong"
    rows = [sheet.heading("You said"), *sheet.wrapped(Text(look.text(typed)))]
    judgement = word if checked.right else f"{word}: {checked.remark}"
    return [*rows, *sheet.wrapped(Text(look.text(judgement), style), "  ", f"{mark} ")]
