"""The catalogue of demos: known by name, claim and cost without torch, loaded by name."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from contrastive_drill.demo import result
from contrastive_drill.demo.options import changed
from contrastive_drill.demo.result import DemoResult, Finding, Host, Prediction, Strip
from contrastive_drill.errors import UsageProblem
from contrastive_drill.spelling import UnknownName

PACKAGE = "contrastive_drill.demos"
# Where a page goes on after its core, in the notation that notebooks have for cells.
EXPERIMENT = "# %% The experiment"
NEEDED = ("torch", "numpy")
NOT_INSTALLED = "the demos are not installed: in the clone, pip install -e '.[demos]'"


class Entry(NamedTuple):
    """What is known of a demo before torch is imported."""

    claim: str  # the first line of its page
    seconds: int  # of a full run on two cores
    quick: int  # seconds with --quick


CATALOGUE = {
    "collapse": Entry(
        "Losses on true pairs alone collapse; negatives prevent that, and are not the only cure.",
        seconds=40,
        quick=15,
    ),
    "siamese": Entry(
        "Without negatives one tower holds by a stopped gradient, or by centring and sharpening.",
        seconds=20,
        quick=8,
    ),
    "temperature": Entry(
        "A small temperature sharpens: the hardest negatives take the push, and gradients grow.",
        seconds=45,
        quick=9,
    ),
    "bound": Entry(
        "InfoNCE's estimate of mutual information stops at log N, and a better one finds nothing "
        "better.",
        seconds=10,
        quick=3,
    ),
    "memory": Entry(
        "InfoNCE of 32,768 pairs is exact in linear memory: in tiles, with a backward of its own.",
        seconds=17,
        quick=3,
    ),
    "quantize": Entry(
        "GPTQ moves the weights farther than rounding to nearest, and the layer's output less.",
        seconds=8,
        quick=4,
    ),
    "siglip": Entry(
        "SigLIP's bias is a prior of the batch; begun at -10, a short run at 256 pairs finds half "
        "as much.",
        seconds=16,
        quick=3,
    ),
    "mae-flops": Entry(
        "An epoch of MAE costs a fraction of a contrastive one; a whole recipe of it need not.",
        seconds=45,
        quick=8,
    ),
    "mae": Entry(
        "Frozen, a masked autoencoder is weak; fine-tuned, it makes up for it.",
        seconds=60,
        quick=14,
    ),
    "clip": Entry(
        "A minute of CLIP finds unseen pictures by words, and fewer by an artist it never saw.",
        seconds=55,
        quick=12,
    ),
    "search": Entry(
        "Fusing two searches helps where they are equals; else it lies below the better one.",
        seconds=8,
        quick=5,
    ),
    "index": Entry(
        "Codes cap the recall of IVF-PQ, whatever is probed; a graph's recall is bought with "
        "distances.",
        seconds=18,
        quick=3,
    ),
    "words": Entry(
        "Skip-gram's products tend to PMI less log k, given dimensions; analogies live on a hidden "
        "rule.",
        seconds=40,
        quick=4,
    ),
    "outliers": Entry(
        "SmoothQuant's α = 0.5 heals outliers that meet small weights and worsens those on large "
        "ones.",
        seconds=12,
        quick=4,
    ),
    "cone": Entry(
        "Without their common direction averaged tokens find more; a contrastive output gains "
        "nothing.",
        seconds=14,
        quick=6,
    ),
    "flip": Entry(
        "With 75 % of the patches dropped recall falls little at equal samples; at equal cost it "
        "rises.",
        seconds=25,
        quick=8,
    ),
    "transfer": Entry(
        "At equal accuracy on the new artist LoRA forgets no less of the old; averaged weights do.",
        seconds=20,
        quick=10,
    ),
    "bridge": Entry(
        "One learned query serves a small frozen decoder as well as 16 projected tokens, at half "
        "the cost.",
        seconds=40,
        quick=12,
    ),
    "ranks": Entry(
        "A local loss does with all gradients through its gather or with none; own rows alone ruin "
        "it.",
        seconds=15,
        quick=8,
    ),
    "moco": Entry(
        "Without momentum MoCo's queue is told by its age; and crops alone are told by their "
        "colours.",
        seconds=25,
        quick=6,
    ),
}


def names() -> tuple[str, ...]:
    """The demos, in the order of the catalogue."""
    return tuple(CATALOGUE)


def describe(name: str) -> Entry:
    """The claim a demo puts to the test, and what it costs.

    Raises:
        UsageProblem: for a name that is not in the catalogue.
    """
    if name not in CATALOGUE:
        raise UnknownName(f"there is no demo '{name}'", name, CATALOGUE)
    return CATALOGUE[name]


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
