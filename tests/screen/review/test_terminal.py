"""The installed program in a pseudo-terminal: real keys, then the database."""

import json
import re
import signal
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len
from shipped import cards
from terminal import PROGRAM, Terminal

from contrastive_drill.memory.log import Mode, Rating, Review
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.store import Store

pytestmark = [pytest.mark.terminal, pytest.mark.usefixtures("warm")]
NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
PROMPT, GRADING, TYPING = " reveal", " more", "Ctrl-D ends it"


def log(home: Path) -> list[Review]:
    """The live answers in the database."""
    with Store.open(home / "drill.sqlite", home / "backups", NOW, read_only=True) as store:
        assert store.memories() == replay(store.reviews())
        return list(store.reviews())


def reveal(terminal: Terminal) -> Terminal:
    """One key: the answer, the key points and the ratings are there."""
    return terminal.send("\r").wait(GRADING)


def test_a_first_minute_from_the_greeting_to_the_summary(home: Path) -> None:
    with Terminal() as terminal:
        terminal.wait("Interview on").send("\x1b").wait("Enter: begin")
        assert f"Welcome. {len(cards())} cards wait for you." in terminal.text
        terminal.send("\r").wait(PROMPT)
        assert "Bag of words and TF-IDF · mid · no. 1 · new" in terminal.text
        terminal.send("t").wait("\n>").send("term frequency\rtimes idf\x04").wait(GRADING)
        terminal.send("0").wait("Enter Easy")
        terminal.send("0").wait("Enter Again")
        terminal.send("1").wait("[x] 1")
        terminal.send("g").wait(PROMPT, gone=GRADING)
        reveal(terminal).send("\r").wait("Nothing is ticked: Enter again rates Again.")
        terminal.send("\r").wait("Again, returns in this session; u undoes it.")
        assert "1 to repeat" in terminal.text
        terminal.send("q")
        assert terminal.finish() == 0
        assert "1 of 2 cards recalled at the first asking, 2 answers" in terminal.text
    good, again = log(home)
    assert (good.card_id, good.rating) == ("tf-idf-formula", Rating.GOOD)
    assert good.answer == "term frequency\ntimes idf"
    assert len(good.covered) == 1
    assert again.rating is Rating.AGAIN


def test_every_key_does_what_the_screen_says(home: Path) -> None:
    with Terminal("review", "--new", "9") as terminal:
        terminal.wait(PROMPT).send("s").wait("Suspended: contrastive-drill resume tf-idf-formula")
        terminal.send("b").wait("Buried until tomorrow.")
        terminal.send("f").wait("Note for the flag").send("look up\r").wait("Flagged")
        terminal.send("o").wait("Not now: o is to list the sources")
        terminal.send("z").wait("No key 'z' here")
        terminal.send("?").wait("any key: back").send("x").wait(PROMPT)
        terminal.send("\x1b[A").send("\x1b[200~qqq aaa\x1b[201~")  # an arrow and a paste
        reveal(terminal).send("²").wait("No key '²' here")  # a digit to Unicode, no number
        terminal.send("o").wait("arXiv:1301.3781").send("o").wait(GRADING)
        terminal.send("a").wait("1 to repeat")
        terminal.send("u").wait("Undone.").send("u").wait("Undone.").send("u").wait("Undone.")
        terminal.send("u").wait("no. 1 ").send("u").wait("Nothing to undo here")
        terminal.send("q")
        assert terminal.finish() == 0
    assert log(home) == []
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        assert store.marks() == {}


NUMBER = """
section: toy
title: Toy
cards:
  - id: mean-of-two
    level: mid
    kind: numeric
    number: '6 ms'
    worked: '(4 + 8) / 2'
    tolerance: '1 %'
    prompt: What is the mean of 4 ms and 8 ms?
    answer: It is 6 ms.
    points:
      - must: Half of the sum.
    sources:
      - computed: by hand
"""


def test_a_number_is_typed_where_one_is_asked_for(home: Path) -> None:
    (home / "bank").mkdir(parents=True)
    (home / "bank" / "toy.yaml").write_text(NUMBER)
    with Terminal("review", "--section", "toy") as terminal:
        terminal.wait("type the number").send("x").wait("No key 'x' here")
        terminal.send("d").wait("No demo belongs to this card.")
        terminal.send("5").wait("Your number, with its unit: 5").send("\x03")
        terminal.wait("type the number", gone="Your number")
        terminal.send("6").wait("Your number, with its unit: 6").send("000 µs\r")
        terminal.wait("✓ right").wait("Enter Easy").send("\r")  # the clock stands still: fast
        assert terminal.finish() == 0
    (entry,) = log(home)
    assert (entry.answer, entry.rating) == ("6000 µs", Rating.EASY)


