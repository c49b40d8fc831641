"""The paths of the program's files, and the learner's preferences."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from contrastive_drill.errors import DataProblem, UsageProblem

HOME_VARIABLE = "CONTRASTIVE_DRILL_HOME"
NAME = "contrastive-drill"


class Paths(NamedTuple):
    """Every path the program reads or writes."""

    database: Path
    backups: Path
    bank: Path  # the learner's cards
    settings: Path
    plan: Path  # the terms of the plan for an interview
    cache: Path
    weights: Path  # trained by demos, to be used again


def paths(environment: Mapping[str, str]) -> Paths:
    """The paths of this user; one variable moves them all into one folder."""
    home = environment.get(HOME_VARIABLE)
    if home:
        try:
            data = config = Path(home).expanduser().absolute()
        except RuntimeError:
            raise UsageProblem(f"{HOME_VARIABLE} is '{home}', which is not a folder") from None
        cache = data / "cache"
    else:
        import platformdirs

        data = platformdirs.user_data_path(NAME, appauthor=False)
        config = platformdirs.user_config_path(NAME, appauthor=False)
        cache = platformdirs.user_cache_path(NAME, appauthor=False)
    return Paths(
        database=data / "drill.sqlite",
        backups=data / "backups",
        bank=data / "bank",
        settings=config / "settings.json",
        plan=config / "plan.json",
        cache=cache / "bank.cache",
        weights=cache / "weights",
    )


@dataclass(frozen=True, slots=True)
class Preferences:
    """The learner's preferences; numbers have bounds in `BOUNDS`, dates in `DATES`."""

    desired_retention: float = 0.90  # the probability of recall at which a card falls due
    new_per_day: int = 10
    rollover_hour: int = 4  # the local hour at which a study day begins
    interview_on: date | None = None


BOUNDS: dict[str, tuple[float, float, str]] = {
    "desired_retention": (
        0.70,
        0.97,
        "probability of recall at which a card is asked again: higher means more reviews",
    ),
    "new_per_day": (0, 1000, "new cards to meet in a day"),
    "rollover_hour": (0, 23, "the hour at which a study day begins"),
}
DATES: dict[str, tuple[date, date, str]] = {
    "interview_on": (
        date(2000, 1, 1),
        date(2999, 12, 31),
        "the day of the interview: the report looks ahead to it",
    ),
}
NAMES = (*BOUNDS, *DATES)


def load(path: Path) -> Preferences:
    """The preferences in a file, or the defaults where there is no file.

    Raises:
        DataProblem: when `save` did not write it.
    """
    preferences = Preferences()
    for name, value in (read(path) or {}).items():
        try:
            preferences = changed(preferences, name, value)
        except UsageProblem as error:
            raise DataProblem(f"{path}: {error}") from error
    return preferences


def read(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file; None where there is no file.

    Raises:
        DataProblem: when `write` did not write it.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise DataProblem(f"{path} cannot be read: {error}; fix it or move it away") from error
    try:
        value = json.loads(text)
    except ValueError as error:
        raise DataProblem(f"{path} is not JSON ({error}); fix it or move it away") from error
    if not isinstance(value, dict):
        raise DataProblem(f"{path} is not a JSON object; fix it or move it away")
    return value


def changed(preferences: Preferences, name: str, value: object) -> Preferences:
    """The preferences with one of them set to a value or its text; no text unsets a date.

    Raises:
        UsageProblem: when there is no such preference, or the value is outside its bounds.
    """
    if name not in NAMES:
        raise UsageProblem(f"there is no setting '{name}': use one of {', '.join(sorted(NAMES))}")
    parsed: Any = _number(name, value) if name in BOUNDS else _date(name, value)
    return replace(preferences, **{name: parsed})


def default(name: str) -> object:
    """The default of a preference."""
    return getattr(Preferences(), name)


def _number(name: str, value: object) -> float:
    low, high, _ = BOUNDS[name]
    kind = type(default(name))
    rule = (
        f"{name} must be {'a whole number' if kind is int else 'a number'} from {low:g} to {high:g}"
    )
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise UsageProblem(f"{rule}, not {value!r}")
    try:
        number = int(value) if kind is int else float(value)
    except (ValueError, OverflowError):
        raise UsageProblem(f"{rule}, not '{value}'"[:200]) from None
    # NaN fails both comparisons; int(3.5) would lose the half.
    if not low <= number <= high or (isinstance(value, float) and number != value):
        raise UsageProblem(f"{rule}, not {value}")
    return number


def _date(name: str, value: object) -> date | None:
    low, high, _ = DATES[name]
    rule = f"{name} must be a date from {low} to {high}, such as 2026-12-05, or empty"
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise UsageProblem(f"{rule}, not {value!r}")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise UsageProblem(f"{rule}, not '{value}'"[:200]) from None
    if not low <= day <= high:
        raise UsageProblem(f"{rule}, not {value}")
    return day


def save(path: Path, preferences: Preferences) -> None:
    """Write the preferences whole or not at all."""
    write(path, asdict(preferences))


def write(path: Path, value: Mapping[str, Any]) -> None:
    """Write one JSON object whole or not at all.

    Raises:
        DataProblem: when the file cannot be written; it is left as it was.
    """
    temporary = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(json.dumps(value, indent=2, default=str) + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise DataProblem(f"{path} cannot be written: {error.strerror}") from error
