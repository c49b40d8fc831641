"""AnkiConnect as its source has it, for the actions that are used here, on a collection of ours."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from contrastive_drill.anki import connect

if TYPE_CHECKING:
    from anki.collection import Collection


class AddOn:
    """The add-on in an open Anki; what it was asked is in `asked`."""

    def __init__(self, col: "Collection") -> None:
        self.col = col
        self.asked: list[str] = []
        self.instead: dict[str, Any] = {}  # results of actions, which then do nothing
        self.body: bytes | None = None  # said to everything, by something else that listens

    def reply(self, body: bytes) -> bytes:
        """What it says to a request."""
        answer = self.handler(json.loads(body))
        return json.dumps(answer).encode() if self.body is None else self.body

    def handler(self, request: dict[str, Any]) -> Any:
        """Its replies to the version from 5 on carry errors; to others it gives the bare result."""
        name, version = request["action"], request.get("version", 4)
        self.asked.append(name)
        try:
            if isinstance(result := self.instead.get(name, self), Exception):
                raise result
            if result is self:
                result = getattr(self, name)(**request.get("params", {}))
            return result if version <= 4 else {"result": result, "error": None}
        except Exception as error:
            return {"result": None, "error": str(error)}

    def findNotes(self, query: str) -> list[int]:
        return [*self.col.find_notes(query)]

    def findCards(self, query: str) -> list[int]:
        return [*self.col.find_cards(query)]

    def notesInfo(self, notes: list[int]) -> list[dict[str, Any]]:
        told = []
        for number in notes:
            note = self.col.get_note(number)  # type: ignore[arg-type]
            fields = {name: {"value": value} for name, value in note.items()}
            told.append({"noteId": number, "fields": fields, "cards": note.card_ids()})
        return told

    def getReviewsOfCards(self, cards: list[int]) -> dict[int, Any]:
        columns = ["id", "usn", "ease", "ivl", "lastIvl", "factor", "time", "type"]
        sql = f"select {', '.join(columns)} from revlog where cid = ?"
        return {
            card: [dict(zip(columns, row, strict=True)) for row in self._db.all(sql, card)]
            for card in cards
        }

    def insertReviews(self, reviews: list[list[int]]) -> None:
        rows = ",".join(f"({','.join(map(str, row))})" for row in reviews)
        columns = "id,cid,usn,ease,ivl,lastIvl,factor,time,type"
        self._db.execute(f"insert into revlog({columns}) values {rows}")

    def setSpecificValueOfCard(
        self, card: int, keys: list[str], newValues: list[Any], warning_check: bool = False
    ) -> Any:
        guarded = {"did", "id", "ivl", "lapses", "left", "mod", "nid", "odid", "odue", "ord"}
        if not warning_check and (guarded | {"queue", "reps", "type", "usn"}) & {*keys}:
            return False
        try:
            changed = self.col.get_card(card)  # type: ignore[arg-type]
            for key, value in zip(keys, newValues, strict=True):
                setattr(changed, key, value)
            self.col.update_card(changed, skip_undo_entry=True)
        except Exception as error:
            return [[False, str(error)]]
        return [True]

    def multi(self, actions: list[dict[str, Any]]) -> list[Any]:
        return [self.handler(action) for action in actions]

    @property
    def _db(self) -> Any:
        return self.col.db


@contextmanager
def listening(add_on: AddOn, monkeypatch: pytest.MonkeyPatch) -> Iterator[AddOn]:
    """Have it listen on a free port, and the program know that."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = add_on.reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setattr(connect, "ADDRESS", server.server_address)
        yield add_on
        server.shutdown()
