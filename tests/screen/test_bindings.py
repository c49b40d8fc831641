"""The table of keys: no clash, nothing said that is not so, and one order for bar and help."""

import re

import pytest

from contrastive_drill.memory.log import Rating
from contrastive_drill.screen.bindings import (
    BINDINGS,
    INTERVIEW,
    KEYMAP,
    NAMES,
    SESSION,
    Action,
    Binding,
    KeyMap,
    Situation,
)
from contrastive_drill.screen.keys import CLOSED
from contrastive_drill.screen.session_view import Command

FACTS = {"count": 4, "rating": "Good", "done": "I have said it", "next": "levels", "begin": "begin"}


def test_one_key_does_one_thing_in_a_situation() -> None:
    clash = Binding(Action.MENU, ("u",), (Situation.POINTS,), "menu")
    with pytest.raises(ValueError, match="'u' does two things in POINTS"):
        KeyMap((*BINDINGS, clash))
    elsewhere = clash._replace(situations=(Situation.HOME,))
    assert KeyMap((*BINDINGS, elsewhere)).action(Situation.HOME, "u") is Action.MENU


@pytest.mark.parametrize("situation", Situation)
def test_every_key_in_a_bar_does_what_its_word_says(situation: Situation) -> None:
    keys = {name: key for key, name in NAMES.items()}
    bar = KEYMAP.bar(situation, (), **FACTS)
    assert bar, "every situation can be left, and says how"
    for name, words in bar:
        first = name.partition("-")[0]
        action = KEYMAP.action(situation, keys.get(first, first))
        assert action in {each.action for each in BINDINGS if each.bar.format(**FACTS) == words}
    assert not re.search(r"[{}]", str(bar))


@pytest.mark.parametrize("situation", [*INTERVIEW, Situation.POINTS, Situation.EXAM_POINTS])
def test_what_the_bar_offers_the_help_explains(situation: Situation) -> None:
    explained = " ".join(keys for keys, _ in KEYMAP.help(situation))
    for name, _ in KEYMAP.bar(situation, (), **FACTS):
        if name not in ("?", "0", "1-4"):  # the help is open; its ticks are one sentence
            assert name in explained.replace(",", "").split()


def test_a_key_given_to_another_action_is_named_everywhere() -> None:
    """What a learner's own keys would need: the table alone decides."""
    moved = [
        each._replace(keys=("z",)) if each.action is Command.UNDO else each for each in BINDINGS
    ]
    keymap = KeyMap(moved)
    assert keymap.action(Situation.QUESTION, "z") is Command.UNDO
    assert keymap.action(Situation.QUESTION, "u") is None
    assert ("z", "undo") in keymap.bar(Situation.QUESTION)
    assert "z" in [keys for keys, _ in keymap.help(Situation.QUESTION)]


@pytest.mark.parametrize("situation", [*SESSION, *INTERVIEW, Situation.FULL_SCREEN])
def test_a_terminal_that_was_closed_is_left_whatever_key_leaves(situation: Situation) -> None:
    assert KEYMAP.action(situation, CLOSED) in (Command.QUIT, Action.LEAVE)
    moved = [
        each._replace(keys=tuple("x" if key == "q" else key for key in each.keys))
        for each in BINDINGS
    ]
    assert KeyMap(moved).action(situation, CLOSED) is KEYMAP.action(situation, "q")


def test_an_exam_gives_no_hint_and_leaves_no_card_out() -> None:
    for situation in (Situation.EXAM_QUESTION, Situation.EXAM_POINTS):
        for command in (Command.DEMO, Command.SOURCE, Command.SUSPEND, Command.BURY):
            assert not KEYMAP.keys(situation, command)
    assert len(KEYMAP.keys(Situation.EXAM_POINTS, Action.RATE)) == len(Rating)
    assert not KEYMAP.keys(Situation.INTERVIEW_POINTS, Action.RATE), "the points decide"
