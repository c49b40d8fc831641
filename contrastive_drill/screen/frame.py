"""One screen: a head and a foot that stay, and a body between them that scrolls if it must."""

from typing import NamedTuple

from rich.text import Text

from contrastive_drill.screen.card.sheet import Rows

LEAST = 3  # rows of a body; in a lower window the head scrolls with it


class Frame(NamedTuple):
    """What is to be seen on one screen."""

    head: Rows
    body: Rows
    foot: Rows


class Window(NamedTuple):
    """The rows of a frame that a terminal shows."""

    rows: Rows
    top: int  # the first row of the body that is shown
    page: int  # rows of the body shown at once; 0 where all of it is

    def scrolled(self, rows: int = 0, pages: int = 0) -> int:
        """The top after so many rows and pages on."""
        return max(self.top + rows + pages * max(self.page - 1, 1), 0) if self.page else 0


def window(frame: Frame, width: int, height: int, top: int, keys: tuple[str, str]) -> Window:
    """The frame in so many rows; under a cut body stand the keys that go on and back."""
    head, body, foot = frame
    if height - len(head) - len(foot) < min(LEAST, len(body)):
        head, body = [], [*head, *body]
        foot = [row for row in foot if row.plain][: max(height - LEAST, 1)]
    room = height - len(head) - len(foot)
    if len(body) <= room:
        return Window([*head, *body, *foot], 0, 0)
    page = max(room - 1, 1)
    top = min(top, len(body) - page)
    left = len(body) - page - top
    moves = [f"{keys[0]} on"] * (left > 0) + [f"{keys[1]} back"] * (top > 0)
    where = f"{left} more {'row' if left == 1 else 'rows'} below" if left else "the end"
    mark = Text(f"{where}: {', '.join(moves)}", "selected")
    mark.truncate(width)
    return Window([*head, *body[top : top + page], mark, *foot], top, page)
