"""The manual page and the completions that a wheel installs: up to date, sound, and in use."""

import os
import re
import subprocess
import tomllib
from pathlib import Path
from shutil import which

import pytest
from share_files import NAMES, PLACES, SHARE, files, manual
from terminal import PROGRAM, Terminal

from contrastive_drill.cli.group import VERBS

ROOT = SHARE.parent
READY = "ready to type"
# How a shell starts without the files of its owner, and finds a file below `share/` by itself.
SHELLS = {
    "bash": (("bash", "--norc", "--noprofile", "-i"), "source {file}"),
    "zsh": (("zsh", "-f", "-i"), "fpath=({folder} $fpath); autoload -Uz compinit; compinit -uD"),
    "fish": (("fish", "--no-config", "-i"), "set -p fish_complete_path {folder}"),
}


def test_what_is_shipped_is_what_the_commands_say() -> None:
    shipped = {
        path.relative_to(SHARE).as_posix(): path.read_text("utf-8")
        for path in SHARE.rglob("*")
        if path.is_file()
    }
    assert shipped == files(), "run: .venv/bin/python tests/share_files.py"


def test_a_wheel_installs_all_of_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = project["tool"]["setuptools"]["data-files"]
    assert {(folder, name) for folder, names in listed.items() for name in names} == {
        (f"share/{Path(name).parent}", f"share/{name}") for name in files()
    }


def test_the_manual_page_is_sound_and_names_every_command() -> None:
    page = manual()
    requests = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert requests == {".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".nf", ".fi", ".RS", ".RE"}
    assert set(re.findall(r"\\(?!\(dq)(.)", page)) <= {"-", "e", "&"}
    titles = re.findall(r"^\.SS ([\w-]+)", page, re.M)
    assert list(dict.fromkeys(titles)) == list(VERBS)
    assert "DRILL_HOME" in page.partition(".SH ENVIRONMENT")[2]
    assert re.findall(r"^\.B (\d+)$", page, re.M) == ["0", "1", "2", "3", "130"]


@pytest.mark.skipif(which("groff") is None, reason="there is no groff")
def test_groff_has_nothing_to_complain_of() -> None:
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Kutf8", "-Tutf8", "-P-c"],
        input=manual(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert "contrastive-drill plan --on 2026-12-05" in re.sub(".\b", "", done.stdout)


@pytest.mark.terminal
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_that_finds_the_file_completes_with_tab(shell: str, name: str) -> None:
    if which(shell) is None:
        pytest.skip(f"there is no {shell}")
    program, setting = SHELLS[shell]
    file = SHARE / PLACES[shell].format(name)
    environment = {"PATH": f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"}
    with Terminal(program=program, environment=environment) as terminal:
        terminal.send(
            f"{setting.format(file=file, folder=file.parent)}; echo {READY[:5]}'' to type\r"
        )
        terminal.wait(READY)
        terminal.send(f"{name} help measurem\t")
        terminal.wait(f"{name} help measurements")
