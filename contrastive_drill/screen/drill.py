"""A session with single keys on a terminal."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from rich.console import Console
from rich.text import Text

from contrastive_drill.cards import Card
from contrastive_drill.grading import Checked, check, grade
from contrastive_drill.memory import Mode, Rating, Review
from contrastive_drill.screen.answering import (
    FIRST_OF_NUMBER,
    answer_keys,
    answer_of,
    judged_rows,
    number_in,
    wants_number,
)
from contrastive_drill.screen.bindings import (
    COMMANDS,
    EXAM_COMMANDS,
    EXAM_HELP,
    EXAM_KEYS,
    HELP,
    KEYS,
    PAGES,
    RATINGS,
    Page,
)
from contrastive_drill.screen.card import Rows, Sheet
from contrastive_drill.screen.console import look_at, print_rows
from contrastive_drill.screen.keys import ENTER, ESCAPE, RESIZED, SPACE, TICK, Keys
from contrastive_drill.screen.parts import (
    demo_rows,
    header,
    key_bar,
    rating_bar,
    recorded,
    summary_rows,
)
from contrastive_drill.screen.question import Closing, Command, Flag, Question, Rate, Reveal
from contrastive_drill.screen.words import duration


class TerminalView:
    """Draws one card at a time, and redraws only the key points while they are ticked."""

    ratings: ClassVar[Mapping[str, Rating]] = RATINGS  # what keys rate, beside Enter
    warning = "Nothing is ticked: Enter again rates Again."

    def __init__(self, console: Console, keys: Keys, idle: Callable[[], None]) -> None:
        self._console = console
        self._keys = keys
        self._idle = idle  # work to do while a question is being read
        self._messages: list[str] = []
        self._checked: Checked | None = None  # what the program found of the answer on screen
        self._since_pause = 0  # rows drawn since the learner last pressed a key

    def ask(self, question: Question) -> Reveal | Flag | Command:
        """Show the question until a key leads on."""
        card = question.card
        while True:
            self._draw_prompt(question)
            keys = (("Enter", "reveal"), *answer_keys(card), *_keys(question))
            self._print(key_bar(self._sheet(), keys))
            self._idle()
            match self._question_key(question):
                case key if key in (ENTER, SPACE):
                    return Reveal()
                case key if (chosen := answer_of(card, key)) is not None:
                    return Reveal(chosen)
                case key if wants_number(card) and (key == "t" or key in FIRST_OF_NUMBER):
                    typed = self._number(card, "" if key == "t" else key)
                    if typed is not None:
                        return Reveal(typed)
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
        self._checked = check(question.card, typed) if typed else None
        while True:
            page = self._draw_answer(question, typed)
            if page is Page.QUIT:
                return Command.QUIT
            if page is Page.ON:
                action = self._ticking(question, ticked)
                if action is not None:
                    return action

    def saved(self, question: Question, review: Review) -> None:
        """Say on the next screen what was recorded, and how to take it back."""
        self.tell(f"{recorded(question, review)}; u undoes it.")

    def tell(self, message: str) -> None:
        """Say something above the keys of the next question."""
        self._messages.append(message)

    def aside(self, work: Callable[[], None]) -> None:
        """Let another program have the terminal until a key is pressed."""
        self._console.clear()
        with self._keys.pause():
            work()
        self._print([Text(), Text("any key: back to the card", "bold")])
        while self._key() == RESIZED:  # also what Ctrl-C meant for the other program
            pass

    def close(self, closing: Closing) -> None:
        """Show how the session went."""
        self._console.clear()
        self._print(summary_rows(self._sheet(), closing))
        self._print_messages()

    def _key(self, wait: float | None = None) -> str:
        """The next key; a terminal that was closed is a learner who left."""
        try:
            return self._keys.read(wait)
        except EOFError:
            return "q"

    def _question_key(self, question: Question) -> str:
        """The next key while a question stands there, its clock running where it has one."""
        clock = question.clock
        if clock is None:
            return self._key()
        return self._watched(lambda: f"{duration(clock())} on the clock")

    def _watched(self, words: Callable[[], str]) -> str:
        """The next key; the time in words stands under the keys and runs on meanwhile."""
        drawn = ""
        try:
            while True:
                if (now := words()) != drawn:
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

    def _print(self, rows: Iterable[Text]) -> None:
        rows = list(rows)
        print_rows(self._console, rows)
        self._since_pause += len(rows)

    def _message_rows(self, sheet: Sheet) -> Rows:
        rows = [
            row
            for message in self._messages
            for row in sheet.wrapped(Text(sheet.look.text(message), "bold"))
        ]
        self._messages.clear()
        return rows

    def _print_messages(self) -> None:
        self._print(self._message_rows(self._sheet()))

    def _draw_prompt(self, question: Question) -> None:
        sheet = self._sheet()
        self._console.clear()
        self._since_pause = 0
        self._print([*header(sheet, question), Text(), *sheet.question(question.card), Text()])
        self._print_messages()

    def _draw_answer(self, question: Question, typed: str | None) -> Page:
        """Show the answer page by page, and what was typed last: it is compared with the points."""
        sheet = self._sheet()
        self._draw_prompt(question)
        rows = [*sheet.answer(question.card), Text()]
        if question.mode is not Mode.EXAM:
            rows += demo_rows(sheet, question.card, question.last_run)
        if typed and self._checked:
            rows = [*judged_rows(sheet, typed, self._checked), Text(), *rows]
        elif typed:
            rows += [sheet.heading("You said"), *sheet.wrapped(Text(sheet.look.text(typed)))]
            rows.append(Text())
        points = self._points(sheet, question, set())
        if len(points) >= self._console.height:
            # Too tall to redraw: read in full here, and ticked one row each.
            rows += [*sheet.points(question.card), Text()]
            points = self._points(sheet, question, set(), compact=True)
        return self._pages(rows, len(points))

    def _pages(self, rows: Iterable[Text], room: int) -> Page:
        """Print page by page, and wait where the `room` rows that come next do not fit."""
        for row in rows:
            if self._since_pause >= self._console.height - 2:
                page = self._turn()
                if page is not Page.ON:
                    return page
            self._print([row])
        fits = self._since_pause + room < self._console.height
        return Page.ON if fits else self._turn()

    def _turn(self) -> Page:
        """Wait at the foot of a full screen."""
        self._console.print(Text("more: Enter  r from the top  q quit", "bold reverse"), end="")
        try:
            while (key := self._key()) not in PAGES:
                pass
        finally:
            self._console.file.write("\r\x1b[K")
        self._since_pause = 0
        return PAGES[key]

    def _ticking(self, question: Question, ticked: set[str]) -> Rate | Flag | Command | None:
        """Tick until a rating or a command is chosen; None to read the card again."""
        drawn, warned = 0, False
        while True:
            drawn = self._draw_points(question, ticked, drawn)
            key = self._key()
            verdict = grade(question.card, ticked, self._checked)
            if key == ENTER and not ticked and not warned:
                # Whoever turns pages with Enter must not rate with one press too many.
                self.tell(self.warning)
                warned = True
            elif key == ENTER:
                return Rate(verdict.suggested, verdict)
            elif key in self.ratings:
                return Rate(self.ratings[key], verdict)
            elif key.isascii() and key.isdigit():  # not “²”, which is a digit too
                _tick(question, ticked, int(key))
            elif key in ("r", RESIZED):
                return None
            else:
                action = self._command(key, question)
                if action is not None or key == "?":
                    return action

    def _points(
        self, sheet: Sheet, question: Question, ticked: set[str], compact: bool = False
    ) -> Rows:
        card = question.card
        verdict = grade(card, ticked, self._checked)
        said = len(card.required) - len(verdict.missed)
        wrong = ", wrong answer" if self._checked and not self._checked.right else ""
        count = f"{said} of {len(card.required)} required{wrong}"
        why = f"{count}: {verdict.suggested.label} suggested"
        keys = (
            (f"1-{len(card.points)}", "tick"),
            ("0", "all"),
            ("Enter", f"accept {verdict.suggested.label}"),
            ("r", "reread"),
        )
        rows = [
            *sheet.points(card, ticked, one_row=compact),
            Text(why, "dim"),
            *rating_bar(sheet, question, verdict.suggested),
        ]
        if compact:
            return [*rows, *key_bar(sheet, (*keys, ("?", "help")))]
        heading = sheet.heading("Key points: tick what you covered")
        return [heading, *rows, *key_bar(sheet, (*keys, *_keys(question)))]

    def _draw_points(self, question: Question, ticked: set[str], drawn: int) -> int:
        """Draw the key points over the rows drawn before; how many rows they take."""
        sheet = self._sheet()
        rows = self._points(sheet, question, ticked)
        if len(rows) >= self._console.height:
            rows = self._points(sheet, question, ticked, compact=True)
        rows += self._message_rows(sheet)
        if drawn:
            self._console.file.write(f"\x1b[{drawn}F\x1b[J")
        self._print(rows)
        return len(rows)

    def _command(self, key: str, question: Question) -> Flag | Command | None:
        commands = EXAM_COMMANDS if question.mode is Mode.EXAM else COMMANDS
        if key == "d" and key in commands and question.card.demo is None:
            self.tell("No demo belongs to this card.")
            return None
        if key in commands:
            return commands[key]
        if key == "f":
            note = self._keys.line("Note for the flag (Enter for none): ")
            return Flag(note.strip()) if note is not None else None
        if key == "?":
            self._show_help(EXAM_HELP if question.mode is Mode.EXAM else HELP)
        elif key not in (RESIZED, ESCAPE):
            self.tell(f"No key '{key}' here; ? shows the keys.")
        return None

    def _show_help(self, entries: Sequence[tuple[str, str]]) -> None:
        sheet = self._sheet()
        self._console.clear()
        wide = max(len(keys) for keys, _ in entries) + 2
        for keys, does in entries:
            self._print(sheet.wrapped(Text(does), " " * wide, keys.ljust(wide)))
        self._print([Text(), Text("any key: back to the card", "bold")])
        self._key()

    def _number(self, card: Card, start: str) -> str | None:
        """A number with its unit; None when the learner gave up typing."""
        while (line := self._keys.line("Your number, with its unit: ", start)) is not None:
            if not line.strip():
                return None
            try:
                return number_in(card, line)
            except ValueError as error:
                self._print([Text(str(error), "bold")])
            start = ""
        return None

    def _typed(self) -> str | None:
        """Lines until an empty one; None when the learner gave up typing."""
        self._print([Text("Type your answer; an empty line ends it, Ctrl-C abandons it.", "dim")])
        lines: list[str] = []
        while (line := self._keys.line("> ")) is not None:
            if not line.strip():
                return "\n".join(lines) or None
            lines.append(line.strip())
        return None


def _tick(question: Question, ticked: set[str], number: int) -> None:
    points = question.card.points
    if number == 0:
        every = {point.key for point in points}
        everything = ticked == every
        ticked.clear()
        ticked.update(() if everything else every)
    elif number <= len(points):
        ticked.symmetric_difference_update({points[number - 1].key})


def _keys(question: Question) -> tuple[tuple[str, str], ...]:
    if question.mode is Mode.EXAM:
        return EXAM_KEYS
    return ((("d", "demo"),) if question.card.demo else ()) + KEYS
