"""Which key does what in a session, and the words that say so."""

from enum import Enum, auto

from contrastive_drill.screen.keys import ENTER, RESIZED, SPACE
from contrastive_drill.screen.review.parts import RATING_KEYS
from contrastive_drill.screen.view import Command

COMMANDS = {
    "u": Command.UNDO,
    "s": Command.SUSPEND,
    "b": Command.BURY,
    "o": Command.SOURCE,
    "d": Command.DEMO,
    "q": Command.QUIT,
}
# An exam gives no hint, and asks every card of its list.
EXAM_COMMANDS = {"u": Command.UNDO, "q": Command.QUIT}
EXAM_KEYS = (("f", "flag"), ("u", "undo"), ("q", "pause"), ("?", "help"))
KEYS = (
    ("s", "suspend"),
    ("b", "bury"),
    ("f", "flag"),
    ("o", "source"),
    ("u", "undo"),
    ("q", "quit"),
    ("?", "help"),
)
HELP = (
    ("Enter, Space", "reveal the answer, and turn its pages"),
    ("t", "type your answer first: it is kept in the log beside the key points"),
    ("1 to 6", "answer a choice or a verdict; a number is typed as it is, with its unit"),
    ("1 to 9", "tick or untick a key point you covered; 0 ticks all or none"),
    ("Enter", "accept the rating in brackets"),
    ("a h g e", "rate Again, Hard, Good or Easy; Hard is a pass, Again brings the card back"),
    ("r", "read the card again from the top"),
    ("u", "undo the last step, as often as you like"),
    ("s", "suspend: never ask again, until 'contrastive-drill resume ID'"),
    ("b", "bury: ask again from tomorrow on"),
    ("f", "flag the card with a note, for 'contrastive-drill flags'"),
    ("o", "open the card's source"),
    ("d", "run the demo that shows it, where there is one"),
    ("q", "quit; every answer that was rated is saved already"),
)
EXAM_HELP = (
    *(row for row in HELP if row[0] not in ("s", "b", "o", "d", "a h g e", "q")),
    ("a h g e", "rate Again, Hard, Good or Easy; nothing is asked twice"),
    ("q", "pause; 'contrastive-drill exam' goes on with the same question, on any day"),
)
RATINGS = {key: rating for rating, key in RATING_KEYS.items()}


class Page(Enum):
    """What the learner wants at the foot of a full screen."""

    ON = auto()
    AGAIN = auto()
    QUIT = auto()


PAGES = {ENTER: Page.ON, SPACE: Page.ON, "r": Page.AGAIN, RESIZED: Page.AGAIN, "q": Page.QUIT}
