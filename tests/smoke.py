"""Demos at smoke size, each run once in a process; and on a few emoji, for toy sizes."""

import atexit
import shutil
import tempfile
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import DemoResult, Finding, Host
from contrastive_drill.lab import emoji

SEED = 20  # nothing was tuned on it


class SmokeRun(NamedTuple):
    """A result, and every finding in the order it was shown."""

    result: DemoResult
    findings: list[Finding]
    folder: Path  # where the weights are


@cache
def smoke(name: str) -> SmokeRun:
    """The run of a demo, by the time of the processor, which no neighbour takes part in."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    demo, findings = registry.load(name), list[Finding]()
    config = demo.config(quick=True, seed=SEED, device="cpu")
    result = demo.run(
        config, Host(folder=folder, clock=time.process_time), findings.append, quick=True
    )
    return SmokeRun(result, findings, folder)


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
