"""An answer read page by page, then its key points ticked with single keys."""

from abc import ABC, abstractmethod
from typing import ClassVar

from rich.text import Text

from contrastive_drill.cards.grade import Verdict, check, grade
from contrastive_drill.cards.kinds.kind import CheckedAnswer
from contrastive_drill.memory.log import Mode, Rating
from contrastive_drill.screen.bindings import KEYMAP, POINTS_OF, SESSION_ACTIONS, Action, Situation
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.session_view import Command, Flag, Question, Rate
from contrastive_drill.screen.terminal import TerminalScreen, key_bar


class KeyPointScreen(TerminalScreen, ABC):
    """Draws an answer once, and redraws only the key points while they are ticked."""

    warning: ClassVar[str]  # where Enter would accept an answer with nothing ticked
    _checked: CheckedAnswer | None = None  # of the answer on screen, by the program

    def grade(
        self, question: Question, typed: str | None, ticked: set[str]
    ) -> Rate | Flag | Command:
        """Show the answer, then the key points until a rating is given."""
        self._checked = check(question.card, typed) if typed else None
        while True:
            action = self._draw_answer(question, typed)
            if action is Action.LEAVE:
                return Command.QUIT
            if action is Action.NEXT_PAGE:
                reply = self._tick_points(question, ticked)
                if reply is not None:
                    return reply

    @abstractmethod
    def _header_rows(self, sheet: Sheet, question: Question) -> Rows:
        """What stands above the question."""

    @abstractmethod
    def _suggestion_rows(self, sheet: Sheet, question: Question, verdict: Verdict) -> Rows:
        """What was covered, and the rating that would follow."""

    def _draw_prompt(self, question: Question) -> None:
        sheet = self._sheet()
        self._clear()
        rows = self._header_rows(sheet, question)
        self._print([*rows, Text(), *sheet.question(question.card), Text()])
        self._print_messages()

    def _command(
        self, situation: Situation, action: Action | Command | None, key: str, question: Question
    ) -> Flag | Command | None:
        """What a key asks for beside an answer or a rating; None where it was dealt with here."""
        if action is Command.DEMO and question.card.demo is None:
            self.tell("No demo belongs to this card.")
            return None
        if isinstance(action, Command):
            return action
        if action is Action.FLAG:
            note = self._keys.line("Note for the flag (Enter for none): ")
            return Flag(note.strip()) if note is not None else None
        self._other(situation, action, key)
        return None

    def _draw_answer(self, question: Question, typed: str | None) -> Action:
        """Show the answer page by page, and what was typed last: it is compared with the points."""
        sheet, card = self._sheet(), question.card
        self._draw_prompt(question)
        rows = [*sheet.answer(card), Text()]
        if card.demo and question.mode is not Mode.EXAM:
            # Imported on use: few cards name a demo, and the first question must be fast.
            from contrastive_drill.screen.claims import measured_rows

            rows += [*measured_rows(sheet, card.demo, question.last_run()), Text()]
        if typed and self._checked:
            rows = [*sheet.judged(typed, self._checked), Text(), *rows]
        elif typed:
            rows += [sheet.heading("You said"), *sheet.words(typed), Text()]
        points = self._point_rows(sheet, question, set())
        if len(points) >= self._console.height:
            # Too tall to redraw: read in full here, and ticked one row each.
            rows += [*sheet.points(card), Text()]
            points = self._point_rows(sheet, question, set(), compact=True)
        return self._pages(rows, len(points))

    def _tick_points(self, question: Question, ticked: set[str]) -> Rate | Flag | Command | None:
        """Tick until a rating or a command is chosen; None to read the card again."""
        situation = POINTS_OF.get(question.mode, Situation.POINTS)
        drawn, warned = 0, False
        while True:
            drawn = self._draw_points(question, ticked, drawn)
            key = self._key()
            verdict = grade(question.card, ticked, self._checked)
            match KEYMAP.action(situation, key):
                case Action.ACCEPT if not ticked and not warned:
                    # Whoever turns pages with Enter must not rate with one press too many.
                    self.tell(self.warning)
                    warned = True
                case Action.ACCEPT:
                    return Rate(verdict.suggested, verdict)
                case Action.RATE as action:
                    keys = KEYMAP.keys(situation, action)
                    return Rate(tuple(Rating)[keys.index(key)], verdict)
                case Action.TICK as action:
                    place = KEYMAP.keys(situation, action).index(key)
                    ticked ^= {point.key for point in question.card.points[place : place + 1]}
                case Action.TICK_ALL:
                    every = {point.key for point in question.card.points}
                    ticked ^= every if ticked == every else every - ticked
                case Action.FROM_TOP:
                    return None
                case action:
                    reply = self._command(situation, action, key, question)
                    if reply is not None or action is Action.HELP:
                        return reply

    def _draw_points(self, question: Question, ticked: set[str], drawn: int) -> int:
        """Draw the key points over the rows drawn before; how many rows they take."""
        sheet = self._sheet()
        rows = self._point_rows(sheet, question, ticked)
        if len(rows) >= self._console.height:
            rows = self._point_rows(sheet, question, ticked, compact=True)
        rows += self._message_rows(sheet)
        if drawn:
            self._console.file.write(f"\x1b[{drawn}F\x1b[J")
        self._print(rows)
        return len(rows)

    def _point_rows(
        self, sheet: Sheet, question: Question, ticked: set[str], compact: bool = False
    ) -> Rows:
        card = question.card
        verdict = grade(card, ticked, self._checked)
        keys = KEYMAP.bar(
            POINTS_OF.get(question.mode, Situation.POINTS),
            SESSION_ACTIONS if compact else [] if card.demo else [Command.DEMO],
            count=len(card.points),
            rating=verdict.suggested.label,
        )
        return [
            *([] if compact else [sheet.heading("Key points: tick what you covered")]),
            *sheet.points(card, ticked, one_row=compact),
            *self._suggestion_rows(sheet, question, verdict),
            *key_bar(sheet, keys),
        ]

    def _covered(self, question: Question, verdict: Verdict, noun: str) -> str:
        """How many of the required points were covered, and whether the answer was wrong."""
        required = len(question.card.required)
        wrong = ", wrong answer" if self._checked and not self._checked.right else ""
        return f"{required - len(verdict.missed)} of {required} {noun}{wrong}"
