"""The table of keys: no clash, nothing said that is not so, and one order for bar and help."""

import re

import pytest

from contrastive_drill.memory.log import Rating
from contrastive_drill.screen.bindings import (
    BINDINGS,
    INTERVIEW,
    NAMES,
    REVIEW,
    SESSION,
    Action,
    Binding,
    Situation,
)
from contrastive_drill.screen.keymap import KeyMap, keymap
from contrastive_drill.screen.keys import CLOSED, SPACE
from contrastive_drill.screen.session_view import Command

FACTS = {
    "count": 4, "rating": "Good", "done": "I have said it", "next": "levels", "begin": "begin",
    "what": "why", "more": "fold", "sources": "back", "hints": 1, "rate": "rate it",
}  # fmt: skip
KEYMAP = keymap()


def test_one_key_does_one_thing_in_a_situation() -> None:
    clash = Binding(Action.MENU, ("u",), (Situation.POINTS,), "menu")
    with pytest.raises(ValueError, match="'u' would do two things, undo and menu"):
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
        if name != "?":  # the help is open
            assert name in explained.replace(",", "").split()


def test_a_key_given_to_another_action_is_named_everywhere() -> None:
    """What a learner's own keys would need: the table alone decides."""
    moved = keymap(changes=(("undo", "z"), ("rate-good", "l"), ("accept", "v")))
    assert moved.action(Situation.QUESTION, "z") is Command.UNDO
    assert moved.action(Situation.QUESTION, "u") is None
    assert ("z", "undo") in moved.bar(Situation.QUESTION, what="")
    assert "z" in [keys for keys, _ in moved.help(Situation.QUESTION)]
    assert moved.keys(Situation.POINTS, Action.RATE) == ("a", "h", "l", "e")
    assert moved.action(Situation.POINTS, "g") is None
    assert moved.keys(Situation.INTERVIEW_POINTS, Action.ACCEPT) == ("v",)


def test_every_key_can_be_changed_and_clashes_are_refused() -> None:
    named = {*KEYMAP.named()}
    assert {"rate-again", "tick-1", "tick-9", "reveal", "edit", "page-up", "help", "down"} <= named
    for name in named:
        changed = keymap(changes=((name, "%"),))
        assert any(changed.action(situation, "%") for situation in Situation), name
        assert changed.named()[name][0] == "%"
    with pytest.raises(ValueError, match=r"'u' would do two things, .*undo"):
        keymap(changes=(("rate-good", "u"),))


def test_the_keys_of_anki_rate_tick_and_go_on() -> None:
    anki = keymap("anki")
    for place, key in enumerate("1234"):
        assert anki.action(Situation.POINTS, key) is Action.RATE
        assert anki.place(Situation.POINTS, Action.RATE, key) == place
    assert anki.action(Situation.POINTS, SPACE) is Action.ACCEPT
    assert anki.action(Situation.QUESTION, SPACE) is Action.REVEAL
    ticks = anki.keys(Situation.POINTS, Action.TICK)
    assert len(set(ticks)) == 9
    assert all(key.isalpha() for key in ticks)
    assert anki.action(Situation.POINTS, "e") is Command.EDIT
    assert anki.action(Situation.SOURCES, "1") is Action.OPEN


@pytest.mark.parametrize("preset", ["drill", "anki"])
def test_a_capital_is_its_small_letter_unless_it_has_a_use(preset: str) -> None:
    table = keymap(preset)
    for situation in Situation:
        for key in "abcdefghijklmnopqrstuvwxyz":
            small, capital = (table.action(situation, each) for each in (key, key.upper()))
            assert capital is small or (key == "e" and capital is Command.EDIT)
    assert keymap().place(Situation.POINTS, Action.RATE, "G") == 2
    assert keymap().action(Situation.POINTS, "e") is Action.RATE


def test_accepting_and_scrolling_share_no_key() -> None:
    for table in (KEYMAP, keymap("anki")):
        for situation in Situation:
            accepts = {*table.keys(situation, Action.ACCEPT), *table.keys(situation, Action.RATE)}
            for action in (Action.PAGE_DOWN, Action.PAGE_UP, Action.UP, Action.DOWN):
                assert accepts.isdisjoint(table.keys(situation, action))


def test_a_key_that_does_nothing_now_says_what_it_is_for() -> None:
    assert "list the sources" in (KEYMAP.elsewhere(Situation.QUESTION, "o") or "")
    assert "tick" in (KEYMAP.elsewhere(Situation.EXAM_QUESTION, "0") or "")
    assert KEYMAP.elsewhere(Situation.QUESTION, "z") is None


@pytest.mark.parametrize("situation", [*REVIEW, *SESSION, *INTERVIEW, Situation.SCORECARD])
def test_a_terminal_that_was_closed_is_left_whatever_key_leaves(situation: Situation) -> None:
    assert KEYMAP.action(situation, CLOSED) in (Command.QUIT, Action.LEAVE)
    moved = [
        each._replace(keys=tuple("v" if key == "q" else key for key in each.keys))
        for each in BINDINGS
    ]
    assert KeyMap(moved).action(situation, CLOSED) is KEYMAP.action(situation, "q")


def test_an_exam_gives_no_hint_and_leaves_no_card_out() -> None:
    for situation in (Situation.EXAM_QUESTION, Situation.EXAM_POINTS):
        for command in (Command.DEMO, Command.SOURCE, Command.SUSPEND, Command.BURY):
            assert not KEYMAP.keys(situation, command)
    assert len(KEYMAP.keys(Situation.EXAM_POINTS, Action.RATE)) == len(Rating)
    assert not KEYMAP.keys(Situation.INTERVIEW_POINTS, Action.RATE), "the points decide"
