"""A coding task: what is asked, how it is judged, and the wrong answers that people give."""

import ast
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from contrastive_drill import intake
from contrastive_drill.errors import DataProblem

USUAL = "math cmath collections dataclasses functools heapq itertools operator random typing numpy"
MISSING = "...  # a line is missing"
FEWEST = 5  # mutants
BLANKS = 3  # lines left out of a solution


class Case(NamedTuple):
    """Arguments to call the function with, and what is judged beside its value.

    Arrays of floats are given to the reference in float64, and to the person's code in `dtype`,
    as tensors where the task is one of torch.
    """

    label: str  # what is special about it, as it is named when it fails
    args: tuple[Any, ...]
    function: str = ""  # where the task asks for more than one; else the first
    grads: tuple[int, ...] = ()  # the arguments whose gradients are judged
    dtype: str = ""  # of floats: float16, bfloat16, float32 or float64; else the library's usual
    tolerance: float = 1e-4  # relative; of values and gradients
    lines: int | None = None  # of the person's file, at most so many may run: no loop over items
    saved: int | None = None  # bytes that may be kept for the backward pass
    writes: bool = False  # it is asked to change its arguments

    @property
    def size(self) -> int:
        """How many numbers and texts it holds: the smallest that fails is shown."""
        return sum(map(_count, self.args))


class Mutant(NamedTuple):
    """A wrong solution that people write: the right one with one place changed."""

    belief: str  # the misconception, as a sentence to the person: "your temperature multiplies"
    right: str  # in the solution, exactly once
    wrong: str
    also: tuple[tuple[str, str], ...] = ()  # further places


class Task(NamedTuple):
    """One task, as its module has it."""

    name: str
    library: str  # torch or numpy
    functions: tuple[str, ...]  # the first one is called unless a case says otherwise
    stub: str
    solution: str
    other: str  # a second right solution, of another style
    mutants: tuple[Mutant, ...]
    hints: tuple[str, str, str]
    allowed: frozenset[str]  # modules that may be imported
    forbidden: frozenset[str]  # names whose use would be the answer itself
    cases: Callable[[np.random.Generator], Iterator[Case]]
    references: Mapping[str, Callable[..., Any]]  # by function
    gradients: Callable[..., Any] | None  # in place of differences, where those are not meant
    seconds: float  # that a run may take

    def function_of(self, case: Case) -> str:
        """The function that a case calls."""
        return case.function or self.functions[0]

    def dtype_of(self, case: Case) -> str:
        """In which precision the person's code gets the floats of a case."""
        return case.dtype or ("float32" if self.library == "torch" else "float64")

    def mutated(self, mutant: Mutant) -> str:
        """The solution of a mutant.

        Raises:
            ValueError: when a place to change is not in the solution exactly once.
        """
        source = self.solution
        for right, wrong in ((mutant.right, mutant.wrong), *mutant.also):
            if source.count(right) != 1:
                raise ValueError(f"'{right}' stands {source.count(right)} times in the solution")
            source = source.replace(right, wrong)
        return source

    def blank(self) -> str:
        """The solution with three lines missing: those where people go wrong."""
        lines = self.solution.splitlines()
        places = [text for m in self.mutants for text in (m.right, *(also[0] for also in m.also))]
        likely = [self.solution[: self.solution.index(text)].count("\n") for text in places]
        others = [n for n, line in enumerate(lines) if line.startswith(" ")][::-1]
        numbers = dict.fromkeys([*likely, *others])
        simple = [number for number in numbers if _is_simple(lines[number])]
        for number in simple[:BLANKS]:
            indent = len(lines[number]) - len(lines[number].lstrip())
            lines[number] = " " * indent + MISSING
        return "\n".join(lines).strip() + "\n"


def load(path: Path) -> Task:
    """The task in a file, whose code runs here.

    Raises:
        DataProblem: when the file is missing, or is no task.
    """
    module, folder = ModuleType(f"task_{path.stem}"), os.getcwd()
    try:
        source = intake.read(path)
    except OSError as error:
        words = f"{path} cannot be read: {error.strerror}; a card names it as its task"
        raise DataProblem(words) from None
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)
        task = _task(path.stem, module)
    except (Exception, SystemExit) as error:
        raise no_task(path.name, error) from error
    finally:
        os.chdir(folder)
    return task


def no_task(name: str, error: BaseException) -> DataProblem:
    """The line for a task whose own code fails."""
    words = " ".join(str(error).split())[:160]
    return DataProblem(f"{name} is no task: {type(error).__name__}: {words}; mend the file")


def _task(name: str, module: ModuleType) -> Task:
    """The task of a module.

    Raises:
        ValueError, TypeError, AttributeError: for what a task must have, and this has not.
    """
    texts = {each: getattr(module, each) for each in ("STUB", "SOLUTION", "OTHER")}
    for each, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"{each} is a text")
        ast.parse(text)
    stub = texts["STUB"].strip() + "\n"
    functions = tuple(re.findall(r"^def (\w+)", stub, re.M))
    if not functions:
        raise ValueError("STUB has no function")
    if module.LIBRARY not in ("torch", "numpy"):
        raise ValueError("LIBRARY is torch or numpy")
    hints, mutants = tuple(module.HINTS), tuple(module.MUTANTS)
    if len(hints) != 3 or not all(isinstance(hint, str) for hint in hints):
        raise ValueError("HINTS are three texts")
    if len(mutants) < FEWEST or not all(isinstance(mutant, Mutant) for mutant in mutants):
        raise ValueError(f"MUTANTS are {FEWEST} or more, each a Mutant")
    allowed, forbidden = getattr(module, "ALLOWED", ()), getattr(module, "FORBIDDEN", ())
    if isinstance(allowed, str) or isinstance(forbidden, str):
        raise TypeError("ALLOWED and FORBIDDEN are tuples of names")
    references = {each: getattr(module, f"reference_{each}") for each in functions[1:]}
    task = Task(
        name.replace("_", "-"),
        module.LIBRARY,
        functions,
        stub,
        texts["SOLUTION"].strip() + "\n",
        texts["OTHER"].strip() + "\n",
        mutants,
        hints,
        frozenset((*USUAL.split(), module.LIBRARY, *allowed)),
        frozenset(forbidden),
        module.cases,
        {functions[0]: module.reference, **references},
        getattr(module, "gradients", None),
        float(getattr(module, "SECONDS", 5.0)),
    )
    for mutant in mutants:
        task.mutated(mutant)
    return task


def _is_simple(line: str) -> bool:
    """Whether a line is a statement by itself, which may be left out."""
    whole = all(line.count(a) == line.count(b) for a, b in ("()", "[]", "{}"))
    return whole and line[:1] == " " and not line.rstrip().endswith((":", "\\"))


def _count(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return int(value.size)
    return sum(map(_count, value)) if isinstance(value, list | tuple) else 1