def test_a_digit_that_is_no_number_ticks_nothing() -> None:
    with Terminal("review") as terminal:
        terminal.wait(PROMPT)
        reveal(terminal)
        for key in "²٣":
            terminal.send(key).wait(f"No key '{key}' here")
        terminal.send("1").wait("[x] 1").send("q")
        assert terminal.finish() == 0


def test_undo_is_of_the_last_thing_done_and_keeps_what_was_typed(home: Path) -> None:
    with Terminal("review", "--section", "contrastive", rows=32) as terminal:
        terminal.wait(PROMPT).send("t").wait("\n>").send("a softmax\x04").wait(GRADING)
        terminal.send("1").wait("[x] 1").send("2").wait("[x] 2")
        terminal.send("f").wait("Note for the flag").send("odd\r").wait("Flagged")
        terminal.send("3").wait("[x] 3").send("g").wait(PROMPT, gone=GRADING)
        # The rating, a tick, the flag, a tick.
        terminal.send("u").wait("Undone.").wait("[x] 3")
        terminal.send("u").wait("[ ] 3").send("u").wait("Undone.").wait("[x] 2")
        terminal.send("u").wait("[ ] 2").wait("[x] 1")
        terminal.send("m").wait("a softmax").send("m")
        terminal.send("u").wait("[ ] 1").send("u").wait("type your answer").wait("a softmax")
        terminal.send("u").wait("Nothing to undo here").send("q")
        assert terminal.finish() == 0
    assert log(home) == []
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        assert store.marks() == {}


CLAIM = """
section: toy
title: Toy
cards:
  - id: a-claim
    level: mid
    kind: verdict
    ruling: wrong
    prompt: Halve the batch and you halve the signal.
    answer: It is wrong.
    points:
      - must: Only the number of negatives falls.
    sources:
      - text: A book
"""


def test_a_ruling_is_corrected_and_its_reason_kept(home: Path) -> None:
    (home / "bank").mkdir(parents=True)
    (home / "bank" / "toy.yaml").write_text(CLAIM)
    with Terminal("review", "--section", "toy") as terminal:
        terminal.wait("t type why").send("t").wait("\n>").send("fewer negatives\x04")
        terminal.wait("fewer negatives", gone="Ctrl-D ends it").wait("3 wrong").send("2")
        terminal.wait("Your ruling: imprecise. The bank's: wrong.").wait("Enter Again")
        assert "✗" not in terminal.text
        terminal.send("c").wait("Press the number").send("3")
        terminal.wait("Your ruling: wrong. The bank's: wrong.").wait("fewer negatives")
        terminal.send("u").wait("Your ruling: imprecise").send("c").wait("Press the number")
        terminal.send("3").wait("Your ruling: wrong").wait("Enter Easy").send("\r")
        assert terminal.finish() == 0
    (entry,) = log(home)
    assert (entry.answer, entry.rating) == ("wrong\nfewer negatives", Rating.EASY)


def test_the_reason_for_a_ruling_can_follow_it(home: Path) -> None:
    (home / "bank").mkdir(parents=True)
    (home / "bank" / "toy.yaml").write_text(CLAIM)
    with Terminal("review", "--section", "toy") as terminal:
        terminal.wait("t type why").send("3").wait("Your ruling: wrong.").send("1")
        terminal.wait("[x] 1").send("t").wait(TYPING).send("the sum").wait("the sum")
        terminal.send("\x04").wait("[x] 1", gone=TYPING).wait("the sum").send("t").wait(TYPING)
        terminal.send(" is left\x04").wait("the sum is left", gone=TYPING).send("u")
        terminal.wait("the sum", gone="is left").send("\r")
        assert terminal.finish() == 0
    assert [entry.answer for entry in log(home)] == ["wrong\nthe sum"]


