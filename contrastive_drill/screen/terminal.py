"""A view with single keys: rows a page at a time, messages, help, and lines that are typed."""

from collections.abc import Callable, Iterable, Sequence

from rich.console import Console
from rich.text import Text

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.screen.bindings import KEYMAP, Action, Situation, Words
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.console import look_at, print_rows
from contrastive_drill.screen.keys import CLOSED, RESIZED, TICK, Keys
from contrastive_drill.screen.session_view import Command

BACK = "any key: back to the card"


def key_bar(sheet: Sheet, keys: Iterable[Words]) -> Rows:
    """The keys and what they do, wrapped between them."""
    return sheet.flowed(
        (Text().append(key, "key").append(f" {words}") for key, words in keys), "  "
    )


class TerminalScreen:
    """One screen of a terminal, and the keys pressed at it."""

    def __init__(self, console: Console, keys: Keys, idle: Callable[[], None]) -> None:
        self._console = console
        self._keys = keys
        self._idle = idle  # work to do while a question is being read
        self._messages: list[str] = []
        self._since_pause = 0  # rows drawn since the learner last pressed a key

    def tell(self, message: str) -> None:
        """Say something above the keys of the next question."""
        self._messages.append(message)

    def aside(self, work: Callable[[], None]) -> None:
        """Let another program have the terminal until a key is pressed."""
        self._console.clear()
        with self._keys.pause():
            work()
        self._print([Text(), Text(BACK, "message")])
        while self._key() == RESIZED:  # also what Ctrl-C meant for the other program
            pass

    def _key(self, wait: float | None = None) -> str:
        """The next key; a terminal that was closed is a learner who left."""
        try:
            return self._keys.read(wait)
        except EOFError:
            return CLOSED

    def _timed_key(self, time: Callable[[], str]) -> str:
        """The next key; the time in words stands under the keys and runs on meanwhile."""
        drawn = ""
        try:
            while True:
                if (now := time()) != drawn:
                    self._console.file.write(f"\r{now}\x1b[K")
                    self._console.file.flush()
                    drawn = now
                key = self._key(1.0)
                if key != TICK:
                    return key
        finally:
            self._console.file.write("\n")

    def _sheet(self) -> Sheet:
        return Sheet(self._console, look_at(self._console))

    def _clear(self) -> None:
        self._console.clear()
        self._since_pause = 0

    def _print(self, rows: Iterable[Text]) -> None:
        rows = list(rows)
        print_rows(self._console, rows)
        self._since_pause += len(rows)

    def _message_rows(self, sheet: Sheet) -> Rows:
        messages = [Text(sheet.look.text(message), "message") for message in self._messages]
        self._messages.clear()
        return [row for message in messages for row in sheet.wrapped(message)]

    def _print_messages(self) -> None:
        self._print(self._message_rows(self._sheet()))

    def _pages(self, rows: Iterable[Text], room: int) -> Action:
        """Print page by page, and wait where the `room` rows that come next do not fit."""
        for row in rows:
            if self._since_pause >= self._console.height - 2:
                action = self._turn()
                if action is not Action.NEXT_PAGE:
                    return action
            self._print([row])
        fits = self._since_pause + room < self._console.height
        return Action.NEXT_PAGE if fits else self._turn()

    def _turn(self) -> Action:
        """Wait at the foot of a full screen: for the next page, the first again, or the end."""
        keys = KEYMAP.bar(Situation.FULL_SCREEN, next="")
        words = "  ".join(f"{key} {does}".rstrip() for key, does in keys)
        self._console.print(Text(f"more: {words}", "selected"), end="")
        try:
            while True:
                action = KEYMAP.action(Situation.FULL_SCREEN, self._key())
                if isinstance(action, Action):
                    break
        finally:
            self._console.file.write("\r\x1b[K")
        self._since_pause = 0
        return action

    def _other(self, situation: Situation, action: Action | Command | None, key: str) -> None:
        """Answer a key that neither answers nor leaves."""
        if action is Action.HELP:
            self._show_help(KEYMAP.help(situation))
        elif action is not Action.REDRAW:
            shows = KEYMAP.keys(situation, Action.HELP)[0]
            self.tell(f"No key '{key}' here; {shows} shows the keys.")

    def _show_help(self, entries: Sequence[Words]) -> None:
        sheet = self._sheet()
        self._console.clear()
        wide = max(len(keys) for keys, _ in entries) + 2
        for keys, words in entries:
            self._print(sheet.wrapped(Text(words), " " * wide, keys.ljust(wide)))
        self._print([Text(), Text(BACK, "message")])
        self._key()

    def _answer(self, situation: Situation, card: Card | None, key: str) -> str | None:
        """The answer that a key begins, or is; None when the learner gave up, or it is none."""
        first = key if KEYMAP.action(situation, key) is Action.ANSWER else ""
        kind = card_kind(card.kind) if card else None
        if card and kind and first and (choice := kind.answer_of(card, first)) is not None:
            return choice
        if card and kind and kind.first_keys:
            return self._line(card, first)
        if first:
            self._other(situation, None, key)
            return None
        return self._text()

    def _line(self, card: Card, start: str) -> str | None:
        """An answer of one line; None when the learner gave up typing."""
        kind = card_kind(card.kind)
        while (line := self._keys.line(f"{kind.prompt(card)}: ", start)) is not None:
            if not line.strip():
                return None
            try:
                return kind.line_answer(card, line)
            except ValueError as error:
                self._print([Text(str(error), "message")])
            start = ""
        return None

    def _text(self) -> str | None:
        """Lines until an empty one; None when the learner gave up typing."""
        prompt = "Type your answer; an empty line ends it, Ctrl-C abandons it."
        self._print([Text(prompt, "muted")])
        lines: list[str] = []
        while (line := self._keys.line("> ")) is not None:
            if not line.strip():
                return "\n".join(lines) or None
            lines.append(line.strip())
        return None
