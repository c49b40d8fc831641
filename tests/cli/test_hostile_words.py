"""Hostile words in every place a person can put them, through every verb and every format."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import hostile
import pages
import pytest
import typer
from hostile import FORGED, LINE, MARK, NAME, NUL, RAW
from interviews import BANK
from terminal import Terminal
from typer.testing import CliRunner, Result

from contrastive_drill.actions import completion
from contrastive_drill.bank import library
from contrastive_drill.cli import app
from contrastive_drill.demo import catalogue, registry
from contrastive_drill.demo.result import Finding, Host, Strip

CARD = f"""\
section: mine
title: '<script>{MARK}</script> & `|$\u200b'
cards:
  - id: own-card
    level: mid
    kind: recall
    prompt: |
      What of `<script>{MARK}</script>`, \\<b\\> \\$ \\| \\` and \u200b\u2060?
    answer: '\\<script\\>{MARK} ]]\\> "quoted"'
    points:
      - must: '\\<script\\>{MARK} \\| \\` \\$'
    sources:
      - text: '<script>{MARK}</script> | ` $ ]]>'
    tags: [mine]
"""
# The arguments of a usual run of each verb; those of its formats besides --json; what is typed.
VERBS: dict[str, list[tuple[str, ...]]] = {
    "": [(), ("--version",), ("--help",)],
    "review": [("own-card",), (), ("--failed",), ("--flagged",), ("--missed", "--plain")],
    "exam": [("--section", "mine", "--new"), ("--result",), ("--history",)],
    "plan": [("--on", "+3w", "--minutes", "20"), ("--brief",), ("--explain", "own-card")],
    "interview": [(), ("--result",), ("--history",)],
    "status": [()],
    "report": [
        (), ("--markdown", "-"), ("--html", "-"), ("--markdown", f"{NAME}.md"),
        ("--html", f"report-{NAME}.html"),
    ],
    "optimize": [(), ("--reset",), ("--undo",)],
    "show": [("own-card",)],
    "search": [(MARK,)],
    "browse": [("own-card",)],
    "edit": [("own-card",)],
    "demo": [
        (), ("clip",), ("clip", "--html", f"demo-{NAME}.html"), ("clip", "--show-config"),
        ("history",), ("history", "clip"), ("clip", LINE), ("clip", "-"), ("all",),
    ],
    "code": [
        (), (LINE,), (LINE, "--check", f"{NAME}.py"), (LINE, "--outcome", f"{NAME}.txt"),
    ],
    "undo": [()],
    "suspend": [("own-card",)],
    "resume": [("own-card",)],
    "bury": [("own-card",)],
    "flag": [("own-card", "--note", LINE + FORGED + RAW)],
    "unflag": [("mid-one",)],
    "flags": [()],
    "bank check": [(), (f"bank/{NAME}.yaml",)],
    "bank list": [()],
    "bank new": [("fresh",)],
    "bank add": [(LINE, "--say", LINE, "--point", LINE), ("Why?", "--say", "S.", "--point", "P.")],
    "bank stats": [()],
    "bank schema": [(), (f"{NAME}.json",)],
    "config": [(), ("grader", f"'{LINE}'"), ("keys",)],
    "export log": [(f"{NAME}.jsonl",)],
    "export anki": [(f"{NAME}.apkg",)],
    "export page": [("cache/page.html",)],
    "import answers": [(f"{NAME}.jsonl",), ("-",)],
    "import anki": [("notes.apkg", "--dry-run"), ("notes.apkg",), (f"{NAME}.apkg",)],
    "merge": [(f"{NAME}.sqlite",), (f"{NAME}.jsonl", "--dry-run")],
    "backup": [()],
    "restore": [(), (f"{NAME}.sqlite",)],
    "doctor": [()],
    "schema": [(), ("status",), (LINE,)],
    "help": [(), ("keys",), ("suspend",), ("plan",)],
}  # fmt: skip
TYPED = f"{LINE}{NUL}\n1 good\n{LINE}\nnone again\n" * 4 + ":quit\n"


@dataclass(frozen=True, slots=True)
class Config:
    """Nothing to set but what every demo has, and a word."""

    seed: int = 0
    device: str = "auto"
    word: str = LINE


def run(config: Config, host: Host) -> Iterator[Finding]:
    """One of each finding, in hostile words."""
    result = pages.result(LINE + FORGED)
    host.progress(LINE, 1, 1, {LINE: 0.5})
    for part in (result.claims, result.tables, result.charts, result.strips, result.notes):
        yield from part


def load(name: str) -> registry.Experiment:
    """A demo of the catalogue."""
    catalogue.describe(name)
    module = ModuleType(name)
    found = Strip(LINE, pages.result(LINE).strips[0].pictures)
    parts = {"Config": Config, "SMOKE": Config(), "HEAVY": (), "run": run}
    module.__dict__.update(parts | {"search": lambda config, host: lambda query: found})
    return registry.Experiment(name, module)


@pytest.fixture
def drill(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of a hostile name, with hostile files in it, and a history of hostile words."""
    folder, shipped = home.parent / NAME, home.parent / "shipped"
    shipped.mkdir()
    (shipped / "toy.yaml").write_text(BANK)
    monkeypatch.setattr(library, "shipped_folder", lambda: shipped)  # a few cards: plans are quick
    monkeypatch.setenv("CONTRASTIVE_DRILL_HOME", str(folder))
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setattr(catalogue, "CATALOGUE", {"clip": catalogue.Entry("A claim.", 1, 1)})
    monkeypatch.setattr(registry, "load", load)
    monkeypatch.setattr(registry.Experiment, "device", lambda *_: LINE)
    (folder / "bank").mkdir(parents=True)
    monkeypatch.chdir(folder)
    (folder / "bank" / "mine.yaml").write_text(CARD)
    (folder / "bank" / f"{NAME}.yaml").write_text(f"section: {MARK} {LINE[:3]}\ncards: {{\n")
    for words in (
        ("flag", "mid-one", "--note", LINE + FORGED),
        ("review", "mid-one", "own-card"),
        ("exam", "--section", "mine"),
        ("interview",),
        ("demo", "clip"),
        ("backup",),
    ):
        done = invoked(*words)
        assert done.exit_code in (0, 1), (words, done.output)
    (folder / "notes.apkg").write_bytes(hostile.package())
    shutil.copy(next((folder / "backups").glob("*.sqlite")), folder / f"{NAME}.sqlite")
    shutil.copy(folder / f"{NAME}.sqlite", folder / "backups")
    return folder


