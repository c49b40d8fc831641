"""Files of the person: their owner's alone, links and modes kept; what is amiss is one line."""

import os
import stat
import subprocess
import threading
from pathlib import Path

import pytest
from cases import every
from faultbench import places
from terminal import PROGRAM
from typer.testing import CliRunner

from contrastive_drill.cli import app
from contrastive_drill.errors import DataProblem
from contrastive_drill.screen import output_file

OWN = ("bank", "add", "Why whiten?", "--say", "It evens out.", "--point", "even")


def run(*arguments: str | Path, typed: str = "", status: int = 0) -> str:
    """What a command says, all in one."""
    result = CliRunner().invoke(app, [*map(str, arguments)], input=typed)
    assert result.exit_code == status, result.output
    return result.output


def mode(path: Path) -> str:
    """What `ls -l` shows of a path."""
    return stat.filemode(path.lstat().st_mode)


@pytest.mark.fault
def test_nothing_out_of_order_in_any_place_is_a_traceback() -> None:
    """A small share of `make bench-faults`."""
    assert [*places.trials(12, seed=20261121)] == [""] * 12


def test_new_files_are_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, out = tmp_path / "data" / "deep", tmp_path / "out"
    monkeypatch.setenv("CONTRASTIVE_DRILL_HOME", str(home))
    out.mkdir(0o700)
    before = os.umask(0)
    try:
        run(*OWN)
        run("config", "new_per_day", "4")
        run("review", typed="an answer\nall\n:quit\n")
        run("backup")
        run("plan", "--on", "+2d", "--minutes", "5")
        run("restore", next((home / "backups").iterdir()))
        run("report", "--html", out / "a.html", "--markdown", out / "a.md")
        run("bank", "schema", out / "schema.json")
    finally:
        os.umask(before)
    made = [*(tmp_path / "data").rglob("*"), *out.rglob("*"), tmp_path / "data"]
    assert {"drill.sqlite", "mine.yaml", "bank.cache", "plan.json"} < {path.name for path in made}
    assert {mode(path) for path in made} == {"-rw-------", "drwx------"}


def test_links_are_written_through_and_modes_kept(home: Path, tmp_path: Path) -> None:
    run(*OWN)
    run("config", "new_per_day", "4")
    run("review", typed="an answer\nall\n:quit\n")
    run("backup")
    dotfiles, links = tmp_path / "dotfiles", ("bank/mine.yaml", "settings.json", "drill.sqlite")
    dotfiles.mkdir()
    for name in links:
        real = dotfiles / Path(name).name
        (home / name).rename(real)
        real.chmod(0o640)
        (home / name).symlink_to(os.path.relpath(real, (home / name).parent))
    run("bank", "new", "another-one")
    run("config", "new_per_day", "6")
    run("review", typed="an answer\nall\n:quit\n")
    run("restore", next((home / "backups").iterdir()))
    page = tmp_path / "page.html"
    page.symlink_to("real.html")
    run("report", "--html", page)
    for link in (page, *(home / name for name in links)):
        assert link.is_symlink(), link
    assert {mode(dotfiles / Path(name).name) for name in links} == {"-rw-r-----"}
    assert "another-one" in (dotfiles / "mine.yaml").read_text()
    assert '"new_per_day": 6' in (dotfiles / "settings.json").read_text()
    assert "<!doctype html>" in (tmp_path / "real.html").read_text().lower()
    assert '"learned": 1' in run("status", "--json")
    assert not list(home.glob("drill.sqlite-*")), "what SQLite keeps is beside the real file"


def poured(target: Path, *command: str | Path) -> bytes:
    """What a command writes into a pipe."""
    os.mkfifo(target)
    came: list[bytes] = []
    reader = threading.Thread(target=lambda: came.append(target.read_bytes()))
    reader.start()
    run(*command, target)
    reader.join()
    assert mode(target)[0] == "p"
    return came[0]


def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    run("report", "--html", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_bytes()
    assert poured(tmp_path / "pipe", "report", "--html") == page
    assert poured(tmp_path / "pipe.md", "report", "--markdown").startswith(b"#")
    assert poured(tmp_path / "schema", "bank", "schema").startswith(b"{")
    for device in ("/dev/null", "/dev/stderr"):
        link = tmp_path / Path(device).name
        link.symlink_to(device)
        for command in (("report", "--html"), ("report", "--markdown"), ("bank", "schema")):
            run(*command, link)
        assert link.is_symlink()
        assert mode(Path(device))[0] != "-"
    (tmp_path / "picture.png").symlink_to("/dev/null")
    output_file.write(tmp_path / "picture.png", "--png", b"drawn", (".png",))


def test_the_output_stays_what_the_shell_made_it(tmp_path: Path) -> None:
    command = f"({PROGRAM} report --html /dev/stdout; echo and more) 2>/dev/null >>kept"
    (tmp_path / "kept").write_text("before\n")
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    text = (tmp_path / "kept").read_text()
    assert text.startswith("before\n<!")
    assert text.endswith("</html>\nand more\n") or text.endswith("</html>and more\n")
    early = f"{PROGRAM} report --html /dev/stdout 2>said | head -c 1; cat said"
    done = subprocess.run(["sh", "-c", early], cwd=tmp_path, capture_output=True, check=True)
    assert b"Traceback" not in done.stdout


@every("stream", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_closed_stream_is_no_error(stream: str) -> None:
    for command in ("status", "review --plain", "report --json"):
        done = subprocess.run(
            ["sh", "-c", f"{PROGRAM} {command} {stream}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b""), command


def test_a_name_may_be_as_long_as_the_system_takes_and_no_longer(tmp_path: Path) -> None:
    longest = os.pathconf(tmp_path, "PC_NAME_MAX")
    run("report", "--html", tmp_path / f"{'x' * (longest - 5)}.html")
    for command in (
        ("report", "--html", tmp_path / f"{'x' * longest}.html"),
        ("bank", "schema", tmp_path / ("x" * (longest + 1)) / "y"),
        ("restore", "x" * 5000),
    ):
        said = run(*command, status=3)
        assert said.count("\n") == 1
        assert "File name too long" in said or "cannot open" in said


def test_what_may_not_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("mine")
    page.chmod(0o444)
    done = places.run(tmp_path / "home", ("report", "--html", str(page)))
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "Permission denied" in done.stderr
    assert page.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir() if path != tmp_path / "home"] == ["page.html"]


def test_a_folder_or_a_device_in_place_of_an_output_is_told_early(tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    for path in (tmp_path / "folder.html", Path("/dev/null/x.html"), tmp_path / "none" / "x.html"):
        with pytest.raises(DataProblem, match=r"choose another file|name a file in it"):
            output_file.ready(path, "--html", output_file.HTML)
