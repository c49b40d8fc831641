"""Demos at smoke size, each run once in a process; and on a few emoji, for toy sizes."""

import atexit
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import DemoResult, Finding, Host
from contrastive_drill.lab import emoji

SEED = 20  # nothing was tuned on it
# What trains a model, by the demo: tests judge the models of a smoke run again in other places.
TRAINING = {"collapse": "learn", "siamese": "trial"}


class SmokeRun(NamedTuple):
    """A result, and every finding in the order it was shown."""

    result: DemoResult
    findings: list[Finding]
    folder: Path  # where the weights are
    trained: dict[str, Any]  # what `TRAINING` gave, by label


@cache
def smoke(name: str) -> SmokeRun:
    """The run of a demo, by the time of the processor, which no neighbour takes part in."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    demo, findings = registry.load(name), list[Finding]()
    config = demo.config(quick=True, seed=SEED, device="cpu")
    host, trained = Host(folder=folder, clock=time.process_time), dict[str, Any]()
    with ExitStack() as stack:
        if name in TRAINING:
            train = getattr(demo.module, TRAINING[name])

            def kept(what: Any, *of: Any) -> Any:
                return trained.setdefault(getattr(what, "label", what), train(what, *of))

            stack.enter_context(patch.object(demo.module, TRAINING[name], kept))
        result = demo.run(config, host, findings.append, quick=True)
    return SmokeRun(result, findings, folder, trained)


@cache
def few_emoji() -> emoji.Emoji:
    """Every eighth concept of the set, which makes 200."""
    whole = emoji.load()
    return emoji.Emoji(whole.concepts[::8], whole.pictures[::8].contiguous())


def toy(name: str, config: Any, host: Host | None = None) -> DemoResult:
    """A run on a few emoji, too small to learn anything."""
    few = few_emoji()
    with patch.object(emoji, "load", lambda: few):
        return registry.load(name).run(config, host or Host())


class Recorder:
    """Progress that remembers each call."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int, int]] = []
        self.names: set[str] = set()

    def __call__(self, stage: str, done: int, total: int, numbers: dict[str, float]) -> None:
        self.steps.append((stage, done, total))
        self.names |= set(numbers)


def repeated(name: str, config: Any) -> Recorder:
    """The progress of a toy run, once these hold: it is a function of its seed, and claims fail."""
    recorder, still = Recorder(), Host(clock=lambda: 0.0)
    first = toy(name, replace(config, seed=1), Host(recorder, still.clock))
    assert not first.held, "three steps are not enough: the verdict is measured"
    assert first == toy(name, replace(config, seed=1), still)
    other = toy(name, replace(config, seed=2), still)
    assert (first.tables, first.strips) != (other.tables, other.strips)
    return recorder
