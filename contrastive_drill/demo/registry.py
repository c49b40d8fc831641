"""Demos by name: their pages read and their experiments run, torch loaded with the first."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from contrastive_drill.demo import result
from contrastive_drill.demo.catalogue import describe
from contrastive_drill.demo.options import changed
from contrastive_drill.demo.result import DemoResult, Finding, Host, Prediction, Strip
from contrastive_drill.errors import UsageProblem

PACKAGE = "contrastive_drill.demos"
# Where a page goes on after its core, in the notation that notebooks have for cells.
EXPERIMENT = "# %% The experiment"
NEEDED = ("torch", "numpy")
NOT_INSTALLED = "the demos are not installed: in the clone, pip install -e '.[demos]'"


def page(name: str) -> str:
    """The source of a demo's page.

    Raises:
        UsageProblem: for a name that is not in the catalogue, or without the demos.
    """
    describe(name)
    package = find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise UsageProblem(NOT_INSTALLED)
    (folder, *_) = package.submodule_search_locations
    return Path(folder, f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")


def core(name: str) -> str:
    """The first part of a demo's page, which runs by itself: the mechanism, and nothing of ours.

    Raises:
        UsageProblem: for a name that is not in the catalogue, or without the demos.
    """
    return page(name).partition(EXPERIMENT)[0].rstrip() + "\n"


class Experiment:
    """A demo ready to run: a module with `Config`, its small instance `SMOKE`, and `run`.

    `run(config, host)` yields findings as they are measured, and calls `host.progress` between
    them. With a `PREDICTION`, one of them is its `Outcome`. `HEAVY` names the fields of `Config` to
    lower when memory runs out. A demo that can be searched has `search(config, host)`: it trains,
    or loads what `host.folder` keeps, and gives a function from a text to a strip of the best
    pictures, each with its `similarity`.
    """

    def __init__(self, name: str, module: ModuleType) -> None:
        self.name, self.module = name, module

    def config(
        self,
        *,
        quick: bool = False,
        seed: int = 0,
        device: str = "auto",
        settings: Sequence[str] = (),
    ) -> Any:
        """The numbers of a run; `settings` are texts such as "steps=100", and have the last word.

        Raises:
            UsageProblem: for a setting that is not there or a value it cannot have.
        """
        config = self.module.SMOKE if quick else self.module.Config()
        return changed(config, [f"seed={seed}", f"device={device}", *settings])

    def device(self, config: Any) -> str:
        """The device that a run takes, in words.

        Raises:
            UsageProblem: when it is not there.
        """
        lab = _lab()
        words: str = lab.described(lab.choose(config.device))
        return words

    def run(
        self,
        config: Any,
        host: Host,
        show: Callable[[Finding], object] = lambda finding: None,
        *,
        quick: bool = False,
    ) -> DemoResult:
        """Run it to its end, or until Ctrl-C; `show` gets each finding as it comes.

        Raises:
            UsageProblem: when memory runs out, naming what to lower, or the device is not there.
        """
        start = host.clock()
        config, described = self._placed(config), self.device(config)
        findings: dict[tuple[type, str], Finding] = {}
        interrupted = False
        try:
            with self._within_memory(config):
                for finding in self.module.run(config, host):
                    findings[type(finding), result.heading(finding)] = finding
                    show(finding)
        except KeyboardInterrupt:
            interrupted = True

        def all_of(kind: Any) -> Any:
            return tuple(finding for (known, _), finding in findings.items() if known is kind)

        return DemoResult(
            name=self.name,
            claim=describe(self.name).claim,
            seed=config.seed,
            device=described,
            seconds=host.clock() - start,
            claims=all_of(result.Claim),
            tables=all_of(result.Table),
            charts=all_of(result.Chart),
            strips=all_of(result.Strip),
            formulas=all_of(result.LabelledFormula),
            notes=all_of(result.Note),
            prediction=self.prediction,
            outcome=next((each.option for each in all_of(result.Outcome)), None),
            settings=asdict(config),
            quick=quick,
            interrupted=interrupted,
        )

    @property
    def prediction(self) -> Prediction | None:
        """The question that the learner may answer before a run."""
        return getattr(self.module, "PREDICTION", None)

    def _placed(self, config: Any) -> Any:
        """The config with the device that its name stands for here."""
        return replace(config, device=_lab().choose(config.device).type)

    @contextmanager
    def _within_memory(self, config: Any) -> Iterator[None]:
        """Turn the many errors of memory that ran out into one line."""
        try:
            yield
        except (MemoryError, RuntimeError) as error:
            if not _lab().out_of_memory(error):
                raise
            heavy = [f"{name} (now {getattr(config, name)})" for name in self.module.HEAVY]
            raise UsageProblem(
                f"the memory of {config.device} ran out: lower {', '.join(heavy)} with --set, "
                "or use --quick"
            ) from error

    @property
    def searchable(self) -> bool:
        """Whether the demo finds pictures by words."""
        return hasattr(self.module, "search")

    def search(self, config: Any, host: Host) -> Callable[[str], Strip]:
        """A function from a text to the best pictures for it; trains first where nothing is kept.

        Raises:
            UsageProblem: when the demo cannot be searched, memory runs out, or the device is not
                there.
        """
        if not self.searchable:
            raise UsageProblem(f"demo {self.name} finds nothing by words: run it without any")
        config = self._placed(config)
        with self._within_memory(config):
            answer: Callable[[str], Strip] = self.module.search(config, host)
        return answer


def _lab() -> Any:
    """The laboratory's devices; imports torch."""
    return import_module("contrastive_drill.lab.device")


def load(name: str) -> Experiment:
    """The demo of that name.

    Raises:
        UsageProblem: for a name that is not in the catalogue, and where torch, numpy or the demos
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
        raise UsageProblem(NOT_INSTALLED)
    return Experiment(name, import_module(f"{PACKAGE}.{name.replace('-', '_')}"))
