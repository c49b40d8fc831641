"""What is wrong in a bank file, and where."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One thing to fix; `line` and `column` count from 1."""

    path: str
    line: int
    column: int
    message: str
    card: str = ""  # the card that is left out for it, by its id; the whole file where empty

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"
