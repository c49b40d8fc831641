"""Commands from the outside: exit statuses, streams, JSON, and errors of one line."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from cases import every
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from shipped import cards
from terminal import PROGRAM
from typer.testing import CliRunner, Result

from contrastive_drill.bank.fields import KIND_FIELDS
from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.cards.card import Card
from contrastive_drill.cli import app
from contrastive_drill.cli.group import VERBS
from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.scheduler import retrievability
from contrastive_drill.screen.menus import choose

pytestmark = pytest.mark.usefixtures("warm")


def run(*arguments: str, typed: str = "") -> Result:
    """One command in this process."""
    return CliRunner().invoke(app, list(arguments), input=typed)


def answer(count: int = 1) -> None:
    """Answer some cards well."""
    assert run("review", typed="\nall good\n" * count).exit_code == 0


def data(*arguments: str) -> Any:
    """The JSON that a command prints."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    assert result.stdout.isascii()
    return json.loads(result.stdout)


@every(
    ("arguments", "status", "said"),
    [
        (["--version"], 0, ""),
        (["status"], 0, ""),
        (["bank", "check"], 0, ""),
        (["undo"], 0, ""),
        (["bogus"], 2, "there is no command 'bogus'"),
        (["revew"], 2, "did you mean 'review'?"),
        (["review", "--bogus"], 2, "No such option"),
        (["review", "--limit", "0"], 2, "--limit"),
        (["review", "--section", "nope"], 2, "there is no section 'nope'"),
        (["review", "--section", "clp"], 2, "did you mean 'clip'?"),
        (["review", "--level", "mdi"], 2, "did you mean 'mid'?"),
        (["exam", "--level", "Staf"], 2, "did you mean 'staff'?"),
        (["bank", "new", "x", "--kind", "recal"], 2, "did you mean 'recall'?"),
        (["browse", "--kind", "choise"], 2, "did you mean 'choice'?"),
        (["browse", "--state", "buryed"], 2, "did you mean 'buried'?"),
        (["browse", "--tag", "los"], 2, "did you mean 'loss'?"),
        (["review", "--tag", "xyzzy"], 2, "contrastive-drill search finds cards by any word"),
        (["review", "clip-los"], 2, "did you mean 'clip-loss'?"),
        (["review", "clip-loss", "--new", "3"], 2, "the cards you name are all asked"),
        (["interview", "--topic", "clp"], 2, "did you mean 'clip'?"),
        (["plan", "--on", "+3w", "--minutes", "9", "--only", "clp"], 2, "did you mean 'clip'?"),
        (["config", "new_per_dya", "5"], 2, "did you mean 'new_per_day'?"),
        (["config", "interview_on", "2026-11-20"], 2, "is in the past"),
        (["config", "interview_on", "firday"], 2, "write it as 2026-12-05, tomorrow, friday"),
        (["show", "clip-los"], 2, "did you mean 'clip-loss'?"),
        (["suspend", "clip-loss", "nope"], 2, "no card has the id 'nope'"),
        (["config", "desired_retention", "0.5"], 2, "from 0.7 to 0.97"),
        (["config", "retention"], 2, "there is no setting 'retention'"),
        (["bank", "check", "nowhere"], 2, "nowhere does not exist"),
        (["restore"], 2, "there is no backup in"),
        (["restore", "nowhere.sqlite"], 3, "nowhere.sqlite"),
        (["demo"], 0, ""),
        (["demo", "colapse"], 2, "did you mean 'collapse'?"),
    ],
)
def test_exit_statuses_and_their_one_line(arguments: list[str], status: int, said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == status, result.output
    assert said in result.stderr
    assert "Traceback" not in result.output
    if status and said and "Usage" not in result.stderr:
        assert result.stderr.count("\n") == 1
        assert result.stdout == ""


def test_a_failed_check_gives_1_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("section: mine\ncards:\n  - id: one\n")
    result = run("bank", "check", str(path))
    assert result.exit_code == 1
    assert f"{path}:3:5: 'prompt' is missing" in result.stdout
    assert result.stderr == "contrastive-drill: 5 to fix in 1 file\n"


def test_a_file_of_ones_own_may_name_shipped_cards(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "section: mine\ncards:\n  - id: one\n    level: mid\n    kind: recall\n    prompt: One?\n"
        "    answer: One.\n    points: [must: One]\n    sources: [text: A book]\n"
        "    needs: [clip-loss]\n"
    )
    assert run("bank", "check", str(path)).exit_code == 0
    assert run("bank", "check", str(tmp_path)).exit_code == 0
    path.write_text(path.read_text().replace("id: one", "id: clip-loss"))
    assert run("bank", "check", str(path)).exit_code == 1


def test_own_cards_join_the_drill_and_broken_ones_do_not_stop_it(home: Path) -> None:
    (home / "bank").mkdir(parents=True)
    card = (
        "section: mine\ntitle: Mine\ncards:\n  - id: my-own\n    level: mid\n    kind: recall\n"
        "    prompt: My question?\n    answer: My answer.\n    points: [must: Mine]\n"
        "    sources: [text: Me]\n"
    )
    (home / "bank" / "mine.yaml").write_text(card)
    (home / "bank" / "broken.yaml").write_text("section: [")
    result = run("review", "--section", "mine", typed="\nall\n")
    assert result.exit_code == 0
    assert "My question?" in result.stdout
    assert "left out" in result.stderr
    assert "broken.yaml" in result.stderr
    assert data("status")["cards"] == len(cards()) + 1


def test_status_counts_what_was_done(home: Path) -> None:
    before = data("status")
    assert before["schema"] == 1
    assert (before["due"], before["new"], before["learned"]) == (0, 10, 0)
    assert not (home / "drill.sqlite").exists(), "reading writes nothing"
    answer(2)
    run("suspend", "sgns-loss")
    run("flag", "clip-loss", "--note", "look up")
    run("review", typed="\n\n\n")  # one failed, to be repeated today
    after = data("status")
    assert (after["due"], after["new"], after["learned"]) == (1, 7, 3)
    assert (after["suspended"], after["flagged"], after["streak"]) == (1, 1, 1)
    assert after["answered_today"] == 3
    assert after["next_due_day"] == "2026-11-21"
    text = run("status").stdout
    assert "due       1 card\n" in text
    assert "next due  today" in text


def test_the_bank_lists_every_card_with_every_field() -> None:
    listed = data("bank", "list")
    assert listed["schema"] == 1
    assert len(listed["cards"]) == len(cards())
    names = {field.name for field in fields(Card)} - {"expected"} | {"section_title", "digest"}
    assert all(names <= set(card) <= names | KIND_FIELDS.keys() for card in listed["cards"])
    text = run("bank", "list").stdout
    assert all(card["id"] in text for card in listed["cards"])


def test_show_prints_the_whole_card() -> None:
    shown = run("show", "infonce-formula").stdout
    for words in ("exp(s(q, k₊)/τ)", "Sources", "Key points", "arXiv:1807.03748", "tags:"):
        assert words in shown
    assert shown.index("── Say") < shown.index("── Answer")


def test_what_to_say_comes_before_the_rest_in_show_and_in_a_pipe(home: Path) -> None:
    texts = ("What is it?", "--say", "It sums to one.", "--answer", "The rest: why.")
    run("bank", "add", *texts, "--point", "It is", "--id", "my-own")
    said = "── Say\nIt sums to one.\n\n── Answer\nThe rest: why."
    assert said in run("show", "my-own").stdout
    assert said in run("review", "--section", "mine", typed="\nall\n").stdout
    assert data("bank", "list")["cards"][-1]["say"] == "It sums to one."


def test_marks_last_until_they_are_taken_back() -> None:
    run("suspend", "clip-loss", "siglip")
    run("flag", "hnsw")
    run("bury", "ivf-pq")
    said = run("flags").stdout.splitlines()
    assert said == [
        "clip-loss: suspended",
        "hnsw: flagged",
        "ivf-pq: buried until tomorrow",
        "siglip: suspended",
    ]
    run("resume", "siglip", "ivf-pq")
    run("flag", "hnsw", "--note", "look up ef")
    run("flag", "hnsw")
    assert "hnsw: flagged look up ef" in run("flags").stdout
    run("undo")
    run("undo")
    run("unflag", "hnsw")
    run("undo")
    assert run("flags").stdout == "clip-loss: suspended\nhnsw: flagged\n"


def test_a_mark_outlives_its_card_and_can_be_taken_off(home: Path) -> None:
    for card in ("my-own", "my-other"):
        run("bank", "add", f"What is {card}?", "--say", "It is.", "--point", "It", "--id", card)
        run("flag", card, "--note", "look up")
        run("suspend", card)
    (home / "bank" / "mine.yaml").unlink()
    assert "my-own: suspended, flagged look up (no such card now)\n" in run("flags").stdout
    for verb in ("suspend", "bury", "flag"):
        assert "no card has the id 'my-own'" in run(verb, "my-own").stderr
    refused = run("unflag", "my-own", "my-owm")  # nothing is written where one is wrong
    assert (refused.exit_code, "no card has the id 'my-owm'" in refused.stderr) == (2, True)
    assert run("unflag", "my-own", "my-other").exit_code == 0
    assert run("resume", "my-own", "my-other").exit_code == 0
    assert run("flags").stdout == "No card is flagged, suspended or buried.\n"


def test_a_buried_card_stays_buried_where_the_day_goes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def on(time: str) -> tuple[bool, bool, str]:
        """Whether it is asked, and whether it is among the flags; its state."""
        monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", time)
        asked = "buried: contrastive-drill resume" not in run("review", "clip-loss").stderr
        state = next(c["state"] for c in data("browse")["cards"] if c["id"] == "clip-loss")
        return asked, "clip-loss: buried until tomorrow" in run("flags").stdout, state

    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2026-11-21T06:30:00+09:00")
    run("bury", "clip-loss")
    buried, back = (False, True, "buried"), (True, False, "new")
    assert on("2026-11-21T23:30:00+09:00") == buried
    assert on("2026-11-20T13:30:00-08:00") == buried  # landed in the west
    assert on("2026-11-21T03:30:00+09:00") == buried  # before the day began
    assert on("2026-11-22T06:30:00+09:00") == back
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2099-01-01T12:00:00+00:00")  # a wrong clock
    run("bury", "clip-loss")
    assert on("2026-11-21T12:00:00+00:00") == back


def test_settings_are_kept_and_shown() -> None:
    assert "desired_retention = 0.9 " in run("config").stdout
    assert run("config", "desired_retention", "0.95").exit_code == 0
    assert run("config", "desired_retention").stdout.startswith("desired_retention = 0.95 ")


def test_a_higher_retention_brings_cards_back_sooner() -> None:
    run("config", "desired_retention", "0.7")
    late = run("review", typed="\nall\n").stdout
    run("undo")
    run("config", "desired_retention", "0.97")
    soon = run("review", typed="\nall\n").stdout
    days, day = (int(re.findall(r"Good \((\d+) d\)", said)[0]) for said in (late, soon))
    memory = Learned(2.3065, 2.118, last_day=0, due_day=0, reps=1, lapses=0)
    assert retrievability(memory, days) == pytest.approx(0.7, abs=0.02)
    assert day == 1


def test_a_backup_comes_back(home: Path) -> None:
    answer(2)
    assert "Saved" in run("backup").stdout
    (saved,) = [path for path in (home / "backups").iterdir() if "manual" in path.name]
    run("undo")
    assert data("status")["answered_today"] == 1
    result = run("restore", saved.name)
    assert result.exit_code == 0
    assert "is kept as" in result.stdout
    assert data("status")["answered_today"] == 2


def test_the_day_gets_one_backup(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer()
    answer()
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2026-11-22T18:30:00+01:00")
    answer()
    answer()
    daily = [path for path in (home / "backups").iterdir() if "daily" in path.name]
    assert len(daily) == 2


def test_a_backup_that_cannot_be_made_is_said_and_stops_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer()
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2026-11-22T18:30:00+01:00")
    (home / "backups").write_text("in the way")
    said = run("review", "--limit", "1", typed="\nall\n")
    assert said.exit_code == 0
    assert "no backup today: " in said.stdout
    assert run("undo").exit_code == 0
    assert data("status")["answered_today"] == 0


def test_doctor_prints_every_path_and_finds_what_is_broken(home: Path) -> None:
    answer()
    well = run("doctor")
    assert well.exit_code == 0
    for name in ("drill.sqlite", "backups", "bank", "settings.json", "bank.cache"):
        assert str(home) in well.stdout
        assert name in well.stdout
    (home / "settings.json").write_text("{")
    ill = run("doctor")
    assert ill.exit_code == 1
    assert "settings.json is not JSON" in ill.stdout


def test_a_corrupt_database_is_refused_and_names_its_backup(home: Path) -> None:
    answer()
    run("backup")
    path = home / "drill.sqlite"
    for beside in home.glob("drill.sqlite-*"):
        beside.unlink()
    path.write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    before = path.read_bytes()
    for command in (["review"], ["status"], ["undo"], ["report"]):
        result = run(*command, typed="\nall\n")
        assert result.exit_code == 3
        assert "contrastive-drill restore" in result.stderr
        assert result.stderr.count("\n") == 1
    assert path.read_bytes() == before


def test_a_clock_that_went_back_is_reported_and_counts_no_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer()
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2026-11-01T18:30:00+01:00")
    result = run("review", "--new", "1", typed="\nall\n")
    assert result.exit_code == 0
    assert data("status")["learned"] == 2
    assert "the clock says 2026-11-01 18:30" in result.stderr


@every("now", ["yesterday", "2026-13-01", "18:30"])
def test_a_clock_that_is_no_time_is_refused(now: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", now)
    result = run("status")
    assert result.exit_code == 2
    assert "write a time such as" in result.stderr


def test_the_greeting_without_a_terminal_says_the_next_step_and_ends() -> None:
    result = run()
    assert result.exit_code == 0
    assert "Next step: contrastive-drill review" in result.stdout
    run("config", "new_per_day", "0")
    assert "Nothing is due today." in run().stdout


ASKS_FOR_A_CARD = {"show", "suspend", "resume", "bury", "flag", "unflag"}


@every("verb", VERBS)
def test_no_verb_asks_where_nobody_answers(verb: str) -> None:
    result = run(verb, *(["clip-loss"] if verb in ASKS_FOR_A_CARD else []))
    assert result.exit_code in (0, 2), result.output
    assert "Traceback" not in result.output


def test_nothing_hangs_without_a_terminal() -> None:
    """The verbs that read keys, as processes of their own."""
    for verb in ("review", "exam", "interview", "demo", "browse", "restore"):
        done = subprocess.run(
            [PROGRAM, verb], stdin=subprocess.DEVNULL, capture_output=True, timeout=60
        )
        assert done.returncode in (0, 2), verb


def test_a_pipe_that_closes_early_is_no_error() -> None:
    command = f"{PROGRAM} bank list | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert done.stderr == ""


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("contrastive_drill.actions.environment.Environment.day", broken)
    result = run("status")
    assert isinstance(result.exception, RuntimeError)


def test_without_torch_one_line_says_what_to_install(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['torch'] = None; sys.argv = ['cdrill', 'demo', 'collapse'];"
        "from contrastive_drill.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    """A terminal of prompt_toolkit's own, to press keys in."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe


def test_arrow_keys_choose_from_a_menu(keys: PipeInput) -> None:
    keys.send_text("\x1b[B\x1b[B\r")
    assert choose("Which?", [("one", 1), ("two", 2), ("three", 3)]) == 3


def test_leaving_a_menu_is_an_interruption(keys: PipeInput) -> None:
    keys.send_text("\x03")
    with pytest.raises(KeyboardInterrupt):
        choose("Which?", [("one", 1)])


def test_both_names_of_the_program_are_installed() -> None:
    for name in ("contrastive-drill", "cdrill"):
        done = subprocess.run(
            [str(Path(PROGRAM).parent / name), "--version"], capture_output=True, text=True
        )
        assert done.stdout.startswith("contrastive-drill 0.")
    assert os.access(PROGRAM, os.X_OK)


def test_one_shipped_file_is_checked_among_the_others(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("bank", "check", str(shipped_folder() / "clip.yaml")).exit_code == 0
    link = tmp_path / "link"
    link.symlink_to(shipped_folder())
    assert run("bank", "check", str(link)).exit_code == 0
    monkeypatch.chdir(shipped_folder())
    assert run("bank", "check", "clip.yaml").exit_code == 0
    assert not (home / "cache" / "proofs.json").exists(), "shipped tasks wait for --code"


def test_own_files_may_name_one_another(home: Path) -> None:
    (home / "bank").mkdir(parents=True)
    for name, need in (("one", "two"), ("two", "clip-loss")):
        (home / "bank" / f"{name}.yaml").write_text(
            f"section: mine\ncards:\n  - id: {name}\n    level: mid\n    kind: recall\n"
            f"    prompt: What is {name}?\n    answer: It.\n    points: [must: It]\n"
            f"    sources: [text: Me]\n    needs: [{need}]\n"
        )
    assert run("bank", "check", str(home / "bank" / "one.yaml")).exit_code == 0
    assert data("status")["cards"] == len(cards()) + 2


@every("text", ['{"new_per_day": 1e999}', '{"desired_retention": 1' + "0" * 400 + "}"])
def test_settings_out_of_all_bounds_stop_only_what_would_write_by_them(
    home: Path, text: str
) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.json").write_text(text)
    reading = [("status",), ("browse", "siglip"), ("config",), ("report",), ("code",)]
    writing = [("review",), ("suspend", "siglip"), ("undo",), ("config", "new_per_day", "3")]
    for code, verbs in ((0, reading), (3, writing)):
        for words in verbs:
            result = run(*words)
            assert (result.exit_code, words) == (code, words)
            notices = result.stderr.splitlines()
            assert "settings.json: " in notices[0]
            assert len(notices) <= 1 + (code > 0)
            assert max(map(len, notices)) < 500
    assert (home / "settings.json").read_text() == text
    assert not (home / "drill.sqlite").exists()


def test_a_home_that_is_no_folder_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRASTIVE_DRILL_HOME", "~nobody-of-that-name/x")
    result = run("status")
    assert result.exit_code == 2
    assert "is not a folder" in result.stderr


def test_a_file_name_that_no_encoding_has_stops_nothing(home: Path) -> None:
    (home / "bank").mkdir(parents=True)
    (home / "bank" / os.fsdecode(b"bad\xff.yaml")).write_text("section: [")
    for command in (["status"], ["bank", "check"]):
        done = subprocess.run([PROGRAM, *command], capture_output=True, text=True)
        assert done.returncode in (0, 1)
        assert "Traceback" not in done.stderr
    assert "bad\\xff.yaml" in done.stdout


def test_no_control_character_comes_back_out(home: Path) -> None:
    run("flag", "clip-loss", "--note", "\x1b]0;title\x07evil")
    assert run("flags").stdout == "clip-loss: flagged ]0;titleevil\n"


@every("minutes", ["nan", "inf", "0", "-1"])
def test_minutes_are_minutes(minutes: str) -> None:
    assert run("review", f"--minutes={minutes}").exit_code == 2


@every("now", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
def test_times_at_the_ends_of_the_calendar_are_refused(
    now: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", now)
    assert run("review", typed="\nall\n").exit_code == 2


def test_a_full_device_is_one_line(home: Path) -> None:
    for command in ("status", "bank list"):
        done = subprocess.run(
            f"{PROGRAM} {command} > /dev/full", shell=True, capture_output=True, text=True
        )
        assert done.returncode == 3
        assert "cannot write the output" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_program_without_streams_says_nothing_worse_than_usual(home: Path) -> None:
    done = subprocess.run(f"{PROGRAM} review <&-", shell=True, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


def test_a_closed_pipe_leaves_with_0() -> None:
    command = f"{PROGRAM} bank list | head -1; exit ${{PIPESTATUS[0]}}"
    assert subprocess.run(["bash", "-c", command], capture_output=True).returncode == 0


def test_show_ends_with_your_last_answers() -> None:
    run("review", "--limit", "1", typed="tf times idf\nall\n")
    said = run("show", "tf-idf-formula").stdout
    assert "Your last answers" in said
    assert "2026-11-21 18:30" in said
    assert "tf times idf" in said


def test_what_is_next_is_never_in_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    run("config", "new_per_day", "1")
    run("review", typed="\nall good\n")
    run("suspend", "tf-idf-formula")
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2026-12-21T18:30:00+01:00")
    run("config", "new_per_day", "0")
    assert "is due" not in run("review").stdout.replace("Nothing is due", "")


def test_doctor_finds_what_would_lose_an_answer(home: Path) -> None:
    answer()
    (home / "bank").mkdir()
    (home / "bank" / "broken.yaml").write_text("section: [")
    result = run("doctor")
    assert result.exit_code == 1
    assert "problems in your cards: contrastive-drill bank check" in result.stdout
