"""A mock interview with one line for each answer: for pipes, scripts and screen readers."""

from collections.abc import Callable

from rich.text import Text

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import Verdict, grade
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.interview.course import Turn
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.interview import scenes
from contrastive_drill.screen.line_mode import LineScreen, parse_grade
from contrastive_drill.words import duration

HELP = (
    "An answer is one line; an empty one says that you gave it aloud. To a question with yes or "
    "no: y or n. Points: their numbers, 'all', or nothing. Instead: :demo where one is offered, "
    ":quit ends the interview and shows the scorecard, :help."
)
ANSWERS = {"y": True, "yes": True, "n": False, "no": False}


class LineInterview(LineScreen):
    """Prints one scene after the other and reads lines."""

    _shown: Turn | None = None  # the question whose place in the interview was printed

    def listen(self, scene: scenes.Scene, prompt: scenes.AnswerPrompt) -> str | None:
        """Print a scene; the next line is the answer, an empty one says that it was spoken."""
        self._scene(scene)
        self._idle()
        card = prompt.card
        what = card_kind(card.kind).prompt(card) if card else "Your answer"
        budget = duration(prompt.budget)
        while True:
            line = self._line(f"{what} in {budget}, or Enter ({prompt.done}), :help")
            if line is None or not card:
                return line or None
            try:
                return card_kind(card.kind).line_answer(card, line) if line else None
            except ValueError as error:
                self.tell(str(error))

    def agree(self, scene: scenes.Scene, demo: Callable[[], None] | None = None) -> bool:
        """Print a scene; the next line is yes or no."""
        self._scene(scene)
        while True:
            line = self._line("y or n, or :demo" if demo else "y or n", demo)
            if line and line.lower() in ANSWERS:
                return ANSWERS[line.lower()]
            self.tell("Write y or n.")

    def tick(self, position: scenes.Position, card: Card, typed: str | None) -> Verdict:
        """Print the answer and the key points; the next line says what was covered."""
        card = scenes.answer_only(card)
        checked = self._print_answer(card, typed)
        while True:
            line = self._line("Points covered, such as '1 3' or 'all'")
            try:
                numbers, rating = parse_grade(line or "", len(card.points))
                if rating is not None:
                    raise ValueError("An interview takes no ratings: write point numbers only.")
            except ValueError as error:
                self.tell(str(error))
                continue
            return grade(card, {card.points[n - 1].key for n in numbers}, checked)

    def dismiss(self, rows: Callable[[Sheet], Rows]) -> None:
        """Print the scorecard."""
        self._print([Text(), *rows(self._sheet())])

    def _scene(self, scene: scenes.Scene) -> None:
        sheet = self._sheet()
        if scene.position.turn is not self._shown:
            self._shown = scene.position.turn
            self._print([Text(), *scenes.position_rows(sheet, scene.position)])
        self._print([Text(), *scene.rows(sheet)])
        if scene.ask:
            self._print(sheet.wrapped(Text(scene.ask, "strong")))

    def _line(self, prompt: str, demo: Callable[[], None] | None = None) -> str | None:
        """The next line that is no command; None where it is empty."""
        while True:
            line = self._read(prompt)
            if line is None or line == ":quit":
                raise scenes.CandidateLeft
            if line == ":demo" and demo:
                demo()
            elif line.startswith(":"):
                self.tell(HELP if line == ":help" else f"There is no {line}. {HELP}")
            else:
                return line or None
