"""Code drills from the command line and at a terminal: the file, the watch, the log."""

import json
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from terminal import PROGRAM, Terminal

from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.cards.kinds.code import CodeRun
from contrastive_drill.code.task import Task, load

pytestmark = pytest.mark.usefixtures("warm")
OWN = """\
section: mine
title: My own
cards:
  - id: mine-code
    level: mid
    kind: code
    task: bm-mine
    prompt: Write it.
    answer: So.
    points:
      - must: It is written.
    sources:
      - text: A book
"""


@pytest.fixture
def bm25() -> Task:
    return load(shipped_folder() / "code" / "bm25.py")


def ran(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, text=True)


def reviews(home: Path) -> list[tuple[str, int, str]]:
    """Card, rating and answer of every row of the log."""
    with sqlite3.connect(home / "drill.sqlite") as database:
        rows = database.execute("select card_id, rating, answer from log").fetchall()
    database.close()
    return rows


def test_the_list_names_every_task_and_a_wrong_name_the_nearest() -> None:
    listed = ran("code").stdout
    assert "infonce" in listed
    tasks = json.loads(ran("code", "--json").stdout)["tasks"]
    files = {path.stem.replace("_", "-") for path in (shipped_folder() / "code").glob("*.py")}
    assert {each["name"] for each in tasks} == files
    wrong = ran("code", "bm52")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert "bm25" in wrong.stderr


