"""What is typed on the installed program: no paste is a key, and no end loses a draft."""

import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cases import every
from terminal import PROGRAM, Terminal

from contrastive_drill.memory.log import Rating, Review
from contrastive_drill.store import Store

pytestmark = [pytest.mark.terminal, pytest.mark.usefixtures("warm")]
NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
PROMPT, GRADING, EDITOR, CARD = " reveal", " more", "\n>", "tf-idf-formula"
NUMBER = "winoground-chance"
TALL = 100  # rows, in which a card with its points stands whole
PASTE = "Term frequency.\r\r  1. grows\r\rg s q\rtouch pwned\r"


def log(home: Path) -> list[Review]:
    """The answers in the database."""
    with Store.open(home / "drill.sqlite", home / "backups", NOW, read_only=True) as store:
        assert store.marks() == {}
        return list(store.reviews())


@every("marked", [True, False])
def test_a_pasted_answer_rates_no_card_and_reaches_no_shell(
    home: Path, tmp_path: Path, marked: bool
) -> None:
    paste = f"\x1b[200~{PASTE}\x1b[201~" if marked else PASTE
    script = '"$0" review; read -r line; echo "The shell got $line."'
    with Terminal("-c", script, PROGRAM, program=("sh",), folder=tmp_path, rows=TALL) as terminal:
        terminal.wait(PROMPT).send(paste).wait("press t, then paste")
        terminal.send("t").wait(EDITOR).send(paste).wait("> Term").wait("touch pwned")
        terminal.send(f"\x04{PASTE}").wait(GRADING)
        terminal.send("1").wait("[x] 1").send("g").wait("u undoes it.").send("q")
        terminal.wait("Session").send("only this\r").wait("The shell got only this.")
        assert terminal.finish() == 0
    *_, entry = log(home)
    assert entry.answer == PASTE.replace("\r", "\n").strip()
    assert (entry.card_id.split("-")[0], entry.rating) in (
        ("tf", Rating.GOOD),
        ("idf", Rating.GOOD),
    )
    assert not (tmp_path / "pwned").exists()


@every(
    "steps",
    [
        ("", "Interview on"),
        ("review", "", PROMPT, "\udcc3", ""),
        ("review", "", PROMPT, "\x1b[200~half a paste", ""),
        ("review", "", PROMPT, "f", "Note for the flag"),
        ("", "Enter: begin"),
        ("", "Enter: begin", "m", "What now?"),
        ("demo", "", "Which demo?"),
        ("review", "", PROMPT, "t", EDITOR, "kept", "kept", "\x1b[200~half\udcc3", ""),
    ],
)
def test_asked_to_end_the_program_leaves_as_with_q(home: Path, steps: tuple[str, ...]) -> None:
    arguments, pairs = steps[: len(steps) % 2], iter(steps[len(steps) % 2 :])
    typed = list(zip(pairs, pairs, strict=True))
    if "Interview on" not in steps:
        (home / "settings.json").write_text("{}")
    # One handler serves both signals: each moment has one of them, an editor both.
    both = (signal.SIGTERM, signal.SIGHUP)
    for number in both if "kept" in steps else both[len(steps) % 2 :][:1]:
        ended(arguments, typed, number)
    assert (home / "drafts" / f"{CARD}.txt").exists() == ("kept" in steps)


def ended(arguments: tuple[str, ...], typed: list[tuple[str, str]], number: int) -> None:
    """A program that is signalled after some keys."""
    with Terminal(*arguments, rows=TALL) as terminal:
        before = terminal.first_mode
        for keys, words in typed:
            terminal.send(keys).wait(words)
        terminal.until(lambda _: terminal.mode != before, "single keys")
        terminal.signal(number)
        assert terminal.finish() == 128 + number
        assert terminal.mode == before
        assert "Traceback" not in terminal.text


def test_a_draft_outlives_a_kill_until_its_answer_is_recorded(home: Path) -> None:
    with Terminal("review", rows=TALL) as terminal:
        terminal.wait(PROMPT).send("t").wait(EDITOR).send("how often\rit").wait("  it")
        terminal.signal(signal.SIGKILL)
        terminal.finish()
    draft = home / "drafts" / f"{CARD}.txt"
    assert draft.read_text() == "how often\nit"
    with Terminal("review", rows=TALL) as terminal:
        terminal.wait(PROMPT).send("t").wait("> how often").send(" occurs").wait("it occurs")
        terminal.send("\x1b").wait(PROMPT, gone="> how often")
        terminal.send("t").wait("> how often").send("\x04").wait(GRADING)
        assert draft.read_text() == "how often\nit occurs"
        terminal.send("g").wait("u undoes it.").send("q").finish()
    assert not draft.exists()
    assert [entry.answer for entry in log(home)] == ["how often\nit occurs"]


def test_a_number_half_typed_outlives_a_kill_and_escape(home: Path) -> None:
    with Terminal("review", NUMBER, rows=TALL) as terminal:
        terminal.wait("0-9 type the number").send("0").wait("unit: 0").send(".01").wait("0.01")
        terminal.signal(signal.SIGKILL)
        terminal.finish()
    draft = home / "drafts" / f"{NUMBER}.txt"
    assert draft.read_text() == "0.01"
    with Terminal("review", NUMBER, rows=TALL) as terminal:
        terminal.wait("0.01").send("t").wait("unit: 0.01").send("5").wait("0.015")
        terminal.send("\x1b").wait("0.015", gone="unit:").send("t").wait("unit: 0.015").send("\r")
        terminal.wait("You said 0.015").send("a").wait("u undoes it.").send("q").finish()
    assert not draft.exists()
    assert [entry.answer for entry in log(home)] == ["0.015"]


def test_a_folder_that_keeps_no_draft_stops_no_review(home: Path) -> None:
    (home / "drafts").write_text("a file where the folder should be")
    with Terminal("review", rows=TALL) as terminal:
        terminal.wait(PROMPT).send("t").wait(EDITOR).send("typed").wait("typed")
        terminal.send("\x04").wait(GRADING)
        terminal.send("g").wait("u undoes it.").send("q")
        assert terminal.finish() == 0
    assert [entry.answer for entry in log(home)] == ["typed"]
