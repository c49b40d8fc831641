"""The errors a user can fix, and the exit statuses of the program."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit statuses of the program."""

    OK = 0
    FAILED = 1  # a check or a claim did not hold
    USAGE = 2  # the command line is wrong, or the machine lacks something
    DATA = 3  # a file is broken, missing, too new, or cannot be written
    INTERRUPTED = 130


class DrillError(Exception):
    """A problem the user can fix: its text is one line that says what is wrong and what to do."""

    exit_code: ExitCode = ExitCode.DATA


class DataProblem(DrillError):
    """A file of the program cannot be read, written or trusted."""


class UsageProblem(DrillError):
    """The command asks for something that does not exist."""

    exit_code = ExitCode.USAGE


class Interrupted(DrillError):
    """The user interrupted a run."""

    exit_code = ExitCode.INTERRUPTED


class CheckFailed(DrillError):
    """A check was completed and failed."""

    exit_code = ExitCode.FAILED
