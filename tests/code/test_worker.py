"""What a person's code may do to the session and the machine: nothing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.code.judge import Report, judge
from contrastive_drill.code.proof import faults
from contrastive_drill.code.runner import Runner
from contrastive_drill.code.task import Task, load
from contrastive_drill.code.trial import trial
from contrastive_drill.errors import DataProblem

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
    source = f"{HEAD}{body}"
    return judge(task, source, runner, trial(task, 0))


HEAD = """\
import os, shutil, subprocess, sys, time, socket
import numpy as np
class Odd(Exception):
    def __str__(self): return 1 / 0
def deep(n): return [deep(n - 1)] if n else 0.0
def spawn(): return __import__("multiprocessing").get_context("spawn")
"""
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
    "return object()": "no number: a object",
    "return {(0, 1): 3.0}": "no number: a dict by a tuple",
    "return 10**400": "a whole number of more than 300 digits",
    "return [0.0] * 300_000": "more than 200,000 values",
    "return np.zeros(7_000_000)": "or 8 MiB of arrays",
    "return [[x] for _ in [0]] if x is None else deep(60)": "lists more than 50 deep",
    "sys.stdout.close()": "None",
    "raise Odd": "Odd: without words",
    "np.save('PRECIOUS', x)": "may not write",
    "x.tofile('PRECIOUS')": "may not write",
    "spawn().Process(target=print).start()": "may not start a process",
    "__import__('sqlite3').connect('PRECIOUS')": "may not open a database",
    "1 / 0": "ZeroDivisionError: division by zero (line 8)",
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


def test_a_library_writes_no_file_elsewhere_and_a_forgotten_return_is_said(tmp_path: Path) -> None:
    """What torch writes by itself causes no audit event; a loss has a gradient to ask for."""
    precious = tmp_path / "precious"
    precious.write_text("words")
    infonce = load(shipped_folder() / "code" / "infonce.py")
    head = "import torch\ndef infonce(q, k, t):\n    "
    with Runner("torch") as runner:
        drawn = trial(infonce, 0)
        lines = (
            f"torch.save(q, {str(precious)!r})",
            f"torch.jit.save(torch.jit.trace(torch.sin, q), {str(precious)!r})",
        )
        for line in lines:
            assert not judge(infonce, f"{head}{line}\n", runner, drawn).passed
            assert precious.read_text() == "words"
        report = judge(infonce, f"{head}q @ k.T\n", runner, drawn)
        assert report.failures[0].got == "None"
        kept = (
            f"{head}torch.save(q, 'mine')\n    return q.sum() * 0 + torch.load('mine').sum() * 0\n"
        )
        assert not judge(infonce, kept, runner, drawn).failures[0].stopped


def test_a_result_that_cannot_be_sent_moves_no_other(task: Task, runner: Runner) -> None:
    body = "def mean(x):\n    return {(1, 2): 3} if len(x) == 1 else x.mean(axis=1)\n"
    report = judged(task, runner, body)
    assert [each.case.label for each in report.failures] == ["one number"]
    assert report.held == 2


def test_what_is_printed_at_the_top_is_shown(task: Task, runner: Runner) -> None:
    report = judged(task, runner, f"print('loaded')\n{task.solution}")
    assert report.passed
    assert report.printed == "loaded\n"


@pytest.mark.skipif(sys.platform != "linux", reason="ended by the kernel there")
def test_a_run_ends_with_the_program_that_began_it(task: Task, tmp_path: Path) -> None:
    """However that ends: nothing burns a core for nobody."""
    script = f"""
import sys
from pathlib import Path
from contrastive_drill.code.runner import Runner
from contrastive_drill.code.task import load
from contrastive_drill.code.trial import trial
task = load(Path({str(tmp_path / "mean.py")!r}))
with Runner("numpy") as runner:
    lines = "def mean(x):", "open('pid', 'w').write(str(os.getpid()))", "while True: pass"
    source = "import os\\n" + "\\n    ".join(lines)
    runner.warm()
    print(runner._scratch.name, flush=True)
    runner.run([source], trial(task, 0).cases, task, 500)
"""
    (tmp_path / "mean.py").write_text(MEAN, "utf-8")
    owner = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    scratch = Path(owner.stdout.readline().strip())
    while not (found := [*scratch.glob("*/scratch/pid")]) or not found[0].read_text():
        assert owner.poll() is None
    pid = int(found[0].read_text())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    state = Path(f"/proc/{pid}/stat")
    while state.exists() and " Z " not in state.read_text():  # as long as the test may take
        pass
    shutil.rmtree(scratch)


BROKEN = {
    "no list of mutants": ("MUTANTS = (", "MUTANTS = 5, ("),
    "a mutant that is none": ("MUTANTS = (", "MUTANTS = (('you', 'x', 'y'), "),
    "a mutant without its place": ('".mean(", ".sum("', '"nowhere", "y"'),
    "no cases": ("    yield Case", "    return; yield Case"),
    "cases that raise": ("def cases(rng):", "def cases(rng):\n    1 / 0"),
    "a reference that raises": ("def reference(x):", "def reference(x):\n    1 / 0"),
    "no precision": ("(rng.normal(size=(1, 1)),)", "(rng.normal(size=(1, 1)),), dtype='float99'"),
    "no stub": ('STUB = "def', 'STUB = "fed'),
    "no solution": ('SOLUTION = "def', 'SOLUTION = "fed'),
    "an argument of no kind": ("(rng.normal(size=(1, 1)),)", "(object(),)"),
    "no seconds": ("3.0", "'three'"),
    "hints that are none": ('("one", "two", "three")', "(1, 2, 3)"),
    "an end": ("import numpy as np", "import numpy as np\nraise SystemExit(3)"),
    "one name for many": ("LIBRARY, ALLOWED", "FORBIDDEN = 'mean'\nLIBRARY, ALLOWED"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_task_is_said_in_one_line(fault: str, runner: Runner, tmp_path: Path) -> None:
    right, wrong = BROKEN[fault]
    assert right in MEAN
    path = tmp_path / "mean.py"
    path.write_text(MEAN.replace(right, wrong, 1), "utf-8")
    problem = ""
    try:
        task = load(path)
        judge(task, task.mutated(task.mutants[0]), runner, trial(task, 0))
        problem = next(faults(task, runner, 2, 2))
    except DataProblem as error:
        problem = str(error)
    assert problem
    assert "\n" not in problem


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
