"""Runs demos: checks the options first, shows progress, and adds the result to the history."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from contrastive_drill import __version__, files
from contrastive_drill.actions.environment import Environment, open_console
from contrastive_drill.actions.output import print_rows, require_one_document
from contrastive_drill.demo import catalogue, registry
from contrastive_drill.demo.result import DemoResult, Guess, Host, Progress, Run
from contrastive_drill.errors import DataProblem, DrillError, UsageProblem
from contrastive_drill.screen.demo.progress import live
from contrastive_drill.screen.demo.result import result_rows
from contrastive_drill.screen.plain import complain, say

Draw = Callable[[DemoResult], None]


class DemoOptions(NamedTuple):
    """The options of a run."""

    quick: bool = False
    seed: int = 0
    device: str = "auto"
    settings: tuple[str, ...] = ()
    json: bool = False
    whole: bool = False  # the result at once, without a story
    png: Path | None = None
    html: Path | None = None


class PreparedRun(NamedTuple):
    """A demo with the settings of a run."""

    experiment: registry.Experiment
    config: Any
    changed: tuple[str, ...]  # the settings that differ from the demo's own


class Laboratory:
    """Runs the demos of one command."""

    def __init__(self, env: Environment, options: DemoOptions) -> None:
        self.env, self.options = env, options

    def prepare(self, name: str) -> PreparedRun:
        """The demo, and the settings of its run.

        Raises:
            UsageProblem: for a demo or a setting that is not there, or without torch.
        """
        quick, seed, device, settings, *_ = self.options
        experiment = registry.load(name)
        before = asdict(experiment.config(quick=quick, seed=seed, device=device))
        config = experiment.config(quick=quick, seed=seed, device=device, settings=settings)
        changed = tuple(
            key
            for key, value in asdict(config).items()
            if value != before[key] and key not in ("seed", "device")
        )
        return PreparedRun(experiment, config, changed)

    def host(self, progress: Progress) -> Host:
        """The host of a demo: its progress, and the folder for weights if it can be made."""
        folder: Path | None = self.env.paths.weights
        try:
            files.make_folder(self.env.paths.weights)
        except OSError:
            folder = None
        return Host(progress, folder=folder)

    def announce(self, prepared: PreparedRun) -> None:
        """Print the demo, its seed and device, and about how long it takes."""
        entry = catalogue.describe(prepared.experiment.name)
        seconds = entry.quick if self.options.quick else entry.seconds
        about = "" if prepared.changed else f", about {seconds} s on two cores"
        device = prepared.experiment.device(prepared.config)
        words = f"{prepared.experiment.name}: seed {prepared.config.seed}, {device}{about}"
        say(words, sys.stderr)

    def measure(self, prepared: PreparedRun, guess: int | None = None) -> DemoResult:
        """The result of a run, added to the history before anything else can fail.

        `guess` is the option of its prediction that the learner expects.
        """
        self.announce(prepared)
        with live(open_console(sys.stderr)) as view:
            result = prepared.experiment.run(
                prepared.config, self.host(view.progress), view.add, quick=self.options.quick
            )
        if not result.interrupted:
            self._keep(result, prepared.changed, guess)
        return result

    def _keep(self, result: DemoResult, changed: tuple[str, ...], guess: int | None) -> None:
        """Add a run to the history; a database that fails does not lose the result."""
        predicted = None
        if guess is not None and result.outcome is not None:
            predicted = Guess(guess, result.outcome)
        run = Run(
            id=self.env.new_id(),
            at=self.env.utc(),
            name=result.name,
            seed=result.seed,
            device=result.device,
            quick=result.quick,
            seconds=result.seconds,
            claims=result.claims,
            settings=result.settings,
            changed=changed,
            version=__version__,
        )
        try:
            with self.env.store(of_cards=False) as store:
                store.runs.append(run, predicted)
        except (DrillError, OSError) as error:
            complain(f"this run is not in the history: {error}")

    def drawing(self, name: str, *, several: bool = False) -> Draw:
        """A function that draws a result into the files of the options, checked to be writable.

        Raises:
            UsageProblem: when the package that draws is missing.
            DataProblem: when a file cannot be written.
        """
        require_one_document("the result", png=self.options.png, html=self.options.html)
        outputs: list[tuple[Path, Callable[[DemoResult, Path], None]]] = []
        if not several and self.options.png is not None and self.options.png == self.options.html:
            raise UsageProblem("--png and --html name the same file: give each its own")
        # A minute of training must not end in a path that cannot be written.
        if self.options.png is not None:
            from contrastive_drill.screen.demo import png

            path = _folder(self.options.png) / f"{name}.png" if several else self.options.png
            png.ready(path)
            outputs.append((path, png.draw))
        if self.options.html is not None:
            from contrastive_drill.screen import output_file
            from contrastive_drill.screen.demo.html import page

            path = _folder(self.options.html) / f"{name}.html" if several else self.options.html
            output_file.ready(path, "--html", output_file.HTML)

            def write(result: DemoResult, path: Path) -> None:
                words = page(result, self.env.clock.now())
                output_file.write(path, "--html", words, output_file.HTML)

            outputs.append((path, write))

        def draw_all(result: DemoResult) -> None:
            for path, draw in outputs:
                draw(result, path)
                say(f"Drew {path}", sys.stderr)

        return draw_all

    def show(self, result: DemoResult, *, paged: bool) -> None:
        """Print a result, and how its cards are reviewed."""
        cards = f"Cards that name it: contrastive-drill review --tag {result.name}"
        print_rows(
            lambda sheet: [
                *result_rows(result, sheet.console, ascii_only=sheet.look.ascii_only),
                *(sheet.words(cards) if result.name in self.env.bank.tags else ()),
            ],
            paged=paged,
        )


def _folder(path: Path) -> Path:
    """A folder for several files, created if need be."""
    try:
        files.make_folder(path)
    except NotADirectoryError:
        raise DataProblem(f"{path} is a file: with demo all, name a folder") from None
    except OSError as error:
        raise DataProblem(f"cannot make the folder {path}: {error.strerror}") from error
    return path
