"""A view with single keys: one frame at a time, messages, help, and answers that are typed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.screen.bindings import Action, Situation, Words
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.console import look_at, print_rows
from contrastive_drill.screen.frame import Frame, Window, window
from contrastive_drill.screen.keymap import KeyMap, keymap, name_of
from contrastive_drill.screen.keys import CLOSED, PASTED, RESIZED, TICK, Keys
from contrastive_drill.screen.session_view import Command, Draft, Reveal

BACK = "any key: back to the card"
TO_TOP, CLEAR_ROW, CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


def key_bar(sheet: Sheet, keys: Iterable[Words]) -> Rows:
    """The keys and what they do, wrapped between them."""
    return sheet.flowed(
        (Text().append(key, "key").append(f" {words}") for key, words in keys), "  "
    )


class TerminalScreen:
    """One screen of a terminal, and the keys pressed at it."""

    def __init__(
        self,
        console: Console,
        keys: Keys,
        idle: Callable[[], None],
        bindings: KeyMap | None = None,
    ) -> None:
        self._console = console
        self._keys = keys
        self._idle = idle  # work to do while a question is being read
        self._bindings = bindings or keymap()
        self._messages: list[str] = []
        self._window = Window([], 0, 0)  # what is shown

    def tell(self, message: str) -> None:
        """Say something above the keys of the next question."""
        self._messages.append(message)

    def aside(self, work: Callable[[], None], wait: bool = True) -> None:
        """Let another program have the terminal, and its output stand until a key is pressed."""
        self._console.clear()
        with self._keys.pause():
            work()
        if wait:
            print_rows(self._console, [Text(), Text(BACK, "message")])
        while (
            self._key(None if wait else 0.0) == RESIZED
        ):  # also what Ctrl-C meant for the other program
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
        while True:
            if (now := time()) != drawn:
                self._console.file.write(f"\r{now}\x1b[K")
                self._console.file.flush()
                drawn = now
            key = self._key(1.0)
            if key != TICK:
                self._console.file.write("\r\x1b[K")
                return key

    def _sheet(self) -> Sheet:
        return Sheet(self._console, look_at(self._console))

    def _draw(self, situation: Situation, frame: Frame) -> None:
        """Draw a frame over what stands there, scrolled as it was."""
        on, back = (
            name_of(self._bindings.keys(situation, action)[0])
            for action in (Action.PAGE_DOWN, Action.PAGE_UP)
        )
        width, height = self._console.size
        self._window = window(frame, width, height - 1, self._window.top, (on, back))
        with self._console.capture() as drawn:
            print_rows(self._console, self._window.rows)
        # Over the last screen rather than after erasing it: nothing flickers.
        text = drawn.get().replace("\n", f"{CLEAR_ROW}\n")
        self._console.file.write(f"{TO_TOP}{text}{CLEAR_BELOW}")
        self._console.file.flush()

    def _scroll(self, action: Action | Command | None) -> bool:
        """Whether a key scrolls; the window then has its new top."""
        match action:
            case Action.UP:
                top = self._window.scrolled(rows=-1)
            case Action.DOWN:
                top = self._window.scrolled(rows=1)
            case Action.PAGE_UP:
                top = self._window.scrolled(pages=-1)
            case Action.PAGE_DOWN:
                top = self._window.scrolled(pages=1)
            case _:
                return False
        if not self._window.page:
            self.tell("That key scrolls, where a card is longer than the screen.")
        self._window = self._window._replace(top=top)
        return True

    def _message_rows(self, sheet: Sheet) -> Rows:
        messages = [Text(sheet.look.text(message), "message") for message in self._messages]
        self._messages.clear()
        return [row for message in messages for row in sheet.wrapped(message)]

    def _other(
        self,
        situation: Situation,
        action: Action | Command | None,
        key: str,
        card: Card | None = None,
    ) -> None:
        """Answer a key that neither answers nor leaves, where a card may be asked."""
        if action is Action.HELP:
            meanings = card_kind(card.kind).meanings if card else ()
            self._show_help([*meanings, *self._bindings.help(situation)])
        elif action is not Action.REDRAW and not self._scroll(action):
            shows = self._bindings.keys(situation, Action.HELP)[0]
            use = self._bindings.elsewhere(situation, key)
            types = self._bindings.keys(situation, Action.TYPE)
            why = f"No key '{name_of(key)}' here."
            if key == PASTED and types:
                why = f"What was pasted is not read: press {types[0]}, then paste."
            elif use:
                why = f"Not now: {name_of(key)} is to {use}."
            self.tell(f"{why} {shows} shows the keys.")

    def _show_help(self, entries: Sequence[Words]) -> None:
        kept, self._window = self._window, Window([], 0, 0)
        goes_on = True
        while goes_on:
            sheet = self._sheet()
            wide = max(len(keys) for keys, _ in entries) + 2
            rows = [
                row
                for keys, words in entries
                for row in sheet.wrapped(Text(words), " " * wide, keys.ljust(wide))
            ]
            self._draw(Situation.SCORECARD, Frame([], rows, [Text(BACK, "message")]))
            key = self._key()
            action = self._bindings.action(Situation.SCORECARD, key)
            goes_on = key == RESIZED or bool(self._window.page and self._scroll(action))
        self._window = kept

    def _answer(
        self,
        situation: Situation,
        card: Card | None,
        key: str,
        draft: str = "",
        keep: Callable[[str], None] = lambda words: None,
    ) -> Reveal | Draft | None:
        """The answer that a key is or begins; a draft where what was typed is no answer yet."""
        first = key if self._bindings.action(situation, key) is Action.ANSWER else ""
        kind = card_kind(card.kind) if card else None
        if card and kind and first and (choice := kind.answer_of(card, first)) is not None:
            return Reveal(f"{choice}\n{draft}".strip())
        if card and kind and kind.first_keys:
            line, latest = self._line(card, first or draft, keep)
            return Reveal(line) if line else Draft(latest)
        if first:
            self._other(situation, None, key)
            return None
        words, latest = self._text(draft, keep)
        if words is None or (card and kind and kind.answers_by_digit(card)):
            return Draft(latest if words is None else words)
        return Reveal(words)

    def _text(self, draft: str, keep: Callable[[str], None]) -> tuple[str | None, str]:
        """Words typed in the editor, None where it was left or empty; and what stood in it."""
        kept = Kept(draft, keep)
        words = self._keys.text(draft, kept.change)
        return (words.strip() or None if words is not None else None), kept.words

    def _line(
        self, card: Card, start: str, keep: Callable[[str], None] = lambda words: None
    ) -> tuple[str | None, str]:
        """An answer of one line, None where typing was given up; and what stood there."""
        kind, kept = card_kind(card.kind), Kept(start, keep)
        while line := self._keys.line(f"{kind.prompt(card)}: ", start, kept.change):
            try:
                return kind.line_answer(card, line), line
            except ValueError as error:
                print_rows(self._console, [Text(str(error), "message")])
            start = line
        return None, "" if line is not None else kept.words


@dataclass
class Kept:
    """What is being typed: the last of it, and where each change of it is kept."""

    words: str
    keep: Callable[[str], None]

    def change(self, words: str) -> None:
        """Take what stands there now."""
        self.words = words
        self.keep(words)
