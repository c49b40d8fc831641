"""A run told to a person: a prediction before it, then one picture at a time, its verdict last."""

from collections.abc import Callable, Iterator

from rich.text import Text

from contrastive_drill.demo.result import Chart, DemoResult, Prediction
from contrastive_drill.screen.bindings import Action, Situation
from contrastive_drill.screen.card.sheet import Rows, Sheet, stacked
from contrastive_drill.screen.chart.pictures import colours_pictures, strips_rows
from contrastive_drill.screen.chart.plots import chart_rows
from contrastive_drill.screen.chart.tables import table_rows
from contrastive_drill.screen.demo.result import circumstances, claim_rows, formula_rows, verdict
from contrastive_drill.screen.frame import Frame
from contrastive_drill.screen.keymap import name_of
from contrastive_drill.screen.terminal import TerminalScreen, key_bar

TALLEST, LOWEST = 16, 6  # rows of a chart: more make it no clearer
AROUND = 5  # rows for the keys, and what is blank


class StoryScreen(TerminalScreen):
    """Asks for a prediction, and tells a result by single keys."""

    def predict(self, claim: str, prediction: Prediction) -> int | None:
        """The place of the option that the learner expects; None where there is no guess.

        Raises:
            KeyboardInterrupt: when the learner leaves instead.
        """
        count = len(prediction.options)
        while True:
            sheet = self._sheet()
            body = [Text(), *sheet.words(prediction.question, "strong"), Text()]
            for number, option in enumerate(prediction.options, 1):
                body += sheet.wrapped(Text(sheet.look.text(option)), "     ", f"  {number}  ")
            head = sheet.words(claim, "muted")
            action, key = self._shown(Situation.PREDICTION, Frame(head, body, []), count=count)
            match action:
                case Action.OPEN if int(key) <= count:
                    return int(key) - 1
                case Action.OPEN:
                    self.tell(f"There are {count} options.")
                case Action.ACCEPT:
                    return None
                case Action.LEAVE:
                    raise KeyboardInterrupt

    def tell_result(self, result: DemoResult, guess: int | None) -> None:
        """Each picture with its sentence, then the verdict; the tables unfold beneath it."""
        for scene in self._scenes(result):
            action: object = None
            while action is not Action.ACCEPT:
                action, _ = self._shown(Situation.STORY, scene(self._sheet()))
                if action is Action.LEAVE:
                    return
            self._top()
        unfolded, action = False, None
        while action is not Action.LEAVE:
            body = self._verdict(self._sheet(), result, guess, unfolded)
            more = "fold" if unfolded else "tables"
            action, _ = self._shown(Situation.VERDICT, Frame([], body, []), more=more)
            if action is Action.MORE:
                unfolded = not unfolded
                self._top()

    def _top(self) -> None:
        self._window = self._window._replace(top=0)

    def _shown(
        self, situation: Situation, frame: Frame, count: int = 0, more: str = ""
    ) -> tuple[object, str]:
        """What the next key asks for, and the key, once the frame is drawn."""
        sheet = self._sheet()
        bar = key_bar(sheet, self._bindings.bar(situation, count=count, more=more))
        foot = [*frame.foot, Text(), *self._message_rows(sheet), *bar]
        self._draw(situation, frame._replace(foot=foot))
        key = self._key()
        action = self._bindings.action(situation, key)
        if not self._scroll(action) and action is None:
            self.tell(f"No key '{name_of(key)}' here.")
        return action, key

    def _scenes(self, result: DemoResult) -> Iterator[Callable[[Sheet], Frame]]:
        """One for each chart, and one for the pictures."""
        for chart in result.charts:
            yield lambda sheet, chart=chart: self._chart(sheet, chart)  # type: ignore[misc]
        if result.strips:
            yield lambda sheet: Frame([], self._strips(sheet, result), [])

    def _chart(self, sheet: Sheet, chart: Chart) -> Frame:
        says = sheet.words(chart.sentence, "strong")
        color = self._console.color_system is not None and not self._console.no_color
        rows = chart_rows(sheet, chart, height=TALLEST, color=color)
        above = len(rows) - (self._console.height - len(says) - AROUND)
        if above > 0:
            rows = chart_rows(sheet, chart, height=max(TALLEST - above, LOWEST), color=color)
        return Frame([], rows, [Text(), *says])

    def _strips(self, sheet: Sheet, result: DemoResult) -> Rows:
        drawn = strips_rows(sheet, result.strips, color=colours_pictures(self._console))
        return stacked(drawn)

    def _verdict(self, sheet: Sheet, result: DemoResult, guess: int | None, unfolded: bool) -> Rows:
        """The verdict first, then what it rests on."""
        style = "success" if result.held else "bad"
        top = sheet.words(verdict(result), style) + _guessed(sheet, result, guess)
        parts = [top, claim_rows(sheet, result)[:-1]]
        parts += [sheet.words(note.text) for note in result.notes]
        if unfolded:
            parts += [formula_rows(sheet, formula) for formula in result.formulas]
            parts += [table_rows(sheet, table) for table in result.tables]
        parts.append(sheet.words(" · ".join(circumstances(result)), "muted"))
        return stacked(parts)


def _guessed(sheet: Sheet, result: DemoResult, guess: int | None) -> Rows:
    """The learner's prediction beside what came true."""
    prediction, outcome = result.prediction, result.outcome
    if prediction is None or outcome is None:
        return []
    came = prediction.options[outcome]
    if guess is None:
        return sheet.words(f"{prediction.question} {came}.")
    if guess == outcome:
        return sheet.words(f"As you said: {came}.", "good")
    return sheet.words(f"You said {prediction.options[guess]}; it is {came}.", "strong")
