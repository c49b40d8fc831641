"""A card gets another id between two commands: its history follows, everywhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from contrastive_drill.actions.review.drafts import Drafts
from contrastive_drill.cli import app

pytestmark = pytest.mark.usefixtures("warm")
CARD = """\
section: mine
cards:
  - id: {id}
    {more}
    level: mid
    kind: recall
    prompt: What is whitening?
    answer: Even axes.
    points:
      - must: The axes are even.
    sources:
      - text: A book
"""


def run(*arguments: str, typed: str = "", now: str = "2026-11-21") -> Result:
    """One command in this process, at six in the evening of a day."""
    variables = {"CONTRASTIVE_DRILL_NOW": f"{now}T18:00:00+01:00"}
    done = CliRunner().invoke(app, list(arguments), input=typed, env=variables)
    assert done.exit_code == 0, done.output
    return done


def write(home: Path, card_id: str, more: str = "tags: [own]") -> None:
    """The learner's only card, under an id."""
    (home / "bank").mkdir(parents=True, exist_ok=True)
    (home / "bank" / "mine.yaml").write_text(CARD.format(id=card_id, more=more))


def states() -> dict[str, Any]:
    """The state of each card of the learner's own."""
    return {
        each["id"]: each["state"]
        for each in json.loads(run("browse", "--section", "mine", "--json").stdout)["cards"]
    }


def test_the_history_of_a_card_follows_it_to_its_new_id(home: Path) -> None:
    write(home, "old")
    run("review", "old", typed="it evens\nall good\n")
    run("flag", "old", "--note", "look up")
    run("plan", "--on", "2026-12-20", "--minutes", "20", "--only", "mid", "--brief")
    saved = run("backup").stdout.split()[1]
    Drafts(home / "drafts").keep("old", "half a sentence")
    write(home, "new", "replaces: [old]")

    shown = run("show", "old")
    assert shown.stderr == "contrastive-drill: old is new now\n"
    for each in ("new", "Your note: look up", "it evens"):
        assert each in shown.stdout
    assert states() == {"new": "later"}
    assert run("flags").stdout == "new: flagged look up\n"
    explained = run("plan", "--explain", "old", "--json", now="2026-12-01")
    assert json.loads(explained.stdout)["card_id"] == "new"
    report = json.loads(run("report", "--json").stdout)
    (mine,) = (each for each in report["sections"] if each["id"] == "mine")
    assert (mine["seen"], mine["answers"]) == (1, 1)

    asked = run("review", "old", typed="\nall easy\n", now="2026-12-01")
    assert "old is new now" in asked.stderr
    assert "Saved: Easy" in asked.stdout
    assert Drafts(home / "drafts").of("new") == "half a sentence"
    assert "2026-12-01" in run("show", "new").stdout
    run("suspend", "old")
    assert states() == {"new": "suspended"}
    assert run("undo").stdout.startswith("Undone: suspend on new")
    assert run("undo").stdout.startswith("Undone: Easy on new")
    assert "database      ok" in run("doctor").stdout

    run("undo")  # of the flag, which the old id had
    run("undo")  # of its answer
    assert states() == {"new": "new"}
    run("restore", saved)
    assert states() == {"new": "later"}
    assert run("flags").stdout == "new: flagged look up\n"
    assert "database      ok" in run("doctor").stdout
    run("review", "new", typed="\nall good\n", now="2026-12-01")
    assert "database      ok" in run("doctor").stdout

    write(home, "old")  # taken back
    assert states() == {"old": "later"}
    assert "database      ok" in run("doctor").stdout
