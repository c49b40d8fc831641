"""Tab: names complete in three shells, for both names of the program, and nothing heavy is read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cases import every
from terminal import PROGRAM

pytestmark = pytest.mark.usefixtures("warm")

FOLDER = Path(PROGRAM).parent
NAMES = ("contrastive-drill", "cdrill")
SHELLS = ("bash", "zsh", "fish")
LOADED = """
import sys
sys.argv = [sys.argv[1]]
from contrastive_drill.cli import main
try:
    main()
finally:
    print(*(name for name in sys.modules if sys.modules[name] is not None), file=sys.stderr)
"""


def environment(program: str, shell: str, line: str) -> dict[str, str]:
    """What a shell tells a program whose line is to be completed; its last word is begun."""
    words = line.split(" ")
    return {
        **os.environ,
        f"_{program.replace('-', '_').upper()}_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "\n".join([program, *words]),
        "COMP_CWORD": str(len(words)),
        "_TYPER_COMPLETE_ARGS": f"{program} {line}",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }


def completed(line: str, program: str = "cdrill", shell: str = "bash") -> list[str]:
    """The words offered for a line."""
    done = subprocess.run(
        [FOLDER / program],
        env=environment(program, shell, line),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    text = done.stdout
    if shell == "zsh":
        text = text.removeprefix("_arguments '*: :((").rstrip().removesuffix("))'").replace('"', "")
    return [line.split("\t")[0].split(":")[0] for line in text.splitlines() if line]


def test_every_shell_and_both_names_complete() -> None:
    for program in NAMES:
        for shell in SHELLS:
            assert completed("review --section cli", program, shell) == ["clip", "clip-in-use"]
    assert completed("rep", "contrastive-drill", "zsh") == ["report"]
    assert "clip" in completed("show --ladder cli", "contrastive-drill", "zsh")
    assert completed("review --fl", "contrastive-drill", "fish") == ["--flagged"]


@every(
    ("line", "offered"),
    [
        ("show siglip-2", ["siglip-2-recipe"]),
        ("review hnsw siglip-2", ["siglip-2-recipe"]),
        ("suspend hnsw siglip-2", ["siglip-2-recipe"]),
        ("plan --explain siglip-2", ["siglip-2-recipe"]),
        ("plan --only seni", ["senior"]),
        ("browse --tag siglip-", ["siglip-2"]),
        ("interview --topic quant", ["quantization", "quantize"]),
        ("browse --level ", ["mid", "senior", "staff"]),
        ("exam --level s", ["senior", "staff"]),
        ("bank new x --kind n", ["numeric"]),
        ("browse --state bu", ["buried"]),
        ("demo ma", ["mae-flops", "mae"]),
        ("config new", ["new_per_day"]),
        ("config new_per_day ", ["0", "10", "1000"]),
        ("config interview_on fri", ["friday"]),
        ("config nonsense ", []),
        ("restore drill-", ["drill-2026-11-20-080000.daily.sqlite"]),
        ("help measure", ["measurements"]),
        ("revew cl", []),
    ],
)
def test_each_place_has_its_names(line: str, offered: list[str], home: Path) -> None:
    (home / "backups").mkdir(exist_ok=True)
    (home / "backups" / "drill-2026-11-20-080000.daily.sqlite").touch()
    assert completed(line) == offered


def test_what_cannot_be_read_offers_nothing_and_says_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "bank").mkdir()
    (home / "bank" / "broken.yaml").write_text("section: [")
    assert completed("show siglip-2") == ["siglip-2-recipe"]
    monkeypatch.setenv("CONTRASTIVE_DRILL_HOME", "~nobody-of-that-name/x")
    assert completed("show sig") == []


@every("line", ["", "review --", "review sig", "browse --tag l", "demo ", "restore ", "config "])
def test_completion_loads_nothing_heavy(line: str) -> None:
    completed("show x")  # the bank is read once
    for shell in SHELLS:
        done = subprocess.run(
            [sys.executable, "-c", LOADED, "cdrill"],
            env=environment("cdrill", shell, line),
            capture_output=True,
            text=True,
        )
        modules = set(done.stderr.split())
        assert "contrastive_drill.cli.root" in modules
        heavy = {"rich", "torch", "numpy", "yaml", "questionary", "prompt_toolkit", "markdown_it"}
        assert not modules & heavy, (line, shell, modules & heavy)


def test_bash_completes_what_was_installed_for_both_names(home: Path) -> None:
    script = """
    for name in contrastive-drill cdrill; do $name --install-completion; done >/dev/null
    source ~/.bashrc
    for name in contrastive-drill cdrill; do
        COMP_WORDS=($name review --section cli) COMP_CWORD=3
        function=$(complete -p $name | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        $function $name
        echo "${COMPREPLY[@]}"
    done
    """
    path = f"{FOLDER}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env={**os.environ, "PATH": path, "HOME": str(home.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "clip clip-in-use\n" * 2, done.stderr


def test_a_backup_s_name_with_a_slip_is_answered_with_the_nearest(home: Path) -> None:
    (home / "backups").mkdir()
    (home / "backups" / "drill-2026-11-20-080000.daily.sqlite").touch()
    done = subprocess.run(
        [FOLDER / "cdrill", "restore", "drill-2026-11-20-080000.sqlite"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "did you mean 'drill-2026-11-20-080000.daily.sqlite'?" in done.stderr
