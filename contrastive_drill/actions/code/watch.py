"""The watch on a file: every save is judged at once, while single keys are read."""

import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import NamedTuple

from contrastive_drill.actions.card_edit import command_for, usual_editor
from contrastive_drill.actions.child_process import run as run_program
from contrastive_drill.actions.code import folder
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Card
from contrastive_drill.code.judge import Report, judge
from contrastive_drill.code.runner import Runner
from contrastive_drill.code.trial import trial
from contrastive_drill.code.work import Work
from contrastive_drill.errors import DrillError
from contrastive_drill.screen.bindings import Action
from contrastive_drill.screen.code.watch import CodeScreen
from contrastive_drill.screen.keys import TICK

POLL = 0.1  # seconds between two looks at the file
# Editors with a window of their own: the others need the terminal.
WINDOWED = frozenset(
    ("code", "code-insiders", "codium", "cursor", "subl", "zed", "gvim", "gedit", "kate", "mate",
     "pycharm", "idea", "charm", "xed", "mousepad", "pluma", "geany", "gnome-text-editor")
)  # fmt: skip


class Ending(NamedTuple):
    """How a person left a task."""

    work: Work
    action: Action  # ACCEPT, NEXT or LEAVE


def editor_command(path: Path) -> list[str]:
    """The person's editor for a file, or a usual one; empty where there is none."""
    with suppress(DrillError, IndexError):
        command = command_for(usual_editor(), str(path), 1)
        return command if which(command[0]) else []
    return []


def open_in_background(path: Path) -> bool:
    """Open an editor that has a window of its own; whether there is one."""
    command = [word for word in editor_command(path) if word not in ("--wait", "-w")]
    if not command or Path(command[0]).stem.lower() not in WINDOWED:
        return False
    with suppress(OSError):
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return True
    return False


class Watch:
    """One task in progress."""

    def __init__(
        self,
        env: Environment,
        view: CodeScreen,
        card: Card,
        path: Path,
        runner: Runner,
        seeds: Callable[[], int],
        keep: Callable[[str], None],
    ) -> None:
        self.env, self.view, self.card, self.path = env, view, card, path
        self.runner, self.seeds, self.keep = runner, seeds, keep
        self.known = folder.saved(path)
        self.asked: Action | None = None  # what must be pressed twice

    def run(self, work: Work) -> Ending:
        """Judge what is saved and answer keys, until the person leaves or time is up."""
        self.runner.warm()
        self.next_trial = trial(work.task, self.seeds())
        while True:
            self.view.show(work, self.card, self.env.clock.stopwatch())
            action = self._event(work)
            if action is Action.REDRAW:
                continue
            if self._late(work):
                self.view.tell("Time is up.")
                return Ending(self._judged(work), Action.ACCEPT)
            if action is Action.ACCEPT and not work.over:
                self.view.tell("It has not passed yet: s gives up, q leaves it for later.")
            elif action in (Action.ACCEPT, Action.NEXT, Action.LEAVE):
                return Ending(work, action)
            elif action is not None:
                work = self._done(work, action)
            self.asked = action

    def _event(self, work: Work) -> Action | None:
        """What a key or a save asks for; REDRAW where time went by, None for any other key."""
        second, seen = self._second(work), folder.saved(self.path)
        while not self._late(work):
            key = self.view.key(POLL)
            if key != TICK:
                return self.view.meant(key)
            now = folder.saved(self.path)
            if now == seen and now is not None and now != self.known and now.size:
                return Action.RUN  # once an editor has done with it
            seen = now
            if self._second(work) != second:
                return Action.REDRAW
        return None

    def _second(self, work: Work) -> int | None:
        left = work.left(self.env.clock.stopwatch())
        return None if left is None else int(left)

    def _late(self, work: Work) -> bool:
        left = work.left(self.env.clock.stopwatch())
        return left is not None and left <= 0

    def _done(self, work: Work, action: Action) -> Work:
        """The work after a key that stays on this task."""
        match action:
            case Action.RUN:
                return self._judged(work)
            case Action.HINT | Action.SOLUTION if work.exam:
                self.view.tell("There are no hints and no solution here.")
            case Action.HINT:
                if work.hints == len(work.task.hints):
                    self.view.tell("These are all the hints.")
                return work.hinted()
            case Action.NUMBERS:
                self.view.unfold(Action.NUMBERS)
            case Action.SOLUTION if work.passed or work.shown or self.asked is action:
                self.view.unfold(Action.SOLUTION)
                return work.given_up()
            case Action.SOLUTION:
                self.view.tell("It has not passed: s again gives up, and shows a solution.")
            case Action.AFRESH if self.asked is action:
                try:
                    folder.begin(self.path, work.task)
                    self.view.tell(f"Begun anew; what you wrote is in {folder.EARLIER}/ beside it.")
                except (DrillError, OSError) as error:
                    self.view.tell(f"Not begun anew: {error}")
                self.known = folder.saved(self.path)
            case Action.AFRESH:
                self.view.tell("x again begins the file anew, and keeps yours beside it.")
            case Action.EDITOR:
                self._edit()
        return work

    def _judged(self, work: Work) -> Work:
        """The work after a run of what the file holds now."""
        self.known = folder.saved(self.path)
        self.view.busy()
        start = self.env.clock.stopwatch()
        try:
            source = folder.read(self.path)
            report = judge(work.task, source, self.runner, self.next_trial)
        except DrillError as error:  # of the file, or of a library that cannot be loaded
            report = Report(0, len(self.next_trial.cases), problem=str(error))
        seconds = self.env.clock.stopwatch() - start
        self.view.unfolded = None
        work = work.judged(report, f"{self.env.clock.now():%H:%M:%S}", seconds)
        self.keep(work.run(self.env.clock.stopwatch()).words)
        self.next_trial = trial(work.task, self.seeds())
        return work

    def _edit(self) -> None:
        command = editor_command(self.path)
        if not command:
            self.view.tell(f"Set EDITOR to your editor; the file is {self.path}.")
            return
        if open_in_background(self.path):
            return

        def work() -> None:
            with suppress(OSError):
                run_program(command)

        self.view.aside(work, wait=False)
