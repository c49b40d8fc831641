"""AnkiConnect, the add-on through which programs ask the Anki that is open; only here is it spoken.

It gives no GUID of a note and no number of today, and its `setDueDate` would log a row.
"""

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from contrastive_drill.anki.notes import ROOT
from contrastive_drill.anki.schedule import CardState, CardType, Row
from contrastive_drill.errors import DataProblem

ADDRESS = ("127.0.0.1", 8765)
VERSION = 6  # of its interface
PATIENCE = 10  # seconds
MOST = 64 << 20  # bytes of an answer
PART = 100  # things in a request: Anki's window stands still meanwhile
DAYS = range(-40_000, 2)  # in which a card is due that was due on a collection's second day


class Held(NamedTuple):
    """A row that Anki holds of a card."""

    at: int  # milliseconds
    ease: int  # 0: scheduled by hand


class Update(NamedTuple):
    """What a card is to become."""

    card: int
    state: CardState
    days: int  # from today until it is due


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        why = "what answers at {}:{} is no AnkiConnect that is known here".format(*ADDRESS)
        raise DataProblem(f"{why}: update it, or export FILE.apkg") from None


@_understood()
def cards() -> dict[str, int]:
    """Anki's cards of our notes by what these have as `Id`; of doubles the older."""
    notes = _ask("findNotes", query=f"note:{ROOT}")
    told = [each for part in _parts("notesInfo", "notes", sorted(notes)) for each in part]
    ours = (each for each in reversed(told) if "Id" in each["fields"])
    return {each["fields"]["Id"]["value"]: int(each["cards"][0]) for each in ours}


@_understood()
def rows(of: Sequence[int]) -> dict[int, list[Held]]:
    """What Anki's log holds of these cards, in order."""
    told = {
        card: held
        for part in _parts("getReviewsOfCards", "cards", of)
        for card, held in part.items()
    }
    return {
        card: sorted(Held(int(each["id"]), int(each["ease"])) for each in told[str(card)])
        for card in of
    }


@_understood()
def insert(new: Sequence[tuple[int, Row]]) -> None:
    """Add rows to the log of cards."""
    to_sync = -1  # as Anki marks what its next sync is to take
    values = [[row.at, card, to_sync, *row[1:]] for card, row in new]
    for _ in _parts("insertReviews", "reviews", values):
        pass


@_understood()
def update(changes: Sequence[Update]) -> None:
    """Give cards their schedule and memory; suspended ones stay so."""
    if not changes:
        return
    suspended, filtered = (
        {*_ask("findCards", query=f"note:{ROOT} {held}")}
        for held in ("is:suspended", "deck:filtered")
    )
    # The due day of a card that lies in a filtered deck waits in a column of its own.
    due = {each.card: "odue" if each.card in filtered else "due" for each in changes}
    probe = min(due, key=suspended.__contains__)
    _set([(probe, {"type": CardType.REVIEW, "queue": CardType.REVIEW, due[probe]: 1})])
    today = 1 - _days_until_due(probe)
    values = []
    for card, state, days in changes:
        memory = json.loads(state.data)
        wanted = {
            "type": state.type, "queue": -1 if card in suspended else state.type,
            due[card]: today + days, "ivl": state.ivl, "factor": state.factor, "left": 0,
            "reps": state.reps, "lapses": state.lapses,
            "memory_state": {"stability": memory["s"], "difficulty": memory["d"]},
            "desired_retention": memory["dr"], "decay": memory["decay"],
            "last_review_time": memory.get("lrt"),
        }  # fmt: skip
        values.append((card, wanted))
    _set(values)


def _days_until_due(card: int) -> int:
    """In how many days Anki has a card due, which only its search tells."""
    query = f"cid:{card} prop:due<="
    return DAYS[bisect_left(DAYS, 1, key=lambda day: len(_ask("findCards", query=f"{query}{day}")))]


def _set(changes: Sequence[tuple[int, Mapping[str, object]]]) -> None:
    actions = [
        _request(
            "setSpecificValueOfCard", card=card, keys=[*values], newValues=[*values.values()],
            warning_check=True,
        )
        for card, values in changes
    ]  # fmt: skip
    for each in (answer for part in _parts("multi", "actions", actions) for answer in part):
        if {*map(str, each["result"] or ())} != {"True"}:
            why = f"Anki did not take a schedule: {_line(each)}"
            raise DataProblem(f"{why}; update it and AnkiConnect")


def _parts(action: str, name: str, values: Sequence[object]) -> Iterator[Any]:
    """The answers to an action on many things, some at a time."""
    for start in range(0, len(values), PART):
        yield _ask(action, **{name: values[start : start + PART]})


def _request(action: str, **params: object) -> dict[str, object]:
    return {"action": action, "version": VERSION, "params": params}


def _ask(action: str, **params: object) -> Any:
    """The result of an action.

    Raises:
        DataProblem: where there is none.
    """
    from http.client import HTTPConnection, HTTPException  # no proxies, no redirects

    connection = HTTPConnection(*ADDRESS, timeout=PATIENCE)
    try:
        connection.request("POST", "/", json.dumps(_request(action, **params)))
        text = connection.getresponse().read(MOST + 1)
    except TimeoutError:
        why = f"Anki did not answer for {PATIENCE} seconds"
        raise DataProblem(f"{why}: close its dialogs, then send again") from None
    except (OSError, HTTPException):
        why = "no AnkiConnect at {}:{}".format(*ADDRESS)
        raise DataProblem(f"{why}: open Anki with AnkiConnect, or export FILE.apkg") from None
    finally:
        connection.close()
    if len(text) > MOST:
        raise ValueError("it is no answer")
    answer = json.loads(text)
    if answer["error"] is not None:
        raise DataProblem(f"AnkiConnect refuses {action}: {_line(answer['error'])}")
    return answer["result"]


def _line(words: object) -> str:
    return " ".join(str(words).split())[:200]
