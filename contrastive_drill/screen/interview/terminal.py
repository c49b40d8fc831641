"""A mock interview with single keys on a terminal."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from rich.text import Text

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict, grade
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.memory.log import Rating
from contrastive_drill.screen.bindings import Page
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.interview.scenes import (
    AnswerPrompt,
    CandidateLeft,
    Position,
    Scene,
    question_of,
    where_rows,
)
from contrastive_drill.screen.keys import ENTER, ESCAPE, RESIZED, SPACE
from contrastive_drill.screen.review.parts import key_bar
from contrastive_drill.screen.review.terminal import TerminalView
from contrastive_drill.screen.view import Command, Flag, Question, Rate
from contrastive_drill.words import duration

END = (("q", "end"), ("?", "help"))
HELP = (
    ("Enter, Space", "your answer is said; the clock stops"),
    ("t", "type your answer instead: it is kept"),
    ("1 to 6", "answer a choice or a verdict; a number is typed as it is, with its unit"),
    ("y n", "yes or no: be honest, nobody else will see it"),
    ("1 to 9", "tick or untick a key point you covered; 0 ticks all or none"),
    ("r", "read the answer again from the top"),
    ("d", "run the demo that shows it, where there is one"),
    ("q", "end the interview and see the scorecard; every answer is saved already"),
)


class TerminalInterview(TerminalView):
    """One scene at a time on a terminal, with a clock that runs while the candidate speaks."""

    ratings: ClassVar[Mapping[str, Rating]] = {}  # the points decide
    warning = "Nothing is ticked: Enter again goes on."

    def listen(self, scene: Scene, listening: AnswerPrompt) -> str | None:
        """Wait for a key that says that the answer is given, or for the answer to be typed."""
        card = listening.card
        kind = card_kind(card.kind) if card else None
        while True:
            answering = kind.keys(card) if card and kind else (("t", "type it"),)
            self._draw(scene, (("Enter", listening.done), *answering, *END), rest=1)
            self._idle()
            match self._watched(lambda: _pace(listening)):
                case key if key in (ENTER, SPACE):
                    return None
                case key if card and kind and (chosen := kind.answer_of(card, key)) is not None:
                    return chosen
                case key if card and kind and kind.opens and (key == "t" or key in kind.opens):
                    typed = self._one_line(card, "" if key == "t" else key)
                case "t":
                    typed = self._typed()
                case key:
                    typed = None
                    self._other(key)
            if typed is not None:
                return typed

    def agree(self, scene: Scene, demo: Callable[[], None] | None = None) -> bool:
        """Wait for y or n."""
        offered = (("d", "run the demo"),) if demo else ()
        while True:
            self._draw(scene, (("y", "yes"), ("n", "no"), *offered, *END))
            match self._key():
                case "y" | "Y":
                    return True
                case "n" | "N":
                    return False
                case "d" if demo:
                    demo()
                case key:
                    self._other(key)

    def tick(self, where: Position, card: Card, typed: str | None) -> Verdict:
        """Show the answer page by page, then the key points until they are ticked."""
        self._where = where
        ticked = set[str]()
        action = self.grade(question_of(where, card), typed, ticked)
        if not isinstance(action, Rate):
            raise CandidateLeft
        return action.verdict

    def dismiss(self, rows: Callable[[Sheet], Rows]) -> None:
        """Show the scorecard page by page: its level must not scroll away unread."""
        page = Page.AGAIN
        while page is Page.AGAIN:
            self._console.clear()
            self._since_pause = 0
            page = self._pages(rows(self._sheet()), 0)

    def _draw(self, scene: Scene, keys: tuple[tuple[str, str], ...], rest: int = 0) -> None:
        """A scene from the top, page by page; `rest` rows are still to be drawn under the keys."""
        while True:
            sheet = self._sheet()
            self._console.clear()
            self._since_pause = 0
            rows = [*where_rows(sheet, scene.where), Text(), *scene.rows(sheet)]
            foot = [Text()] if rows[-1].plain else []
            foot += self._message_rows(sheet)
            if scene.ask:
                foot += sheet.wrapped(Text(scene.ask, "bold"))
            foot += key_bar(sheet, keys)
            match self._pages(rows, len(foot) + rest):
                case Page.ON:
                    self._print(foot)
                    return
                case Page.QUIT:
                    raise CandidateLeft

    def _other(self, key: str) -> None:
        """What a key means that answers nothing."""
        if key == "q":
            raise CandidateLeft
        if key == "?":
            self._show_help(HELP)
        elif key not in (RESIZED, ESCAPE):
            self.tell(f"No key '{key}' here; ? shows the keys.")

    def _command(self, key: str, question: Question) -> Flag | Command | None:
        self._other(key)
        return None

    def _draw_prompt(self, question: Question) -> None:
        sheet = self._sheet()
        self._console.clear()
        self._since_pause = 0
        rows = where_rows(sheet, self._where)
        self._print([*rows, Text(), *sheet.question(question.card), Text()])
        self._print_messages()

    def _points(
        self, sheet: Sheet, question: Question, ticked: set[str], compact: bool = False
    ) -> Rows:
        card = question.card
        verdict = grade(card, ticked, self._checked)
        said = len(card.required) - len(verdict.missed)
        wrong = ", wrong answer" if self._checked and not self._checked.right else ""
        count = Text(f"{said} of {len(card.required)} required points{wrong}", "bold")
        keys = ((f"1-{len(card.points)}", "tick"), ("0", "all"), ("Enter", "go on"))
        bar = key_bar(sheet, (*keys, ("r", "reread"), *END))
        rows = [*sheet.points(card, ticked, one_row=compact), count, *bar]
        return rows if compact else [sheet.heading("Key points: tick what you covered"), *rows]


def _pace(listening: AnswerPrompt) -> str:
    """How long an answer has taken, beside its budget."""
    spent = listening.clock()
    over = "  over the budget" if spent > listening.budget else ""
    return f"{duration(spent)} of {duration(listening.budget)}{over}"
