"""The keys: what each does in which situation, and the words that say so.

The key bars, the help and the views all read this one table; a view asks for the action of a key.
"""

from collections.abc import Collection, Sequence
from enum import Enum, auto
from itertools import product
from typing import NamedTuple

from contrastive_drill.memory.log import Mode
from contrastive_drill.screen.keys import CLOSED, ENTER, ESCAPE, RESIZED, SPACE
from contrastive_drill.screen.session_view import Command

NAMES = {ENTER: "Enter", SPACE: "Space", ESCAPE: "Esc"}
Words = tuple[str, str]  # keys, and what they do


class Situation(Enum):
    """What a key press is an answer to."""

    QUESTION = auto()
    POINTS = auto()
    EXAM_QUESTION = auto()
    EXAM_POINTS = auto()
    INTERVIEW_QUESTION = auto()
    YES_OR_NO = auto()
    INTERVIEW_POINTS = auto()
    FULL_SCREEN = auto()
    BLOCK = auto()
    HOME = auto()
    COMMAND_DONE = auto()
    CLINIC = auto()


class Action(Enum):
    """What a key does, beside the commands of a session."""

    REVEAL = auto()
    TYPE = auto()
    ANSWER = auto()
    YES = auto()
    NO = auto()
    TICK = auto()
    TICK_ALL = auto()
    ACCEPT = auto()
    RATE = auto()
    FLAG = auto()
    FROM_TOP = auto()
    NEXT_PAGE = auto()
    BEGIN = auto()
    MENU = auto()
    LEAVE = auto()
    HELP = auto()
    REDRAW = auto()


class Binding(NamedTuple):
    """Keys that do one thing in some situations."""

    action: Action | Command
    keys: tuple[str, ...]
    situations: Collection[Situation]
    bar: str = ""  # words for the key bar; {names} in braces are filled in by the view
    help: str = ""  # words for the help
    bar_keys: str = ""  # names of the keys in the bar; else the first one's
    help_keys: str = ""  # names of the keys in the help; else all of them


REVIEW = (Situation.QUESTION, Situation.POINTS)
EXAM = (Situation.EXAM_QUESTION, Situation.EXAM_POINTS)
INTERVIEW = (Situation.INTERVIEW_QUESTION, Situation.YES_OR_NO, Situation.INTERVIEW_POINTS)
SESSION = (*REVIEW, *EXAM)
QUESTIONS = (Situation.QUESTION, Situation.EXAM_QUESTION)
POINTS = (Situation.POINTS, Situation.EXAM_POINTS)
SPOKEN, YES_OR_NO, SPOKEN_POINTS = ((situation,) for situation in INTERVIEW)
POINTS_OF = {Mode.EXAM: Situation.EXAM_POINTS, Mode.INTERVIEW: Situation.INTERVIEW_POINTS}
# A compact bar leaves these to the help.
SESSION_ACTIONS = (*Command, Action.FLAG)

