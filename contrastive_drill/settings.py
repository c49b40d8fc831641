"""The paths of the program's files, and the learner's preferences."""

import json
import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from contrastive_drill import files, intake
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.spelling import UnknownName

HOME_VARIABLE = "CONTRASTIVE_DRILL_HOME"
NAME = "contrastive-drill"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Paths(NamedTuple):
    """Every path the program reads or writes."""

    database: Path
    backups: Path
    drafts: Path  # of typed answers
    bank: Path  # the learner's cards
    pictures: Path  # of cards from Anki
    settings: Path
    plan: Path  # the terms of the plan for an interview
    cache: Path
    weights: Path  # trained by demos, to be used again
    code: Path  # what the learner writes in code drills
    proofs: Path  # of coding tasks
    machine: Path  # the id of this machine
    taken_in: Path  # which files of other machines were read
    trusted: Path  # other banks' code that the learner allowed to run
    anki: Path  # when the notes of packages for Anki last changed


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
    code = data / "code" if home else Path("~/drill-code").expanduser()
    return Paths(
        database=data / "drill.sqlite",
        backups=data / "backups",
        drafts=data / "drafts",
        bank=data / "bank",
        pictures=data / "pictures",
        settings=config / "settings.json",
        plan=config / "plan.json",
        cache=cache / "bank.cache",
        weights=cache / "weights",
        code=code,
        proofs=cache / "proofs.json",
        machine=data / "machine.json",
        taken_in=cache / "taken-in.json",
        trusted=config / "trusted-code.json",
        anki=data / "anki.json",
    )


@dataclass(frozen=True, slots=True)
class Preferences:
    """The learner's preferences; `RANGES` has what each may be."""

    desired_retention: float = 0.90  # the probability of recall at which a card falls due
    new_per_day: int = 10
    rollover_hour: int = 4  # the local hour at which a study day begins
    interview_on: date | None = None
    minutes_per_day: float | None = None
    days_off: str | None = None  # weekdays, apart by commas, in the order of the week
    grader: str | None = None  # a command line
    code_folder: Path | None = None
    sync_folder: Path | None = None

    def study_day(self, day: int) -> int:
        """The day itself, or the first after it that is no day off."""
        off = self.days_off or ""
        return next(each for each in range(day, day + 7) if WEEKDAYS[(each - 1) % 7] not in off)


class Range(NamedTuple):
    """The values a preference may have, and its meaning; the bounds have the type of the value."""

    low: Any
    high: Any
    meaning: str


RANGES = {
    "desired_retention": Range(
        0.70,
        0.97,
        "probability of recall at which a card is asked again: higher means more reviews",
    ),
    "new_per_day": Range(0, 1000, "new cards to meet in a day"),
    "rollover_hour": Range(0, 23, "the hour at which a study day begins"),
    "interview_on": Range(
        date(2000, 1, 1),
        date(2999, 12, 31),
        "the day of the interview: the report looks ahead to it",
    ),
    "minutes_per_day": Range(
        1.0, 960.0, "minutes a day without a plan: new cards as far as they fit beside what is due"
    ),
    "days_off": Range("mon", "sun", "days without a plan on which nothing is asked by itself"),
    "grader": Range(None, None, "a program of yours that proposes ticks for typed answers"),
    "code_folder": Range(Path(), Path(), "where your files of code drills lie"),
    "sync_folder": Range(Path(), Path(), "a folder through which your machines share their logs"),
}
KINDS = {int: "a whole number", float: "a number", date: "a date", str: "up to six weekdays"}
EXAMPLES = {date: ", such as 2026-12-05, or empty", str: ", such as sat,sun, or empty"}
TEXT = type(None)  # of the bounds of free text, which has none
KINDS[TEXT], EXAMPLES[TEXT] = "a command", ", such as 'llm -t grade', or empty"
FOLDER = type(Path())
KINDS[FOLDER], EXAMPLES[FOLDER] = "a folder", ", such as ~/interviews, or empty"


def range_of(name: str) -> Range:
    """The range of a preference.

    Raises:
        UsageProblem: when there is no such preference.
    """
    if name not in RANGES:
        raise UnknownName(f"there is no setting '{name}'", name, RANGES)
    return RANGES[name]


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


def read(path: Path, most: int = intake.MAX_BYTES) -> dict[str, Any] | None:
    """The JSON object in a file of no more bytes; None where there is no file.

    Raises:
        DataProblem: when `write` did not write it.
    """
    try:
        text = intake.read(files.behind_links(path), most).decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise DataProblem(f"{path} cannot be read: {why}; fix it or move it away") from error
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataProblem(f"{path} is not JSON ({error}); fix it or move it away") from error
    if not isinstance(value, dict):
        raise DataProblem(f"{path} is not a JSON object; fix it or move it away")
    return value


def changed(preferences: Preferences, name: str, value: Any) -> Preferences:
    """The preferences with one of them set to a value or its text; no text unsets it.

    Raises:
        UsageProblem: when there is no such preference, or the value is outside its range.
    """
    low, high, _ = range_of(name)
    kind = type(low)
    parsed: Any = None
    allowed = value in (None, "") and getattr(Preferences(), name) is None
    if not allowed and not isinstance(value, bool):
        with suppress(TypeError, ValueError, OverflowError):
            readers = {str: _weekdays, TEXT: _command, FOLDER: _folder}
            parsed = date.fromisoformat(value) if kind is date else readers.get(kind, kind)(value)
            # NaN fails both comparisons; int(3.5) would lose the half.
            within = kind in (str, TEXT, FOLDER) or low <= parsed <= high
            allowed = within and (isinstance(value, str) or parsed == value)
    if not allowed:
        bounds = f" from {low} to {high}" if high and kind is not FOLDER else ""
        rule = f"{name} must be {KINDS[kind]}{bounds}"
        raise UsageProblem(f"{rule}{EXAMPLES.get(kind, '')}, not {value!r}"[:200])
    return replace(preferences, **{name: parsed})


def _weekdays(text: object) -> str:
    days = {word.strip() for word in str(text).lower().split(",")}
    if not days < set(WEEKDAYS):
        raise ValueError
    return ",".join(day for day in WEEKDAYS if day in days)


def _folder(text: object) -> Path:
    try:
        path = Path(str(text)).expanduser()
    except RuntimeError:  # of a person that there is not
        raise ValueError from None
    taken = path.exists() and not path.is_dir()
    if not path.is_absolute() or taken or not str(text).isprintable():
        raise ValueError
    return path


def _command(text: object) -> str:
    return shlex.join(shlex.split(str(text)))


def save(path: Path, preferences: Preferences) -> None:
    """Write the preferences whole or not at all."""
    write(path, asdict(preferences))


def write(path: Path, value: Mapping[str, Any]) -> None:
    """Write one JSON object whole or not at all; fails as `write_text` does."""
    write_text(path, json.dumps(value, indent=2, default=str) + "\n")


def write_text(path: Path, text: str, durable: bool = True) -> None:
    """Write a file as `files.write` does, in a folder created if need be.

    Raises:
        DataProblem: when the file cannot be written; it is left as it was.
    """
    try:
        files.make_folder(path.parent)
        files.write(path, text.encode(), durable=durable)
    except OSError as error:
        raise DataProblem(f"{path} cannot be written: {error.strerror}") from error
