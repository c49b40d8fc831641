"""The learner's grader: what it is given, every way it can fail, and a review with it."""

import json
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from cases import every
from shipped import by_id
from terminal import Terminal
from typer.testing import CliRunner

from contrastive_drill.actions.review.grader import propose
from contrastive_drill.cli import app
from contrastive_drill.cli.help import FOLDER
from contrastive_drill.errors import UsageProblem
from contrastive_drill.memory.log import Rating
from contrastive_drill.settings import Preferences, changed
from contrastive_drill.store import Store

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
CARD = "tf-idf-formula"  # the first that is asked
POINTS = by_id()[CARD].points
KEYS = [point.key for point in POINTS]
RULE = f"did not answer with a JSON list of numbers from 1 to {len(POINTS)}: nothing is proposed."


def python(folder: Path, code: str) -> str:
    """A command that runs some Python."""
    path = folder / "my grader.py"
    path.write_text(f"import json, os, signal, sys, time\n{code}\n")
    return f"{sys.executable} '{path}'"


def asked(command: str, limit: float = 200.0) -> tuple[set[str], list[str]]:
    """What a command proposes for an answer, and what the learner is told."""
    said: list[str] = []
    return propose(command, by_id()[CARD], "tf\ntimes idf \udcff", said.append, limit), said


def test_a_grader_gets_the_card_and_the_answer(tmp_path: Path) -> None:
    copy = tmp_path / "given.json"
    code = f"open({str(copy)!r}, 'w').write(sys.stdin.read()); print('[2]')"
    assert asked(python(tmp_path, code)) == ({KEYS[1]}, [])
    given = json.loads(copy.read_text())
    assert given.keys() == {"prompt", "points", "answer"}
    assert given["answer"] == "tf\ntimes idf \udcff"
    assert given["prompt"].startswith("Write")
    assert [point["number"] for point in given["points"]] == [*range(1, len(POINTS) + 1)]
    assert given["points"][0]["text"].startswith("The weight is")


@every(
    ("printed", "numbers"),
    [('{"covered": [1, 3]}', {1, 3}), ("[1, 3]", {1, 3}), (" [2,2]\n", {2})],
)
def test_a_list_alone_or_by_its_name_is_taken(
    printed: str, numbers: set[int], tmp_path: Path
) -> None:
    found, said = asked(python(tmp_path, f"print({printed!r})"))
    assert found == {KEYS[number - 1] for number in numbers}
    assert said == []


@every(
    ("code", "message"),
    [
        ("print('1 and 3')", RULE),
        ("print('Sure! [1, 3]')", RULE),
        ("print('[1, 99]')", RULE),
        ("print('[0, 1]')", RULE),
        ("print('[1, true]')", RULE),
        ("print('[1.0]')", RULE),
        ("print('{\"points\": [1]}')", RULE),
        ("print('\"1\"')", RULE),
        ("print('[' * 100_000)", RULE),
        ("os.write(1, bytes(range(256)))", RULE),
        ("pass", RULE),
        ("print('[1]'); sys.exit('no key')", "ended with status 1 (no key): nothing is proposed."),
        ("sys.exit(3)", "ended with status 3 (no message): nothing is proposed."),
        ("print('[]')", "finds no point said: nothing is proposed."),
    ],
)
def test_what_fails_proposes_nothing_and_says_so_in_a_line(
    code: str, message: str, tmp_path: Path
) -> None:
    found, said = asked(python(tmp_path, code))
    name = Path(sys.executable).name
    assert (found, said) == (set(), [f"{name} {message}"])


