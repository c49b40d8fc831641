"""`optimize`: FSRS's parameters fitted to the learner's answers."""

from collections.abc import Mapping
from dataclasses import replace
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.status import current_status
from contrastive_drill.cli.group import Json, verbs
from contrastive_drill.errors import UsageProblem
from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.parameters import Fit
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.screen.memory import optimizer as screen
from contrastive_drill.screen.plain import say

if TYPE_CHECKING:
    from contrastive_drill.store import Store

app = verbs()


@app.command()
def optimize(
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the previous parameters.")
    ] = False,
    reset: Annotated[
        bool, typer.Option("--reset", help="Go back to FSRS's own parameters.")
    ] = False,
    json: Json = False,
) -> None:
    """Fit the schedule to your own forgetting.

    FSRS's parameters are fitted to your log and compared with those in use on answers held out.
    They change only if the fit predicts better by more than the standard error.

    \b
    Examples:
      contrastive-drill optimize
      contrastive-drill optimize --undo
      contrastive-drill optimize --json
    """
    if undo and reset:
        raise UsageProblem("--undo and --reset exclude each other: give one")
    env = Environment()
    with env.store_to_change() as store:
        change = _ParameterChange(env, store)
        outcome: screen.Shortage | screen.FitOutcome | screen.ParameterChange | None
        if undo:
            undone = change.undo()
            outcome = None if undone is None else screen.ParameterChange(undone)
        elif reset:
            outcome = screen.ParameterChange(None) if change.reset() else None
        else:
            outcome = change.fit()
        current = store.fit()
        current = current and replace(current, at=env.local(current.at))
        used = env.scheduler(current).parameters
    if json:
        from contrastive_drill.actions.output import print_json

        print_json("optimize", screen.record(outcome, current, change.moved, used))
    elif outcome is None:
        prefix = "Nothing to undo: " if undo else ""
        say(f"{prefix}FSRS's own parameters are in use.")
    else:
        rows = screen.lines(outcome, current, change.moved, get_terminal_size().columns)
        say(rows)


class _ParameterChange:
    """A change of the parameters, and what it does to the schedule."""

    def __init__(self, env: Environment, store: "Store") -> None:
        self.env, self.store = env, store
        self.present = store.fit()
        self.due_days, self.due = store.due_days(), current_status(env, store).due
        self.moved: screen.ScheduleChange | None = None

    def fit(self) -> screen.Shortage | screen.FitOutcome:
        """Fit, and put the fit into use where it is better."""
        from contrastive_drill.memory import optimizer

        used = None if self.present is None else self.present.parameters
        since = self.present.at if self.present is not None and used is not None else None
        result = optimizer.fit(optimizer.scheduled_answers(self.store.reviews()), used, since)
        if isinstance(result, optimizer.TooFewAnswers):
            local = result.since and self.env.local(result.since)
            return screen.Shortage(result.answers, result.missing, local)
        new = Fit(self.env.new_id(), self.env.utc(), result.parameters, result.evidence)
        before, after = (
            optimizer.spacing(self.env.scheduler(each)) for each in (self.present, new)
        )
        if result.better:
            self._adopt(new)
        return screen.FitOutcome(
            result.evidence,
            result.parameters,
            adopted=result.better,
            same=result.same,
            spacings=(before, after),
        )

    def reset(self) -> bool:
        """Go back to FSRS's defaults; returns whether others were in use."""
        if self.present is None or self.present.parameters is None:
            return False
        self._adopt(Fit(self.env.new_id(), self.env.utc(), None, None))
        return True

    def undo(self) -> Fit | None:
        """Go back to the previous parameters; returns those undone."""
        result = self.store.parameters.undo(self.env.new_id(), self.env.utc(), replay)
        if result is None:
            return None
        undone, memories = result
        self._measure(memories)
        return undone

    def _adopt(self, new: Fit) -> None:
        self._measure(self.store.parameters.adopt(new, self.present, replay))

    def _measure(self, memories: Mapping[str, Learned]) -> None:
        self.moved = screen.ScheduleChange(
            cards=len(memories),
            moved=sum(
                memory.due_day != self.due_days.get(card) for card, memory in memories.items()
            ),
            due_before=self.due,
            due_now=current_status(self.env, self.store).due,
        )
