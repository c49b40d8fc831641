"""A mock interview on the installed program: real keys up and down the levels, then the rows."""

import json
import signal
import subprocess
from pathlib import Path

import pytest
from interviews import BANK, TOPIC, interviews, seed_for
from terminal import PROGRAM, Terminal

from contrastive_drill.bank.library import load, shipped_folder
from contrastive_drill.interview.scorecard import ASKED, BAIT, BOARD, HEARD, MEASURED
from contrastive_drill.memory.log import NEW, Mode, Rating
from contrastive_drill.memory.sitting import ENDED

pytestmark = [pytest.mark.terminal, pytest.mark.usefixtures("warm")]
SAID, TICKING = "I have said it", "go on"
BAIT_SHOWN, PUSHED = "Was that your answer too?", "What do you say now?"


@pytest.fixture
def seed(home: Path) -> int:
    """A seed that takes the toy scenarios in order; the learner's own bank holds them."""
    folder = home / "bank"
    folder.mkdir(parents=True)
    (folder / "toy.yaml").write_text(BANK)
    return seed_for(load(shipped_folder(), folder).cards())


def toy(seed: int, rows: int = 50, columns: int = 80) -> Terminal:
    """An interview on the toy scenarios, on a screen that shows each card whole."""
    return Terminal("interview", "--topic", TOPIC, "--seed", str(seed), rows=rows, columns=columns)


def through_scenario(terminal: Terminal, name: str, was: str = "n") -> None:
    """A scenario spoken to the end, up to its points."""
    terminal.wait(f"What of {name}?").send("\r").wait(BAIT_SHOWN).wait(f"bait-of-{name}").send(was)
    terminal.wait(PUSHED).wait(f"fails by {name}").send("\r").wait(TICKING)
    assert f"The answer to {name}" in terminal.text


