"""The Makefile: a second run installs nothing, and a change of what is installed does."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = {
    "drill": ".venv/drill",
    "demo": ".venv/demos",
    "check": ".venv/dev",
    "test": ".venv/dev",
    "bench": ".venv/dev",
    "bench-plan": ".venv/dev",
    "bench-faults": ".venv/dev",
}

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone in which everything was installed, as its stamps say."""
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):  # make may be running these very tests
        monkeypatch.delenv(name, raising=False)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    for stamp in ("made", "drill", "demos", "dev"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def planned(clone: Path, target: str) -> str:
    """The commands that a target would run."""
    done = subprocess.run(
        ["make", "--no-print-directory", "-n", target],
        cwd=clone,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("target", TARGETS)
def test_a_second_run_installs_nothing(clone: Path, target: str) -> None:
    said = planned(clone, target)
    assert "install" not in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("target", TARGETS)
def test_a_first_run_installs_what_the_target_needs(clone: Path, target: str) -> None:
    shutil.rmtree(clone / ".venv")
    said = planned(clone, target)
    assert "-m venv .venv" in said
    assert ("demos" in said.partition("install")[2]) is (target != "drill")
    assert ("[demos,dev]" in said) is (TARGETS[target] == ".venv/dev")


def test_after_the_tests_neither_cards_nor_demos_install_anything(clone: Path) -> None:
    stamps = clone / ".venv"
    for stamp in ("drill", "demos", "dev"):
        (stamps / stamp).unlink()
    touched = [line for line in planned(clone, "test").splitlines() if line.startswith("touch ")]
    subprocess.run(touched[-1].split(), cwd=clone, check=True)
    assert {stamp.name for stamp in stamps.iterdir()} == {"made", "drill", "demos", "dev"}
    assert "install" not in planned(clone, "drill") + planned(clone, "demo")


def test_a_changed_pin_installs_again(clone: Path) -> None:
    for stamp in (clone / ".venv").iterdir():
        stamp.touch()
    later = (clone / ".venv" / "dev").stat().st_mtime + 10

    os.utime(clone / "constraints.txt", (later, later))
    assert "install" in planned(clone, "drill")


def test_the_demo_runs_by_name(clone: Path) -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "-n", "demo", "NAME=temperature"],
        cwd=clone,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip().endswith("demo temperature")


def test_without_a_name_the_demos_are_listed(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "somebody")
    assert planned(clone, "demo").strip().endswith("contrastive-drill demo")
