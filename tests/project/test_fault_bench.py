"""The bench of faults: a small share of its trials, and a table whatever becomes of them."""

import pkgutil
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import fault_bench
import faultbench
import pytest

SEED = 20261121
SHARES = {"disk": 12, "files": 100, "keys": 3, "truncations": 10, "writers": 12}


def test_every_kind_of_fault_has_a_count_and_says_what_it_is() -> None:
    modules = {
        each.name: import_module(f"faultbench.{each.name}")
        for each in pkgutil.iter_modules(faultbench.__path__)
    }
    kinds = {name: module for name, module in modules.items() if hasattr(module, "trials")}
    assert set(kinds) == set(fault_bench.COUNTS)
    assert all((each.__doc__ or "").partition("\n")[0].endswith(".") for each in kinds.values())


@pytest.mark.fault
@pytest.mark.parametrize("name", SHARES)
def test_a_share_of_the_trials(name: str) -> None:
    outcome = fault_bench.tried(name, SHARES[name], SEED)
    if "skipped" in outcome.note:
        pytest.skip(outcome.note)
    assert outcome.made >= SHARES[name]
    assert not outcome.failures, "\n".join(outcome.failures)


KINDS = {
    "disk": "raise SkipTest('nothing can be mounted here')",
    "files": "yield 'a' * (4 << 30)",
    "flips": "yield from ['', 'silent', '']",
    "keys": "yield ''; os.kill(0, signal.SIGKILL)",
    "kills": "print('loud'); yield from iter(lambda: time.sleep(0.7) or '', None)",
    "plans": "yield ''; 1 / 0",
    "rows": "yield from [''] * count",
}
TOY = '''"""Toys."""

import os, signal, time
from unittest import SkipTest

def trials(count, seed):
    {body}
    yield from ()
'''
TIMES = re.compile(r"\d+(\.\d+)? s\b")
ROWS = [
    "| disk | Toys | 0 | 0 | skipped: nothing can be mounted here |",
    "| files | Toys | 0 | **1** | ended with status 1: MemoryError |",
    "| flips | Toys | 3 | **1** | N s |",
    "| keys | Toys | 1 | **1** | N s, ended with status -9 |",
    "| kills | Toys | 1 | 0 | N s, stopped, of 6,000 |",
    "| plans | Toys | 1 | **1** | N s, ended with status 1: ZeroDivisionError: division by zero |",
    "| rows | Toys | 5,000 | 0 | N s |",
]


def test_the_table_is_whole_whatever_becomes_of_a_kind(tmp_path: Path) -> None:
    """One is killed, one breaks, one takes too much memory, one never ends."""
    for name in ("fault_bench.py", "record.py"):
        shutil.copy(Path(__file__).parents[1] / name, tmp_path)
    (tmp_path / "faultbench").mkdir()
    for name, body in KINDS.items():
        (tmp_path / "faultbench" / f"{name}.py").write_text(TOY.format(body=body))
    command = [sys.executable, str(tmp_path / "fault_bench.py"), "--minutes", "0.01", *KINDS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    rows = [line for line in done.stdout.splitlines() if "Toys" in line]
    assert [TIMES.sub("N s", row) for row in rows] == ROWS
    assert done.stdout.endswith("\n4 of 5,006 trials failed.\n")
    assert "flips: silent" in done.stderr
