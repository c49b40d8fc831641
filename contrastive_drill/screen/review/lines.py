"""A session with one line for each answer: for pipes, scripts and screen readers."""

import re
from collections.abc import Callable, Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from contrastive_drill.cards.grade import check, grade
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.memory.log import Mode, Rating, Review
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import look_at, print_rows
from contrastive_drill.screen.review.parts import demo_rows, header, recorded, summary_rows
from contrastive_drill.screen.view import Closing, Command, Flag, Question, Rate, Reveal
from contrastive_drill.words import interval

COMMANDS = {
    ":undo": Command.UNDO,
    ":suspend": Command.SUSPEND,
    ":bury": Command.BURY,
    ":source": Command.SOURCE,
    ":demo": Command.DEMO,
    ":quit": Command.QUIT,
}
EXAM_COMMANDS = {":undo": Command.UNDO, ":pause": Command.QUIT, ":quit": Command.QUIT}
RATINGS = {
    name: rating for rating in Rating for name in (rating.name.lower(), rating.name[0].lower())
}
HELP = (
    "First line: your answer, or nothing. Second line: the numbers of the key points you "
    "covered, or 'all', or nothing; then, if you like, again, hard, good or easy. "
    "Instead of either: :undo :suspend :bury :flag NOTE :source :demo :quit :help."
)
EXAM_HELP = HELP.replace(":suspend :bury :flag NOTE :source :demo :quit", ":flag NOTE :pause")


class LineView:
    """Prints plain text and reads lines."""

    def __init__(self, console: Console, lines: TextIO, idle: Callable[[], None]) -> None:
        self._console = console
        self._lines = lines
        self._idle = idle  # work to do while a question is being read

    def ask(self, question: Question) -> Reveal | Flag | Command:
        """Print the question; the next line is the answer or a command."""
        sheet, card = self._sheet(), question.card
        kind = card_kind(card.kind)
        self._print([*header(sheet, question), *sheet.question(card)])
        self._idle()
        while True:
            line = self._read(f"{kind.prompt(card)}, Enter to reveal, :help")
            if line is None:
                return Command.QUIT
            if not line.startswith(":"):
                if not line:
                    return Reveal()
                try:
                    return Reveal(kind.line_answer(card, line))
                except ValueError as error:
                    self.tell(str(error))
                    continue
            action = self._command(line, question)
            if action is not None:
                return action

    def grade(
        self, question: Question, typed: str | None, ticked: set[str]
    ) -> Rate | Flag | Command:
        """Print the answer and the key points; the next line says what was covered."""
        sheet, card = self._sheet(), question.card
        checked = check(card, typed) if typed else None
        if typed and checked:
            self._print([Text(), *sheet.judged(typed, checked)])
        self._print([Text(), *sheet.answer(card), Text()])
        if question.mode is not Mode.EXAM:
            self._print(demo_rows(sheet, card, question.last_run))
        self._print([sheet.heading("Key points"), *sheet.points(card)])
        if question.mode is Mode.REVIEW:
            each = (f"{rating.label} ({_returns(question, rating)})" for rating in Rating)
            self._print(sheet.wrapped(Text(f"Ratings: {', '.join(each)}.")))
        while True:
            line = self._read("Points covered, such as '1 3', 'all', or '1 hard'")
            if line is None:
                return Command.QUIT
            if line.startswith(":"):
                action = self._command(line, question)
                if action is not None:
                    return action
                continue
            try:
                numbers, rating = parse_grade(line, len(card.points))
            except ValueError as error:
                self.tell(str(error))
                continue
            verdict = grade(card, {card.points[n - 1].key for n in numbers}, checked)
            return Rate(rating or verdict.suggested, verdict)

    def saved(self, question: Question, review: Review) -> None:
        """Say what was recorded, once it is."""
        self._print([Text(f"Saved: {recorded(question, review)}."), Text()])

    def tell(self, message: str) -> None:
        """Print a line."""
        sheet = self._sheet()
        self._print(sheet.wrapped(Text(sheet.look.text(message))))

    def aside(self, work: Callable[[], None]) -> None:
        """Let another program print."""
        self._console.file.flush()
        work()

    def close(self, closing: Closing) -> None:
        """Print how the session went."""
        self._print([Text(), *summary_rows(self._sheet(), closing)])

    def _sheet(self) -> Sheet:
        return Sheet(self._console, look_at(self._console))

    def _print(self, rows: Iterable[Text]) -> None:
        print_rows(self._console, rows)

    def _read(self, prompt: str) -> str | None:
        """The next line; None at the end of input."""
        self._console.print(Text(f"{prompt}:"))
        self._console.file.flush()
        line = self._lines.readline()
        return line.strip() if line else None

    def _command(self, line: str, question: Question) -> Flag | Command | None:
        word, _, note = line.partition(" ")
        if word == ":flag":
            return Flag(note.strip())
        exam = question.mode is Mode.EXAM
        commands, words = (EXAM_COMMANDS, EXAM_HELP) if exam else (COMMANDS, HELP)
        if word == ":demo" and word in commands and question.card.demo is None:
            self.tell("No demo belongs to this card.")
            return None
        if word in commands:
            return commands[word]
        self.tell(words if word == ":help" else f"There is no {word}. {words}")
        return None


def _returns(question: Question, rating: Rating) -> str:
    return interval(question.previews[rating].due_day - question.day)


def parse_grade(line: str, points: int) -> tuple[set[int], Rating | None]:
    """The numbers of the points covered and the rating in a line such as `1 3 hard`.

    Raises:
        ValueError: when a word is neither, with what to write instead.
    """
    numbers: set[int] = set()
    rating: Rating | None = None
    for word in re.split(r"[\s,;]+", line.strip().lower()):
        if word.isascii() and word.isdigit() and 1 <= int(word) <= points:
            numbers.add(int(word))
        elif word == "all":
            numbers.update(range(1, points + 1))
        elif word in RATINGS and rating is None:
            rating = RATINGS[word]
        elif word and word != "none":
            raise ValueError(
                f"'{word}' is not understood: write point numbers from 1 to {points}, all or "
                "none, and at most one of again, hard, good, easy."
            )
    return numbers, rating