def test_a_draft_that_stands_under_the_question_is_the_answer(home: Path) -> None:
    with Terminal("review", "tf-idf-formula", "cosine-as-belief") as terminal:
        terminal.wait(PROMPT).send("t").wait(TYPING).send("tf times idf").wait("idf")
        terminal.send("\x1b").wait("tf times idf", gone=TYPING).send("\r")
        terminal.wait("You said tf times idf").send("g")
        terminal.wait("t type why").send("t").wait(TYPING).send("ranks").wait("ranks")
        terminal.send("\x04").wait("t type why", gone=TYPING).send("\r").wait("You said ranks")
        assert "Your ruling" not in terminal.text, "a reason alone is judged by its reader"
        terminal.send("h").wait("contrastive-drill undo takes the last answer back")
        assert terminal.finish() == 0
    assert [entry.answer for entry in log(home)] == ["tf times idf", "\nranks"]


CHOICE = """
section: toy
title: Toy
cards:
  - id: a-choice
    level: mid
    kind: choice
    prompt: Which?
    choices:
      - right: The right one.
      - {wrong: The first wrong one, why: It is not.}
      - {wrong: The second wrong one, why: It is not.}
      - {wrong: The third wrong one, why: It is not.}
      - {wrong: The fourth wrong one, why: It is not.}
    answer: The right one.
    points:
      - must: That it is right.
    sources:
      - text: A book
"""


def test_undo_keeps_the_order_of_choices_and_makes_no_reason_of_one(home: Path) -> None:
    (home / "bank").mkdir(parents=True)
    (home / "bank" / "toy.yaml").write_text(CHOICE)

    def order(terminal: Terminal) -> list[str]:
        rows = [row.split("  ") for row in terminal.text.splitlines()]
        return [row[1] for row in rows if len(row) == 2 and row[0] in "12345"]

    with Terminal("review", "--section", "toy") as terminal:
        terminal.wait("5  The")
        shown = order(terminal)
        assert len(shown) == 5
        wrong, right = (
            str(1 + n) for n in (shown.index("The first wrong one"), shown.index("The right one."))
        )
        terminal.send(wrong).wait("wrong: right is").send("a").wait("1 to repeat")
        terminal.send("u").wait("Undone.").send("u").wait("t type why", gone="You said")
        assert order(terminal) == shown
        terminal.send(right).wait("✓ right").send("g")
        assert terminal.finish() == 0
    (entry,) = log(home)
    assert (entry.answer, entry.missed) == ("The right one.", ()), "no point was looked at"


def test_undo_goes_on_after_the_session(home: Path) -> None:
    with Terminal("review") as terminal:
        terminal.wait(PROMPT)
        for rating in ("g", "e"):
            reveal(terminal).send(rating).wait(PROMPT, gone=GRADING)
        terminal.send("q").finish()
    assert len(log(home)) == 2
    said = [subprocess.run([PROGRAM, "undo"], capture_output=True, text=True) for _ in range(3)]
    assert [done.stdout.split(",")[0].strip() for done in said] == [
        "Undone: Easy on bag-of-words-limits",
        "Undone: Good on tf-idf-formula",
        "Nothing to undo.",
    ]
    assert log(home) == []


def test_interrupting_gives_130_and_keeps_what_was_answered(home: Path) -> None:
    with Terminal("review") as terminal:
        terminal.wait(PROMPT)
        reveal(terminal).send("g").wait(PROMPT, gone=GRADING)
        terminal.send("\x03")
        assert terminal.finish() == 130
        assert "all recorded answers are saved" in terminal.text
        assert "Traceback" not in terminal.text
    assert [entry.rating for entry in log(home)] == [Rating.GOOD]


def test_a_terminal_that_closes_ends_the_session_quietly(home: Path) -> None:
    with Terminal("review") as terminal:
        terminal.wait(PROMPT)
        reveal(terminal).send("h").wait(PROMPT, gone=GRADING)
        terminal.send("\x04")
        assert terminal.finish() == 0
    assert [entry.rating for entry in log(home)] == [Rating.HARD]


def test_typing_can_be_abandoned(home: Path) -> None:
    with Terminal("review") as terminal:
        terminal.wait(PROMPT).send("t").wait("\n>").send("half an ans").wait("half an ans").send(
            "\x03"
        )
        terminal.wait(PROMPT, gone="\n>")
        terminal.send("q")
        assert terminal.finish() == 0
    assert log(home) == []


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_resized_window_is_drawn_anew(columns: int) -> None:
    with Terminal("review", "--section", "contrastive", columns=100, rows=40) as terminal:
        terminal.wait(PROMPT)
        terminal.resize(columns, 24)
        terminal.send("f").wait("Note for the flag").send("\x03")
        terminal.wait(PROMPT, gone="Note for the flag")
        reveal(terminal)
        terminal.resize(100, 40)
        terminal.send("1").wait("[x] 1").send("q")
        assert terminal.finish() == 0


