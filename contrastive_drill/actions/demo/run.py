"""`demo NAME` and `demo all`: run, show, draw, and judge the claims."""

import sys
import traceback
from collections.abc import Sequence
from typing import NamedTuple

from contrastive_drill.actions.demo.laboratory import Draw, Laboratory
from contrastive_drill.actions.demo.search import search_after_run
from contrastive_drill.actions.demo.story import predict, tell
from contrastive_drill.actions.environment import at_terminal
from contrastive_drill.actions.output import print_json, print_table
from contrastive_drill.demo import catalogue
from contrastive_drill.demo.result import DemoResult, Table
from contrastive_drill.errors import CheckFailed, DrillError, Interrupted
from contrastive_drill.schemas.outputs import stamped
from contrastive_drill.screen.demo.result import to_json
from contrastive_drill.screen.plain import complain, say

UNFINISHED = "interrupted; an unfinished run is not added to the history"


class DemoOutcome(NamedTuple):
    """The outcome of one demo."""

    name: str
    result: DemoResult | None = None
    problem: str = ""  # what went wrong besides its claims

    @property
    def interrupted(self) -> bool:
        """Whether the user interrupted it."""
        return self.result is not None and self.result.interrupted

    @property
    def verdict(self) -> str:
        """The outcome in a word or two."""
        if self.result is None:
            return "error" if self.problem else "not run"
        if self.interrupted:
            return "interrupted"
        return "held" if self.result.held else "did not hold"

    @property
    def passed(self) -> bool:
        """Whether all its claims held and nothing went wrong."""
        return self.result is not None and self.result.held and not self.problem


def run_one(laboratory: Laboratory, name: str) -> None:
    """Run one demo to its verdict, which is the exit status.

    Raises:
        CheckFailed: when a claim did not hold.
        Interrupted: when the user ended it.
    """
    options = laboratory.options
    prepared = laboratory.prepare(name)
    draw = laboratory.drawing(name)
    told = at_terminal() and not (options.json or options.whole)
    guess = predict(laboratory.env, prepared) if told else None
    result = laboratory.measure(prepared, guess)
    if options.json:
        print_json("demo", to_json(result))
    elif not told or result.interrupted or not tell(laboratory.env, result, guess):
        laboratory.show(result, paged=True)
    draw(result)
    if result.interrupted:
        raise Interrupted(UNFINISHED)
    if not options.json and not options.quick and at_terminal():
        search_after_run(laboratory, prepared)
    if not result.held:
        failed = sum(not claim.held for claim in result.claims)
        raise CheckFailed(f"{failed} of {len(result.claims)} claims did not hold on this run")


def run_all(laboratory: Laboratory) -> None:
    """Run every demo; a failure in one does not stop the others, Ctrl-C ends them all.

    Raises:
        CheckFailed: when a claim of any did not hold, or one could not run.
        UsageProblem: when none could: torch, the device or a drawing package is missing.
        DataProblem: when an output file cannot be written.
    """
    names = catalogue.names()
    first = laboratory.prepare(names[0])
    first.experiment.device(first.config)
    drawing = {name: laboratory.drawing(name, several=True) for name in names}
    outcomes: list[DemoOutcome] = []
    interrupted = False
    try:
        for name in names:
            outcomes.append(_outcome(laboratory, name, drawing[name]))
            if interrupted := outcomes[-1].interrupted:
                break
    except KeyboardInterrupt:  # between two runs
        interrupted = True
    outcomes += [DemoOutcome(name) for name in names[len(outcomes) :]]
    if laboratory.options.json:
        _print_record(outcomes, interrupted)
    else:
        _print_table(outcomes)
    if interrupted:
        raise Interrupted(UNFINISHED)
    failed = sum(not outcome.passed for outcome in outcomes)
    if failed:
        raise CheckFailed(f"{failed} of {len(outcomes)} demos did not hold on this run")


def _outcome(laboratory: Laboratory, name: str, draw: Draw) -> DemoOutcome:
    """Run one demo and show it, whatever goes wrong."""
    try:
        result = laboratory.measure(laboratory.prepare(name))
    except DrillError as error:
        complain(f"demo {name}: {error}")
        return DemoOutcome(name, problem=str(error))
    except Exception as error:  # a bug in one demo must not lose the others
        say(traceback.format_exc().splitlines(), sys.stderr)
        return DemoOutcome(name, problem=f"{type(error).__name__}: {error}")
    if not laboratory.options.json:
        laboratory.show(result, paged=False)  # the next one waits for no key
        say("")
    try:
        draw(result)
    except DrillError as error:
        complain(f"demo {name}: {error}")
        return DemoOutcome(name, result, str(error))
    return DemoOutcome(name, result)


def _print_table(outcomes: Sequence[DemoOutcome]) -> None:
    rows = tuple((one.name, *_numbers(one.result), one.verdict) for one in outcomes)
    print_table(Table("All demos", ("demo", "claims", "seconds", "verdict"), rows))


def _numbers(result: DemoResult | None) -> tuple[str, str]:
    """The claims that held, and the seconds."""
    if result is None:
        return "-", "-"
    holding = sum(claim.held for claim in result.claims)
    return f"{holding} of {len(result.claims)}", f"{result.seconds:.1f}"


def _print_record(outcomes: Sequence[DemoOutcome], interrupted: bool) -> None:
    results = [stamped("demo", to_json(one.result)) for one in outcomes if one.result is not None]
    print_json(
        "demo-all",
        {
            "held": all(one.passed for one in outcomes),
            "interrupted": interrupted,
            "results": results,
            "problems": {one.name: one.problem for one in outcomes if one.problem},
        },
    )
