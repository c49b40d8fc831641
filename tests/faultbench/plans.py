"""Plans of any terms on small banks that change, by options, settings, forms' dates and by hand."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from typer.testing import CliRunner, Result

from contrastive_drill.bank import library
from contrastive_drill.cli import app

TODAY = date(2026, 11, 21)
STEPS = 7  # what happens in one trial
CARD = """\
  - id: {id}
    level: {level}
    kind: recall
    prompt: What is {id}?
    answer: It is {id}.
    points:
      - must: Says {id}.
    sources:
      - text: A book
"""
SECTIONS, LEVELS = ("alpha", "beta"), ("mid", "senior", "staff")
ODD: tuple[Any, ...] = (
    None, True, -1, 5e-324, 1e308, 10**400, float("nan"), "", "20", "gone", [], ["x", 3], {}, [[]],
)  # fmt: skip
BY_HAND: dict[str, tuple[Any, ...]] = {
    "minutes": (0, 5e-324, 20, 961, 9999.0),
    "weekend": (None, 0, 5e-324, 20, 961),
    "off": ([], ["2026-11-22"], [f"2026-{11 + n // 30}-{n % 30 + 1:02}" for n in range(60)]),
    "weights": (
        {}, {"gone": 0}, dict.fromkeys(("mid", "senior", "staff"), 0), {"alpha": 9999.0},
        dict.fromkeys(("mid", "senior", "staff", "alpha", "beta"), 100),
        dict.fromkeys(("mid", "senior", "staff", "alpha", "beta"), 1e-300),
    ),
    "only": (["gone"], ["gone", "mid"], ["alpha", "staff"], ["beta"]),
    "since": (None, "0001-01-01", "9999-12-31"),
    "timed": (None, "0001-01-01", "9999-12-31"),
    "repeats": ("auto", "never", "sometimes"),
    "later": (None, {}, "2026-12-24"),
    "interview_on": ("2026-11-21", "2026-11-20", "2000-01-01", "2028-11-21", "2999-12-31"),
}  # fmt: skip
DATES = ("+1d", "+2d", "+9d", "+20d", "+61d", "friday", "tomorrow")
NO_DATES = ("+367d", "+9999w", "2026-11-20", "soon", "9999-12-31")
NUMBERS, NO_NUMBERS = ("0", "0.01", "1", "20", "100"), ("5e-324", "961", "-1", "nan", "1e308")


class Trial:
    """A home, a small bank, and a day that goes on; `wrong` is what was wrong."""

    def __init__(self, chance: Random, folder: Path) -> None:
        self.chance, self.wrong, self.day = chance, list[str](), TODAY
        self.home, self.shipped = folder / "home", folder / "shipped"
        self.shipped.mkdir()
        self.by_hand = False  # the settings were changed by hand, and may be damaged since
        self.bank()
        self.done = list[str]()

    def bank(self) -> None:
        """Other cards than before, some of them the same."""
        for section in SECTIONS:
            path = self.shipped / f"{section}.yaml"
            path.unlink(missing_ok=True)
            numbers = self.chance.sample(range(4), self.chance.randint(section == "alpha", 3))
            if numbers:
                cards = (
                    CARD.format(id=f"{section}-{number}", level=LEVELS[number % 3])
                    for number in sorted(numbers)
                )
                head = f"section: {section}\ntitle: The {section}\ncards:\n"
                path.write_text(head + "".join(cards))

    def says(self, *words: str, typed: str = "") -> Result:
        """What a command says now, which is never a traceback, nor more than one line of error."""
        variables = {
            "CONTRASTIVE_DRILL_HOME": str(self.home),
            "CONTRASTIVE_DRILL_NOW": f"{self.day}T18:30:00+01:00",
        }
        said = CliRunner().invoke(app, words, input=typed, env=variables)
        self.done.append(" ".join(words))
        if said.exception and not isinstance(said.exception, SystemExit):
            self.wrong.append(f"{self.done}: {said.exception!r}")
        elif said.exit_code and said.stderr.count("\n") != 1:
            self.wrong.append(f"{self.done}: {said.stderr!r}")
        return said

    def terms(self) -> None:
        """Change the plan by options; what is accepted is planned, explained and reviewed."""
        words = ["plan", "--json", "--on", self.one(DATES, NO_DATES)]
        words += self.chance.choice((["--move"], ["--move"], ["--add"], []))
        for option, values, wrong in (
            ("--minutes", NUMBERS, NO_NUMBERS),
            ("--weekend", NUMBERS, NO_NUMBERS),
            ("--off", (*DATES, "none"), NO_DATES),
            ("--only", (*SECTIONS, *LEVELS, "all"), ("gone",)),
            ("--weight", [f"{name}={n}" for name in (*SECTIONS, *LEVELS) for n in NUMBERS], ("a",)),
        ):
            if self.chance.random() < (0.8 if option == "--minutes" else 0.3):
                words += [option, self.one(values, wrong)]
        if self.says(*words).exit_code == 0:
            self.by_hand = False
            told = self.says("plan", "--json")
            if told.exit_code:
                self.wrong.append(f"{self.done}: was accepted, then {told.stderr}")
            json.loads(told.stdout, parse_constant=self.no_number)

    def one(self, values: Sequence[str], wrong: Sequence[str]) -> str:
        """A value, now and then a wrong one."""
        return self.chance.choice(values if self.chance.random() < 0.93 else wrong)

    def no_number(self, word: str) -> None:
        """Numbers are finite."""
        self.wrong.append(f"{self.done}: {word}")

    def setting(self) -> None:
        """Set the date, or what is planned without one."""
        name, values, wrong = self.chance.choice(
            (
                ("interview_on", (*DATES, ""), NO_DATES),
                ("minutes_per_day", ("20", ""), NO_NUMBERS),
                ("days_off", ("sat,sun", ""), NO_DATES),
            )
        )
        self.says("config", name, "--", self.one(values, wrong))

    def hand(self) -> None:
        """Change a file by hand."""
        path = self.home / self.chance.choice(("plan.json", "plan.json", "settings.json"))
        if not path.exists():
            return
        record = json.loads(path.read_text())
        is_plan = path.name == "plan.json"
        name = self.chance.choice([*record]) if is_plan else "interview_on"
        record[name] = self.chance.choice(BY_HAND[name] if self.chance.random() < 0.9 else ODD)
        path.write_text(json.dumps(record))
        self.by_hand |= not is_plan

    def mark(self) -> None:
        """Suspend, bury or flag some cards, or all of them."""
        cards = [each.id for each in library.load(self.shipped).entries]
        some = self.chance.sample(cards, self.chance.randint(1, len(cards)))
        self.says(self.chance.choice(("suspend", "suspend", "bury", "resume")), *some)

    def later(self) -> None:
        """Another day, also an earlier one."""
        self.day += timedelta(self.chance.choice((-1, 1, 1, 2, 9, 70)))

    def study(self) -> None:
        """A review, which goes on whatever became of the plan; and the screens beside it."""
        said = self.says("review", typed=self.chance.choice(("", "\nall good\n" * 2, "\nnone\n")))
        if said.exit_code and not (self.by_hand and said.exit_code == 3):
            self.wrong.append(f"{self.done}: no review: {said.stderr}")
        refused = self.says("plan", "--json").stderr
        if "takes that back" in refused:
            command = refused.partition(": contrastive-drill ")[2].partition(" takes")[0]
            if "leave no card" in self.says(*command.split()).stderr:
                self.wrong.append(f"{self.done}: the remedy is none")
        cards = [each.id for each in library.load(self.shipped).entries]
        self.says("plan", "--explain", self.chance.choice(cards))
        self.says(*self.chance.choice(((), ("status",), ("report", "--json"), ("doctor",))))


def trials(count: int, seed: int) -> Iterator[str]:
    """So many homes, to each of which several things happen."""
    for number in range(count):
        chance = Random(f"{seed} {number}")
        with TemporaryDirectory() as name:
            trial = Trial(chance, Path(name))
            with patch.object(library, "shipped_folder", lambda trial=trial: trial.shipped):
                trial.says("plan", "--on", "+9d", "--minutes", "20", "--json")
                happens: list[Callable[[], None]] = [
                    trial.terms, trial.setting, trial.hand, trial.mark, trial.later, trial.study,
                    trial.study, trial.bank,
                ]  # fmt: skip
                for _ in range(STEPS):
                    chance.choice(happens)()
                trial.study()
        yield (trial.wrong and f"trial {number} of seed {seed}: {'; '.join(trial.wrong)}") or ""
