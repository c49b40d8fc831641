"""A review or an exam with one line for each answer."""

from rich.text import Text

from contrastive_drill.cards.attempt import Attempt
from contrastive_drill.cards.grade import grade, is_fast
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.memory.log import Mode, Review
from contrastive_drill.screen.card.sheet import Rows
from contrastive_drill.screen.line_mode import LineScreen, parse_grade
from contrastive_drill.screen.review.parts import header, recorded, summary_rows
from contrastive_drill.screen.session_view import (
    Clinic,
    Closing,
    Command,
    Flag,
    Question,
    Rate,
    Reply,
    Reveal,
)

UNSUITED = (Command.EDIT, Command.SPLIT)  # an editor needs the terminal
COMMANDS = {f":{each.name.lower()}": each for each in Command if each not in UNSUITED}
EXAM_COMMANDS = {
    ":write": Command.WRITE,
    ":undo": Command.UNDO,
    ":pause": Command.QUIT,
    ":quit": Command.QUIT,
}
HELP = (
    "First line: your answer, or nothing. Second line: the numbers of the key points you "
    "covered, or 'all', or nothing; then, if you like, again, hard, good or easy. "
    "Instead of either: {commands} :flag NOTE :help."
)


class LineView(LineScreen):
    """Asks card by card: a line for the answer, and one for what was covered."""

    def clinic(self, clinic: Clinic) -> None:
        """Print what may help with a card, which is asked then."""
        from contrastive_drill.screen.review.clinic import clinic_rows

        sheet, name = self._sheet(), clinic.card.id
        split = sheet.words(f"Split it: contrastive-drill bank new {name}-1, and {name}-2")
        self._print([*clinic_rows(sheet, clinic), *split, Text()])

    def ask(self, question: Question, attempt: Attempt) -> Reply:
        """Print the question; the next line is the answer or a command."""
        sheet, card = self._sheet(), question.card
        kind = card_kind(card.kind)
        self._print([*header(sheet, question), *sheet.question(card)])
        self._idle()
        while True:
            line = self._reply(f"{kind.prompt(card)}, Enter to reveal, :help", question)
            if not isinstance(line, str):
                return line
            try:
                return Reveal(kind.line_answer(card, line) if line else None)
            except ValueError as error:
                self.tell(str(error))

    def grade(self, question: Question, attempt: Attempt) -> Reply:
        """Print the answer and the key points; the next line says what was covered."""
        sheet, card = self._sheet(), question.card
        measured: Rows = []
        if card.demo and question.mode is not Mode.EXAM:
            from contrastive_drill.screen.claims import measured_rows

            measured = [*measured_rows(sheet, card.demo, question.last_run()), Text()]
        checked = self._print_answer(card, attempt.typed, measured)
        if attempt.proposed:
            found = [f"{n}" for n, p in enumerate(card.points, 1) if p.key in attempt.proposed]
            self.tell(f"Your grader proposes {' '.join(found)}; what you write counts.")
        if question.mode is Mode.REVIEW:
            each = (
                f"{rating.label} ({question.prospect(after)})"
                for rating, after in question.previews.items()
            )
            day = f", recall on {question.planned_for.date}" if question.planned_for else ""
            self._print(sheet.words(f"Ratings{day}: {', '.join(each)}."))
        while True:
            line = self._reply("Points covered, such as '1 3', 'all', or '1 hard'", question)
            if not isinstance(line, str):
                return line
            try:
                numbers, rating = parse_grade(line, len(card.points))
            except ValueError as error:
                self.tell(str(error))
                continue
            covered = {card.points[n - 1].key for n in numbers}
            verdict = grade(card, covered, checked, is_fast(card, attempt.seconds))
            return Rate(rating or verdict.suggested, verdict)

    def saved(self, question: Question, review: Review) -> None:
        """Say what was recorded, once it is."""
        self._print([Text(f"Saved: {recorded(question, review)}."), Text()])

    def close(self, closing: Closing) -> None:
        """Print how the session went."""
        self._print([Text(), *summary_rows(self._sheet(), closing)])

    def _reply(self, prompt: str, question: Question) -> str | Flag | Command:
        """The next line that answers, or the command that it gives."""
        while (line := self._read(prompt)) is not None:
            reply = self._command(line, question) if line.startswith(":") else line
            if reply is not None:
                return reply
        return Command.QUIT

    def _command(self, line: str, question: Question) -> Flag | Command | None:
        word, _, note = line.partition(" ")
        if word == ":flag":
            return Flag(note.strip())
        exam = question.mode is Mode.EXAM
        commands = EXAM_COMMANDS if exam else COMMANDS
        words = HELP.format(commands=" ".join(commands))
        if word == ":demo" and word in commands and question.card.demo is None:
            self.tell("No demo belongs to this card.")
            return None
        if word == ":write" and not card_kind(question.card.kind).in_a_file:
            self.tell("This card asks for no code.")
            return None
        if word in commands:
            return commands[word]
        self.tell(words if word == ":help" else f"There is no {word}. {words}")
        for answer, meaning in card_kind(question.card.kind).meanings:
            self.tell(f"{answer}: {meaning}.")
        return None