def test_a_grader_that_hangs_is_ended_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []

    class Watched(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    hanging = python(tmp_path, "print('[1]', flush=True); time.sleep(600)")
    name = Path(sys.executable).name
    assert asked(hanging, 0.2) == (
        set(), [f"{name} has not answered: nothing is proposed."]
    )  # fmt: skip
    assert [each.returncode for each in started] == [-signal.SIGKILL]


def test_a_grader_that_is_not_there_is_named() -> None:
    message = "no-such cannot be started (No such file or directory): nothing is proposed."
    assert asked("~/no-such -t grade") == (set(), [message])


def test_the_guide_s_script_hands_on_what_a_local_model_answers(tmp_path: Path) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", (FOLDER / "review.md").read_text("utf-8"), re.S)
    serve = """
    import io, json, urllib.request
    def served(url, body):
        given = json.loads(body)
        card = json.loads(given["prompt"][given["prompt"].index("{"):])
        assert given["format"]["properties"] and card["answer"].startswith("tf"), given
        covered = {"covered": [card["points"][-1]["number"]]}
        return io.BytesIO(json.dumps({"response": json.dumps(covered)}).encode())
    urllib.request.urlopen = served
    """
    assert asked(python(tmp_path, dedent(serve) + script)) == ({KEYS[-1]}, [])


@every("value", ["llm 'grade", 5, True])
def test_what_is_no_command_is_refused(value: object) -> None:
    with pytest.raises(UsageProblem, match="grader must be a command, such as 'llm -t grade'"):
        changed(Preferences(), "grader", value)


def ratings(home: Path) -> list[tuple[Rating, tuple[str, ...]]]:
    """The ratings in the database, and the points covered."""
    with Store.open(home / "drill.sqlite", home / "backups", NOW, read_only=True) as store:
        return [(each.rating, each.covered) for each in store.reviews()]


def run(*words: str, typed: str = "") -> str:
    """What a command prints."""
    result = CliRunner().invoke(app, words, input=typed, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.usefixtures("warm")
def test_in_line_mode_proposals_are_printed_and_count_for_nothing(
    home: Path, tmp_path: Path
) -> None:
    assert "grader = not set  (a command)" in run("config", "grader")
    command = python(tmp_path, "print('[1, 2]')")
    assert f"grader = {command}" in run("config", "grader", command)
    said = run("review", CARD, typed="tf times idf\n\n")
    name = Path(sys.executable).name
    assert f"Asking {name}… Ctrl-C" in said
    assert "Your grader proposes 1 2; what you write counts.\n" in said
    assert ratings(home) == [(Rating.AGAIN, ())]
    assert "grader proposes" not in run("review", CARD, typed="\n1 good\n"), "nothing was typed"
    assert "Asking" not in run("exam", typed="an answer\n1\n:pause\n")
    run("config", "grader", "--unset")
    assert "Asking" not in run("review", CARD, typed="tf times idf\n\n")


@pytest.mark.terminal
@pytest.mark.usefixtures("warm")
def test_proposals_are_ticked_by_a_key_undone_and_else_ignored(home: Path, tmp_path: Path) -> None:
    run("config", "grader", python(tmp_path, "print('[1, 2]')"))
    with Terminal("review", CARD, "hnsw") as terminal:
        terminal.wait(" reveal").send("t").wait("\n>").send("tf times idf\x04").wait("[?] 2")
        assert "[?] 1" in terminal.text
        assert "y tick [?]" in terminal.text
        assert "Enter Again" in terminal.text, "what is proposed decides nothing"
        terminal.send("1").wait("[x] 1").send("y").wait("[x] 2", gone="[?]")
        assert "[x] 1" in terminal.text, "what was ticked stays so"
        assert "y tick" not in terminal.text
        terminal.send("y").wait("Not now: y is to tick what your grader proposes")
        terminal.send("u").wait("[?] 2").send("u").wait("[?] 1")
        terminal.send("\r").wait("Nothing is ticked").send("\r").wait("Again, returns")
        terminal.send("u").wait("[?] 2").send("y").wait("[x] 2").send("\r").wait("u undoes it")
        terminal.send("\r").wait(" more")
        assert "[?]" not in terminal.text, "nothing was typed"
        terminal.send("q").finish()
    ((rating, covered),) = ratings(home)
    assert set(covered) == set(KEYS[:2])
    assert rating is not Rating.AGAIN


@pytest.mark.terminal
@pytest.mark.usefixtures("warm")
def test_ctrl_c_goes_on_without_a_grader_that_hangs(home: Path, tmp_path: Path) -> None:
    run("config", "grader", python(tmp_path, "time.sleep(600)"))
    with Terminal("review", CARD) as terminal:
        terminal.wait(" reveal").send("t").wait("\n>").send("tf times idf\x04").wait("Asking")
        terminal.send("\x03").wait("was interrupted: nothing is proposed.").wait("Enter Again")
        terminal.send("g").finish()
    assert ratings(home) == [(Rating.GOOD, ())]


@pytest.mark.terminal
@pytest.mark.usefixtures("warm")
def test_keys_pressed_while_a_grader_thinks_are_no_ticks_and_no_rating(
    home: Path, tmp_path: Path
) -> None:
    done = tmp_path / "done"
    code = f"while not os.path.exists({str(done)!r}): time.sleep(0.01)\nprint('[2]')"
    run("config", "grader", python(tmp_path, code))
    with Terminal("review", CARD) as terminal:
        terminal.wait(" reveal").send("t").wait("\n>").send("tf times idf\x04").wait("Asking")
        terminal.send("1g").wait("1g")  # echoed
        done.touch()
        terminal.wait("[?] 2").wait("[ ] 1")
        terminal.send("q").finish()
    assert ratings(home) == []