def invoked(*arguments: str) -> Result:
    charset = "ascii" if os.environ["LANG"] == "C" else "utf-8"
    return CliRunner(charset).invoke(app, list(arguments), input=TYPED.encode(charset, "replace"))


def checked(*arguments: str) -> str:
    """Run a command and check what it wrote, as bytes, by the checker of its medium."""
    before = set(Path().rglob("*"))
    done = invoked(*arguments)
    try:
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert 0 <= done.exit_code <= 3
        said = hostile.plain(done.stderr_bytes)
        if done.exit_code > 1:
            assert 1 <= said.count("\n") <= 2 or "Usage:" in said, said
        reader = hostile.plain
        if done.stdout_bytes and done.exit_code < 2:
            if "--json" in arguments or arguments[:2] == ("bank", "schema"):
                reader = hostile.document
            for option, of in (("--markdown", hostile.markdown), ("--html", hostile.page)):
                if f"{option} -" in " ".join(arguments):
                    reader = of
        said += reader(done.stdout_bytes)
        for path in set(Path().rglob("*")) - before:
            for suffix, of in (
                (".md", hostile.markdown), (".html", hostile.page), (".json", hostile.document),
            ):  # fmt: skip
                if path.suffix == suffix and path.parent == Path():
                    said += of(path.read_bytes())
    except Exception as error:
        error.add_note(f"after {arguments}")
        raise
    return said


def commands() -> dict[str, Any]:
    """Every verb of the program by its name, as the program lists them."""
    root: Any = typer.main.get_command(app)

    def below(command: Any, name: str, above: Any) -> Iterator[tuple[str, Any]]:
        context = command.context_class(command, info_name=name or None, parent=above)
        if name == "" or not hasattr(command, "list_commands"):
            yield name, command
        for each in command.list_commands(context) if hasattr(command, "list_commands") else ():
            yield from below(command.get_command(context, each), f"{name} {each}".strip(), context)

    return dict(below(root, "", None))


def test_every_verb_has_a_case_and_every_file_that_it_writes_too() -> None:
    assert list(VERBS) == list(commands())
    for name, command in commands().items():
        given = {word for case in VERBS[name] for word in case}
        for parameter in command.params:
            if parameter.param_type_name == "option" and "path" in parameter.type.name.lower():
                assert given & {*parameter.opts} or parameter.name == "png", (name, parameter.name)


