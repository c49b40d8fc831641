"""A session with single keys on a terminal."""

from collections.abc import Callable, Iterable

from rich.console import Console
from rich.text import Text

from contrastive_drill.grading import grade
from contrastive_drill.memory import Rating
from contrastive_drill.screen.card import Rows, Sheet
from contrastive_drill.screen.console import look_at
from contrastive_drill.screen.keys import ENTER, ESCAPE, RESIZED, SPACE, Keys
from contrastive_drill.screen.parts import RATING_KEYS, header, key_bar, rating_bar, summary_rows
from contrastive_drill.screen.question import Closing, Command, Flag, Question, Rate, Reveal

COMMANDS = {
    "u": Command.UNDO,
    "s": Command.SUSPEND,
    "b": Command.BURY,
    "o": Command.SOURCE,
    "d": Command.DEMO,
    "q": Command.QUIT,
}
KEYS = (
    ("s", "suspend"),
    ("b", "bury"),
    ("f", "flag"),
    ("o", "source"),
    ("u", "undo"),
    ("q", "quit"),
    ("?", "help"),
)
HELP = (
    ("Enter, Space", "reveal the answer; then accept the rating in brackets"),
    ("t", "type your answer first: it is kept in the log beside the key points"),
    ("1 to 6", "tick or untick a key point you covered; 0 ticks all or none"),
    ("a h g e", "rate Again, Hard, Good or Easy; Hard is a pass, Again brings the card back"),
    ("u", "undo the last step, as often as you like"),
    ("s", "suspend: never ask again, until 'contrastive-drill resume ID'"),
    ("b", "bury: ask again from tomorrow on"),
    ("f", "flag the card with a note, for 'contrastive-drill flags'"),
    ("o", "open the card's source"),
    ("d", "run the demo that shows it, where there is one"),
    ("q", "quit; every answer is saved already"),
)
RATINGS = {key: rating for rating, key in RATING_KEYS.items()}


