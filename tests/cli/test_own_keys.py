"""The learner's own keys, set by `config`, listed by `help keys`, and pressed in a review."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screen.review.test_terminal import log
from terminal import Terminal
from typer.testing import CliRunner, Result

from contrastive_drill.cli import app
from contrastive_drill.memory.log import Rating
from contrastive_drill.screen.keymap import key_named, name_of

pytestmark = pytest.mark.usefixtures("warm")


def run(*arguments: str) -> Result:
    """One command in this process."""
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.terminal
def test_the_keys_of_anki_answer_a_card_in_two_presses_of_space(home: Path) -> None:
    assert run("config", "keys", "anki").exit_code == 0
    with Terminal("review", "--section", "contrastive") as terminal:
        terminal.wait("Space reveal").send(" ").wait("[ ] a ").wait("1 Again")
        terminal.send("a").wait("[x] a ").send("g").wait("[x] g ").send("H").wait("[x] h ")
        terminal.send("i").wait("[x] i ").send(" ").wait("u undoes it", gone="1 Again")
        terminal.send(" ").wait("1 Again").send("4").wait("2/10")
        terminal.send("q")
        assert terminal.finish() == 0
    assert [entry.rating for entry in log(home)] == [Rating.GOOD, Rating.EASY]


@pytest.mark.terminal
def test_a_single_key_is_changed_and_named_wherever_keys_are(home: Path) -> None:
    assert run("config", "key.rate-good", "l").exit_code == 0
    assert run("config", "key.undo", "Z").exit_code == 0
    listed = run("help", "keys").stdout
    assert re.search(r"^rate-good +l +\S", listed, re.M)
    assert re.search(r"^undo +Z +undo", listed, re.M)
    with Terminal("review") as terminal:
        terminal.wait("Z undo").send("\r").wait("l Good").send("g").wait("No key 'g' here")
        terminal.send("l").wait("Z undoes it").send("Z").wait("Undone").send("?")
        terminal.wait("a h l e").send("x").wait("l Good").send("q")
        assert terminal.finish() == 0
    assert "key.rate-good = l" in run("config").stdout
    assert run("config", "key.rate-good", "--unset").exit_code == 0
    assert run("config", "key.undo", "--unset").exit_code == 0
    assert re.search(r"^rate-good +g +\S", run("help", "keys").stdout, re.M)
    assert json.loads((home / "keys.json").read_text()) == {}


def test_what_cannot_be_a_key_is_refused_and_nothing_is_changed(home: Path) -> None:
    for arguments, words in (
        (("key.rate-good", "u"), "'u' would do two things, rate-good and undo"),
        (("key.rate-good", "a"), "'a' would do two things, rate-again and rate-good"),
        (("key.tick-1", "2"), "'2' would do two things, tick-1 and tick-2"),
        (("key.rate-goood", "l"), "did you mean 'rate-good'?"),
        (("key.undo", "zz"), "'zz' is no key: give one character, or Enter"),
        (("keys", "ankki"), "did you mean 'anki'?"),
    ):
        done = run("config", *arguments)
        assert done.exit_code == 2, arguments
        assert words in " ".join(done.stderr.split())
        assert not (home / "keys.json").exists()


def test_a_damaged_table_of_keys_is_one_line_with_a_remedy(home: Path) -> None:
    for text in (
        "[",
        '{"key.undo": 3}',
        '{"keys": "vi"}',
        '{"key.rate-good": "u"}',
        '{"key.type": "ab"}',
    ):
        home.mkdir(exist_ok=True)
        (home / "keys.json").write_text(text)
        done = run("help", "keys")
        assert done.exit_code == 3, text
        assert "move it away" in " ".join(done.stderr.split())


@given(st.characters(min_codepoint=33, max_codepoint=0x2FFF, categories=("L", "N", "P", "S")))
def test_every_character_names_itself(key: str) -> None:
    assert key_named(name_of(key)) == key
