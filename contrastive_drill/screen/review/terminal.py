"""A review or an exam with single keys on a terminal."""

from rich.text import Text

from contrastive_drill.cards.attempt import Attempt
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.memory.log import Mode, Rating, Review
from contrastive_drill.screen.answer_screen import KeyPointScreen
from contrastive_drill.screen.bindings import POINTS_OF, Action, Situation
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.console import print_rows
from contrastive_drill.screen.frame import Frame
from contrastive_drill.screen.review.clinic import ClinicScreen
from contrastive_drill.screen.review.parts import header, recorded, summary_rows
from contrastive_drill.screen.session_view import Closing, Command, Question, Reply, Reveal
from contrastive_drill.screen.terminal import key_bar
from contrastive_drill.words import duration


class TerminalView(ClinicScreen, KeyPointScreen):
    """Draws one card at a time."""

    warning = "Nothing is ticked: {key} again rates Again."
    _last = ""  # what was recorded last, and how to take it back

    def ask(self, question: Question, attempt: Attempt) -> Reply:
        """Show the question until a key leads on."""
        card, situation = question.card, _question_situation(question)
        kind = card_kind(card.kind)
        answers = kind.keys(card)
        without: list[Action | Command] = []
        without += [Action.TYPE] if kind.first_keys or kind.in_a_file else []
        without += [] if card.demo else [Command.DEMO]
        without += [] if kind.in_a_file else [Command.WRITE]
        reveal, *others = self._bindings.bar(situation, without, what=kind.typed_words)
        self._fold()
        while True:
            sheet = self._sheet()
            words = f"Your draft: {attempt.draft}"
            draft = [Text(), *sheet.words(words, "muted")] if attempt.draft else []
            if kind.typed_words == "why" and not draft:
                draft = [Text(), Text("Then say why, aloud or typed.", "muted")]
            self._draw(
                situation,
                Frame(
                    [*header(sheet, question), Text()],
                    [*sheet.question(card), *draft, Text()],
                    [*self._message_rows(sheet), *key_bar(sheet, (reveal, *answers, *others))],
                ),
            )
            self._idle()
            key = self._question_key(question)
            match self._bindings.action(situation, key):
                case Action.REVEAL:
                    return Reveal(_drafted(card, attempt.draft))
                case Action.ANSWER | Action.TYPE:
                    answer = self._answer(situation, card, key, attempt.draft, question.keep)
                    if answer is not None:
                        return answer
                case action:
                    reply = self._command(situation, action, key, question)
                    if reply is not None:
                        return reply

    def saved(self, question: Question, review: Review) -> None:
        """Say on the next screen what was recorded, and how to take it back."""
        undo = self._bindings.keys(_question_situation(question), Command.UNDO)[0]
        self._last = f"{recorded(question, review)}; {undo} undoes it."
        self.tell(self._last)

    def close(self, closing: Closing) -> None:
        """Show how the session went."""
        self._console.clear()
        sheet, after = self._sheet(), "contrastive-drill undo takes the last answer back."
        self._messages = [after if each == self._last else each for each in self._messages]
        print_rows(self._console, [*summary_rows(sheet, closing), *self._message_rows(sheet)])

    def _question_key(self, question: Question) -> str:
        """The next key while a question stands there, its clock running where it has one."""
        clock = question.clock
        if clock is None:
            return self._key()
        return self._timed_key(lambda: f"{duration(clock())} on the clock")

    def _header_rows(self, sheet: Sheet, question: Question) -> Rows:
        return header(sheet, question)

    def _suggestion_rows(self, sheet: Sheet, question: Question, verdict: Verdict) -> Rows:
        keys = self._bindings.keys(POINTS_OF.get(question.mode, Situation.POINTS), Action.RATE)
        return rating_bar(sheet, question, verdict.suggested, keys)


def _drafted(card: Card, draft: str) -> str | None:
    """The words that stand under the question as the answer, or as the reason for none."""
    by_key = draft and card_kind(card.kind).answers_by_digit(card)
    return f"\n{draft}" if by_key else draft or None


def _question_situation(question: Question) -> Situation:
    return Situation.EXAM_QUESTION if question.mode is Mode.EXAM else Situation.QUESTION


def rating_bar(sheet: Sheet, question: Question, suggested: Rating, keys: tuple[str, ...]) -> Rows:
    """The four ratings with what each leads to; the suggested one stands in brackets."""
    pieces = []
    for key, rating in zip(keys, Rating, strict=True):
        words = f"{key} {rating.label}"
        # Cramming moves no schedule, so there is nothing to promise; an exam asks for none.
        if question.mode is Mode.REVIEW or (question.mode is Mode.CRAM and rating is Rating.AGAIN):
            words += f" {question.prospect(question.previews[rating])}"
        chosen = rating is suggested
        pieces.append(Text(f"[{words}]" if chosen else f" {words} ", "selected" if chosen else ""))
    if question.planned_for:
        pieces.append(Text(f" recall on {question.planned_for.date}", "muted"))
    rows = sheet.flowed(pieces, "")
    for row in rows:
        row.rstrip()
    return rows
