"""A card in an editor: stub editors save, break, fail and leave, and no words are lost."""

import re
import shlex
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from cases import every

from contrastive_drill.actions.card_edit import command_for, edit_card, place_of, revert_card
from contrastive_drill.actions.child_process import run
from contrastive_drill.actions.environment import Environment
from contrastive_drill.bank import library
from contrastive_drill.cards.prose import plain
from contrastive_drill.errors import CheckFailed, UsageProblem
from contrastive_drill.memory.marks import Change, Verb

CARD = """\
  - id: {id}
    level: mid  # {id} is for all
    kind: recall
    place: {place}
    prompt: What is {id}?
    answer: |
      It is {id}.

      ```
      # no comment, but a line of code
      ```
    # said by {id}
    points:
      - must: Says {id}.
    sources:
      - text: A book
"""
SHIPPED = f"""\
section: alpha
title: The first
cards:
{CARD.format(id="a1", place=2)}
  # about the next card
{CARD.format(id="a2", place=1)}
"""


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """A small shipped bank, and nothing of the learner's."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "alpha.yaml").write_text(SHIPPED)
    monkeypatch.setattr(library, "shipped_folder", lambda: folder)
    monkeypatch.delenv("VISUAL", raising=False)
    return Environment()


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Editor":
    """An editor to be told what to do."""
    return Editor(tmp_path / "two words" / "nano", monkeypatch)


class Editor:
    """A shell script; `$file` is what it edits."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self.said = path, path.with_name("said")
        path.parent.mkdir()
        self.does("true")
        path.chmod(0o755)
        monkeypatch.setenv("EDITOR", f"{shlex.quote(str(path))} -w")

    def does(self, script: str) -> None:
        """Say what it does the next time."""
        said = shlex.quote(str(self.said))
        head = f'printf "%s\\n" "$@" > {said}\nfor file; do :; done\n'
        self.path.write_text(f"#!/bin/sh\n{head}{script}\n")

    def replaces(self, old: str, new: str) -> None:
        """It replaces one text by another."""
        self.does(f"sed -i 's/{old}/{new}/' \"$file\"")

    @property
    def opened(self) -> tuple[str, str]:
        """The line of the file that was opened, and the file."""
        flag, line, path = self.said.read_text().splitlines()
        assert flag == "-w"
        return Path(path).read_text().splitlines()[int(line.removeprefix("+")) - 1], path


def asked(env: Environment, card_id: str = "a1") -> str:
    """The question that a card asks."""
    (block,) = env.bank.card(card_id).prompt
    return plain(block.line)  # type: ignore[union-attr]


def own_files(env: Environment) -> list[str]:
    """What lies in the learner's bank."""
    return sorted(path.name for path in env.paths.bank.rglob("*") if path.is_file())


def test_a_shipped_card_becomes_a_version_that_goes_back(env: Environment, editor: Editor) -> None:
    order = [entry.id for entry in env.bank.entries]
    for number in (1, 2):
        editor.replaces("What is a1?", f"Why a1, {number}?")
        words = edit_card(env, "a1")
        assert words == "edited: nothing to fix; contrastive-drill edit a1 --revert goes back"
        assert asked(env) == f"Why a1, {number}?"
        assert editor.opened == ("  - id: a1", str(env.paths.bank / "overrides" / "a1.yaml"))
        entry = env.bank.entry("a1")
        assert (entry.section, entry.place) == ("alpha", 2)
        assert [entry.id for entry in env.bank.entries] == order
        words = revert_card(env, "a1")
        assert words.startswith("your version of a1 is no longer asked; its text is in ")
        assert f"Why a1, {number}?" in Path(words.rpartition(" in ")[2]).read_text()
        env.reload_bank()
        assert asked(env) == "What is a1?"
    assert own_files(env) == ["a1.removed-1", "a1.removed-2"]
    assert (library.shipped_folder() / "alpha.yaml").read_text() == SHIPPED


