"""Answers that the page for a phone hands back: read from a file, checked line by line."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

from contrastive_drill import intake
from contrastive_drill.actions.environment import Environment
from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import NEW, Mode, Rating, Review
from contrastive_drill.store import cells

MARK, SCHEMA = "contrastive-drill answers", 1  # the key of the header that says what it is
MOST = 16 << 20  # bytes of a file
APART = 2  # days that a study day may be from the date of its answer, in UTC
_SHAPE = {
    "id": str, "card": str, "rating": int, "at": str, "day": str, "seconds": int | float,
    "covered": list, "missed": list, "typed": str | None,
}  # fmt: skip


class PageAnswers(NamedTuple):
    """The answers in a file, and the cards in it that this bank has not."""

    answers: list[Review]
    unknown: list[str]


def read(env: Environment, path: Path) -> PageAnswers:
    """The answers in a file, or in the standard input for `-`.

    Raises:
        DataProblem: naming the first line that is amiss; nothing of the file is taken then.
    """
    answers: list[Review] = []
    unknown: set[str] = set()
    with _opened(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(intake.MAX_BYTES + 1), b""), 1):
            try:
                if len(line) > intake.MAX_BYTES:
                    raise ValueError("it is too long")
                said = cells.parsed(line.decode())
                if number == 1:
                    _check_header(said)
                elif (card := env.bank.renames.get(said["card"], said["card"])) in env.bank:
                    answers.append(_answer(env, card, said))
                else:
                    unknown.add(_answer(env, None, said).card_id)
            except (ValueError, TypeError, KeyError, OverflowError) as error:
                why = f"{error} is missing" if isinstance(error, KeyError) else error
                raise DataProblem(f"nothing was taken from {path}: line {number}: {why}") from error
    return PageAnswers(answers, sorted(unknown))


def _opened(path: Path) -> BinaryIO:
    if str(path) != "-":
        return intake.opened(path, MOST)
    whole = intake.standard_input(MOST)
    if whole is None:
        raise DataProblem(f"nothing was taken: there are more than {MOST >> 20} MB of answers")
    return BytesIO(whole)


def _check_header(said: Any) -> None:
    schema = said.get(MARK) if isinstance(said, dict) else None
    if type(schema) is not int:
        raise ValueError("these are no answers that the page for a phone handed back")
    if schema > SCHEMA:
        raise ValueError(f"a newer page wrote it (answers {schema}): upgrade the program")


def _answer(env: Environment, card: str | None, said: Any) -> Review:
    """The answer in a line, with what the log adds; `before` and `after` are not reckoned yet."""
    cells.shaped(said, _SHAPE)
    at, day = datetime.fromisoformat(said["at"]), date.fromisoformat(said["day"]).toordinal()
    if at.utcoffset() is None or type(said["rating"]) is not int:
        raise ValueError("'at' is a time in UTC, and 'rating' a number from 1 to 4")
    at = cells.instant(cells.utc_text(at))
    if abs(day - at.toordinal()) > APART:
        raise ValueError(f"the study day {said['day']} is not that of {said['at']}")
    texts = said["covered"], said["missed"]
    if not all(type(each) is str for listed in texts for each in listed):
        raise ValueError("'covered' and 'missed' are keys of points")
    "".join(each for listed in texts for each in listed).encode()  # half of a pair is refused
    return Review(
        id=str(UUID(said["id"])),
        card_id=card or said["card"],
        rating=Rating(said["rating"]),
        at=at,
        day=cells.day(day),
        seconds=cells.number(float(said["seconds"]), 0, cells.LONG),
        mode=Mode.PAGE,
        covered=tuple(said["covered"]),
        missed=tuple(said["missed"]),
        answer=said["typed"],
        digest=env.bank.card(card).digest if card else "",
        retention=env.preferences.desired_retention,
        before=NEW,
        after=NEW,
    )