class TerminalView:
    """Draws one card at a time, and redraws only the key points while they are ticked."""

    def __init__(self, console: Console, keys: Keys, idle: Callable[[], None]) -> None:
        self._console = console
        self._keys = keys
        self._idle = idle  # work to do while a question is being read
        self._message = ""
        self._since_pause = 0  # rows drawn since the learner last pressed a key

    def ask(self, question: Question) -> Reveal | Flag | Command:
        """Show the question until a key leads on."""
        while True:
            self._draw_prompt(question)
            keys = (("Enter", "reveal"), ("t", "type an answer"), *_demo_key(question), *KEYS)
            self._print(key_bar(self._sheet(), keys))
            self._idle()
            match self._key():
                case key if key in (ENTER, SPACE):
                    return Reveal()
                case "t":
                    typed = self._typed()
                    if typed is not None:
                        return Reveal(typed)
                case key:
                    action = self._command(key, question)
                    if action is not None:
                        return action

    def grade(
        self, question: Question, typed: str | None, ticked: set[str]
    ) -> Rate | Flag | Command:
        """Show the answer, then the key points until a rating is given."""
        while True:
            if not self._draw_answer(question, typed):
                return Command.QUIT
            region = 0
            while True:
                region = self._draw_points(question, ticked, region)
                key = self._key()
                verdict = grade(question.card, ticked)
                if key in (ENTER, SPACE):
                    return Rate(verdict.suggested, verdict)
                if key in RATINGS:
                    return Rate(RATINGS[key], verdict)
                if key.isdigit() and len(key) == 1:
                    self._tick(question, ticked, int(key))
                    continue
                action = self._command(key, question)
                if action is not None:
                    return action
                if key == RESIZED or key == "?":
                    break

    def saved(self, question: Question, rating: Rating) -> None:
        """Nothing: the next card says it."""

    def tell(self, message: str) -> None:
        """Say something above the keys of the next question."""
        self._message = message

    def aside(self, work: Callable[[], None]) -> None:
        """Let another program have the terminal until a key is pressed."""
        self._console.clear()
        with self._keys.pause():
            work()
        self._print([Text(), Text("any key: back to the card", "bold")])
        self._key()

    def close(self, closing: Closing) -> None:
        """Show how the session went."""
        self._console.clear()
        self._print(summary_rows(self._sheet(), closing))
        if self._message:
            self._print([Text(self._message, "bold")])

    def _key(self) -> str:
        """The next key; a terminal that was closed is a learner who left."""
        try:
            return self._keys.read()
        except EOFError:
            return "q"

    def _sheet(self) -> Sheet:
        return Sheet(self._console, look_at(self._console))

    def _print(self, rows: Iterable[Text]) -> None:
        for row in rows:
            self._console.print(row, no_wrap=True, crop=False, overflow="ignore")
            self._since_pause += 1

    def _draw_prompt(self, question: Question) -> None:
        sheet = self._sheet()
        self._console.clear()
        self._since_pause = 0
        self._print([*header(sheet, question), Text(), *sheet.prose(question.card.prompt), Text()])
        if self._message:
            self._print(sheet.wrapped(Text(sheet.look.text(self._message), "bold")))
            self._message = ""

    def _draw_answer(self, question: Question, typed: str | None) -> bool:
        """Whether the learner read on to the end of the answer."""
        sheet = self._sheet()
        self._draw_prompt(question)
        rows: Rows = []
        if typed:
            rows += [sheet.heading("You said"), *sheet.wrapped(Text(sheet.look.text(typed)))]
            rows.append(Text())
        rows += [*sheet.answer(question.card), Text()]
        points = len(self._points(sheet, question, set()))
        for row in rows:
            if self._since_pause >= self._console.height - 2 and not self._more():
                return False
            self._print([row])
        return self._since_pause + points < self._console.height or self._more()

    def _more(self) -> bool:
        """Wait at the foot of a full screen; False to quit."""
        self._console.print(Text("more: Enter", "bold reverse"), end="")
        while (key := self._key()) not in (ENTER, SPACE, RESIZED, "q"):
            pass
        self._console.file.write("\r\x1b[K")
        self._since_pause = 0
        return key != "q"

    def _points(self, sheet: Sheet, question: Question, ticked: set[str]) -> Rows:
        card = question.card
        verdict = grade(card, ticked)
        said = len(card.required) - len(verdict.missed)
        why = f"{said} of {len(card.required)} required: {verdict.suggested.label} suggested"
        return [
            sheet.heading("Key points: tick what you covered"),
            *sheet.points(card, ticked),
            Text(why, "dim"),
            *rating_bar(sheet, question, verdict.suggested),
            *key_bar(
                sheet,
                (
                    (f"1-{len(card.points)}", "tick"),
                    ("0", "all"),
                    ("Enter", f"accept {verdict.suggested.label}"),
                    *_demo_key(question),
                    *KEYS,
                ),
            ),
        ]

    def _draw_points(self, question: Question, ticked: set[str], drawn: int) -> int:
        """Draw the key points over the rows drawn before; how many rows they take."""
        rows = self._points(self._sheet(), question, ticked)
        if drawn:
            self._console.file.write(f"\x1b[{drawn}F\x1b[J")
        self._print(rows)
        return len(rows)

    def _tick(self, question: Question, ticked: set[str], number: int) -> None:
        points = question.card.points
        if number == 0:
            every = {point.key for point in points}
            everything = ticked == every
            ticked.clear()
            ticked.update(() if everything else every)
        elif number <= len(points):
            ticked.symmetric_difference_update({points[number - 1].key})

    def _command(self, key: str, question: Question) -> Flag | Command | None:
        if key == "d" and question.card.demo is None:
            self._message = "No demo belongs to this card."
            return None
        if key in COMMANDS:
            return COMMANDS[key]
        if key == "f":
            note = self._keys.line("Note for the flag (Enter for none): ")
            return Flag(note.strip()) if note is not None else None
        if key == "?":
            self._show_help()
        elif key not in (RESIZED, ESCAPE):
            self._message = f"No key '{key}' here; ? shows the keys."
        return None

    def _show_help(self) -> None:
        sheet = self._sheet()
        self._console.clear()
        wide = max(len(keys) for keys, _ in HELP) + 2
        for keys, does in HELP:
            self._print(sheet.wrapped(Text(does), " " * wide, keys.ljust(wide)))
        self._print([Text(), Text("any key: back to the card", "bold")])
        self._key()

    def _typed(self) -> str | None:
        """Lines until an empty one; None when the learner gave up typing."""
        self._print([Text("Type your answer; an empty line ends it, Ctrl-C abandons it.", "dim")])
        lines: list[str] = []
        while (line := self._keys.line("> ")) is not None:
            if not line.strip():
                return "\n".join(lines) or None
            lines.append(line.strip())
        return None


def _demo_key(question: Question) -> tuple[tuple[str, str], ...]:
    return (("d", "demo"),) if question.card.demo else ()
