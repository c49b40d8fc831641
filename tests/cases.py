"""Many cases in one test: every case is tried, and each that fails is named."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

import pytest

Test = Callable[..., None]


def every(
    names: str | Sequence[str],
    cases: Iterable[Any] | Callable[[], Iterable[Any]],
    ids: Callable[[Any], str] = repr,
) -> Callable[[Test], Test]:
    """Run a test for every case of the argument, or arguments, named; as `parametrize` takes them.

    `cases` may be a function, called when the test runs. A case shares the fixtures of the test
    with the others, so it must not leave anything in them.
    """
    one = isinstance(names, str) and "," not in names
    wanted = [name.strip() for name in names.split(",")] if isinstance(names, str) else [*names]
    known = cases if callable(cases) else list(cases)

    def decorate(test: Test) -> Test:
        @wraps(test)
        def all_cases(*args: object, **fixtures: object) -> None:
            listed = list(known() if callable(known) else known)
            assert listed, f"no case of {', '.join(wanted)}"
            failures: list[str] = []
            first: BaseException | None = None
            for case in listed:
                given = dict(zip(wanted, (case,) if one else case, strict=True))
                try:
                    test(*args, **fixtures, **given)
                except (Exception, pytest.fail.Exception) as error:
                    failures.append(f"{ids(case)}: {type(error).__name__}: {error}")
                    first = first or error
            if failures:
                title = f"{len(failures)} of {len(listed)} cases failed"
                raise AssertionError("\n\n".join([title, *failures])) from first

        signature = inspect.signature(test)
        kept = [p for name, p in signature.parameters.items() if name not in wanted]
        all_cases.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return all_cases

    return decorate
