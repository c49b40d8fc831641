"""What a person's code is worth: every case held against the reference, failures named."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from contrastive_drill.code.runner import Outcome, Runner
from contrastive_drill.code.task import Case, Task

STEP = 1e-5  # of central differences, in float64
ALIKE = 1e-3  # relative: so near, two codes do the same
SHOWN = 6  # numbers of an array that are shown


class Expected(NamedTuple):
    """What is right for one case."""

    value: Any
    grads: tuple[np.ndarray, ...]


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


class Trial(NamedTuple):
    """Cases, and what is right for each."""

    cases: Sequence[Case]
    expected: Sequence[Expected]


def trial(task: Task, seed: int) -> Trial:
    """The cases that a seed draws, worked out by the reference."""
    cases = drawn(task, seed)
    return Trial(cases, [expected(task, case) for case in cases])


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


def drawn(task: Task, seed: int) -> list[Case]:
    """The cases of a seed, their numbers rounded as the code will get them."""
    return [
        case._replace(args=tuple(_rounded(each, _dtype(task, case)) for each in case.args))
        for case in task.cases(np.random.default_rng(seed))
    ]


def unfit(task: Task, source: str) -> str:
    """Why a source is not run; empty where it is."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        place = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        return f"it is no Python{place}: {getattr(error, 'msg', error)}"
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for name in task.functions:
        if name not in names:
            return f"there is no function {name} in it"
    for node in ast.walk(tree):
        used, line = "", getattr(node, "lineno", 0)
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or "."]
            if taken := task.forbidden.intersection(alias.name for alias in node.names):
                used = min(taken)
        else:
            modules, used = [], getattr(node, "attr", "") or getattr(node, "id", "")
        for module in modules:
            if module.partition(".")[0] not in task.allowed:
                return f"line {line} imports {module}: this task does without"
        if used in task.forbidden:
            return f"line {line} uses {used}, which is what the task asks you to write"
    return ""


def expected(task: Task, case: Case) -> Expected:
    """The reference's value, and its gradients by central differences."""
    args = [_wide(each) for each in case.args]
    function = task.references[case.function or task.functions[0]]
    value = function(*_fresh(args))
    if not case.grads:
        return Expected(value, ())
    if task.gradients:
        return Expected(value, tuple(task.gradients(*_fresh(args))))

    def total() -> float:
        out = np.concatenate([np.ravel(each) for each in _leaves(function(*_fresh(args)))])
        return float(out @ np.cos(np.arange(out.size)))

    grads = []
    for place in case.grads:
        leaf = args[place]
        grad = np.zeros(leaf.shape)
        for index in np.ndindex(leaf.shape):
            was = leaf[index]
            leaf[index] = was + STEP
            above = total()
            leaf[index] = was - STEP
            grad[index] = (above - total()) / (2 * STEP)
            leaf[index] = was
        grads.append(grad)
    return Expected(value, tuple(grads))


def failures(task: Task, case: Case, want: Expected, got: Outcome) -> Iterator[Failure]:
    """What does not hold in one case, what matters most first."""
    if got.error:
        yield Failure(case, "value", _short(want.value), got.error, stopped=True)
        return
    if complaint := unlike(want.value, got.value, case.tolerance):
        yield Failure(case, "value", *complaint)
    names = _parameters(task, case)
    for place, grad, given in zip(case.grads, want.grads, got.grads, strict=False):
        what = f"gradient on {names[place]}"
        if given is None and not grad.any():
            continue
        if given is None:
            yield Failure(case, what, _short(grad), "none: it is cut off on the way")
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
        first, *rest = _python(value, make).split("\n")
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