def test_a_version_has_every_line_of_the_card_and_says_what_it_is(
    env: Environment, editor: Editor
) -> None:
    editor.does('cp "$file" "$0.copy"')
    edit_card(env, "a1")
    copy = editor.path.with_name("nano.copy").read_text()
    head, _, card = copy.partition("  - id: a1\n")
    assert "section: alpha\ntitle: The first\n" in head
    assert "contrastive-drill edit a1 --revert" in head
    whole = CARD.format(id="a1", place=2)
    assert "  - id: a1\n" + card.replace("    overrides: shipped\n", "") == whole


@every(
    ("command", "words"),
    [
        ("true", "unchanged"),
        ("false", "false ended with status 1"),
        ("/no/such/editor -w", "'/no/such/editor' cannot be started: no such command"),
        ("/etc/passwd", "'/etc/passwd' cannot be started: no such command"),
        ("/etc", "cannot be started"),
        ("vim 'unfinished", "cannot be parsed"),
        ("''", "'' cannot be started"),
        ("' ' -w", "' ' cannot be started"),
        (" ", "EDITOR is blank: set EDITOR to your editor; the card is in "),
        ("\t\n", "EDITOR is blank: "),
        ("", "set EDITOR to your editor; the card is in "),
    ],
)
def test_an_editor_that_changes_nothing_leaves_nothing(
    env: Environment, monkeypatch: pytest.MonkeyPatch, command: str, words: str
) -> None:
    monkeypatch.setenv("EDITOR", command)
    if not command:
        monkeypatch.setattr("contrastive_drill.actions.card_edit.USUAL", ())
    started: list[list[str]] = []

    def watched(words: list[str]) -> int:
        started.append(words)
        return run(words)

    monkeypatch.setattr("contrastive_drill.actions.card_edit.run", watched)
    try:
        said = edit_card(env, "a1")
    except UsageProblem as error:
        said = str(error)
    assert words in said
    assert [each[0] for each in started] == [command] * (command in ("true", "false"))
    assert own_files(env) == []
    assert asked(env) == "What is a1?"


def test_an_editor_that_saves_and_fails_loses_nothing(env: Environment, editor: Editor) -> None:
    editor.does("sed -i 's/What is/Why/' \"$file\"; exit 3")
    with pytest.raises(UsageProblem, match="ended with status 3"):
        edit_card(env, "a1")
    assert asked(env) == "Why a1?"


def test_an_interrupt_in_the_editor_ends_only_the_editor(env: Environment, editor: Editor) -> None:
    editor.does("kill -INT $PPID; sed -i 's/What is/Why/' \"$file\"")
    assert edit_card(env, "a1").startswith("edited")
    assert asked(env) == "Why a1?"


@every(
    ("saves", "fault"),
    [
        ("printf '\\377' >> \"$file\"", "not UTF-8"),
        ("echo 'cards: [' >> \"$file\"", "not YAML"),
        ("sed -i 's/level: mid/level: grand/' \"$file\"", "'grand' is not known here"),
        ("sed -i '/prompt:/d' \"$file\"", "'prompt' is missing"),
        ("sed -i '/overrides: shipped/d' \"$file\"", "overrides: shipped"),
        ("sed -i 's/place: 2/needs: [a3]/' \"$file\"", "needs names 'a3', which is no card"),
        (': > "$file"', "a bank file is a mapping"),
    ],
)
def test_a_version_that_is_broken_waits_for_its_mending(
    env: Environment, editor: Editor, monkeypatch: pytest.MonkeyPatch, saves: str, fault: str
) -> None:
    editor.does(saves)
    with pytest.raises(CheckFailed) as caught:
        edit_card(env, "a1")
    path = env.paths.bank / "overrides" / "a1.yaml"
    words = str(caught.value)
    assert "to fix, and the shipped card is asked until then: contrastive-drill edit a1" in words
    assert fault in words
    assert f"{path}:" in words
    assert asked(env) == "What is a1?"
    notices: list[str] = []
    later = Environment()
    later.notify = notices.append
    assert asked(later) == "What is a1?"
    (notice,) = notices
    assert "a1.yaml" in notice
    assert "and shipped cards are asked instead; " in notice
    editor.does('rm "$file"')  # that very file, so the next edit begins with the shipped card
    edit_card(later, "a1")
    assert not path.exists()
    editor.replaces("What is", "Why")
    assert edit_card(later, "a1").startswith("edited")
    assert asked(later) == "Why a1?"
    path.unlink()


