"""Two demos of a millisecond in the place of the real ones, in any process that finds this.

With TOYS_WAIT set they wait for Ctrl-C after their first claim, with TOYS_ASK they are asked about
beforehand and draw a chart.
"""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace

from contrastive_drill.demo import catalogue, registry
from contrastive_drill.demo.result import (
    Chart,
    Claim,
    Finding,
    Host,
    Outcome,
    Picture,
    Prediction,
    Series,
    Strip,
    Table,
)  # fmt: skip

PIXELS = (((255, 0, 0), (0, 255, 0)), ((0, 0, 255), (255, 255, 255)))


@dataclass(frozen=True, slots=True)
class Config:
    """Nothing to set but what every demo has."""

    seed: int = 0
    device: str = "auto"


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Two claims that hold."""
    yield Claim.below("the first number", 0.25, 1)
    if os.environ.get("TOYS_WAIT"):
        host.progress("waiting", 1, 2, {})
        signal.pause()
    yield Claim.below("the second number", 0.5, 1)
    if os.environ.get("TOYS_ASK"):
        yield Chart("Up", "x", "y", (Series("line", (0, 1), (0, 1)),), sentence="It rises.")
        yield Table("a table of numbers", ("name", "number"), (("one", "1"),))
        yield Outcome(0)


def search(config: Config, host: Host) -> Callable[[str], Strip]:
    """One picture for any words."""
    return lambda query: Strip(f"found for {query}", (Picture("pouting cat", PIXELS, 0.5),))


def load(name: str) -> registry.Experiment:
    """A demo of the catalogue."""
    catalogue.describe(name)
    module, asks = ModuleType(name), os.environ.get("TOYS_ASK")
    module.__dict__.update(
        {"Config": Config, "SMOKE": Config(), "HEAVY": (), "run": run}
        | ({"PREDICTION": Prediction("Which is it?", ("one", "two"))} if asks else {})
        | ({"search": search} if name == "clip" else {})
    )
    return registry.Experiment(name, module)


catalogue.CATALOGUE = {name: catalogue.Entry("A claim.", 1, 1) for name in ("collapse", "clip")}
registry.load = load
# The devices too: torch takes seconds to load, and has nothing to compute here.
registry._lab = lambda: SimpleNamespace(
    choose=lambda name: SimpleNamespace(type="cpu"),
    described=lambda device: "cpu (1 thread)",
    out_of_memory=lambda error: False,
)
