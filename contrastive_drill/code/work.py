"""A person's work on a task: its runs and hints so far; every step is a new value."""

from dataclasses import dataclass, replace

from contrastive_drill.cards.kinds.code import CodeRun
from contrastive_drill.code.judge import Report
from contrastive_drill.code.task import Task


@dataclass(frozen=True, slots=True)
class Work:
    """What was done so far."""

    task: Task
    path: str  # of the file, as a person reads it
    begun: float  # on the stopwatch
    exam: bool = False  # without hints, and with a time limit
    limit: float | None = None  # seconds
    report: Report | None = None  # of the last run
    saved: str = ""  # when that file was saved
    seconds: float = 0.0  # that the run took
    runs: int = 0
    hints: int = 0
    passed: bool = False  # at some run, before the solution was shown
    shown: bool = False  # the solution, before a pass
    filled: bool = False  # only three lines were missing

    def continued(self, run: CodeRun) -> "Work":
        """Going on from what was done before and is not rated yet."""
        return replace(
            self,
            begun=self.begun - 60 * run.minutes,
            runs=run.runs,
            hints=run.hints,
            passed=run.passed,
            shown=run.shown,
            filled=self.filled or run.filled,
        )

    def judged(self, report: Report, saved: str, seconds: float) -> "Work":
        """After a run."""
        passed = self.passed or (report.passed and not self.shown)
        runs = self.runs + (not self.passed)
        return replace(self, report=report, saved=saved, seconds=seconds, runs=runs, passed=passed)

    def hinted(self) -> "Work":
        """With one hint more; those after a pass cost nothing."""
        most = len(self.task.hints)
        return self if self.passed else replace(self, hints=min(self.hints + 1, most))

    def given_up(self) -> "Work":
        """The solution is shown."""
        return replace(self, shown=not self.passed)

    @property
    def over(self) -> bool:
        """Whether there is something to rate."""
        return self.passed or self.shown or (self.exam and self.runs > 0)

    def left(self, now: float) -> float | None:
        """Seconds that are left of the time limit, where there is one."""
        return None if self.limit is None else self.limit - (now - self.begun)

    def run(self, now: float) -> CodeRun:
        """How it went, for the log."""
        held, total = (self.report.held, self.report.total) if self.report else (0, 0)
        minutes = max(1, round((now - self.begun) / 60))
        return CodeRun(
            self.passed, held, total, self.runs, self.hints, minutes, self.shown, self.filled
        )