@every("saves", ["s/- id: a1/- id: a9/", "s/- id: a1/- id: [oops/", "/id: a1/d"])
def test_a_version_without_its_id_is_opened_again_and_never_written_over(
    env: Environment, editor: Editor, saves: str
) -> None:
    editor.does(f"sed -i '{saves}' \"$file\"; echo '# words' >> \"$file\"")
    with suppress(CheckFailed):
        edit_card(env, "a1")
    editor.does("true")
    with suppress(CheckFailed):
        edit_card(env, "a1")
    line, path = editor.opened
    assert line.startswith("# yaml-language-server")
    assert Path(path).read_text().endswith("# words\n")
    revert_card(env, "a1")


def own_bank(env: Environment, **cards: str) -> dict[str, Path]:
    """Files of the learner's, each with cards of these ids."""
    env.paths.bank.mkdir(parents=True)
    paths = {name: env.paths.bank / f"{name}.yaml" for name in cards}
    for name, ids in cards.items():
        written = "".join(CARD.format(id=each, place=int(each, 16)) for each in ids.split())
        paths[name].write_text(f"section: {name}\ncards:\n{written}")
    return paths


@every(
    ("saves", "words"),
    [
        ("s/id: b1$/id: c1/", "the id 'b1' became 'c1': give it back$"),  # in another file
        ("s/id: b1$/id: a1/", "the id 'b1' became 'a1': give it back$"),  # shipped
        ("s/id: b1$/id: b2/", "the id 'b1' became 'b2': give it back$"),  # in the same file
        ("s/id: b1$/id: b9/", r"'b9': give it back, or add replaces: \[b1\] to keep its history$"),
        ("s/id: b2$/id: b9/", r"the id 'b2' became 'b9': give it back, or"),  # beside it
        ("s/id: b1$/id: b9\\n    replaces: [b1]/", "^edited: nothing to fix$"),
        ("s/id: b3$/id: b9/", "^edited: nothing to fix$"),  # never asked
        ("s/id: b3$/id: c1/", "^1 to fix: .*the id 'c1' is taken by "),
        ("s/id: b1$/id: 'b1'/", "^edited: nothing to fix$"),
        ("/id: b2$/,$d", "^edited: nothing to fix$"),  # two cards were deleted
    ],
)
def test_no_card_is_parted_from_its_history_unnoticed(
    env: Environment, editor: Editor, saves: str, words: str
) -> None:
    if env.paths.bank.exists():
        shutil.rmtree(env.paths.bank)
    path = own_bank(env, mine="b1 b2 b3", other="c1")["mine"]
    with env.store() as store:
        for card, verb in (("b1", Verb.SUSPEND), ("b2", Verb.FLAG)):
            store.change(Change(env.new_id(), card, verb, env.utc(), env.day()))
    editor.does(f'sed -i {shlex.quote(saves)} "$file"')
    try:
        said = edit_card(env, "b1")
    except CheckFailed as problem:
        said = str(problem)
    assert re.search(words, said), said
    assert "became" not in said or said.startswith(f"{path}:")


def test_what_an_edit_breaks_in_another_file_is_said(env: Environment, editor: Editor) -> None:
    other = own_bank(env, mine="b1 b2", other="c1")["other"]
    other.write_text(other.read_text() + "    needs: [b2]\n")
    assert env.bank.problems == ()
    editor.does("sed -i '/id: b2/,$d' \"$file\"")
    with pytest.raises(CheckFailed, match=f"1 to fix.*{other}.*needs names 'b2', which is no card"):
        edit_card(env, "b1")


