"""`search`, `browse`, `edit`, `bank new`, `bank stats` and `bank schema` from the outside."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from contrastive_drill.bank.folder import folder
from contrastive_drill.bank.library import load, shipped_folder
from contrastive_drill.bank.schema import schema
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cli import app
from contrastive_drill.cli.help import FOLDER

pytestmark = pytest.mark.usefixtures("warm")


def run(*arguments: str, **variables: str) -> Result:
    """One command in this process."""
    return CliRunner().invoke(app, list(arguments), env=variables)


def data(*arguments: str) -> Any:
    """The JSON of a command."""
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_search_prints_the_best_first_within_the_width(monkeypatch: pytest.MonkeyPatch) -> None:
    for width in ("40", "60", "80"):
        monkeypatch.setenv("COLUMNS", width)
        done = run("search", "infonce", "--limit", "2")
        assert done.exit_code == 0
        assert max(map(len, done.stdout.splitlines())) <= int(width)
    found = data("search", "infonce", "formula")
    assert found["cards"][0]["id"] == "infonce-formula"
    assert found["found"] >= len(found["cards"])


def test_search_for_what_is_not_there_is_one_line_with_a_way_on() -> None:
    done = run("search", "temprature")
    assert done.exit_code == 2
    assert "did you mean: temperature?" in done.stderr
    assert done.stderr.count("\n") == 1
    assert run("search", "zqxjk").exit_code == 2
    assert "there is no section" in run("search", "loss", "--section", "nothing").stderr


def test_browse_tells_states_apart() -> None:
    total = len(load(shipped_folder()))
    assert len(data("browse")["cards"]) == total
    CliRunner().invoke(app, ["review", "--limit", "1"], input="\nall good\n")
    run("suspend", "hnsw")
    run("bury", "clip-loss")
    run("flag", "siglip", "--note", "odd")
    states = {card["id"]: card["state"] for card in data("browse")["cards"]}
    assert states["hnsw"] == "suspended"
    assert states["clip-loss"] == "buried"
    assert states["siglip"] == "new"
    assert sum(state == "later" for state in states.values()) == 1
    assert [card["id"] for card in data("browse", "--flagged")["cards"]] == ["siglip"]
    only = data("browse", "--section", "clip", "--level", "mid")["cards"]
    assert only
    assert {(card["section"], card["level"]) for card in only} == {("clip", "mid")}
    assert run("browse", "--section", "clip", "--state", "failed").exit_code == 2


def test_browse_in_a_pipe_is_a_row_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    rows = run("browse", "--section", "clip").stdout.splitlines()
    assert len(rows) == len(data("browse", "--section", "clip")["cards"])
    assert max(map(len, rows)) <= 60


def test_a_new_card_of_every_kind_passes_the_check(home: Path) -> None:
    for kind in Kind:
        assert run("bank", "new", f"my-{kind}-whitening", "--kind", kind.value).exit_code == 0
    path = home / "bank" / "mine.yaml"
    done = run("bank", "check", str(path))
    assert done.exit_code == 1
    assert done.stdout.count("still to fill in") == len(done.stdout.splitlines()) == len(Kind)
    assert not {card["id"] for card in data("browse")["cards"] if card["id"].startswith("my-")}
    text = path.read_text()
    for hint in ("On my", "The ", "What ", "Why ", "Something ", "Where "):
        text = text.replace(f" {hint}", f" … {hint}").replace(f"'{hint}", f"'… {hint}")
    for kind in Kind:  # else each says what the others say
        text = text.replace("What one would", " ".join(f"{kind}{n}" for n in range(20)), 1)
    path.write_text(text)
    done = run("bank", "check", str(path))
    assert done.exit_code == 1
    assert f"{path.with_name('my_task.py')} cannot be read" in done.stdout
    allowed_task(path.with_name("my_task.py"), home)
    assert run("bank", "check", str(path)).exit_code == 0
    for kind in Kind:
        assert run("show", f"my-{kind}-whitening").exit_code == 0


def allowed_task(path: Path, home: Path) -> None:
    """The guide's own task, which its author said may run."""
    source = (FOLDER / "code.md").read_text("utf-8").partition("```python\n")[2]
    path.write_bytes(source.partition("```")[0].encode())
    digest = sha256(path.read_bytes()).hexdigest()
    (home / "trusted-code.json").write_text(json.dumps({str(path): digest}))


