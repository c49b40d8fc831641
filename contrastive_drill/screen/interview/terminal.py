"""A mock interview with single keys on a terminal."""

from collections.abc import Callable, Collection

from rich.text import Text

from contrastive_drill.cards.attempt import Attempt
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.screen.answer_screen import KeyPointScreen
from contrastive_drill.screen.bindings import Action, Situation, Words
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.frame import Frame
from contrastive_drill.screen.interview import scenes
from contrastive_drill.screen.session_view import Command, Question, Rate, Reveal, Tick
from contrastive_drill.screen.terminal import key_bar
from contrastive_drill.words import duration


class TerminalInterview(KeyPointScreen):
    """One scene at a time on a terminal, with a clock that runs while the candidate speaks."""

    warning = "Nothing is ticked: {key} again goes on."

    def listen(self, scene: scenes.Scene, prompt: scenes.AnswerPrompt) -> str | None:
        """Wait for a key that says that the answer is given, or for the answer to be typed."""
        card, situation = prompt.card, Situation.INTERVIEW_QUESTION
        answers = card_kind(card.kind).keys(card) if card else ()
        spoken, *others = self._bindings.bar(
            situation, [Action.TYPE] if answers else [], done=prompt.done
        )
        draft = prompt.draft
        while True:
            self._show(scene, (spoken, *answers, *others))
            self._idle()
            key = self._timed_key(lambda: _pace(prompt))
            match self._bindings.action(situation, key):
                case Action.REVEAL:
                    return None
                case Action.ANSWER | Action.TYPE:
                    answer = self._answer(situation, card, key, draft, prompt.keep)
                    if isinstance(answer, Reveal):
                        return answer.typed
                    draft = answer.words if answer else draft
                case action:
                    self._other(situation, action, key, card)

    def agree(self, scene: scenes.Scene, demo: Callable[[], None] | None = None) -> bool:
        """Wait for yes or no."""
        situation = Situation.YES_OR_NO
        while True:
            self._show(scene, self._bindings.bar(situation, [] if demo else [Command.DEMO]))
            key = self._key()
            match self._bindings.action(situation, key):
                case Action.YES:
                    return True
                case Action.NO:
                    return False
                case Command.DEMO if demo:
                    demo()
                case action:
                    self._other(situation, action, key)

    def tick(self, position: scenes.Position, card: Card, typed: str | None) -> Verdict:
        """Show the answer and the key points until they are ticked."""
        self._position = position
        self._fold()
        attempt = Attempt().reveal(typed, position.seconds)
        while True:
            match self.grade(scenes.question_of(position, card), attempt):
                case Tick(keys):
                    attempt = attempt.tick(keys)
                case Command.UNDO:
                    back = attempt.undone()
                    attempt = back if back and back.revealed else attempt
                case Rate(_, verdict):
                    return verdict
                case _:
                    raise scenes.CandidateLeft

    def dismiss(self, rows: Callable[[Sheet], Rows]) -> None:
        """Show the scorecard until a key leaves it: its level must not scroll away unread."""
        situation, action = Situation.SCORECARD, None
        while action is not Action.LEAVE:
            sheet = self._sheet()
            keys = key_bar(sheet, self._bindings.bar(situation))
            self._draw(situation, Frame([], [*rows(sheet), Text()], keys))
            if not self._window.page:
                return
            action = self._bindings.action(situation, self._key())
            self._scroll(action)

    def _show(self, scene: scenes.Scene, keys: Collection[Words]) -> None:
        """A scene, and the keys that answer it."""
        sheet = self._sheet()
        foot = [Text(), *self._message_rows(sheet)]
        if scene.ask:
            foot += sheet.wrapped(Text(scene.ask, "strong"))
        foot += key_bar(sheet, keys)
        head = [*scenes.position_rows(sheet, scene.position), Text()]
        self._draw(Situation.YES_OR_NO, Frame(head, scene.rows(sheet), foot))

    def _other(
        self,
        situation: Situation,
        action: Action | Command | None,
        key: str,
        card: Card | None = None,
    ) -> None:
        if action is Action.LEAVE:
            raise scenes.CandidateLeft
        super()._other(situation, action, key, card)

    def _header_rows(self, sheet: Sheet, question: Question) -> Rows:
        return scenes.position_rows(sheet, self._position)

    def _suggestion_rows(self, sheet: Sheet, question: Question, verdict: Verdict) -> Rows:
        return [Text(self._covered(question, verdict, "required points"), "strong")]


def _pace(prompt: scenes.AnswerPrompt) -> str:
    """How long an answer has taken, beside its budget."""
    spent = prompt.clock()
    over = "  over the budget" if spent > prompt.budget else ""
    return f"{duration(spent)} of {duration(prompt.budget)}{over}"
