"""What a person's code may do to the session and the machine: nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from contrastive_drill.code.judge import Report, judge
from contrastive_drill.code.runner import Runner
from contrastive_drill.code.task import Task, load
from contrastive_drill.code.trial import trial

pytestmark = pytest.mark.fault
MEAN = '''\
"""The mean of each row."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY, ALLOWED, SECONDS = "numpy", ("os", "shutil", "subprocess", "sys", "time", "socket"), 3.0
STUB = "def mean(x): ..."
SOLUTION = "def mean(x):\\n    return x.mean(axis=1)"
OTHER = "import numpy as np\\ndef mean(x):\\n    return np.array([sum(r) / len(r) for r in x])"
MUTANTS = (
    Mutant("you average over the rows", "axis=1", "axis=0"),
    Mutant("you average over everything", "axis=1", ""),
    Mutant("you keep the axis", "axis=1", "axis=1, keepdims=True"),
    Mutant("you sum", ".mean(", ".sum("),
    Mutant("your sign is wrong", "return x", "return -x"),
)
HINTS = ("one", "two", "three")


def reference(x):
    return np.array([sum(row) / len(row) for row in x])


def cases(rng):
    yield Case("one number", (rng.normal(size=(1, 1)),))
    yield Case("more rows than columns", (rng.normal(size=(5, 3)),))
    yield Case("300 rows, without a loop", (rng.normal(size=(300, 4)),), lines=20)
'''


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Task:
    path = tmp_path_factory.mktemp("task") / "mean.py"
    path.write_text(MEAN, "utf-8")
    return load(path)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner("numpy") as runner:
        yield runner


def judged(task: Task, runner: Runner, body: str) -> Report:
    source = f"import os, shutil, subprocess, sys, time, socket\nimport numpy as np\n{body}"
    return judge(task, source, runner, trial(task, 0))


FAULTS = {
    "while True: pass": "was still running after 3 s",
    "time.sleep(1000)": "was still running after 3 s",
    "while True: os.fork()": "may not start a process",
    "subprocess.run(['true'])": "may not start a program",
    "os.system('true')": "may not start a program",
    "os.kill(os.getppid(), 9)": "may not send a signal",
    "socket.create_connection(('127.0.0.1', 9))": "may not use the network",
    "sys.exit(0)": "called sys.exit",
    "os._exit(0)": "ended the process",
    "os.abort()": "was ended by SIGABRT",
    "raise KeyboardInterrupt": "KeyboardInterrupt",
    "return mean(x)": "RecursionError",
    "np.ones(50 * 2**30 // 8)": "more memory than a drill may have",
    "os.remove('PRECIOUS')": "may not change",
    "shutil.rmtree('FOLDER')": "may not change",
    "os.rename('PRECIOUS', 'gone')": "may not change",
    "open('PRECIOUS', 'w')": "may not write",
    "os.open('PRECIOUS', os.O_WRONLY | os.O_TRUNC)": "may not write",
    "return object()": "no number",
    "1 / 0": "ZeroDivisionError: division by zero (line 4)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_session_survives_what_code_does(
    fault: str, task: Task, runner: Runner, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("words")
    line = fault.replace("PRECIOUS", str(precious)).replace("FOLDER", str(tmp_path))
    report = judged(task, runner, f"def mean(x):\n    {line}\n")
    assert not report.passed
    assert FAULTS[fault] in report.failures[0].got
    assert precious.read_text() == "words"
    assert sorted(os.listdir(tmp_path)) == ["home", "precious"]
    assert judged(task, runner, task.solution).passed, "and goes on"


def test_what_is_printed_is_shown_and_a_million_lines_do_no_harm(
    task: Task, runner: Runner
) -> None:
    body = "def mean(x):\n    print('row', len(x))\n    return x.mean(axis=1)\n"
    report = judged(task, runner, body)
    assert report.passed
    assert report.printed == "row 1\n"
    report = judged(task, runner, body.replace("print(", "for _ in range(10**6): print("))
    assert len(report.printed) <= 2000


def test_files_go_into_a_folder_that_is_gone_afterwards(task: Task, runner: Runner) -> None:
    lines = "open('mine', 'w').write('a')", "print(os.getcwd())", "return x.mean(1)"
    body = "\n    ".join(["def mean(x):", *lines])
    report = judged(task, runner, body)
    assert report.passed
    assert not Path(report.printed.strip()).exists()


def test_no_expected_value_and_no_variable_of_the_person_is_there(
    task: Task, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "s3cr3t")
    body = "def mean(x):\n    print(sorted(os.environ))\n    return x.mean(axis=1)\n"
    with Runner("numpy") as fresh:
        assert "SECRET" not in judged(task, fresh, body).printed


def test_a_changed_argument_a_loop_and_a_forbidden_call_are_named(
    task: Task, runner: Runner
) -> None:
    report = judged(task, runner, "def mean(x):\n    x /= x.shape[1]\n    return x.sum(axis=1)\n")
    assert [(each.what, each.got) for each in report.failures[:1]] == [("x", "changed by the call")]
    report = judged(task, runner, "def mean(x):\n    return np.array([r.mean() for r in x])\n")
    assert [each.what for each in report.failures] == ["lines that run: a loop over items"]
    strict = task._replace(forbidden=frozenset(["mean"]))
    report = judge(strict, task.solution, runner, trial(task, 0))
    assert report.problem == "line 2 uses mean, which is what the task asks you to write"
    narrow = task._replace(allowed=frozenset(["numpy"]))
    report = judged(narrow, runner, task.solution)
    assert report.problem == "line 1 imports os: this task does without"


@pytest.mark.parametrize("text", ["def mean(x:\n", "x = 1\n", "\x00", "def Mean(x): pass", ""])
def test_what_is_no_solution_is_said_and_not_run(text: str, task: Task, runner: Runner) -> None:
    report = judge(task, text, runner, trial(task, 0))
    assert report.problem
    assert not report.passed


def test_the_smallest_case_is_shown_as_python_and_a_mistake_is_named(
    task: Task, runner: Runner
) -> None:
    report = judged(task, runner, "def mean(z):\n    return np.add.reduce(z, 1)\n")
    assert report.belief == "you sum"
    assert report.held == 1, "the mean of one number is its sum"
    space: dict[str, np.ndarray] = {}
    exec("import numpy as np\n" + "\n".join(report.numbers), space)
    assert space["x"].shape == (5, 3)