def test_a_file_is_judged_once_in_a_pipe(bm25: Task, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(bm25.other)
    assert ran("code", "bm25", "--check", str(path)).returncode == 0
    wrong = bm25.mutated(bm25.mutants[2])
    checked = ran("code", "bm25", "--check", "-", "--json", text=wrong)
    assert checked.returncode == 1
    report = json.loads(checked.stdout)
    assert report["misconception"] == bm25.mutants[2].belief
    assert report["held"] < report["cases"]
    gone = ran("code", "bm25", "--check", str(tmp_path / "gone.py"))
    assert (gone.returncode, gone.stderr.count("\n")) == (3, 1)


def test_a_pipe_begins_the_file_and_keeps_what_is_written(home: Path, bm25: Task) -> None:
    path = home / "code" / "bm25.py"
    assert str(path) in ran("code", "bm25").stdout.replace("\n", "")
    assert path.read_text() == bm25.stub
    path.write_text("mine")
    assert ran("code", "bm25").returncode == 0
    assert path.read_text() == "mine"
    ran("code", "bm25", "--blank")
    assert "...  # a line is missing" in path.read_text()
    assert (home / "code" / "earlier" / "bm25-1.py").read_text() == "mine"


@pytest.mark.terminal
def test_a_mistake_is_named_then_the_pass_is_rated(home: Path, bm25: Task) -> None:
    path = home / "code" / "bm25.py"
    with Terminal("code", "bm25") as terminal:
        terminal.wait("not run yet").wait("q quit")
        path.write_text(bm25.mutated(bm25.mutants[1]))
        terminal.wait(" hold ").wait("It does what this mistake does")
        terminal.send("\r").wait("It has not passed yet")
        terminal.send("t").wait("query = ").send("t").wait("expected")
        path.write_text(bm25.solution)
        terminal.wait("All 7 cases hold")
        terminal.send("s").wait("def bm25").send("\r").wait("Your code: passed")
        terminal.wait("[g Good").send("\r")
        assert terminal.finish() == 0
    ((card, rating, answer),) = reviews(home)
    assert (card, rating) == ("code-bm25", 3), "a second run is no better than Good"
    assert CodeRun.read(answer) == CodeRun(True, 7, 7, runs=2, minutes=1)


@pytest.mark.terminal
def test_a_solution_seen_first_is_rated_again_and_nothing_written_is_lost(
    home: Path, bm25: Task
) -> None:
    path = home / "code" / "bm25.py"
    with Terminal("code", "bm25", columns=60) as terminal:
        terminal.wait("not run yet").wait("q quit")
        path.write_text("def bm25(query: mine")
        terminal.wait("Not run: it is no Python")
        terminal.send("x").wait("x again").send("x").wait("Begun anew")
        assert path.read_text() == bm25.stub
        assert "mine" in (path.parent / "earlier" / "bm25-1.py").read_text()
        terminal.send("h").wait("hint 1").send("s").wait("s again").send("s")
        terminal.wait("A solution").send("\r").wait("solution shown").wait("[a Again")
        terminal.send("\r")
        assert terminal.finish() == 0
    assert [(card, rating) for card, rating, _ in reviews(home)] == [("code-bm25", 1)]


@pytest.mark.terminal
def test_leaving_records_nothing_and_a_review_opens_the_task(home: Path, bm25: Task) -> None:
    path = home / "code" / "bm25.py"
    with Terminal("review", "code-bm25") as terminal:
        terminal.wait("w write it").send("w").wait("not run yet").wait("q quit")
        terminal.send("q").wait("w write it").send("w").wait("not run yet").wait("q quit")
        path.write_text(bm25.solution)
        terminal.wait("All 7 cases hold").send("\r").wait("Your code: passed").send("h")
        assert terminal.finish() == 0
    assert [(card, rating) for card, rating, _ in reviews(home)] == [("code-bm25", 2)]


@pytest.mark.terminal
def test_an_exam_of_code_has_a_clock_and_no_hints(home: Path) -> None:
    with Terminal("exam", "--code", "--section", "bag-of-words", "--count", "1") as terminal:
        terminal.wait("w write it").send("w").wait("10:00 left")
        assert not re.search("hint|solution", terminal.text)
        terminal.send("h").wait("There are no hints").send("q").wait("w write it").send("q")
        assert terminal.finish() == 0
    assert reviews(home) == []


@pytest.mark.terminal
def test_code_of_another_bank_runs_only_once_it_was_allowed(home: Path, bm25: Task) -> None:
    folder = home / "bank"
    folder.mkdir()
    (folder / "mine.yaml").write_text(OWN)
    source = (shipped_folder() / "code" / "bm25.py").read_text()
    (folder / "bm_mine.py").write_text(f"open({str(home / 'ran')!r}, 'w')\n{source}")
    refused = ran("code", "bm-mine", "--check", "-", text=bm25.solution)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert str(folder / "bm_mine.py") in refused.stderr
    assert not (home / "ran").exists()
    with Terminal("code", "bm-mine") as terminal:
        terminal.wait("(y or n)").send("n\r")
        assert terminal.finish() == 2
    assert not (home / "ran").exists()
    with Terminal("code", "bm-mine") as terminal:
        terminal.wait("(y or n)").send("y\r").wait("not run yet").wait("q quit").send("q")
        assert terminal.finish() == 0
    assert (home / "ran").exists()
    assert ran("code", "bm-mine", "--check", "-", text=bm25.solution).returncode == 0
    (folder / "bm_mine.py").write_text(source + "\n# changed\n")
    assert ran("code", "bm-mine", "--check", "-", text=bm25.solution).returncode == 2


def test_a_check_proves_ones_own_tasks_and_shipped_ones_only_when_asked(
    home: Path, tmp_path: Path
) -> None:
    shipped = shipped_folder() / "code"
    done = ran("bank", "check", str(shipped / "clip.yaml"))
    assert (done.returncode, done.stderr) == (0, "")
    assert not (home / "cache" / "proofs.json").exists()
    (tmp_path / "mine.yaml").write_text(OWN)
    shutil.copy(shipped / "bm25.py", tmp_path / "bm_mine.py")
    done = ran("bank", "check", str(tmp_path))
    assert done.returncode == 1
    assert "proving 1 coding task" in done.stderr
    assert "bm_mine.py did not come with this program" in done.stdout