def show(*arguments: str) -> str:
    """What a later `interview` command prints."""
    done = subprocess.run([PROGRAM, "interview", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_was_being_typed_outlives_a_kill(home: Path, seed: int) -> None:
    with toy(seed) as terminal:
        terminal.wait("Let us begin.").send("t").wait("\n>").send("it is").wait("it is")
        terminal.signal(signal.SIGKILL)
        terminal.finish()
    with toy(seed) as terminal:
        terminal.wait("What of mid-one?").send("t").wait("> it is").send(" so\x04")
        terminal.wait(BAIT_SHOWN).send("q").finish()
    assert not [*(home / "drafts").iterdir()]
    told = [fact for each in interviews(home) for fact in each.told(HEARD)]
    assert told == [(HEARD, "mid-one", 1, "it is so")]


def test_a_whole_interview_up_and_down_the_levels(home: Path, seed: int) -> None:
    with toy(seed) as terminal:
        terminal.wait("Let us begin.").wait(f"seed {seed} asks it again")
        terminal.send("t").wait("\n>").send("first\rof all\x04").wait(BAIT_SHOWN)
        assert "Your answer took 0:00 of 2:00." in terminal.text
        terminal.send("n").wait("others would. But:").send("t")
        terminal.wait("\n>").send("still\x04").wait(TICKING)
        assert "still" in terminal.text
        terminal.send("0\r").wait("Good. Let us go deeper.")
        assert "scenario 1 · follow-up 1 · mid" in terminal.text
        terminal.send("\r").wait("To the whiteboard").send("t").wait("\n>")
        terminal.send("\\frac{1}{M}\x04").wait("Is yours the same")
        assert any(row.split() == ["1", "1"] for row in terminal.text.splitlines())
        assert any(row.split() == ["M", "N"] for row in terminal.text.splitlines())
        terminal.send("y").wait(TICKING).send("0\r").wait("what would you measure")
        terminal.send("\r").wait("contrastive-drill demo collapse").send("n")
        terminal.wait("It grows with N").send("3").wait(BAIT_SHOWN).send("n")
        terminal.wait("others would. But:").send("t").wait("\n>").send("so it is\x04")
        terminal.wait(TICKING)
        assert "Your ruling: wrong. The bank's: wrong." in terminal.text
        terminal.send("0").wait("[x] 2").send("\r").wait("A number beside this.")
        terminal.send("9").wait("Your number").send(" \r").wait("✗ wrong: it is")
        terminal.send("0").wait("[x] 1").send("\r").wait("Something harder.")
        through_scenario(terminal, "senior-one")
        terminal.send("\r").wait("Enter again goes on").send("\r").wait("Let us step back")
        through_scenario(terminal, "mid-two", "y")
        assert "You said what most say" not in terminal.text
        terminal.send("0").wait("[x] 3").send("\r").wait("Something harder.")
        through_scenario(terminal, "senior-two")
        terminal.send("0").wait("[x] 3").send("\r").wait("What of staff-one?")
        through_scenario(terminal, "staff-one")
        terminal.send("12").wait("[x] 2").send("\r").wait("Beside the last ones")
        assert terminal.finish() == 0
        said = terminal.text
    assert "At senior level: 1 of 2 scenarios covered; gaps in Toy." in said
    assert "✓  3/3  0:00 of 3:00      mid-one  mid" in said

    (kept,) = interviews(home)
    assert kept.sitting.seed == seed
    assert kept.sitting.terms == {
        "minutes": 30.0,
        "level": "mid",
        "holds": False,
        "topics": (TOPIC,),
        "seeded": True,
    }
    assert [(each.card_id, each.rating, each.answer) for each in kept.answers] == [
        ("mid-one", Rating.GOOD, "first\nof all\n\nstill"),
        ("deep-one", Rating.GOOD, None),
        ("deep-two", Rating.EASY, "wrong"),
        ("sum-one", Rating.AGAIN, "9"),
        ("senior-one", Rating.AGAIN, None),
        ("mid-two", Rating.GOOD, None),
        ("senior-two", Rating.GOOD, None),
        ("staff-one", Rating.HARD, None),
    ]
    # Prompted answers move no schedule.
    assert {(each.mode, each.before, each.after) for each in kept.answers} == {
        (Mode.INTERVIEW, NEW, NEW)
    }
    names = [each.card_id for each in kept.answers]
    assert [event.facts["card"] for event in kept.events if event.name == ASKED] == names
    assert [(e.facts["thread"], e.facts["depth"]) for e in kept.events if e.name == ASKED] == [
        (1, 0),
        (1, 1),
        (1, 2),
        (1, 1),
        (2, 0),
        (3, 0),
        (4, 0),
        (5, 0),
    ]
    assert kept.told(BAIT, BOARD, MEASURED) == [
        (BAIT, "mid-one", False),
        (BOARD, "deep-one", "\\frac{1}{M}", True),
        (MEASURED, "deep-one", None, "collapse", False),
        (BAIT, "deep-two", False),
        (BAIT, "senior-one", False),
        (BAIT, "mid-two", True),
        (BAIT, "senior-two", False),
        (BAIT, "staff-one", False),
    ]
    assert kept.told(HEARD)[:3] == [
        (HEARD, "mid-one", 1, "first\nof all"),
        (HEARD, "mid-one", 2, "still"),
        (HEARD, "deep-one", 1, None),
    ]
    end = kept.events[-1]
    assert (end.name, end.facts) == (
        ENDED,
        {"how": "nothing left", "level": "senior", "seconds": 0.0},
    )
    record = json.loads(show("--json"))
    assert record["schema"] == 2
    (card,) = record["interviews"]
    assert card["level_reached"] == "senior"
    assert [(each["card"], each["outcome"]) for each in card["threads"]] == [
        ("mid-one", "held"),
        ("senior-one", "failed"),
        ("mid-two", "shaken"),
        ("senior-two", "held"),
        ("staff-one", "shaken"),
    ]
    assert (card["totals"]["covered"], card["totals"]["required"]) == (14, 18)
    assert [each["card"] for each in card["next_cards"]] == [
        "senior-one",
        "sum-one",
        "staff-one",
    ]
    assert card["next_demo"] == "collapse"


def test_killed_in_the_middle_nothing_said_is_lost(home: Path, seed: int) -> None:
    with toy(seed) as terminal:
        through_scenario(terminal, "mid-one")
        terminal.send("0").wait("[x] 3").send("\r").wait("chance of one in N")
        terminal.send("t").wait("\n>").send("one over N\x04").wait("To the whiteboard")
        terminal.signal(signal.SIGKILL)
        terminal.finish()
    (kept,) = interviews(home)
    assert [each.card_id for each in kept.answers] == ["mid-one"]
    assert kept.told(BAIT) == [(BAIT, "mid-one", False)]
    assert kept.told(HEARD)[-1] == (HEARD, "deep-one", 1, "one over N")
    assert all(event.name != ENDED for event in kept.events)
    said = show("--result")
    assert "cut short" in said
    assert "At mid level: 1 of 1 scenario covered; no required point missed." in said
    assert "It rests on 1 scenario: too few to lean on." in said
    # The next one begins anew, and is compared with it.
    with toy(seed) as terminal:
        through_scenario(terminal, "mid-one")
        terminal.send("0").wait("[x] 3").send("\r").wait("chance of one in N")
        terminal.send("q").wait("this one    mid")
        assert terminal.finish() == 0
        assert "2026-11-21  mid" in terminal.text
    assert len(show("--history").splitlines()) == 3


def test_the_same_seed_asks_the_same_and_q_ends_it_anywhere(home: Path, seed: int) -> None:
    ends = (SAID, BAIT_SHOWN, PUSHED, TICKING)
    keys = ("\r", "n", "\r")
    for steps in range(len(ends)):
        with toy(seed) as terminal:
            terminal.wait(SAID)
            for key, end in zip(keys[:steps], ends[1:], strict=False):
                terminal.send(key).wait(end)
            terminal.send("?").wait("any key").send("x").wait(ends[steps]).send("q")
            terminal.wait("you ended it after 0:00")
            assert terminal.finish() == 0
    kept = interviews(home)
    assert [each.answers for each in kept] == [[]] * len(ends)
    assert {each.events[0].facts["card"] for each in kept} == {"mid-one"}
    assert {each.events[-1].facts["how"] for each in kept} == {"left"}


def test_a_real_scenario_is_read_page_by_page_at_80_by_24(home: Path) -> None:
    with Terminal("interview", "--seed", "5", "--level", "staff") as terminal:
        first = terminal.wait("\n0:00 of").text
        terminal.send("\r").wait(BAIT_SHOWN).send("n").wait(PUSHED)
        while terminal.press("\r", "more: Enter", TICKING) != TICKING:
            pass
        terminal.send("q").wait("you ended it")
        assert terminal.finish() == 0
        assert max(map(len, terminal.text.splitlines())) <= 80
    (kept,) = interviews(home)
    with Terminal("interview", "--seed", "5", "--level", "staff") as terminal:
        assert terminal.wait("\n0:00 of").text == first
        terminal.send("\x04")  # a terminal that closes
        terminal.finish()
    again = interviews(home)[0]
    assert again.events[0].facts == kept.events[0].facts


def test_the_clock_runs_while_the_candidate_speaks(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONTRASTIVE_DRILL_NOW")
    with Terminal("interview", "--seed", "5") as terminal:
        terminal.wait("0:01 of 2:00").send("\r").wait("Your answer took 0:01 of 2:00.")
        assert "0:01 of 30:00" in terminal.text  # and so does that of the interview
        terminal.send("q").wait("you ended it").finish()
    (kept,) = interviews(home)
    (heard,) = (event for event in kept.events if event.name == HEARD)
    seconds = heard.facts["seconds"]
    assert isinstance(seconds, float)
    assert 0.9 < seconds < 20.0
