"""`optimize`: FSRS's parameters fitted to the learner's own answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import verbs
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.plain import complain, say

if TYPE_CHECKING:
    from contrastive_drill.memory.log import Learned
    from contrastive_drill.memory.parameters import Fit
    from contrastive_drill.screen.memory.optimizer import FitOutcome, ScheduleChange, Shortage
    from contrastive_drill.store import Store

app = verbs()


@app.command()
def optimize(
    undo: Annotated[bool, typer.Option("--undo", help="Back to the parameters before.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Back to FSRS's own parameters.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Fit the schedule to your own forgetting.

    FSRS's parameters are fitted to your log and held against those in use, on answers held out;
    they change only if the fit predicts better by more than the standard error.

    \b
    Examples:
      contrastive-drill optimize
      contrastive-drill optimize --undo
      contrastive-drill optimize --json
    """
    from contrastive_drill.screen.memory.optimizer import ParameterChange, lines, record

    if undo and reset:
        raise UsageProblem("--undo and --reset are two ways back: give one")
    env = Environment()
    with env.store() as store:
        problem = env.backup_of_the_day(store)
        if problem:
            complain(problem)
        change = _Change(env, store)
        outcome: Shortage | FitOutcome | ParameterChange | None
        if undo:
            taken = change.undo()
            outcome = None if taken is None else ParameterChange(taken)
        elif reset:
            outcome = ParameterChange(None) if change.reset() else None
        else:
            outcome = change.fit()
        present = _local(env, store.fit())
        used = env.scheduler(present).parameters
    if json:
        from contrastive_drill.actions.output import print_json

        print_json(record(outcome, present, change.moved, used))
    elif outcome is None:
        said = "Nothing to undo: " if undo else ""
        say(f"{said}FSRS's own parameters are in use.")
    else:
        say("\n".join(lines(outcome, present, change.moved, get_terminal_size().columns)))


class _Change:
    """A change of the parameters, and what it does to the schedule."""

    def __init__(self, env: Environment, store: "Store") -> None:
        from contrastive_drill.actions.status import current_status

        self.env, self.store = env, store
        self.present = store.fit()
        self.due_days, self.due = store.due_days(), current_status(env, store).due
        self.moved: ScheduleChange | None = None

    def fit(self) -> "Shortage | FitOutcome":
        """Fit, and take the fit into use where it is better."""
        from contrastive_drill.memory import optimizer as fitting
        from contrastive_drill.memory.parameters import Fit
        from contrastive_drill.screen.memory.optimizer import FitOutcome, Shortage

        used = None if self.present is None else self.present.parameters
        since = self.present.at if self.present is not None and used is not None else None
        found = fitting.fit(fitting.scheduled_answers(self.store.reviews()), used, since)
        if isinstance(found, fitting.TooFewAnswers):
            local = since and since.astimezone(self.env.clock.now().tzinfo)
            return Shortage(found.answers, found.missing, found.since and local)
        new = Fit(self.env.new_id(), self._now(), found.parameters, found.evidence)
        spacings = tuple(fitting.spacing(self.env.scheduler(each)) for each in (self.present, new))
        if found.better:
            self._adopt(new)
        return FitOutcome(
            found.evidence,
            found.parameters,
            adopted=found.better,
            same=found.same,
            spacings=(spacings[0], spacings[1]),
        )

    def reset(self) -> bool:
        """Go back to FSRS's own parameters; whether others were in use."""
        from contrastive_drill.memory.parameters import Fit

        if self.present is None or self.present.parameters is None:
            return False
        self._adopt(Fit(self.env.new_id(), self._now(), None, None))
        return True

    def undo(self) -> "Fit | None":
        """Go back to the parameters before; gives those taken back."""
        from contrastive_drill.memory.scheduler import replay

        undone = self.store.parameters.undo(self.env.new_id(), self._now(), replay)
        if undone is None:
            return None
        taken, memories = undone
        self._measure(memories)
        return taken

    def _adopt(self, new: "Fit") -> None:
        from contrastive_drill.memory.scheduler import replay

        self._measure(self.store.parameters.adopt(new, self.present, replay))

    def _measure(self, memories: "Mapping[str, Learned]") -> None:
        from contrastive_drill.actions.status import current_status
        from contrastive_drill.screen.memory.optimizer import ScheduleChange

        self.moved = ScheduleChange(
            cards=len(memories),
            moved=sum(
                memory.due_day != self.due_days.get(card) for card, memory in memories.items()
            ),
            due_before=self.due,
            due_now=current_status(self.env, self.store).due,
        )

    def _now(self) -> datetime:
        return self.env.clock.now().astimezone(UTC)


def _local(env: Environment, fit: "Fit | None") -> "Fit | None":
    """Parameters at the learner's own time."""
    return None if fit is None else replace(fit, at=fit.at.astimezone(env.clock.now().tzinfo))
