"""The keys: what each does in which situation, and the words that say so.

The key bars, the help and the views all read this one table; a view asks for the action of a key.
"""

from collections.abc import Collection
from enum import Enum, auto
from typing import NamedTuple

from contrastive_drill.memory.log import Mode
from contrastive_drill.screen.keys import (
    CLOSED,
    DOWN,
    ENTER,
    ESCAPE,
    PAGE_DOWN,
    PAGE_UP,
    RESIZED,
    SPACE,
    UP,
)
from contrastive_drill.screen.session_view import Command

NAMES = {
    ENTER: "Enter", SPACE: "Space", ESCAPE: "Esc", UP: "↑", DOWN: "↓",
    PAGE_UP: "PgUp", PAGE_DOWN: "PgDn",
}  # fmt: skip
LETTERS = "aghiklnpr"  # of Anki's keys: they tick, and none of them is a command
Words = tuple[str, str]  # keys, and what they do


class Situation(Enum):
    """What a key press is an answer to."""

    QUESTION = auto()
    POINTS = auto()
    SOURCES = auto()
    EXAM_QUESTION = auto()
    EXAM_POINTS = auto()
    INTERVIEW_QUESTION = auto()
    YES_OR_NO = auto()
    INTERVIEW_POINTS = auto()
    SCORECARD = auto()
    HOME = auto()
    COMMAND_DONE = auto()
    CLINIC = auto()
    PREDICTION = auto()
    STORY = auto()
    VERDICT = auto()
    CODE = auto()


class Action(Enum):
    """What a key does, beside the commands of a session."""

    REVEAL = auto()
    TYPE = auto()
    ANSWER = auto()
    CORRECT = auto()
    YES = auto()
    NO = auto()
    TICK = auto()
    TICK_ALL = auto()
    TICK_PROPOSED = auto()
    ACCEPT = auto()
    RATE = auto()
    MORE = auto()
    QUESTION = auto()
    SOURCES = auto()
    OPEN = auto()
    FLAG = auto()
    UP = auto()
    DOWN = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    HINT = auto()
    NUMBERS = auto()
    RUN = auto()
    EDITOR = auto()
    AFRESH = auto()
    SOLUTION = auto()
    NEXT = auto()
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
    help: str = ""  # words for the help; with them the learner may choose another key
    bar_keys: str = ""  # names of the keys in the bar; else the first one's
    help_keys: str = ""  # names of the keys in the help; else all of them


REVIEW = (Situation.QUESTION, Situation.POINTS, Situation.SOURCES)
EXAM = (Situation.EXAM_QUESTION, Situation.EXAM_POINTS)
INTERVIEW = (Situation.INTERVIEW_QUESTION, Situation.YES_OR_NO, Situation.INTERVIEW_POINTS)
CARD = (Situation.QUESTION, Situation.POINTS)
SESSION = (*CARD, *EXAM)
QUESTIONS = (Situation.QUESTION, Situation.EXAM_QUESTION)
POINTS = (Situation.POINTS, Situation.EXAM_POINTS)
SPOKEN, YES_OR_NO, SPOKEN_POINTS = ((situation,) for situation in INTERVIEW)
ASKED = (*QUESTIONS, *SPOKEN, *YES_OR_NO, Situation.CLINIC)  # where Space has another use
TICKED = (*POINTS, *SPOKEN_POINTS)
STORY = (Situation.PREDICTION, Situation.STORY, Situation.VERDICT)
CODE = (Situation.CODE,)
SCROLLED = (*REVIEW, *EXAM, *INTERVIEW, Situation.SCORECARD, Situation.CLINIC, *STORY, *CODE)
POINTS_OF = {Mode.EXAM: Situation.EXAM_POINTS, Mode.INTERVIEW: Situation.INTERVIEW_POINTS}

