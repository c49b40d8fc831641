"""The catalogue of demos: known by name and claim without torch, loaded by name."""

from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from contrastive_drill.errors import UsageProblem
from contrastive_drill.results import DemoResult, Progress

PACKAGE = "contrastive_drill.demos"
CATALOGUE = {
    "collapse": (
        "Losses on true pairs alone collapse; negatives prevent that, and are not the only cure."
    ),
}
NEEDED = ("torch", "numpy")


class Demo(Protocol):
    """A demo ready to run."""

    def __call__(self, *, seed: int, device: str, quick: bool, progress: Progress) -> DemoResult:
        """Run it, at full or at smoke size, telling `progress` of each step."""
        ...


def names() -> tuple[str, ...]:
    """The demos, in the order of the catalogue."""
    return tuple(CATALOGUE)


def describe(name: str) -> str:
    """The claim a demo puts to the test; `UsageProblem` for a name that is not in the catalogue."""
    if name not in CATALOGUE:
        near = get_close_matches(name, CATALOGUE, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(CATALOGUE)}"
        raise UsageProblem(f"there is no demo {name!r}; {hint}")
    return CATALOGUE[name]


def load(name: str) -> Demo:
    """The demo of that name: a module with `Config`, its small instance `SMOKE`, and `run`.

    `UsageProblem` for a name that is not in the catalogue, and where torch, numpy or the demos
    themselves are not installed.
    """
    describe(name)
    missing = [package for package in NEEDED if find_spec(package) is None]
    if missing:
        raise UsageProblem(
            f"the demos need {' and '.join(missing)}: pip install 'contrastive-drill[demos]', "
            "or in a clone pip install -e '.[demos]'"
        )
    if find_spec(PACKAGE) is None:
        raise UsageProblem("the demos are not installed: in the clone, pip install -e '.[demos]'")
    module = import_module(f"{PACKAGE}.{name}")

    def run(*, seed: int, device: str, quick: bool, progress: Progress) -> DemoResult:
        config = replace(module.SMOKE if quick else module.Config(), seed=seed, device=device)
        result: DemoResult = module.run(config, progress)
        return result

    return run
