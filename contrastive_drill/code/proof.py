"""The proof of a task: right answers pass on every seed, and every wrong one is caught."""

import ast
from collections.abc import Callable, Iterator, Sequence

from contrastive_drill.code.judge import failures, misconception
from contrastive_drill.code.runner import Outcome, Runner
from contrastive_drill.code.source import unfit
from contrastive_drill.code.task import Case, Task
from contrastive_drill.code.trial import trial
from contrastive_drill.errors import DataProblem

RIGHT_SEEDS, WRONG_SEEDS = 50, 20
SECONDS = 60.0  # for one batch of runs


def faults(
    task: Task, runner: Runner, right_seeds: int = RIGHT_SEEDS, wrong_seeds: int = WRONG_SEEDS
) -> Iterator[str]:
    """What is wrong with a task; nothing of a sound one."""
    right = {"the solution": task.solution, "the other solution": task.other}
    for name, source in right.items():
        if problem := unfit(task, source):
            yield f"{name} is refused: {problem}"
            return
    right["the solution with other names"] = renamed(task)
    try:
        labels = [case.label for case in trial(task, 0).cases]
        if len(set(labels)) < len(labels):
            yield "two cases have the same label"
        yield from _right(task, runner, right, right_seeds)
        wide = {"the solution in float64": task.solution}
        yield from _right(task, runner, wide, 3, _in_float64)
        yield from _wrong(task, runner, wrong_seeds)
    except (DataProblem, ValueError) as error:  # of the task's own code, or a mutant's place
        yield str(error)


def _right(
    task: Task,
    runner: Runner,
    sources: dict[str, str],
    seeds: int,
    change: Callable[[Case], Case] = lambda case: case,
) -> Iterator[str]:
    """Where a right solution fails; the first one on every seed, the others on fewer."""
    trials = [trial(task, seed, change) for seed in range(seeds)]
    cases, wanted = [each.cases for each in trials], [each.expected for each in trials]
    few = min(seeds, 10)
    for place, (name, source) in enumerate(sources.items()):
        count = few if place else seeds
        (found,) = runner.run([source], _joined(cases[:count]), task, SECONDS)
        for seed, outcomes in enumerate(_by_seed(found, cases[:count])):
            rows = zip(cases[seed], wanted[seed], outcomes, strict=True)
            failed = [f for case, want, got in rows for f in failures(task, case, want, got)]
            if failed:
                case, what, want, got, _ = failed[0]
                yield f"{name} fails on seed {seed}: {case.label}: {what}: {want}, not {got}"
                break


def _wrong(task: Task, runner: Runner, seeds: int) -> Iterator[str]:
    """Wrong answers that pass on some seed, or that are taken for one another."""
    mutants = [task.mutated(mutant) for mutant in task.mutants]
    trials = [trial(task, seed) for seed in range(seeds)]
    cases, wanted = [each.cases for each in trials], [each.expected for each in trials]
    runs = runner.run([task.stub, *mutants], _joined(cases), task, SECONDS)
    beliefs = ["", *(mutant.belief for mutant in task.mutants)]
    for belief, found in zip(beliefs, runs, strict=True):
        for seed, outcomes in enumerate(_by_seed(found, cases)):
            rows = zip(cases[seed], wanted[seed], outcomes, strict=True)
            if not any(f for case, want, got in rows for f in failures(task, case, want, got)):
                yield f"passes on seed {seed}: {belief or 'the stub'}"
                break
        else:
            if not belief:
                continue
            size = len(cases[0])
            first = trials[0]
            named = misconception(task, first, found[:size], [run[:size] for run in runs[1:]])
            if named != belief:
                yield f"'{belief}' is taken for '{named}' on seed 0"


def _joined(cases: Sequence[Sequence[Case]]) -> list[Case]:
    return [case for row in cases for case in row]


def _by_seed(found: Sequence[Outcome], cases: Sequence[Sequence[Case]]) -> Iterator[list[Outcome]]:
    at = 0
    for row in cases:
        yield list(found[at : at + len(row)])
        at += len(row)


def _in_float64(case: Case) -> Case:
    narrow = case.saved is None and case.dtype in ("", "float32")
    return case._replace(dtype="float64") if narrow else case


def renamed(task: Task) -> str:
    """The solution with other names for what its functions call their own."""
    tree = ast.parse(task.solution)
    shared = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or function.name not in task.functions:
            continue
        inner = [node for node in ast.walk(function) if node is not function]
        if any(isinstance(node, ast.FunctionDef | ast.Global) for node in inner):
            continue  # whose names are another function's as well
        own = {node.arg for node in inner if isinstance(node, ast.arg)}
        own |= {
            node.id
            for node in inner
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        names = {name: f"other_{place}" for place, name in enumerate(sorted(own - shared))}
        for node in inner:
            if isinstance(node, ast.arg):
                node.arg = names.get(node.arg, node.arg)
            elif isinstance(node, ast.Name):
                node.id = names.get(node.id, node.id)
    return ast.unparse(tree)
