"""Processes that work together: they answer, fail in one line, and leave nobody behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest
import rank_tasks
import torch

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.processes import Task, together

pytestmark = pytest.mark.demo
CPU = torch.device("cpu")
PARENT = """
import rank_tasks, torch
from contrastive_drill.lab.processes import together
print(*next(together(rank_tasks.forever, 2, torch.device("cpu"))), flush=True)
"""


def gone(process: int, seconds: float = 30.0) -> bool:
    """Whether a process ends within that time; one that nobody has waited for has ended, too."""
    for _ in range(int(20 * seconds)):
        try:
            os.kill(process, 0)
            with open(f"/proc/{process}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_the_first_of_them_answers_and_none_imports_the_program() -> None:
    main = sys.modules["__main__"]
    assert list(together(rank_tasks.who, 3, CPU)) == [(0, 3, "cpu", False)]
    assert sys.modules["__main__"] is main
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("rank", [0, 1])
def test_what_fails_in_one_of_them_is_said_in_one_line(rank: int) -> None:
    with pytest.raises(UsageProblem, match="failed: ") as caught:
        list(together(rank_tasks.fails, 2, CPU, rank))
    assert "\n" not in str(caught.value)
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_who_stops_listening_ends_them() -> None:
    running = together(rank_tasks.forever, 2, CPU)
    ranks = next(running)
    assert not any(gone(rank, 0.1) for rank in ranks)
    running.close()  # type: ignore[attr-defined]
    assert all(map(gone, ranks))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_they_die_with_a_parent_that_was_killed() -> None:
    path = os.pathsep.join(sys.path)
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
    ) as parent:
        assert parent.stdout
        ranks = [int(word) for word in parent.stdout.readline().split()]
        assert len(ranks) == 2
        os.kill(parent.pid, signal.SIGKILL)
    assert all(map(gone, ranks))


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
def test_one_of_them_that_was_killed_is_not_waited_for() -> None:
    running = together(rank_tasks.forever, 2, CPU)
    os.kill(next(running)[1], signal.SIGKILL)
    with pytest.raises(UsageProblem, match="without a word"):
        next(running)
    assert not multiprocessing.active_children()


def test_a_torch_that_cannot_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.distributed.is_available", lambda: False)
    with pytest.raises(UsageProblem, match="gloo"):
        list(together(rank_tasks.who, 2, CPU))


def test_a_task_that_does_not_come_through_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    task: Task = rank_tasks.who
    with pytest.raises(UsageProblem, match="TypeError"):
        list(together(task, 2, CPU, "too much"))