@pytest.mark.parametrize("columns", [80, 60, 40])
def test_no_row_is_wider_than_the_terminal(columns: int) -> None:
    with Terminal("review", "--cram", "--limit", "8", columns=columns) as terminal:
        terminal.wait(PROMPT)
        for _ in range(8):
            terminal.send("\r").wait("[").press("g", PROMPT, "Session")
        assert terminal.finish() == 0
        drawn = terminal.raw.decode()
    for line in drawn.split("\r\n"):
        assert cell_len(bare(line).rpartition("\r")[2]) <= columns, line


def bare(line: str) -> str:
    """A row without its escape sequences."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line)


def test_no_colour_means_no_colour(home: Path) -> None:
    with Terminal("review", environment={"NO_COLOR": "1"}) as terminal:
        terminal.wait(PROMPT)
        reveal(terminal).send("g").wait(PROMPT, gone=GRADING)
        terminal.send("q").finish()
        raw = terminal.raw.decode()
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", raw) for code in found.split(";")}
    assert codes <= {"0", "1", "2", "3", "7", ""}, codes


def test_an_ascii_locale_draws_ascii() -> None:
    with Terminal("review", "--section", "contrastive", environment={"LC_ALL": "C"}) as terminal:
        terminal.wait(PROMPT)
        reveal(terminal).send("m").wait("m fold").send("o").wait("open")
        terminal.send("q").finish()
        assert terminal.raw.isascii()


def test_a_window_that_is_stopped_and_resumed_goes_on(home: Path) -> None:
    with Terminal("review") as terminal:
        terminal.wait(PROMPT)
        terminal.signal(signal.SIGSTOP)
        terminal.signal(signal.SIGCONT)
        reveal(terminal).send("g").wait(PROMPT, gone=GRADING)
        terminal.send("q").finish()
    assert len(log(home)) == 1


def test_two_terminals_lose_nothing(home: Path) -> None:
    with Terminal("review") as one, Terminal("review") as other:
        one.wait(PROMPT)
        other.wait(PROMPT)
        reveal(one).send("g").wait(PROMPT, gone=GRADING)
        reveal(other).send("e").wait("Another terminal answered this card meanwhile")
        one.send("q").finish()
        other.send("q").finish()
    first, second = log(home)
    assert (first.card_id, first.rating) == (second.card_id, Rating.GOOD)
    assert second.before == first.after


def test_cramming_in_a_terminal_moves_no_schedule(home: Path) -> None:
    with Terminal("review", "--cram", "--limit", "1") as terminal:
        terminal.wait(PROMPT)
        reveal(terminal).send("g")
        assert terminal.finish() == 0
    (entry,) = log(home)
    assert entry.mode is Mode.CRAM
    status = subprocess.run([PROGRAM, "status", "--json"], capture_output=True, text=True)
    assert json.loads(status.stdout)["learned"] == 0


def test_a_menu_chooses_the_backup(home: Path) -> None:
    subprocess.run([PROGRAM, "review"], input="\nall\n", text=True, capture_output=True, check=True)
    subprocess.run([PROGRAM, "backup"], check=True, capture_output=True)
    subprocess.run([PROGRAM, "undo"], check=True, capture_output=True)
    with Terminal("restore") as terminal:
        terminal.wait("Which backup?").send("\r")
        assert terminal.finish() == 0
        assert "Restored" in terminal.text
    assert len(log(home)) == 1


@pytest.mark.parametrize("key", ["\x03", "\x1b"])
def test_leaving_a_menu_is_no_error(key: str) -> None:
    with Terminal("demo") as terminal:
        terminal.wait("Which demo?").send(key)
        assert terminal.finish() == 0


def test_notices_are_seen_on_a_terminal(home: Path) -> None:
    (home / "bank").mkdir(parents=True)
    (home / "bank" / "broken.yaml").write_text("section: [")
    subprocess.run([PROGRAM, "review"], input="\nall\n", text=True, capture_output=True, check=True)
    earlier = {"CONTRASTIVE_DRILL_NOW": "2026-11-01T18:30:00+01:00"}
    with Terminal("review", environment=earlier) as terminal:
        terminal.wait("left out of your own cards: broken.yaml")
        terminal.wait("the clock says 2026-11-01 18:30")
        terminal.send("q").finish()


def test_help_explains_every_key() -> None:
    with Terminal("review") as terminal:
        terminal.wait(PROMPT).send("?").wait("any key: back")
        for words in (
            "reveal the answer",
            "tick or untick",
            "rate Again",
            "unfold the explanation",
            "undo the last thing",
            "suspend",
            "bury",
            "flag",
            "list the sources",
            "demo",
            "quit",
        ):
            assert words in terminal.text
        terminal.send("x").wait(PROMPT).send("q").finish()


def test_what_unfolds_is_left_with_the_key_it_came_by() -> None:
    with Terminal("review", "--section", "contrastive") as terminal:
        terminal.wait(PROMPT).send("t").wait("\n>").send("softmax\x04").wait(GRADING)
        terminal.send("1").wait("[x] 1")
        terminal.send("m").wait("You said").wait("── Explanation").wait("more rows below")
        terminal.send(" ").wait("── Sources", gone="── Explanation")
        terminal.send("-").wait("── Explanation").send("2").send("m").wait("[x] 2").wait("[x] 1")
        terminal.send("j").wait("Write the InfoNCE loss", gone="[x] 1").send("j").wait("[x] 1")
        terminal.send("o").wait("1-3 open").send("9").wait("There are 3 sources.")
        assert b"\x1b]8;id=" in terminal.raw, "a terminal that knows links opens them by a click"
        terminal.send("2").wait("CPC:").wait("https://arxiv.org/abs/2103.00020")
        terminal.send("\x1b").wait("[x] 1").send("m").wait("m fold").send("g").wait(PROMPT).send(
            "q"
        )
        assert terminal.finish() == 0


def test_help_and_a_flag_come_back_to_the_place_and_a_page_more_rates_nothing(home: Path) -> None:
    with Terminal("review", "--section", "contrastive") as terminal:
        terminal.wait(PROMPT)
        reveal(terminal).send("m").wait("── Explanation").wait("more rows below")
        terminal.send(" ").wait("── Sources", gone="── Explanation")
        terminal.send("?").wait("any key: back").send("x").wait("── Sources", gone="any key")
        assert "── Explanation" not in terminal.text
        terminal.send("f").wait("Note for the flag").send("odd\r").wait("Flagged")
        terminal.wait("── Sources", gone="── Explanation")
        for _ in range(9):
            terminal.press(" ", "more rows below", "the end")
        terminal.wait("the end").send("\r").wait("Nothing is ticked").send("q")
        assert terminal.finish() == 0
    assert log(home) == []


@pytest.mark.parametrize(("columns", "rows"), [(80, 12), (40, 20), (30, 9)])
def test_a_low_window_scrolls_and_rates_all_the_same(home: Path, columns: int, rows: int) -> None:
    arguments = ("review", "--section", "contrastive")
    with Terminal(*arguments, columns=columns, rows=rows) as terminal:
        terminal.wait("reveal").send("\r").wait("more rows")
        for _ in range(60):
            terminal.press(" ", " below: ", "the end")
        terminal.wait("the end").send("1").send("g").wait("reveal").send("q")
        assert terminal.finish() == 0
    assert [len(entry.covered) for entry in log(home)] == [1]


def test_a_program_asked_to_end_keeps_what_was_answered(home: Path) -> None:
    with Terminal("review") as terminal:
        terminal.wait(PROMPT)
        reveal(terminal).send("g").wait(PROMPT, gone=GRADING)
        terminal.signal(signal.SIGTERM)
        assert terminal.finish() == 128 + signal.SIGTERM
        assert terminal.raw.endswith(b"\x1b[?2004l\x1b[?25h")
    assert len(log(home)) == 1


def test_only_colours_that_every_background_shows_are_used() -> None:
    with Terminal("review", "--cram", "--limit", "3") as terminal:
        terminal.wait(PROMPT)
        for _ in range(3):
            reveal(terminal).press("g", PROMPT, "Session")
        terminal.finish()
        raw = terminal.raw.decode()
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", raw) for code in found.split(";")}
    # Bold, dim, italic, reverse; red, green and magenta of the terminal's own theme.
    assert codes <= {"", "0", "1", "2", "3", "7", "31", "32", "35"}, codes