@pytest.mark.parametrize("language", ["C.UTF-8", "C"])
def test_no_verb_in_no_format_says_more_than_words(
    language: str, drill: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", language)
    assert RAW in str(drill)
    said = dict.fromkeys(("json", "markdown", "html", "words"), "")
    for name, command in commands().items():
        takes_json = any("--json" in parameter.opts for parameter in command.params)
        for case in VERBS[name]:
            words = checked(*name.split(), *case)
            kind = next((k for k in ("markdown", "html") if f"--{k}" in case), "words")
            said[kind] += words
            if takes_json:
                said["json"] += checked(*name.split(), *case, "--json")
    counts = {kind: words.count(f"<script>{MARK}</script>") for kind, words in said.items()}
    assert min(counts.values()) > 3, counts
    assert "\\xff" in said["json"], "the file of an own card"


def test_what_was_typed_is_in_the_json_as_it_was_typed(drill: Path) -> None:
    done = invoked("search", LINE + RAW, "--json")
    assert json.loads(done.stdout_bytes)["query"] == f"{LINE}\\xff"


def test_a_shell_completes_plain_names_only(drill: Path) -> None:
    names = completion.names("backup")
    assert names
    assert not [name for name in names if "x" in name.removesuffix(".sqlite")]


def test_a_note_of_several_lines_is_no_line_of_another_card(drill: Path) -> None:
    cards = [line.partition(":")[0] for line in invoked("flags").stdout.splitlines()]
    assert cards == ["mid-one"]


def test_no_word_of_a_command_line_says_more_than_words(drill: Path) -> None:
    tried = 0
    for name, command in commands().items():
        usual = VERBS[name][0]
        cases = [(f"--{LINE}",), (LINE + RAW,) * 4]
        for parameter in command.params:
            if getattr(parameter, "is_flag", False):
                cases.append((*usual, parameter.opts[0]))
            elif parameter.param_type_name == "option":
                cases.append((*usual, parameter.opts[0], LINE + FORGED + RAW))
                cases.append((*usual, parameter.opts[0], f"/dev/{NAME}"))
            else:
                cases.append((LINE + FORGED + RAW,))
        for case in cases:
            checked(*name.split(), *case)
            tried += 1
    assert tried > 200


VARIABLES = ("CONTRASTIVE_DRILL_HOME", "CONTRASTIVE_DRILL_NOW", "PAGER", "EDITOR", "VISUAL")


@pytest.mark.parametrize("variable", VARIABLES)
def test_no_variable_says_more_than_words(
    variable: str, drill: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in (f"~{LINE}", LINE + FORGED + RAW):
        monkeypatch.setenv(variable, value)
        for verb in ("status", "doctor", "backup", "review", "edit own-card"):
            checked(*verb.split())


@pytest.mark.parametrize("name", ["settings.json", "plan.json", "keys.json"])
def test_no_file_of_values_says_more_than_words(name: str, drill: Path) -> None:
    checked("plan", "--on", "+3w", "--minutes", "20")
    checked("config", "grader", "true")
    checked("config", "keys", "anki")
    known = json.loads((drill / name).read_text())
    texts = [json.dumps({**known, key: LINE}) for key in known]
    texts += [json.dumps({**known, LINE + FORGED: 1}), json.dumps(LINE), LINE, f"{{{LINE}"]
    for text in texts:
        (drill / name).write_text(text, "utf-8")
        for verb in ("config", "plan --brief", "doctor", "help keys", "review"):
            checked(*verb.split())


DOCUMENTS = (
    ("report", "--json", "--markdown", "-"),
    ("report", "--json", "--html", "-"),
    ("report", "--markdown", "-", "--html", "-"),
    ("demo", "clip", "--html", "/dev/stdout"),
    ("plan", "--clear", "--json"),
)


@pytest.mark.parametrize("words", DOCUMENTS, ids=" ".join)
def test_two_documents_are_never_printed_to_one_stream(words: tuple[str, ...], drill: Path) -> None:
    done = invoked(*words)
    assert done.exit_code == 2
    assert not done.stdout_bytes
    assert done.stderr.splitlines()[-1].startswith("contrastive-drill: ")


# What is pressed where these words stand, up to the words at which it is left.
PRESSED: dict[str, list[str]] = {
    "": ["menu", "m", "What now?"],
    "review": ["reveal", "t", "\n>", "\x04", "more", "m", "You said", "f", "Note for", "x\r",
               "Flagged"],
    "exam": ["reveal", "\r", "more"],
    "interview": ["said it", "t", "\n>", f"{LINE[-20:-1]}\x04", "Was that your answer too?"],
    "browse": ["Which card?", "\r", "back to the list"],
    "restore": ["Which backup?"],
    "demo": ["Which demo?"],
}  # fmt: skip


@pytest.mark.terminal
def test_no_verb_tells_a_terminal_more_than_words(
    drill: Path, monkeypatch: pytest.MonkeyPatch, bank_cache: Path
) -> None:
    monkeypatch.setenv("PAGER", "cat")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "children" / "toys"))
    shutil.copy(bank_cache, drill / "cache")
    (drill / "drafts").mkdir(exist_ok=True)
    for card in ("own-card", "mid-one"):
        (drill / "drafts" / f"{card}.txt").write_text(LINE + FORGED)
    said = {}
    for name, cases in VERBS.items():
        words = (*name.split(), *cases[0], *(("--only", "mine") if name == "plan" else ()))
        with Terminal(*words, rows=60, columns=120, folder=drill) as terminal:
            seen, *steps = PRESSED.get(name, [""])
            terminal.wait(seen)
            for keys, seen in zip(steps[::2], steps[1::2], strict=True):
                terminal.send(keys).wait(seen)
            assert name in PRESSED or terminal.finish() <= 3, (words, terminal.text)
            said[name] = hostile.terminal(terminal.raw)
        assert "Traceback" not in said[name], (words, said[name])
    assert sum(MARK in words for words in said.values()) > 8
