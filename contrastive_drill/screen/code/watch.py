"""The screen of a code drill: it stands while the person writes in an editor elsewhere."""

from rich.cells import cell_len
from rich.text import Text

from contrastive_drill.cards.card import Card
from contrastive_drill.code.work import Work
from contrastive_drill.screen.bindings import Action, Situation
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.code.report import (
    clock_words,
    numbers_rows,
    report_rows,
    solution_rows,
    state_words,
)
from contrastive_drill.screen.frame import Frame
from contrastive_drill.screen.plain import MEASURE
from contrastive_drill.screen.terminal import TerminalScreen, key_bar

HERE = Situation.CODE
OWN = (Action.HELP, Action.REDRAW, Action.UP, Action.DOWN, Action.PAGE_UP, Action.PAGE_DOWN)


class CodeScreen(TerminalScreen):
    """Draws the work on one task, and reads its keys."""

    unfolded: Action | None = None  # what stands in place of the report

    def show(self, work: Work, card: Card, now: float) -> None:
        """Draw the work as it stands."""
        self._draw(HERE, self._frame(work, card, now))

    def busy(self) -> None:
        """Say that a run goes on, until the screen is drawn again."""
        self._console.file.write("\rjudging ")
        self._console.file.flush()

    def key(self, wait: float) -> str:
        """The next key; TICK where none came within `wait` seconds."""
        return self._key(wait)

    def meant(self, key: str) -> Action | None:
        """What a key asks for; None where it was dealt with here."""
        action = self._bindings.action(HERE, key)
        if isinstance(action, Action) and action not in OWN:
            return action
        self._other(HERE, action, key)
        return None

    def unfold(self, what: Action) -> None:
        """Show something in place of the report, or the report again."""
        self.unfolded = None if self.unfolded is what else what
        self._window = self._window._replace(top=0)

    def _frame(self, work: Work, card: Card, now: float) -> Frame:
        sheet = self._sheet()
        head = [
            *self._head(sheet, work, card, now),
            *sheet.words(state_words(work), "muted"),
            Text(),
        ]
        without = [Action.HINT, Action.SOLUTION] if work.exam else []
        if not work.over:
            without.append(Action.ACCEPT)
        bar = self._bindings.bar(
            HERE, without, hints=work.hints, rate="rate it" if not work.exam else "hand it in"
        )
        return Frame(
            head,
            self._body(sheet, work, card),
            [Text(), *self._message_rows(sheet), *key_bar(sheet, bar)],
        )

    def _head(self, sheet: Sheet, work: Work, card: Card, now: float) -> Rows:
        left = sheet.look.pick(" · ", " - ").join((work.task.name, card.level.value))
        left_time = work.left(now)
        right = work.path if left_time is None else clock_words(left_time)
        gap = min(sheet.look.width, MEASURE) - cell_len(left) - cell_len(right)
        if gap < 2:
            return [Text(left, "strong"), *sheet.words(right, "muted")]
        return [Text(left, "strong").append(" " * gap).append(right, "muted")]

    def _body(self, sheet: Sheet, work: Work, card: Card) -> Rows:
        match self.unfolded:
            case Action.NUMBERS:
                return numbers_rows(sheet, work.report)
            case Action.SOLUTION:
                return solution_rows(sheet, work, card)
        rows = report_rows(sheet, work.report) if work.report else sheet.question(card)
        if work.report is None:
            rows += [Text(), *sheet.words(f"Write it in {work.path}: each save is judged here.")]
        for number, hint in enumerate(work.task.hints[: work.hints], 1):
            rows += [Text()] if number == 1 else []
            rows += sheet.wrapped(Text(sheet.look.text(hint)), "         ", f"  hint {number} ")
        return rows
