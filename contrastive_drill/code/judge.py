"""What a person's code is worth: every case held against the reference, failures named."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from contrastive_drill.code.comparison import python, short, unlike
from contrastive_drill.code.runner import Outcome, Runner
from contrastive_drill.code.source import unfit
from contrastive_drill.code.task import Case, Task
from contrastive_drill.code.trial import Expected, Trial

ALIKE = 1e-3  # relative: so near, two codes do the same


class Failure(NamedTuple):
    """One thing that does not hold."""

    case: Case
    what: str  # "value", or what else of the case was judged
    expected: str
    got: str
    stopped: bool = False  # by an error, so that nothing came of it


class Report(NamedTuple):
    """What came of judging a file."""

    held: int
    total: int
    failures: tuple[Failure, ...] = ()  # the smallest case first
    belief: str = ""  # of a mutant that does the same on every case
    problem: str = ""  # that kept it from being run at all
    printed: str = ""
    numbers: tuple[str, ...] = ()  # the smallest case that fails, as lines of Python

    @property
    def passed(self) -> bool:
        """Whether every case holds."""
        return not self.problem and not self.failures and self.held == self.total > 0


def judge(task: Task, source: str, runner: Runner, drawn_trial: Trial) -> Report:
    """A person's source against a trial."""
    cases, right = drawn_trial
    if problem := unfit(task, source):
        return Report(0, len(cases), problem=problem)
    (outcomes,) = runner.run([source], cases, task, task.seconds)
    found = [
        failure
        for case, want, outcome in zip(cases, right, outcomes, strict=True)
        for failure in [next(failures(task, case, want, outcome), None)]
        if failure
    ]
    printed = next((each.printed for each in outcomes if each.printed), "")
    belief = ""
    if found:
        wrong = [task.mutated(mutant) for mutant in task.mutants]
        runs = runner.run(wrong, cases, task, 2 * task.seconds)
        belief = misconception(task, drawn_trial, outcomes, runs)
    found.sort(key=lambda failure: failure.case.size)
    numbers: list[str] = []
    if found:
        place = next(n for n, case in enumerate(cases) if case is found[0].case)
        numbers = in_numbers(task, cases[place], right[place], outcomes[place])
    held = len(cases) - len(found)
    return Report(held, len(cases), tuple(found), belief, "", printed, tuple(numbers))


def failures(task: Task, case: Case, want: Expected, got: Outcome) -> Iterator[Failure]:
    """What does not hold in one case, what matters most first."""
    if got.error:
        yield Failure(case, "value", short(want.value), got.error, stopped=True)
        return
    if complaint := unlike(want.value, got.value, case.tolerance):
        yield Failure(case, "value", *complaint)
    names = _parameters(task, case)
    for place, grad, given in zip(case.grads, want.grads, got.grads, strict=False):
        what = f"gradient on {names[place]}"
        if given is None and not grad.any():
            continue
        if given is None:
            yield Failure(case, what, short(grad), "none: it is cut off on the way")
        elif complaint := unlike(grad, given, max(case.tolerance, 1e-4)):
            yield Failure(case, what, *complaint)
    if not case.writes:
        for place in got.changed:
            yield Failure(case, names[place], "as it was given", "changed by the call")
    if case.saved is not None and got.saved > case.saved:
        most, kept = f"at most {case.saved:,}", f"{got.saved:,}"
        yield Failure(case, "bytes kept for the backward pass", most, kept)
    if case.lines is not None and got.lines > case.lines:
        most = f"at most {case.lines:,}"
        yield Failure(case, "lines that run: a loop over items", most, f"{got.lines:,}")


def in_numbers(task: Task, case: Case, want: Expected, got: Outcome) -> list[str]:
    """A case as lines of Python: its arguments, and in comments what is right and what came."""
    make = "torch.tensor" if task.library == "torch" else "np.array"
    names, lines = _parameters(task, case), list[str]()

    def add(lead: str, value: Any, mark: str = "") -> None:
        first, *rest = python(value, make).split("\n")
        lines.extend([f"{mark}{lead}{first}", *(f"{mark}{' ' * 4}{row.strip()}" for row in rest)])

    for name, value in zip(names, case.args, strict=True):
        add(f"{name} = ", value)
    add("right: ", want.value, "# ")
    if got.error:
        lines.append(f"# yours: {got.error}")
        return lines
    add("yours: ", got.value, "# ")
    for place, grad, given in zip(case.grads, want.grads, got.grads, strict=False):
        lines.append(f"# gradient on {names[place]}")
        add("right: ", grad, "# ")
        add("yours: ", given, "# ")
    return lines


def misconception(
    task: Task,
    drawn_trial: Trial,
    outcomes: Sequence[Outcome],
    runs: Sequence[Sequence[Outcome]],
) -> str:
    """The belief of the first mutant that fails where this code fails, and in the same way.

    `runs` has what came of each mutant.
    """
    for mutant, run in zip(task.mutants, runs, strict=True):
        pairs = zip(*drawn_trial, outcomes, run, strict=True)
        if all(_same(task, case, want, one, other) for case, want, one, other in pairs):
            return mutant.belief
    return ""


def _same(task: Task, case: Case, want: Expected, one: Outcome, other: Outcome) -> bool:
    ours, theirs = (next(failures(task, case, want, each), None) for each in (one, other))
    if ours is None or theirs is None:
        return ours is theirs
    if one.error or other.error:
        return one.error.partition(":")[0] == other.error.partition(":")[0]
    pairs = [(one.value, other.value), *zip(one.grads, other.grads, strict=False)]
    return ours.what == theirs.what and not any(unlike(a, b, ALIKE) for a, b in pairs)


def _parameters(task: Task, case: Case) -> list[str]:
    """What the stub calls the arguments."""
    wanted = task.function_of(case)
    for node in ast.parse(task.stub).body:
        if isinstance(node, ast.FunctionDef) and node.name == wanted:
            return [each.arg for each in node.args.args]
    return [f"argument {n}" for n in range(1, len(case.args) + 1)]
