"""The registry: a demo loaded, run and searched by name, and clear about what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from types import ModuleType
from typing import Any

import pytest
from cases import every

from contrastive_drill.demo import catalogue, registry
from contrastive_drill.demo.options import Count
from contrastive_drill.demo.result import Claim, Finding, Host, Note, Picture, Strip
from contrastive_drill.errors import ExitCode, UsageProblem


def test_a_name_nearly_right_is_answered_with_the_right_one() -> None:
    with pytest.raises(UsageProblem, match="did you mean 'collapse'") as caught:
        registry.load("colapse")
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    ("absent", "named"),
    [({"torch"}, "torch"), ({"torch", "numpy"}, "torch and numpy"), ({"numpy"}, "numpy")],
)
def test_without_torch_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, absent: set[str], named: str
) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda name: None if name in absent else object())
    with pytest.raises(UsageProblem) as caught:
        registry.load("collapse")
    message = str(caught.value)
    assert message.startswith(f"the demos need {named}:")
    assert "pip install 'contrastive-drill[demos]'" in message
    assert "pip install -e '.[demos]'" in message
    assert "\n" not in message


def test_an_unknown_name_is_said_before_anything_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    with pytest.raises(UsageProblem, match="no demo"):
        registry.load("nothing")


def test_a_clone_that_is_not_installed_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        registry, "find_spec", lambda name: None if name == registry.PACKAGE else object()
    )
    with pytest.raises(UsageProblem, match="not installed"):
        registry.load("collapse")


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a demo of a millisecond."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 3


def demo(*findings: Finding | BaseException, **parts: Any) -> registry.Experiment:
    """A demo that yields findings, and raises what is an error."""

    def run(config: Config, host: Host) -> Iterator[Finding]:
        for finding in findings:
            if isinstance(finding, BaseException):
                raise finding
            yield finding

    module = ModuleType("toy")
    module.__dict__.update({"Config": Config, "SMOKE": Config(steps=1), "run": run})
    module.__dict__.update({"HEAVY": ("steps",), **parts})
    return registry.Experiment("collapse", module)


HELD, FAILED = Claim.below("one", 0.1, 1), Claim.above("two", 0.1, 1)


def test_a_config_is_the_demo_s_own_until_it_is_set() -> None:
    toy = demo()
    assert toy.config() == Config()
    assert toy.config(quick=True, seed=7, device="cpu") == Config(7, "cpu", 1)
    assert toy.config(seed=7, settings=["seed=8", "steps=9"]) == Config(8, "auto", 9)


@every(
    ("options", "said"),
    [
        ({"device": "gpu"}, "device must be auto, cpu, cuda or mps, not 'gpu'"),
        ({"seed": -1}, "seed must be a whole number, 0 to"),
        ({"settings": ["stepps=1"]}, "did you mean 'steps'?"),
    ],
)
def test_a_config_that_cannot_be_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageProblem, match=said.replace("?", r"\?")):
        demo().config(**options)


def test_a_run_gathers_what_is_found_as_it_is_found() -> None:
    heard: list[Finding] = []
    early, late = Claim.below("one", 5, 1), HELD
    result = demo(early, Note("a"), late, FAILED).run(
        Config(seed=4, device="cpu"), Host(clock=iter([1.0, 3.5]).__next__), heard.append
    )
    assert heard == [early, Note("a"), late, FAILED]
    assert (result.claims, result.notes) == ((late, FAILED), (Note("a"),))
    assert (result.seed, result.seconds, result.interrupted) == (4, 2.5, False)
    assert result.settings == {"seed": 4, "device": "cpu", "steps": 3}
    assert result.device.startswith("cpu (")
    assert not result.held


def test_what_was_found_before_an_interruption_is_kept_and_not_judged() -> None:
    result = demo(HELD, KeyboardInterrupt(), FAILED).run(Config(device="cpu"), Host())
    assert result.claims == (HELD,)
    assert (result.interrupted, result.held) == (True, False)


@every("error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")])
def test_memory_that_ran_out_is_one_line_that_says_what_to_lower(error: Exception) -> None:
    with pytest.raises(UsageProblem) as caught:
        demo(HELD, error).run(Config(device="cpu"), Host())
    assert str(caught.value) == (
        "the memory of cpu ran out: lower steps (now 3) with --set, or use --quick"
    )


def test_another_error_of_a_demo_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        demo(RuntimeError("a bug")).run(Config(device="cpu"), Host())


def test_a_demo_is_searched_where_it_can_be() -> None:
    strip = Strip("cat", (Picture("a cat", (((0, 0, 0),),), 0.5),))

    def search(config: Config, host: Host) -> Any:
        assert config == Config(device="cpu")
        return {"cat": strip}.__getitem__

    assert demo(search=search).search(Config(device="cpu"), Host())("cat") == strip
    assert not demo().searchable
    with pytest.raises(UsageProblem, match="demo collapse finds nothing by words"):
        demo().search(Config(), Host())


def test_a_search_that_is_too_large_says_what_to_lower() -> None:
    def search(config: Config, host: Host) -> Any:
        raise MemoryError

    with pytest.raises(UsageProblem, match=r"lower steps \(now 3\)"):
        demo(search=search).search(Config(device="cpu"), Host())


@pytest.mark.demo
@every("name", catalogue.names())
def test_every_demo_has_what_a_run_needs(name: str) -> None:
    module = registry.load(name).module
    assert set(module.HEAVY) <= {field.name for field in fields(module.Config)}
    assert type(module.SMOKE) is module.Config
    assert name not in ("all", "history"), "these are commands"
