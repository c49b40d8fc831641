"""A mock interview with single keys on a terminal."""

from collections.abc import Callable, Collection

from rich.text import Text

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.screen.answer_screen import KeyPointScreen
from contrastive_drill.screen.bindings import KEYMAP, Action, Situation, Words
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.interview import scenes
from contrastive_drill.screen.session_view import Command, Question, Rate
from contrastive_drill.screen.terminal import key_bar
from contrastive_drill.words import duration


class TerminalInterview(KeyPointScreen):
    """One scene at a time on a terminal, with a clock that runs while the candidate speaks."""

    warning = "Nothing is ticked: Enter again goes on."

    def listen(self, scene: scenes.Scene, prompt: scenes.AnswerPrompt) -> str | None:
        """Wait for a key that says that the answer is given, or for the answer to be typed."""
        card, situation = prompt.card, Situation.INTERVIEW_QUESTION
        answers = card_kind(card.kind).keys(card) if card else ()
        spoken, *others = KEYMAP.bar(situation, [Action.TYPE] if answers else [], done=prompt.done)
        while True:
            self._draw(scene, (spoken, *answers, *others), rest=1)
            self._idle()
            key = self._timed_key(lambda: _pace(prompt))
            match KEYMAP.action(situation, key):
                case Action.REVEAL:
                    return None
                case Action.ANSWER | Action.TYPE:
                    typed = self._answer(situation, card, key)
                    if typed is not None:
                        return typed
                case action:
                    self._other(situation, action, key)

    def agree(self, scene: scenes.Scene, demo: Callable[[], None] | None = None) -> bool:
        """Wait for yes or no."""
        situation = Situation.YES_OR_NO
        while True:
            self._draw(scene, KEYMAP.bar(situation, [] if demo else [Command.DEMO]))
            key = self._key()
            match KEYMAP.action(situation, key):
                case Action.YES:
                    return True
                case Action.NO:
                    return False
                case Command.DEMO if demo:
                    demo()
                case action:
                    self._other(situation, action, key)

    def tick(self, position: scenes.Position, card: Card, typed: str | None) -> Verdict:
        """Show the answer page by page, then the key points until they are ticked."""
        self._position = position
        reply = self.grade(scenes.question_of(position, card), typed, set())
        if not isinstance(reply, Rate):
            raise scenes.CandidateLeft
        return reply.verdict

    def dismiss(self, rows: Callable[[Sheet], Rows]) -> None:
        """Show the scorecard page by page: its level must not scroll away unread."""
        action = Action.FROM_TOP
        while action is Action.FROM_TOP:
            self._clear()
            action = self._pages(rows(self._sheet()), 0)

    def _draw(self, scene: scenes.Scene, keys: Collection[Words], rest: int = 0) -> None:
        """A scene from the top, page by page; `rest` rows are still to be drawn under the keys."""
        while True:
            sheet = self._sheet()
            self._clear()
            rows = [*scenes.position_rows(sheet, scene.position), Text(), *scene.rows(sheet)]
            foot = [Text()] if rows[-1].plain else []
            foot += self._message_rows(sheet)
            if scene.ask:
                foot += sheet.wrapped(Text(scene.ask, "strong"))
            foot += key_bar(sheet, keys)
            match self._pages(rows, len(foot) + rest):
                case Action.NEXT_PAGE:
                    self._print(foot)
                    return
                case Action.LEAVE:
                    raise scenes.CandidateLeft

    def _other(self, situation: Situation, action: Action | Command | None, key: str) -> None:
        if action is Action.LEAVE:
            raise scenes.CandidateLeft
        super()._other(situation, action, key)

    def _header_rows(self, sheet: Sheet, question: Question) -> Rows:
        return scenes.position_rows(sheet, self._position)

    def _suggestion_rows(self, sheet: Sheet, question: Question, verdict: Verdict) -> Rows:
        return [Text(self._covered(question, verdict, "required points"), "strong")]


def _pace(prompt: scenes.AnswerPrompt) -> str:
    """How long an answer has taken, beside its budget."""
    spent = prompt.clock()
    over = "  over the budget" if spent > prompt.budget else ""
    return f"{duration(spent)} of {duration(prompt.budget)}{over}"
