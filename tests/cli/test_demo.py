"""`demo` from the outside, with experiments of a millisecond in place of real ones."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from contrastive_drill.cli import app
from contrastive_drill.demo import catalogue, registry
from contrastive_drill.demo.options import Count
from contrastive_drill.demo.result import (
    Chart,
    Claim,
    Finding,
    Host,
    Note,
    Picture,
    Series,
    Strip,
    Table,
)
from contrastive_drill.errors import UsageProblem

PIXELS = (((255, 0, 0), (0, 255, 0)), ((0, 0, 255), (255, 255, 255)))
OVERFLOWING = MemoryError()


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a demo that trains nothing."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 200  # enough of them


class Laboratory:
    """Demos to be run, and what was asked of them."""

    def __init__(self) -> None:
        self.configs: list[Config] = []
        self.hosts: list[Host] = []
        self.margin: dict[str, float] = {}  # of a demo; 0.2 holds
        self.error: dict[str, BaseException] = {}  # in the midst of a demo's run
        self.searchable = {"clip"}

    def load(self, name: str) -> registry.Experiment:
        """A demo of the catalogue."""
        catalogue.describe(name)
        module = ModuleType(name)
        parts: dict[str, Any] = {"Config": Config, "SMOKE": Config(steps=5), "HEAVY": ("steps",)}
        module.__dict__.update({**parts, "run": lambda config, host: self.run(name, config, host)})
        if name in self.searchable:
            module.__dict__["search"] = self.search
        return registry.Experiment(name, module)

    def run(self, name: str, config: Config, host: Host) -> Iterator[Finding]:
        """One of everything."""
        self.configs.append(config)
        self.hosts.append(host)
        host.progress("training", 1, 1, {"loss": 0.5})
        yield Table("Numbers", ("loss", "spread"), (("cosine", "nan"),))
        yield Chart("Curve", "step", "spread", (Series("cosine", (0, 1), (1.0, float("nan"))),))
        yield Strip("Pictures", (Picture("four dots", PIXELS),))
        yield Claim.below("spread", 0.05, 0.1)
        if name in self.error:
            raise self.error[name]
        yield Claim.above("margin", self.margin.get(name, 0.2), 0.1)
        yield Note("A note.")

    def search(self, config: Config, host: Host) -> Callable[[str], Strip]:
        """Two pictures for any words."""
        self.configs.append(config)
        self.hosts.append(host)
        found = (Picture("pouting cat", PIXELS, 0.5), Picture("lion", PIXELS, 0.25))
        return lambda query: Strip(f"“{query}”", found)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Laboratory:
    """Three demos; `clip` can be searched."""
    held = Laboratory()
    names = ("collapse", "temperature", "clip")
    entries = {name: catalogue.Entry(f"The claim of {name}.", 40, 9) for name in names}
    monkeypatch.setattr(catalogue, "CATALOGUE", entries)
    monkeypatch.setattr(registry, "load", held.load)
    return held


def demo(*arguments: str, typed: str | None = None) -> Result:
    """One `demo` command, not at a terminal."""
    done = CliRunner().invoke(app, ["demo", *arguments], input=typed)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def value_of(*arguments: str) -> Any:
    """The JSON of a command, without NaN."""
    text = demo(*arguments, "--json").stdout
    return json.loads(text, parse_constant=lambda word: pytest.fail(word))


# One demo


@pytest.mark.parametrize("margin", [0.2, 0.0])
def test_the_exit_status_says_whether_every_claim_held(lab: Laboratory, margin: float) -> None:
    lab.margin["collapse"] = margin
    done = demo("collapse", "--seed", "7", "--device", "cpu")
    assert done.exit_code == (1 if margin == 0 else 0)
    assert ("1 of 2 claims did not hold on this run" in done.stderr) is (margin == 0)
    assert "four dots" in done.stdout
    assert "Cards that name it: contrastive-drill review --tag collapse" in done.stdout
    assert lab.configs == [Config(7, "cpu", 200)]


def test_what_begins_is_said_with_its_device_and_its_time(lab: Laboratory) -> None:
    first = demo("collapse", "--device", "cpu", "--seed", "3").stderr.splitlines()[0]
    assert first.startswith("collapse: seed 3, cpu (")
    assert first.endswith("), about 40 s on two cores")
    assert "about 9 s" in demo("collapse", "--quick").stderr
    assert "about" not in demo("collapse", "--set", "steps=900").stderr


def test_json_is_one_object_without_nan(lab: Laboratory) -> None:
    value = value_of("collapse", "--quick")
    assert value["schema"] == 3
    assert [claim["held"] for claim in value["claims"]] == [True, True]
    assert lab.configs == [Config(device="cpu", steps=5)]


def test_settings_are_changed_by_name(lab: Laboratory) -> None:
    demo("collapse", "--quick", "--set", "steps=7", "--seed", "1", "--set", "seed=2")
    assert lab.configs == [Config(2, "cpu", 7)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["collapse", "--set", "stepps=3"], "there is no setting 'stepps': did you mean 'steps'?"),
        (["collapse", "--set", "steps=none"], "steps must be a whole number, 1 to 1e9"),
        (["collapse", "--set", "steps"], "--set 'steps' has no '='"),
        (["collapse", "--device", "gpu"], "device must be auto, cpu, cuda or mps, not 'gpu'"),
        (["collapse", "--limit", "3"], "demo collapse takes no --limit"),
        (["collapse", "--png", "a", "--html", "a"], "--png and --html name the same file"),
        (["collapse", "--png", "x.gif"], "--png takes a name that ends in .png, such as x.png"),
        (["collapse", "--png", "x"], "--png takes a name that ends in .png, such as x.png"),
        (["collapse", "--html", "x.png"], "ends in .html or .htm, such as x.html"),
        (["collapse", "angry", "cat"], "demo collapse finds nothing by words"),
        (["clip", "cat", "--png", "a.png"], "a search takes no --png"),
        (["colapse"], "there is no demo 'colapse': did you mean 'collapse'?"),
        (["colapse", "cat"], "there is no demo 'colapse'"),
        (["all", "cat"], "demo all takes no words"),
        (["all", "--set", "steps=3"], "demo all takes no --set"),
        (["all", "--show-config"], "there is no demo 'all'"),
        (["history", "--quick"], "demo history takes no --quick"),
        (["history", "collapse", "clip"], "demo history takes the name of one demo"),
        (["history", "colapse"], "did you mean 'collapse'?"),
        (["--quick"], "the list of demos takes no --quick"),
        (["--show-config"], "the list of demos takes no --show-config"),
    ],
)
def test_what_cannot_be_is_one_line_before_any_run(
    lab: Laboratory, arguments: list[str], said: str
) -> None:
    done = demo(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert (done.stdout, lab.configs) == ("", [])


@pytest.mark.parametrize("seed", ["99999999999999999999", "-1"])
def test_a_seed_beyond_the_generator_is_refused(lab: Laboratory, seed: str) -> None:
    for arguments in (["--seed", seed], ["--set", f"seed={seed}"]):
        done = demo("collapse", *arguments)
        assert done.exit_code == 2
        assert f"seed must be a whole number, 0 to 9223372036854775807, not '{seed}'" in done.stderr
    assert lab.configs == []


def test_png_draws_the_result(lab: Laboratory, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "result.png"
    assert f"Drew {path}" in demo("collapse", "--png", str(path)).stderr.replace("\n", "")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_html_writes_a_page_of_its_day(lab: Laboratory, tmp_path: Path) -> None:
    path = tmp_path / "result.html"
    assert demo("collapse", "--html", str(path)).exit_code == 0
    page = path.read_text("utf-8")
    assert "The claim of collapse." in page
    assert "2026-11-21" in page


@pytest.mark.parametrize(
    "path", [["--png", "/nowhere/at/all.png"], ["--html", "/nowhere/at/all.html"]]
)
def test_a_file_that_cannot_be_written_is_refused_before_the_run(
    lab: Laboratory, path: list[str], tmp_path: Path
) -> None:
    good = ["--html", str(tmp_path / "a.html")] if "--png" in path else []
    done = demo("collapse", *path, *good)
    assert done.exit_code in (2, 3)
    assert done.stderr.count("\n") == 1
    assert lab.configs == []
    assert list(tmp_path.glob("*.html")) == []


def test_an_interrupted_run_shows_what_was_measured_and_is_not_kept(lab: Laboratory) -> None:
    lab.error["collapse"] = KeyboardInterrupt()
    done = demo("collapse")
    assert done.exit_code == 130
    assert "0.0500 < 0.1" in done.stdout
    assert "Interrupted after" in done.stdout
    assert "not added to the history" in done.stderr
    assert value_of("history")["runs"] == []
    lab.error["collapse"] = KeyboardInterrupt()
    assert value_of("collapse")["interrupted"] is True


def test_memory_that_ran_out_says_what_to_lower(lab: Laboratory) -> None:
    lab.error["collapse"] = OVERFLOWING
    done = demo("collapse")
    assert done.exit_code == 2
    assert "the memory of cpu ran out: lower steps (now 200) with --set" in done.stderr


def test_weights_may_stay_in_a_folder_of_their_own(lab: Laboratory, home: Path) -> None:
    demo("collapse")
    assert lab.hosts[0].folder == home / "cache" / "weights"
    assert lab.hosts[0].folder.is_dir()
    lab.hosts[0].folder.rmdir()
    lab.hosts[0].folder.touch()
    demo("collapse")
    assert lab.hosts[1].folder is None, "a demo trains without one"


# The settings


def test_the_settings_are_shown_with_what_they_may_be_and_their_words(lab: Laboratory) -> None:
    done = demo("collapse", "--show-config", "--quick", "--set", "seed=4")
    assert "steps = 5  (a whole number, 1 to 1e9)\n  enough of them\n" in done.stdout
    assert "seed = 4  (" in done.stdout
    assert "device = auto  (auto, cpu, cuda or mps)" in done.stdout
    assert lab.configs == []


def test_the_settings_are_shown_as_json(lab: Laboratory) -> None:
    value = value_of("collapse", "--show-config", "--set", "steps=6")
    assert (value["schema"], value["name"]) == (1, "collapse")
    assert value["settings"][2] == {
        "name": "steps",
        "value": 6,
        "allowed": "a whole number, 1 to 1e9",
        "words": "enough of them",
    }


# The list and the history


def test_the_list_has_claims_times_and_last_verdicts(lab: Laboratory) -> None:
    lab.margin["temperature"] = 0.0
    demo("collapse", "--quick", "--device", "cpu")
    demo("temperature", "--seed", "3", "--set", "steps=50")
    for arguments in ([], ["--list"]):
        done = demo(*arguments)
        assert done.exit_code == 0
        said = " ".join(done.stdout.split())
        assert "collapse The claim of collapse. 40 s, --quick 9 s ✓ 2 of 2 held" in said
        assert "· quick" in said
        assert "temperature The claim of temperature. 40 s, --quick 9 s ✗ 1 of 2 held" in said
        assert "2026-11-21 · seed 3 · cpu (" in said
        assert "· full, steps=50" in said
        assert said.endswith("clip The claim of clip. 40 s, --quick 9 s not run yet")


def test_the_list_as_json_has_the_last_run_whole(lab: Laboratory) -> None:
    demo("collapse", "--set", "steps=50")
    listed = value_of()
    assert listed == value_of("--list")
    collapse, _, clip = listed["demos"]
    assert (collapse["name"], collapse["claim"]) == ("collapse", "The claim of collapse.")
    assert (collapse["seconds"], collapse["quick"]) == (40, 9)
    assert collapse["last"]["settings"] == {"seed": 0, "device": "cpu", "steps": 50}
    assert collapse["last"]["changed"] == ["steps"]
    assert [claim["measured"] for claim in collapse["last"]["claims"]] == [0.05, 0.2]
    assert clip["last"] is None


def test_the_history_tells_of_every_run_newest_first(lab: Laboratory) -> None:
    demo("collapse", "--quick")
    lab.margin["collapse"] = 0.0
    demo("collapse", "--seed", "5")
    demo("clip")
    lines = demo("history").stdout.splitlines()
    assert [line[:16] for line in lines] == ["2026-11-21 18:30"] * 3
    assert "✓ 2/2  clip" in lines[0]
    assert "✗ 1/2  collapse  seed 5" in lines[1]
    assert "seed 0" in lines[2]
    assert lines[2].endswith("quick")
    assert len(demo("history", "--limit", "1").stdout.splitlines()) == 1


def test_the_history_of_one_demo_has_its_numbers_over_time(lab: Laboratory) -> None:
    for margin in (0.2, 0.0, 0.3):
        lab.margin["collapse"] = margin
        demo("collapse")
    demo("clip")
    said = demo("history", "collapse").stdout
    assert "clip" not in said
    assert "margin  > 0.1\n  0.300  0 ✗  0.200\n" in said
    runs = value_of("history", "collapse")["runs"]
    assert [run["claims"][1]["measured"] for run in runs] == [0.3, 0.0, 0.2]
    assert [run["held"] for run in runs] == [True, False, True]
    assert {run["at"] for run in runs} == {"2026-11-21T18:30:00+01:00"}
    assert len({run["id"] for run in runs}) == 3


def test_without_a_run_the_history_says_how_to_get_one(lab: Laboratory) -> None:
    assert demo("history").stdout == "No demo was run here yet: contrastive-drill demo\n"
    said = demo("history", "clip").stdout
    assert said == "Demo clip was not run here yet: contrastive-drill demo clip\n"


def test_runs_of_a_demo_that_went_away_stay_in_the_history(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo("clip")
    monkeypatch.delitem(catalogue.CATALOGUE, "clip")
    assert "✓ 2/2  seed 0" in demo("history", "clip").stdout
    assert demo("list").exit_code == 2


def test_a_run_is_shown_where_the_database_takes_none(lab: Laboratory, home: Path) -> None:
    home.mkdir()
    (home / "drill.sqlite").write_bytes(b"once upon a time" * 100)
    done = demo("collapse")
    assert done.exit_code == 0
    assert "2 of 2 claims held" in done.stdout
    kept = [line for line in done.stderr.splitlines() if "this run is not in the history" in line]
    assert len(kept) == 1
    assert "is damaged" in kept[0]
    listed = demo("--list")
    assert listed.exit_code == 0
    assert "the last verdicts cannot be read" in listed.stderr
    assert "not run yet" in listed.stdout
    assert demo("history").exit_code == 3


def test_a_run_is_shown_where_another_process_writes(
    lab: Laboratory, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo("collapse")
    monkeypatch.setattr("contrastive_drill.store.connection.BUSY_SECONDS", 0.01)
    writer = sqlite3.connect(home / "drill.sqlite")
    writer.execute("BEGIN IMMEDIATE")
    done = demo("collapse")
    writer.close()
    assert done.exit_code == 0
    assert "this run is not in the history: another process is writing" in done.stderr
    assert len(value_of("history")["runs"]) == 1


def test_the_history_survives_a_backup_and_a_restore(lab: Laboratory, home: Path) -> None:
    demo("collapse")
    runner = CliRunner()
    runner.invoke(app, ["backup"])
    demo("collapse")
    assert len(value_of("history")["runs"]) == 2
    (copy,) = (home / "backups").iterdir()
    assert runner.invoke(app, ["restore", str(copy)]).exit_code == 0
    assert len(value_of("history")["runs"]) == 1
    assert runner.invoke(app, ["doctor"]).exit_code == 0


# All of them


def test_all_demos_run_in_order_and_end_with_one_table(lab: Laboratory) -> None:
    lab.margin["temperature"] = 0.0
    done = demo("all", "--quick", "--seed", "2")
    assert done.exit_code == 1
    assert "1 of 3 demos did not hold on this run" in done.stderr
    assert lab.configs == [Config(2, "cpu", 5)] * 3
    table = done.stdout.partition("All demos\n")[2].splitlines()
    assert [line.split() for line in table] == [
        ["demo", "claims", "seconds", "verdict"],
        ["collapse", "2", "of", "2", "0.0", "held"],
        ["temperature", "1", "of", "2", "0.0", "did", "not", "hold"],
        ["clip", "2", "of", "2", "0.0", "held"],
    ]
    assert len(value_of("history")["runs"]) == 3


@pytest.mark.parametrize("error", [OVERFLOWING, RuntimeError("a bug"), UsageProblem("no room")])
def test_an_error_in_one_demo_stops_none_of_the_others(lab: Laboratory, error: Exception) -> None:
    lab.error["temperature"] = error
    done = demo("all")
    assert done.exit_code == 1
    assert len(lab.configs) == 3
    assert "1 of 3 demos did not hold on this run" in done.stderr
    assert ("Traceback" in done.stderr) is (type(error) is RuntimeError)
    last = done.stdout.splitlines()[-2:]
    assert last[0].split() == ["temperature", "-", "-", "error"]
    assert last[1].endswith("held")
    value = value_of("all")
    assert (value["held"], value["interrupted"]) == (False, False)
    assert list(value["problems"]) == ["temperature"]


def test_interrupting_all_ends_with_what_was_measured(lab: Laboratory) -> None:
    lab.error["temperature"] = KeyboardInterrupt()
    done = demo("all")
    assert done.exit_code == 130
    rows = [line.split() for line in done.stdout.splitlines()[-3:]]
    assert rows[0][-1] == "held"
    assert rows[1][-1] == "interrupted"
    assert rows[2] == ["clip", "-", "-", "not", "run"]
    value = value_of("all")
    assert [result["name"] for result in value["results"]] == ["collapse", "temperature"]
    assert (value["held"], value["interrupted"]) == (False, True)


def test_all_as_json_is_one_object(lab: Laboratory) -> None:
    value = value_of("all", "--quick")
    assert (value["schema"], value["held"], value["interrupted"]) == (1, True, False)
    assert [result["name"] for result in value["results"]] == list(catalogue.names())
    assert value["problems"] == {}


def test_a_device_that_is_not_there_is_said_once_and_runs_nothing(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    done = demo("all", "--device", "cuda")
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert lab.configs == []


def test_pictures_and_pages_of_all_demos_go_into_folders(lab: Laboratory, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    folder = tmp_path / "drawn" / "here"
    done = demo("all", "--png", str(folder), "--html", str(folder))
    assert done.exit_code == 0, done.stderr
    assert {path.name for path in folder.iterdir()} == {
        f"{name}.{suffix}" for name in catalogue.names() for suffix in ("png", "html")
    }
    lab.configs.clear()
    done = demo("all", "--png", str(folder / "clip.png"))
    assert done.exit_code == 3
    assert "is a file: with demo all, name a folder" in done.stderr
    assert lab.configs == []


def test_a_file_that_can_no_longer_be_written_stops_none_of_the_others(
    lab: Laboratory, tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    run = lab.run

    def disturbed(name: str, config: Config, host: Host) -> Iterator[Finding]:
        (folder / "collapse.html").mkdir(exist_ok=True)
        return run(name, config, host)

    lab.run = disturbed  # type: ignore[method-assign]
    done = demo("all", "--html", str(folder))
    assert done.exit_code == 1
    assert "demo collapse: cannot write" in done.stderr
    assert {path.name for path in folder.iterdir() if path.is_file()} == {
        "clip.html",
        "temperature.html",
    }
    assert done.stdout.count("2 of 2      0.0  held") == 3


# Searching


def test_words_find_pictures_with_their_similarities(lab: Laboratory) -> None:
    for words in (["angry cat"], ["angry", "cat"]):
        done = demo("clip", *words, "--seed", "3", "--device", "cpu")
        assert done.exit_code == 0, done.output
        assert "“angry cat”" in done.stdout
        assert "0.500 pouting" in done.stdout
        assert "0.250 lion" in done.stdout
    assert lab.configs == [Config(3, "cpu", 200)] * 2
    assert lab.hosts[0].folder is not None


def test_words_find_captions_and_similarities_as_json(lab: Laboratory) -> None:
    assert value_of("clip", "angry", "cat") == {
        "schema": 1,
        "name": "clip",
        "searches": [
            {
                "query": "angry cat",
                "pictures": [
                    {"caption": "pouting cat", "similarity": 0.5},
                    {"caption": "lion", "similarity": 0.25},
                ],
            }
        ],
    }


def test_a_dash_reads_one_query_a_line(lab: Laboratory) -> None:
    done = demo("clip", "-", typed="angry cat\n\n  rain \n")
    assert done.stdout.index("“angry cat”") < done.stdout.index("“rain”")
    assert len(lab.configs) == 1, "trained once"
    value = json.loads(demo("clip", "-", "--json", typed="a\nb\n").stdout)
    assert [search["query"] for search in value["searches"]] == ["a", "b"]


def test_without_words_a_pipe_is_no_query(lab: Laboratory) -> None:
    assert "2 of 2 claims held" in demo("clip", typed="angry cat\n").stdout