def test_a_new_card_never_harms_a_file(home: Path) -> None:
    assert run("bank", "new", "clip-loss").exit_code == 2  # taken
    assert run("bank", "new", "Not A Name").exit_code == 2
    path = home / "bank" / "mine.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("section: mine\ncards: [oops\n")
    for line in (("new", "fine"), ("add", "Fine?", "--say", "Yes.", "--point", "Yes.")):
        done = run("bank", *line)
        assert done.exit_code == 3
        assert path.read_text() == "section: mine\ncards: [oops\n"
        assert list(path.parent.iterdir()) == [path]


def test_add_writes_a_whole_card_in_one_line(home: Path) -> None:
    texts = ("--say", "It evens: 'axes' # all", "--point", "Even $\\tau$", "--bonus", "Slow")
    for name in ("whitening-help", "whitening-help-2"):
        done = run("bank", "add", "Why does whitening help?", *texts)
        assert f"contrastive-drill show {name} " in done.stdout
    path = home / "bank" / "mine.yaml"
    assert run("bank", "new", "half").exit_code == 0  # stays in the file, and in nobody's way
    assert run("bank", "new", "half").exit_code == 2
    before = path.read_text()
    for wrong in ("costs $5", "a\tb", " ", "# Title", "\udcff"):
        done = run("bank", "add", wrong, *texts)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "no card was written to" in done.stderr
        assert path.read_text() == before
    shown = run("show", "whitening-help-2").stdout
    for words in ("Why does whitening help?", "It evens: 'axes' # all", "Even τ", "own notes"):
        assert words in shown


def test_edit_opens_the_line_and_checks_afterwards(home: Path, tmp_path: Path) -> None:
    run("bank", "new", "first")
    run("bank", "new", "second")
    said = tmp_path / "said"
    editor = tmp_path / "nano"
    editor.write_text(f'#!/bin/sh\necho "$@" > {said}\n')
    editor.chmod(0o755)
    unfilled = run("edit", "second", EDITOR=str(editor), VISUAL="")
    assert (unfilled.exit_code, unfilled.stderr.count("left out")) == (1, 0)
    assert "prompt, say, answer, points, sources still to fill in" in unfilled.stderr
    line, path = said.read_text().split()
    text = Path(path).read_text().splitlines()
    assert text[int(line.removeprefix("+")) - 1].strip() == "- id: second"
    editor.write_text("#!/bin/sh\nsed -i 's/level: senior/level: grand/' \"$2\"\n")
    broken = run("edit", "second", EDITOR=str(editor), VISUAL="")
    assert broken.exit_code == 1
    assert "'grand' is not known here" in broken.stderr
    editor.write_text(f'#!/bin/sh\necho "$@" > {said}\n')  # the file is out of the bank by now
    assert run("edit", "second", EDITOR=str(editor), VISUAL="").exit_code == 1
    assert said.read_text().split() == [line, path]


def test_edit_without_an_editor_says_where_the_card_is() -> None:
    done = run("edit", "clip-loss", EDITOR="", VISUAL="", PATH="")
    assert done.exit_code == 2
    assert "clip.yaml, line" in done.stderr
    assert run("edit", "clip-loss", EDITOR="/no/such/editor", VISUAL="").exit_code == 2
    assert run("edit", "clip-loss", EDITOR="false", VISUAL="").exit_code == 2


def test_a_version_of_a_shipped_card_says_so_and_keeps_the_history(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    CliRunner().invoke(app, ["review", "--limit", "1"], input="\nall good\n")
    (known,) = (each["id"] for each in data("browse")["cards"] if each["state"] == "later")
    monkeypatch.setenv("EDITOR", "sed -i 's/must: /must: Now, /'")
    done = run("edit", known, VISUAL="")
    assert done.stdout == (
        f"edited: nothing to fix; contrastive-drill edit {known} --revert goes back\n"
    )
    shown = run("show", known).stdout
    assert f"your version; edit {known} --revert goes back" in shown
    assert "1 Now, " in shown
    assert "Your last answers" in shown
    (row,) = (row for row in run("browse").stdout.splitlines() if known in row)
    assert row.startswith("later")
    assert "your version: " in row
    everything = run("bank", "check")
    assert everything.exit_code == 0, everything.output
    other = tmp_path / "other.yaml"
    other.write_text(
        "section: other\ncards:\n"
        "- {id: b, level: mid, kind: recall, prompt: Why?, answer: So., points: [{must: So.}],\n"
        f"   sources: [{{text: A book}}], needs: [{known}]}}\n"
    )
    done = run("bank", "check", str(other))
    assert done.exit_code == 0, done.output
    done = run("edit", known, "--revert")
    assert f"its text is in {home / 'bank' / 'overrides' / known}" in done.stdout
    assert "your version" not in run("show", known).stdout
    assert run("edit", known, "--revert").exit_code == 2


NUMBER = """\
section: mine
cards:
  - id: spare
    replaces: [former]
    level: mid
    kind: numeric
    number: '9.40 nats'
    worked: 'log(12100)'
    tolerance: '1 %'
    slips:
      - gives: 'log2(12100)'
        why: took the logarithm to base 2
      - gives: 'log(12100) / 2'
        why: counted every pair twice
    prompt: What is the loss at chance over 12,100 candidates, in nats?
    answer: So.
    points:
      - must: It is a logarithm.
      - must: Its base is e.
    sources:
      - code: openai/CLIP clip/model.py
        where: forward
        commit: 'a1d071733d7111c9c014f024669f959182114e33'
      - text: A book
        where: page 3
        second_hand: a blog
      - text: Another
"""


def test_a_number_shows_its_slips_and_a_source_its_commit_and_who_transcribed_it(
    home: Path,
) -> None:
    (home / "bank").mkdir(parents=True)
    (home / "bank" / "mine.yaml").write_text(NUMBER)
    shown = " ".join(run("show", "spare").stdout.split())
    for words in (
        "openai/CLIP clip/model.py at a1d0717, forward",
        "A book, page 3, second hand: a blog",
        "slips: took the logarithm to base 2; counted every pair twice",
        "replaces: former",
    ):
        assert words in shown
    card = json.loads(run("show", "former", "--json").stdout)["card"]
    assert card == data("bank", "list")["cards"][-1]
    assert card["slips"][1] == {"gives": "log(12100) / 2", "why": "counted every pair twice"}
    assert card["replaces"] == ["former"]
    code, book, other = card["sources"]
    commit = "a1d071733d7111c9c014f024669f959182114e33"
    assert code["commit"] == commit
    assert code["url"] == f"https://github.com/openai/CLIP/blob/{commit}/clip/model.py"
    assert (book["second_hand"], other["second_hand"], book["commit"]) == ("a blog", "", "")
    assert data("bank", "stats")["second_hand"] >= 1
    text = " ".join(run("bank", "stats").stdout.split())
    assert f"Sources seen second hand: {data('bank', 'stats')['second_hand']}." in text
    for typed, said in (
        ("13.57 nats", "it is 9.4 nats; yours: took the logarithm to base 2?"),
        ("4.7", "it is 9.4 nats; yours: counted every pair twice?"),
        ("9.4", "right"),
    ):
        done = CliRunner().invoke(app, ["review", "spare", "--cram"], input=f"{typed}\n:quit\n")
        assert said in " ".join(done.stdout.split())


def test_stats_count_what_is_there() -> None:
    found = data("bank", "stats")
    assert found["cards"] == len(load(shipped_folder()))
    assert sum(sum(levels.values()) for levels in found["levels"].values()) == found["cards"]
    assert sum(sum(kinds.values()) for kinds in found["kinds"].values()) == found["cards"]
    assert "Cards by level" in run("bank", "stats").stdout


def test_the_schema_beside_the_bank_is_the_code_s(tmp_path: Path) -> None:
    shipped = json.loads((shipped_folder() / "schema.json").read_text("utf-8"))
    assert shipped == schema(), "run: contrastive-drill bank schema question_bank/schema.json"
    path = tmp_path / "schema.json"
    assert run("bank", "schema", str(path)).exit_code == 0
    assert json.loads(path.read_text("utf-8")) == shipped
    assert run("bank", "schema", str(tmp_path)).exit_code == 3


def test_every_file_of_the_bank_fits_the_schema() -> None:
    form = Draft202012Validator(schema())
    for path in folder(shipped_folder()).paths:
        assert [*form.iter_errors(yaml.safe_load(path.read_text("utf-8")))] == []
    wrong = {"section": "x", "cards": [{"id": "A b", "level": "grand"}], "titel": "y"}
    assert len([*form.iter_errors(wrong)]) >= 4


def test_show_draws_numbers_for_a_calculation_and_the_same_ones_each_time() -> None:
    shown = run("show", "logit-matrix-by-hand").stdout
    assert "[[" not in shown
    assert "It is " in shown
    assert shown == run("show", "logit-matrix-by-hand").stdout


def test_lists_have_the_numbers_that_show_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    first = "An HNSW index holds "
    (shown,) = (row for row in run("show", "hnsw-index-size").stdout.splitlines() if first in row)
    assert shown[shown.index(first) + len(first)].isdigit()
    begun = shown[: shown.index("dimensions")]
    assert begun in run("search", "hnsw-index-size").stdout
    assert begun in run("show", "flat-index-size").stdout  # where it is asked next
    assert begun in data("search", "hnsw", "index", "float32")["cards"][0]["passage"]
    rows = run("browse").stdout
    assert begun in rows
    assert "[[" not in rows
