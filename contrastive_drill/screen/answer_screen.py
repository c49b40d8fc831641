"""A card after its answer is revealed: on one screen all that is needed to rate it."""

from abc import ABC, abstractmethod
from typing import ClassVar

from rich.text import Text

from contrastive_drill.cards.attempt import Attempt
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict, check, grade, is_fast
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.cards.kinds.kind import CheckedAnswer
from contrastive_drill.memory.log import Mode, Rating
from contrastive_drill.screen.bindings import POINTS_OF, Action, Situation
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.frame import Frame
from contrastive_drill.screen.keymap import name_of
from contrastive_drill.screen.keys import ESCAPE
from contrastive_drill.screen.session_view import (
    Command,
    Flag,
    OpenSource,
    Question,
    Rate,
    Reply,
    Reveal,
    Tick,
)
from contrastive_drill.screen.terminal import TerminalScreen, key_bar

FOLDED = None  # what stands under the question: what to say, and the points
TYPED = 2  # rows of words that were typed
PROMPT = 2  # rows of the question that stay above its answer, at least


class KeyPointScreen(TerminalScreen, ABC):
    """Draws a revealed card, and what unfolds beneath its question."""

    warning: ClassVar[str]  # where Enter would accept an answer with nothing ticked
    _unfolded: Action | None = FOLDED  # the key that unfolded what is shown
    _left_at = 0  # the first row of what stood there before something was unfolded
    _warned = False

    def grade(self, question: Question, attempt: Attempt) -> Reply:
        """Show the answer, until a key ticks, rates, or asks for something else."""
        while True:
            verdict = verdict_on(question.card, attempt)
            self._draw(self._situation(question), self._frame(question, attempt, verdict))
            reply = self._reply(self._situation(question), question, attempt, verdict)
            if reply is not None:
                return reply

    def _situation(self, question: Question) -> Situation:
        if self._unfolded is Action.SOURCES:
            return Situation.SOURCES
        return POINTS_OF.get(question.mode, Situation.POINTS)

    def _reply(
        self, here: Situation, question: Question, attempt: Attempt, verdict: Verdict
    ) -> Reply | None:
        """What the next key asks for; None where it was dealt with here."""
        key, card = self._key(), question.card
        match self._bindings.action(here, key):
            case Action.ACCEPT if not (attempt.ticked or self._warned or judged(card, attempt)):
                # Enter reveals too: pressed twice by accident, it must not rate.
                self._warned = True
                self.tell(self.warning.format(key=name_of(key)))
            case Action.ACCEPT:
                return Rate(verdict.suggested, verdict)
            case Action.RATE as action:
                return Rate(tuple(Rating)[self._bindings.place(here, action, key)], verdict)
            case Action.TICK as action:
                place = self._bindings.place(here, action, key)
                if place < len(card.points):
                    return Tick((card.points[place].key,))
                self.tell(f"There are {len(card.points)} key points.")
            case Action.TICK_ALL:
                keys = {point.key for point in card.points}
                return Tick(tuple(keys - attempt.ticked or keys))
            case Action.TICK_PROPOSED if not attempt.proposed <= attempt.ticked:
                return Tick(tuple(attempt.proposed - attempt.ticked))
            case Action.OPEN as action:
                place = self._bindings.place(here, action, key)
                if place < len(card.sources):
                    return OpenSource(place)
                self.tell(f"There are {len(card.sources)} sources.")
            case Action.CORRECT if not card_kind(card.kind).in_a_file:
                return self._corrected(here, question, attempt)
            case Action.TYPE if attempt.typed and card_kind(card.kind).answers_by_digit(card):
                ruling, _, reason = attempt.typed.partition("\n")
                words, _ = self._text(reason or attempt.draft, question.keep)
                return Reveal(f"{ruling}\n{words or reason}".strip())
            case (Action.MORE | Action.QUESTION | Action.SOURCES) as action:
                self._unfold(FOLDED if action is self._unfolded else action)
            case Action.REDRAW if key == ESCAPE:
                self._unfold(FOLDED)
            case action:
                return self._command(here, action, key, question)
        return None

    def _unfold(self, what: Action | None) -> None:
        if self._unfolded is FOLDED:
            self._left_at = self._window.top
        top = self._left_at if what is FOLDED else 0
        self._unfolded, self._window = what, self._window._replace(top=top)

    def _fold(self) -> None:
        """Begin another card."""
        self._warned, self._unfolded = False, FOLDED
        self._window = self._window._replace(top=0)

    def _corrected(
        self, situation: Situation, question: Question, attempt: Attempt
    ) -> Reveal | None:
        """The answer after a slip of typing was corrected."""
        card, kind = question.card, card_kind(question.card.kind)
        if attempt.typed is None:
            self.tell("No answer was typed.")
        elif kind.first_keys:
            line, _ = self._line(card, attempt.typed)
            return Reveal(line) if line else None
        elif not kind.answers_by_digit(card):
            words, _ = self._text(attempt.typed, question.keep)
            return Reveal(words) if words else None
        else:
            self.tell("Press the number of the answer that you meant.")
            self._draw(situation, self._frame(question, attempt, verdict_on(card, attempt)))
            key = self._key()
            if choice := kind.answer_of(card, key):
                _, _, reason = attempt.typed.partition("\n")
                return Reveal(f"{choice}\n{reason}".strip())
            self.tell(f"'{key}' is none of them: your answer stays as it was.")
        return None

    @abstractmethod
    def _header_rows(self, sheet: Sheet, question: Question) -> Rows:
        """What stands above the question."""

    @abstractmethod
    def _suggestion_rows(self, sheet: Sheet, question: Question, verdict: Verdict) -> Rows:
        """What was covered, and the rating that would follow."""

    def _command(
        self, situation: Situation, action: Action | Command | None, key: str, question: Question
    ) -> Flag | Command | None:
        """What a key asks for beside an answer or a rating; None where it was dealt with here."""
        if action is Command.DEMO and question.card.demo is None:
            self.tell("No demo belongs to this card.")
            return None
        if action is Command.WRITE and not card_kind(question.card.kind).in_a_file:
            self.tell("This card asks for no code.")
            return None
        if isinstance(action, Command):
            return action
        if action is Action.FLAG:
            note = self._keys.line("Note for the flag (Enter for none): ")
            return Flag(note.strip()) if note is not None else None
        self._other(situation, action, key, question.card)
        return None

    def _frame(self, question: Question, attempt: Attempt, verdict: Verdict) -> Frame:
        """The card as it fits the window: as much of the question as leaves room for the rest."""
        sheet, situation = self._sheet(), self._situation(question)
        is_list = situation is Situation.SOURCES  # its digits are those of the sources alone
        head, prompt = self._header_rows(sheet, question), sheet.question(question.card)
        body = self._body(sheet, question, attempt, self._unfolded)
        foot = [
            Text(),
            *self._message_rows(sheet),
            *([] if is_list else self._suggestion_rows(sheet, question, verdict)),
            *key_bar(sheet, self._bar(situation, question, attempt, verdict)),
        ]
        spare = self._console.height - 2 - len(head) - len(body) - len(foot)
        if spare < PROMPT:
            foot, spare = foot[1:], spare + 1
        if self._unfolded is Action.QUESTION:
            prompt = []  # it is the body
        elif len(prompt) > (room := max(spare, PROMPT)):
            key = self._bindings.keys(situation, Action.QUESTION)
            more = Text(f" ({key[0]}: all of it)", "muted")
            prompt = prompt[:room]
            prompt[-1].truncate(max(sheet.look.width - more.cell_len - 3, 1))
            prompt[-1].append(sheet.look.pick("…", "...")).append_text(more)
        rule = Text(sheet.look.pick("─", "-") * min(sheet.look.width, 80), "muted")
        return Frame([*head, *prompt, rule], body, foot)

    def _bar(
        self, situation: Situation, question: Question, attempt: Attempt, verdict: Verdict
    ) -> list[tuple[str, str]]:
        card = question.card
        without: list[Action | Command] = [] if card.demo else [Command.DEMO]
        if not judged(card, attempt) or card_kind(card.kind).in_a_file:
            without.append(Action.CORRECT)
        if attempt.proposed <= attempt.ticked:
            without.append(Action.TICK_PROPOSED)
        unfolded = self._unfolded
        return self._bindings.bar(
            situation,
            without,
            rating=verdict.suggested.label,
            more="fold" if unfolded is Action.MORE else "more",
            sources="back" if unfolded is Action.SOURCES else "sources",
            count=len(card.sources),
        )

    def _body(
        self, sheet: Sheet, question: Question, attempt: Attempt, unfolded: Action | None
    ) -> Rows:
        """What stands under the rule."""
        card, typed = question.card, attempt.typed
        checked = judged(card, attempt)
        match unfolded:
            case Action.QUESTION:
                return sheet.question(card)
            case Action.SOURCES:
                return sheet.sources(card)
            case Action.MORE:
                rows = sheet.answer(card, beneath=True)
                if typed and not checked:
                    rows = [sheet.heading("You said"), *sheet.words(typed), Text(), *rows]
                return rows + self._more(sheet, question)
        return [
            *_answered(sheet, card, typed, checked),
            *sheet.prose(card.spoken),
            Text(),
            *sheet.points(card, attempt, self._tick_keys(question.mode)),
        ]

    def _tick_keys(self, mode: Mode) -> tuple[str, ...]:
        return self._bindings.keys(POINTS_OF.get(mode, Situation.POINTS), Action.TICK)

    def _more(self, sheet: Sheet, question: Question) -> Rows:
        """What is known of a card beside its texts: numbers of its demo, and earlier answers."""
        from contrastive_drill.screen.card.listing import answer_rows

        card, rows = question.card, Rows()
        if card.demo and question.mode is not Mode.EXAM:
            from contrastive_drill.screen.claims import measured_rows

            rows = [Text(), *measured_rows(sheet, card.demo, question.last_run())]
        return rows + answer_rows(sheet, question.history())

    def _covered(self, question: Question, verdict: Verdict, noun: str) -> str:
        """How many of the required points were covered."""
        required = len(question.card.required)
        return f"{required - len(verdict.missed)} of {required} {noun}"


def _answered(sheet: Sheet, card: Card, typed: str | None, checked: CheckedAnswer | None) -> Rows:
    """What was answered, and what is right; of many words the first two rows."""
    if typed and checked:
        return sheet.judged(typed, checked)
    said = sheet.words("You said " + " ".join(typed.split()), "muted") if typed else []
    if len(said) > TYPED:
        said = said[:TYPED]
        said[-1].truncate(sheet.look.width - 3)
        said[-1].append(sheet.look.pick("…", "..."))
    said += [Text()] if said else []
    return said + sheet.right_answer(card)


def judged(card: Card, attempt: Attempt) -> CheckedAnswer | None:
    """What the program found of the answer; None where only the learner can judge."""
    return check(card, attempt.typed) if attempt.typed else None


def verdict_on(card: Card, attempt: Attempt) -> Verdict:
    """The verdict on an answer as it stands."""
    fast = is_fast(card, attempt.seconds)
    return grade(card, attempt.ticked, judged(card, attempt), fast)
