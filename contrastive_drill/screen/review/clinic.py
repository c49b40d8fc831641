"""What is shown of a card that repetition does not help."""

from rich.text import Text

from contrastive_drill.cards.chain import ChainStep
from contrastive_drill.screen.bindings import Action, Situation
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.frame import Frame
from contrastive_drill.screen.session_view import Clinic, Command, Flag
from contrastive_drill.screen.terminal import TerminalScreen, key_bar
from contrastive_drill.words import plural


def clinic_rows(sheet: Sheet, clinic: Clinic) -> Rows:
    """What goes wrong with the card, and what may help instead of one more repetition."""
    from contrastive_drill.screen.card.listing import chain_rows

    card, missed, note = clinic.card, clinic.leech.missed, clinic.note()
    failed = plural(clinic.leech.failed, "time")
    rows = [
        sheet.heading(f"Stuck: {card.id}, failed {failed}"),
        *sheet.prose(card.prompt[:1]),
        Text(),
    ]
    for point in card.points:
        if point.key in missed:
            line = sheet.line(point.line).append(f" - missed {missed[point.key]} times", "bad")
            rows += sheet.wrapped(line, "  ", sheet.look.pick("• ", "- "))
    rows += chain_rows(
        sheet, "Read or work out first", [ChainStep(each, 1) for each in clinic.near]
    )
    rows.append(sheet.blank)
    rows += sheet.words(f"See it: contrastive-drill demo {card.demo}") if card.demo else []
    return [*rows, *sheet.words(f"Your note: {note}" if note else "Your note: none yet"), Text()]


class ClinicScreen(TerminalScreen):
    """Shows a clinic until a key leads on."""

    def clinic(self, clinic: Clinic) -> Flag | Command | None:
        """Show it; None to go on and ask the card."""
        situation, self._window = Situation.CLINIC, self._window._replace(top=0)
        keys = self._bindings.bar(situation, [] if clinic.card.demo else [Command.DEMO])
        while True:
            sheet = self._sheet()
            foot = [*self._message_rows(sheet), *key_bar(sheet, keys)]
            self._draw(situation, Frame([], clinic_rows(sheet, clinic), foot))
            match self._bindings.action(situation, key := self._key()):
                case Action.ACCEPT:
                    return None
                case Command() as command if clinic.card.demo or command is not Command.DEMO:
                    return command
                case Action.FLAG:
                    words = self._keys.line("In your own words: ", clinic.note() or "")
                    if words is not None:
                        return Flag(words.strip())
                case action if not self._scroll(action) and action is not Action.REDRAW:
                    self.tell(f"No key '{key}' here.")