def test_a_version_keeps_its_id(env: Environment, editor: Editor) -> None:
    for found, written in (("a1", "a2"), ("a2", "a7"), ("a7", "a7 ")):
        editor.does(f"sed -i 's/- id: {found}$/- id: {written}/' \"$file\"")
        with pytest.raises(CheckFailed, match="your version of 'a1', whose id is gone: contrast"):
            edit_card(env, "a1")  # opens that very file again
    editor.does("sed -i 's/- id: a7 $/- id: a1/' \"$file\"")
    assert edit_card(env, "a1").startswith("edited: nothing to fix")


def test_edits_in_a_row_are_of_one_version(env: Environment, editor: Editor) -> None:
    editor.replaces("What", "Why")
    edit_card(env, "a1")
    first = editor.opened
    editor.replaces("Why is", "How does")
    edit_card(env, "a1")
    assert editor.opened == first
    assert asked(env) == "How does a1?"
    editor.does("true")
    assert edit_card(env, "a1") == "unchanged"
    assert asked(env) == "How does a1?"  # what was changed before is no copy to be removed
    assert own_files(env) == ["a1.yaml"]


def test_what_was_changed_elsewhere_meanwhile_is_what_is_edited(
    env: Environment, editor: Editor
) -> None:
    path = env.paths.bank / "mine.yaml"
    path.parent.mkdir(parents=True)
    own = CARD.format(id="b1", place=7)
    path.write_text(f"section: mine\ncards:\n{own}")
    assert asked(env, "b1") == "What is b1?"
    path.write_text(f"section: mine\ncards:\n{CARD.format(id='b0', place=8)}{own}")
    editor.replaces("What is b1", "Why b1")
    assert edit_card(env, "b1") == "edited: nothing to fix"
    assert editor.opened == ("  - id: b1", str(path))
    assert asked(env, "b1") == "Why b1?"


def test_a_version_of_a_card_that_is_shipped_no_more_stays_a_card(
    env: Environment, editor: Editor
) -> None:
    editor.replaces("What is", "Why")
    edit_card(env, "a1")
    shipped = library.shipped_folder() / "alpha.yaml"
    shipped.write_text(SHIPPED.replace("id: a1", "id: a9"))  # at the same place
    editor.replaces("Why a1", "Why still a1")
    edit_card(env, "a1")
    assert asked(env) == "Why still a1?"
    entry = env.bank.entry("a1")
    assert (entry.section, entry.place) == ("alpha", None)
    assert asked(env, "a9") == "What is a1?"


def test_only_what_edit_made_is_taken_back(env: Environment) -> None:
    mine = env.paths.bank / "mine.yaml"
    mine.parent.mkdir(parents=True)
    whole = f"section: mine\ncards:\n{CARD.format(id='a1', place=1)}    overrides: shipped\n"
    mine.write_text(whole)
    (env.paths.bank / "overrides").mkdir()
    assert env.bank.problems == ()
    for name, words in [
        ("a1", f"take out the one at {mine}:3 yourself"),
        ("a2", "edit has made no version of a2"),
        ("../mine", "no card has the id"),
        ("b9", "no card has the id"),
    ]:
        with pytest.raises(UsageProblem, match=words):
            revert_card(env, name)
    assert place_of(env, "a1") == (mine, 3)
    assert mine.read_text() == whole


@every(
    ("editor", "expected"),
    [
        ("vim", ["vim", "+7", "a.yaml"]),
        ("/usr/bin/nvim -p", ["/usr/bin/nvim", "-p", "+7", "a.yaml"]),
        ("code", ["code", "--wait", "--goto", "a.yaml:7"]),
        ("code --wait", ["code", "--wait", "--goto", "a.yaml:7"]),
        ("hx", ["hx", "a.yaml:7"]),
        ("gedit", ["gedit", "a.yaml"]),
    ],
)
def test_each_editor_is_told_the_line_in_its_own_way(editor: str, expected: list[str]) -> None:
    assert command_for(editor, "a.yaml", 7) == expected