ANSWERS = "answer a choice or a verdict; a number is typed as it is, with its unit"
TICKS = "tick or untick a key point you covered; + marks a bonus"
RATES = "rate Again, Hard, Good or Easy; "
SHOWS = "run the demo that shows it, where there is one"
PAUSES = "pause; 'contrastive-drill exam' goes on with the same question, on any day"
ENDS = "end the interview and see the scorecard; every answer is saved already"
# fmt: off
# In the order of the bar and of the help.
BINDINGS: tuple[Binding, ...] = (
    Binding(Command.WRITE, ("w",), QUESTIONS, "write it"),
    Binding(Action.REVEAL, (ENTER, SPACE), QUESTIONS, "reveal", "reveal the answer"),
    Binding(Action.REVEAL, (ENTER, SPACE), SPOKEN, "{done}",
            "say that you have answered; the clock stops"),
    Binding(Action.TYPE, ("t",), QUESTIONS, "type {what}",
            "type your answer first, or the reason for a ruling, then or later"),
    Binding(Action.TYPE, ("t",), SPOKEN, "type it",
            "type your answer instead: it is kept"),
    Binding(Action.TYPE, ("t",), (Situation.POINTS,)),  # the reason for a ruling, afterwards
    Binding(Action.ANSWER, tuple("0123456789.-~"), (*QUESTIONS, *SPOKEN)),
    Binding(Action.YES, ("y",), YES_OR_NO, "yes",
            "answer yes or no: be honest, nobody else will see it", help_keys="y n"),
    Binding(Action.NO, ("n",), YES_OR_NO, "no"),
    Binding(Action.TICK, tuple("123456789"), TICKED, "", TICKS, help_keys="1 to 9"),
    Binding(Action.TICK_ALL, ("0",), TICKED, "", "tick all key points, or none"),
    Binding(Action.TICK_PROPOSED, ("y",), (Situation.POINTS,), "tick [?]",
            "tick what your grader proposes: the points marked [?]"),
    Binding(Action.ACCEPT, (ENTER,), POINTS, "{rating}", "accept the rating in brackets"),
    Binding(Action.ACCEPT, (ENTER,), SPOKEN_POINTS, "go on", "go on with the points ticked"),
    Binding(Action.RATE, ("a", "h", "g", "e"), (Situation.POINTS,),
            help=RATES + "Hard is a pass, Again brings the card back"),
    Binding(Action.RATE, ("a", "h", "g", "e"), (Situation.EXAM_POINTS,),
            help=RATES + "nothing is asked twice"),
    Binding(Action.CORRECT, ("c",), POINTS, "correct", "correct a slip of typing in your answer"),
    Binding(Action.MORE, ("m",), (*TICKED, Situation.SOURCES), "{more}",
            "unfold the explanation, sources, numbers, last answers; fold it"),
    Binding(Action.QUESTION, ("j",), (*TICKED, Situation.SOURCES), "question",
            "see the whole question, and come back"),
    Binding(Action.SOURCES, ("o",), (Situation.POINTS, Situation.SOURCES), "{sources}",
            "list the sources, to open one by its number"),
    Binding(Action.OPEN, tuple("123456789"), (Situation.SOURCES,), "open", bar_keys="1-{count}"),
    Binding(Command.DEMO, ("d",), CARD, "demo", SHOWS),
    Binding(Command.DEMO, ("d",), YES_OR_NO, "run the demo", SHOWS),
    Binding(Command.EDIT, ("E",), CARD, "", "edit the card in your editor, and come back to it"),
    Binding(Command.EDIT, ("e",), (Situation.QUESTION,), "edit", bar_keys="E"),
    Binding(Command.EDIT, ("e",), (Situation.CLINIC,), "edit the card"),
    Binding(Command.SPLIT, ("s",), (Situation.CLINIC,), "split it"),
    Binding(Command.SUSPEND, ("s",), CARD, "",
            "suspend: never ask again, until 'contrastive-drill resume ID'"),
    Binding(Command.BURY, ("b",), CARD, "", "bury: ask again from tomorrow on"),
    Binding(Action.FLAG, ("f",), SESSION, "",
            "flag the card with a note, for 'contrastive-drill flags'"),
    Binding(Command.UNDO, ("u",), (*SESSION, *SPOKEN_POINTS), "undo",
            "undo the last thing done: a tick, an answer, a mark, a rating"),
    Binding(Action.UP, (UP,), SCROLLED, "", "a row back, where not all fits", help_keys="↑ ↓"),
    Binding(Action.DOWN, (DOWN,), SCROLLED),
    Binding(Action.PAGE_DOWN, (SPACE, PAGE_DOWN), (*TICKED, Situation.SOURCES,
            Situation.SCORECARD), "", "a screen on, where not all fits"),
    Binding(Action.PAGE_DOWN, (PAGE_DOWN,), ASKED),
    Binding(Action.PAGE_DOWN, (SPACE, PAGE_DOWN), (Situation.VERDICT,)),
    Binding(Action.PAGE_UP, ("-", PAGE_UP), (Situation.VERDICT,)),
    Binding(Action.PAGE_DOWN, (PAGE_DOWN,), STORY[:2]),
    Binding(Action.PAGE_UP, ("-", PAGE_UP), STORY[:2]),
    Binding(Action.PAGE_UP, ("-", PAGE_UP), (*TICKED, Situation.SOURCES,
            Situation.SCORECARD), "", "a screen back"),
    Binding(Action.PAGE_UP, (PAGE_UP,), ASKED),
    Binding(Action.BEGIN, (ENTER, SPACE), (Situation.HOME,), "{begin}", "begin today's cards"),
    Binding(Action.MENU, ("m",), (Situation.HOME,), "menu"),
    Binding(Command.QUIT, ("q", CLOSED), REVIEW, "quit",
            "quit; every answer that was rated is saved already"),
    Binding(Command.QUIT, ("q", CLOSED), EXAM, "pause", PAUSES),
    Binding(Action.LEAVE, ("q", CLOSED), INTERVIEW, "end", ENDS),
    Binding(Action.LEAVE, (ENTER, "q", CLOSED), (Situation.SCORECARD,), "leave"),
    Binding(Action.LEAVE, ("q", ESCAPE), (Situation.HOME,), "leave"),
    Binding(Action.OPEN, tuple("123456789"), (Situation.PREDICTION,), "choose",
            bar_keys="1-{count}"),
    Binding(Action.ACCEPT, (ENTER, SPACE), (Situation.PREDICTION,), "run without"),
    Binding(Action.ACCEPT, (ENTER, SPACE), (Situation.STORY,), "go on"),
    Binding(Action.MORE, ("m",), (Situation.VERDICT,), "{more}"),
    Binding(Action.LEAVE, (ENTER, "q", CLOSED), (Situation.VERDICT,), "leave"),
    Binding(Action.LEAVE, ("q", CLOSED), (Situation.STORY, Situation.PREDICTION), "leave"),
    Binding(Action.LEAVE, ("q",), (Situation.COMMAND_DONE,), "leave"),
    Binding(Action.ACCEPT, (ENTER,), CODE, "{rate}", "go on to the rating, once it has passed"),
    Binding(Action.HINT, ("h",), CODE, "hint ({hints} of 3)", "one hint more, of three"),
    Binding(Action.NUMBERS, ("t",), CODE, "the failing case",
            "the smallest case that fails, as Python; and back"),
    Binding(Action.RUN, ("r",), CODE, "run", "judge the file as it is, with fresh numbers"),
    Binding(Action.EDITOR, ("e",), CODE, "edit", "open the file in your editor, here"),
    Binding(Action.AFRESH, ("x",), CODE, "start over",
            "begin the file anew; what you wrote is kept beside it"),
    Binding(Action.SOLUTION, ("s",), CODE, "solution",
            "see a solution: after a pass, or by giving up"),
    Binding(Action.NEXT, ("n",), CODE, "next", "leave this task for the next one"),
    Binding(Action.PAGE_DOWN, (SPACE, PAGE_DOWN), CODE, "", "a screen on, where not all fits"),
    Binding(Action.PAGE_UP, ("-", PAGE_UP), CODE, "", "a screen back"),
    Binding(Action.LEAVE, ("q", CLOSED), CODE, "quit", "leave; the file stays as it is"),
    Binding(Action.HELP, ("?",), (*REVIEW, *EXAM, *INTERVIEW, *CODE), "keys"),
    Binding(Action.REDRAW, (RESIZED, ESCAPE), SCROLLED),
    Binding(Action.REDRAW, (RESIZED,), (Situation.COMMAND_DONE,)),
    Binding(Action.ACCEPT, (ENTER, SPACE), (Situation.CLINIC,), "go on, it is asked later"),
    Binding(Action.FLAG, ("f",), (Situation.CLINIC,), "note in your own words"),
    Binding(Command.DEMO, ("d",), (Situation.CLINIC,), "demo"),
    Binding(Command.BURY, ("b",), (Situation.CLINIC,), "leave it for today"),
    Binding(Command.QUIT, ("q", CLOSED), (Situation.CLINIC,), "quit"),
)
# fmt: on