def unlike(want: Any, got: Any, tolerance: float) -> tuple[str, str] | None:
    """How two values differ, as what is expected and what came; None where they do not."""
    if isinstance(want, list | tuple):
        if not isinstance(got, list | tuple) or len(got) != len(want):
            return f"{len(want)} values", _short(got)
        found = (unlike(a, b, tolerance) for a, b in zip(want, got, strict=True))
        return next(filter(None, found), None)
    if isinstance(want, dict):
        if not isinstance(got, dict) or got.keys() != want.keys():
            return f"the keys {_short(sorted(map(str, want)))}", _short(got)
        found = (unlike(want[key], got[key], tolerance) for key in want)
        return next(filter(None, found), None)
    if want is None or isinstance(want, str):
        return None if type(want) is type(got) and want == got else (_short(want), _short(got))
    if got is None or isinstance(got, str | list | dict):
        return _short(want), _short(got)
    a, b = np.asarray(want), np.asarray(got)
    if a.shape != b.shape:
        return f"the shape {a.shape}", f"{b.shape}"
    if a.dtype.kind in "iub" and b.dtype.kind == "f" and a.size:
        return "whole numbers", "floats"
    a, b = a.astype(float), b.astype(float)
    finite = a[np.isfinite(a)]
    room = 1e-6 + tolerance * (np.abs(a) + (np.sqrt(np.mean(finite**2)) if finite.size else 0.0))
    with np.errstate(invalid="ignore"):
        near = (np.abs(a - b) <= np.where(np.isfinite(a), room, 0)) | (a == b)
    near |= np.isnan(a) & np.isnan(b)
    if near.all():
        return None
    if a.size > SHOWN:
        at = tuple(int(n) for n in np.argwhere(~near)[0])
        place = f" at {list(at)}"
        return _short(a[at]) + place, _short(b[at])
    return _short(a), _short(b)


def _short(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, float | np.floating):
        return f"{value:.4g}"
    if isinstance(value, np.ndarray):
        if value.size > SHOWN:
            return f"an array {value.shape}"
        return " ".join(np.array2string(value, precision=4, suppress_small=True).split())
    words = " ".join(str(value).split())
    return words if len(words) <= 60 else words[:57] + "..."


def _python(value: Any, make: str) -> str:
    """A value as one would type it; arrays to four digits."""
    if isinstance(value, np.ndarray):
        if not value.ndim:
            return f"{value.item():.6g}" if value.dtype.kind == "f" else str(value.item())
        text = np.array2string(value, 72, 4, True, separator=", ", threshold=200)
        return f"{make}({text})"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_python(each, make) for each in value)}]"
    return f"{value:.6g}" if isinstance(value, float) else repr(value)


def _parameters(task: Task, case: Case) -> list[str]:
    """What the stub calls the arguments."""
    wanted = case.function or task.functions[0]
    for node in ast.parse(task.stub).body:
        if isinstance(node, ast.FunctionDef) and node.name == wanted:
            return [each.arg for each in node.args.args]
    return [f"argument {n}" for n in range(1, len(case.args) + 1)]


def _dtype(task: Task, case: Case) -> str:
    return case.dtype or ("float32" if task.library == "torch" else "float64")


def _mapped(change: Any, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_mapped(change, each) for each in value]
    return change(value)


def _rounded(value: Any, dtype: str) -> Any:
    def leaf(array: Any) -> Any:
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            return array
        if dtype != "bfloat16":
            return array.astype(dtype)
        bits = array.astype(np.float32).view(np.uint32)
        even = (bits >> np.uint32(16)) & np.uint32(1)
        rounded = (bits + np.uint32(0x7FFF) + even) & np.uint32(0xFFFF0000)
        return np.asarray(rounded).view(np.float32)

    return _mapped(leaf, value)


def _wide(value: Any) -> Any:
    return _mapped(
        lambda leaf: (
            leaf.astype(float) if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f" else leaf
        ),
        value,
    )


def _fresh(args: Sequence[Any]) -> list[Any]:
    """The arguments anew, for a function that may write into them."""
    return [
        _mapped(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, each)
        for each in args
    ]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    else:
        yield value