ANSWERS = "answer a choice or a verdict; a number is typed as it is, with its unit"
TICKS = "tick or untick a key point you covered; 0 ticks all or none"
RATES = "rate Again, Hard, Good or Easy; "
SHOWS = "run the demo that shows it, where there is one"
PAUSES = "pause; 'contrastive-drill exam' goes on with the same question, on any day"
ENDS = "end the interview and see the scorecard; every answer is saved already"
# fmt: off
# In the order of the bar and of the help.
BINDINGS: tuple[Binding, ...] = (
    Binding(Action.REVEAL, (ENTER, SPACE), QUESTIONS, "reveal",
            "reveal the answer, and turn its pages"),
    Binding(Action.REVEAL, (ENTER, SPACE), SPOKEN, "{done}",
            "your answer is said; the clock stops"),
    Binding(Action.TYPE, ("t",), QUESTIONS, "type an answer",
            "type your answer first: it is kept in the log beside the key points"),
    Binding(Action.TYPE, ("t",), SPOKEN, "type it",
            "type your answer instead: it is kept"),
    Binding(Action.ANSWER, tuple("0123456789.-~"), (*QUESTIONS, *SPOKEN),
            help=ANSWERS, help_keys="1 to 6"),
    Binding(Action.YES, ("y", "Y"), YES_OR_NO, "yes",
            "yes or no: be honest, nobody else will see it", help_keys="y n"),
    Binding(Action.NO, ("n", "N"), YES_OR_NO, "no"),
    Binding(Action.TICK, tuple("123456789"), (*POINTS, *SPOKEN_POINTS), "tick",
            TICKS, "1-{count}", "1 to 9"),
    Binding(Action.TICK_ALL, ("0",), (*POINTS, *SPOKEN_POINTS), "all"),
    Binding(Action.ACCEPT, (ENTER,), POINTS, "accept {rating}", "accept the rating in brackets"),
    Binding(Action.ACCEPT, (ENTER,), SPOKEN_POINTS, "go on"),
    Binding(Action.RATE, ("a", "h", "g", "e"), (Situation.POINTS,),
            help=RATES + "Hard is a pass, Again brings the card back"),
    Binding(Action.RATE, ("a", "h", "g", "e"), (Situation.EXAM_POINTS,),
            help=RATES + "nothing is asked twice"),
    Binding(Action.FROM_TOP, ("r", RESIZED), POINTS, "reread", "read the card again from the top"),
    Binding(Action.FROM_TOP, ("r", RESIZED), SPOKEN_POINTS, "reread",
            "read the answer again from the top"),
    Binding(Command.DEMO, ("d",), REVIEW, "demo", SHOWS),
    Binding(Command.DEMO, ("d",), YES_OR_NO, "run the demo", SHOWS),
    Binding(Command.SUSPEND, ("s",), REVIEW, "suspend",
            "suspend: never ask again, until 'contrastive-drill resume ID'"),
    Binding(Command.BURY, ("b",), REVIEW, "bury", "bury: ask again from tomorrow on"),
    Binding(Action.FLAG, ("f",), SESSION, "flag",
            "flag the card with a note, for 'contrastive-drill flags'"),
    Binding(Command.SOURCE, ("o",), REVIEW, "source", "open the card's source"),
    Binding(Command.UNDO, ("u",), SESSION, "undo", "undo the last step, as often as you like"),
    Binding(Action.BEGIN, (ENTER, SPACE), (Situation.HOME,), "{begin}"),
    Binding(Action.MENU, ("m",), (Situation.HOME,), "menu"),
    Binding(Action.NEXT_PAGE, (ENTER, SPACE), (Situation.FULL_SCREEN, Situation.BLOCK), "{next}"),
    Binding(Action.FROM_TOP, ("r", RESIZED), (Situation.FULL_SCREEN,), "from the top"),
    Binding(Command.QUIT, ("q", CLOSED), REVIEW, "quit",
            "quit; every answer that was rated is saved already"),
    Binding(Command.QUIT, ("q", CLOSED), EXAM, "pause", PAUSES),
    Binding(Action.LEAVE, ("q", CLOSED), INTERVIEW, "end", ENDS),
    Binding(Action.LEAVE, ("q", CLOSED), (Situation.FULL_SCREEN,), "quit"),
    Binding(Action.LEAVE, ("q", ESCAPE), (Situation.HOME, Situation.BLOCK), "leave"),
    Binding(Action.LEAVE, ("q",), (Situation.COMMAND_DONE,), "leave"),
    Binding(Action.HELP, ("?",), (*SESSION, *INTERVIEW), "help"),
    Binding(Action.REDRAW, (RESIZED, ESCAPE), (*QUESTIONS, *SPOKEN, *YES_OR_NO)),
    Binding(Action.REDRAW, (ESCAPE,), (*POINTS, *SPOKEN_POINTS)),
    Binding(Action.REDRAW, (RESIZED,), (Situation.COMMAND_DONE,)),
    Binding(Action.ACCEPT, (ENTER, SPACE), (Situation.CLINIC,), "ask it now"),
    Binding(Action.FLAG, ("f",), (Situation.CLINIC,), "note in your own words"),
    Binding(Command.DEMO, ("d",), (Situation.CLINIC,), "demo"),
    Binding(Command.BURY, ("b",), (Situation.CLINIC,), "leave it for today"),
    Binding(Command.QUIT, ("q", CLOSED), (Situation.CLINIC,), "quit"),
    Binding(Action.REDRAW, (RESIZED, ESCAPE), (Situation.CLINIC,)),
)
# fmt: on


class KeyMap:
    """The bindings of every situation.

    Raises:
        ValueError: where one key would do two things in one situation.
    """

    def __init__(self, bindings: Sequence[Binding]) -> None:
        self._bindings = bindings
        self._by_key: dict[tuple[Situation, str], Action | Command] = {}
        for binding in bindings:
            for situation, key in product(binding.situations, binding.keys):
                if (situation, key) in self._by_key:
                    raise ValueError(f"key {key!r} does two things in {situation.name}")
                self._by_key[situation, key] = binding.action

    def action(self, situation: Situation, key: str) -> Action | Command | None:
        """What a key does; None where it does nothing."""
        return self._by_key.get((situation, key))

    def keys(self, situation: Situation, action: Action | Command) -> tuple[str, ...]:
        """The keys of an action, none where it is not offered."""
        return next(
            (b.keys for b in self._bindings if b.action is action and situation in b.situations), ()
        )

    def bar(
        self, situation: Situation, without: Collection[Action | Command] = (), **facts: object
    ) -> list[Words]:
        """The keys and their words, in order; `facts` fill what stands in braces."""
        return [
            (each.bar_keys.format(**facts) or _name(each.keys[0]), each.bar.format(**facts))
            for each in self._bindings
            if each.bar and situation in each.situations and each.action not in without
        ]

    def help(self, situation: Situation) -> list[Words]:
        """The keys of a whole review, exam or interview, with a sentence each."""
        group = next(group for group in (REVIEW, EXAM, INTERVIEW) if situation in group)
        return [
            (binding.help_keys or _names(binding.keys), binding.help)
            for binding in self._bindings
            if binding.help and not set(group).isdisjoint(binding.situations)
        ]


def _name(key: str) -> str:
    return NAMES.get(key, key)


def _names(keys: Sequence[str]) -> str:
    names = [_name(key) for key in keys if key not in (RESIZED, CLOSED)]
    return (" " if all(len(name) == 1 for name in names) else ", ").join(names)


KEYMAP = KeyMap(BINDINGS)
