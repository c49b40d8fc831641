"""What is wrong in a bank file, and where."""

from typing import NamedTuple

MAX_SHOWN = 300  # characters of what is wrong; more is a text that it quotes


class Problem(NamedTuple):
    """One thing to fix; `line` and `column` count from 1."""

    path: str
    line: int
    column: int
    message: str
    card: str = ""  # the card that is left out for it, by its id; the whole file where empty

    def __str__(self) -> str:
        said = self.message
        if len(said) > MAX_SHOWN:
            said = f"{said[: MAX_SHOWN // 2]} … {said[-MAX_SHOWN // 2 :]}"
        return f"{self.path}:{self.line}:{self.column}: {said}"
