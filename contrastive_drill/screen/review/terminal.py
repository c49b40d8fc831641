"""A review or an exam with single keys on a terminal."""

from rich.text import Text

from contrastive_drill.cards.grade import Verdict
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.memory.log import Mode, Rating, Review
from contrastive_drill.screen.answer_screen import KeyPointScreen
from contrastive_drill.screen.bindings import KEYMAP, POINTS_OF, Action, Situation
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.review.clinic import ClinicScreen
from contrastive_drill.screen.review.parts import header, recorded, summary_rows
from contrastive_drill.screen.session_view import Closing, Command, Flag, Question, Reveal
from contrastive_drill.screen.terminal import key_bar
from contrastive_drill.words import duration, interval


class TerminalView(ClinicScreen, KeyPointScreen):
    """Draws one card at a time."""

    warning = "Nothing is ticked: Enter again rates Again."

    def ask(self, question: Question) -> Reveal | Flag | Command:
        """Show the question until a key leads on."""
        card, situation = question.card, _question_situation(question)
        answers = card_kind(card.kind).keys(card)
        without = ([Action.TYPE] if answers else []) + ([] if card.demo else [Command.DEMO])
        reveal, *others = KEYMAP.bar(situation, without)
        while True:
            self._draw_prompt(question)
            self._print(key_bar(self._sheet(), (reveal, *answers, *others)))
            self._idle()
            key = self._question_key(question)
            match KEYMAP.action(situation, key):
                case Action.REVEAL:
                    return Reveal()
                case Action.ANSWER | Action.TYPE:
                    typed = self._answer(situation, card, key)
                    if typed is not None:
                        return Reveal(typed)
                case action:
                    reply = self._command(situation, action, key, question)
                    if reply is not None:
                        return reply

    def saved(self, question: Question, review: Review) -> None:
        """Say on the next screen what was recorded, and how to take it back."""
        undo = KEYMAP.keys(_question_situation(question), Command.UNDO)[0]
        self.tell(f"{recorded(question, review)}; {undo} undoes it.")

    def close(self, closing: Closing) -> None:
        """Show how the session went."""
        self._console.clear()
        self._print(summary_rows(self._sheet(), closing))
        self._print_messages()

    def _question_key(self, question: Question) -> str:
        """The next key while a question stands there, its clock running where it has one."""
        clock = question.clock
        if clock is None:
            return self._key()
        return self._timed_key(lambda: f"{duration(clock())} on the clock")

    def _header_rows(self, sheet: Sheet, question: Question) -> Rows:
        return header(sheet, question)

    def _suggestion_rows(self, sheet: Sheet, question: Question, verdict: Verdict) -> Rows:
        covered = self._covered(question, verdict, "required")
        suggested = verdict.suggested
        return [
            Text(f"{covered}: {suggested.label} suggested", "muted"),
            *rating_bar(sheet, question, suggested),
        ]


def _question_situation(question: Question) -> Situation:
    return Situation.EXAM_QUESTION if question.mode is Mode.EXAM else Situation.QUESTION


def rating_bar(sheet: Sheet, question: Question, suggested: Rating) -> Rows:
    """The four ratings with the interval each gives; the suggested one stands in brackets."""
    pieces = []
    keys = KEYMAP.keys(POINTS_OF.get(question.mode, Situation.POINTS), Action.RATE)
    for key, rating in zip(keys, Rating, strict=True):
        days = question.previews[rating].due_day - question.day
        words = f"{key} {rating.label}"
        # Cramming moves no schedule, so there is no interval to promise; an exam asks for none.
        if question.mode is Mode.REVIEW or (question.mode is Mode.CRAM and rating is Rating.AGAIN):
            words += f" {interval(days)}"
        chosen = rating is suggested
        pieces.append(Text(f"[{words}]" if chosen else f" {words} ", "selected" if chosen else ""))
    rows = sheet.flowed(pieces, "")
    for row in rows:
        row.rstrip()
    return rows
