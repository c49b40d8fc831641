"""The outcome of fitting FSRS's parameters: as plain lines, and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from textwrap import wrap
from typing import Any

from contrastive_drill.memory.log import Parameters
from contrastive_drill.memory.parameters import Evidence, Fit
from contrastive_drill.words import plural

UNDO = "contrastive-drill optimize --undo"


@dataclass(frozen=True, slots=True)
class Shortage:
    """Too few answers for a fit."""

    answers: int
    missing: int
    since: datetime | None  # answers count from here on: parameters in use were fitted then


@dataclass(frozen=True, slots=True)
class FitOutcome:
    """A fit, and whether it is used now."""

    evidence: Evidence
    fitted: Parameters
    adopted: bool
    same: bool  # as what was in use
    spacings: tuple[Sequence[int], Sequence[int]]  # in days: until now, and fitted


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """What other parameters do to the schedule."""

    cards: int  # with a memory
    moved: int  # of them, on another day
    due_before: int  # today
    due_now: int


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """Parameters changed by hand; `undone` are those taken back, None after a reset."""

    undone: Fit | None


def lines(
    outcome: Shortage | FitOutcome | ParameterChange,
    present: Fit | None,
    moved: ScheduleChange | None,
    columns: int,
) -> list[str]:
    """The outcome for a terminal of so many columns; `present` is in use now."""
    width = min(columns, 80)
    match outcome:
        case Shortage():
            sentences = [_shortage(outcome)]
        case FitOutcome():
            sentences = _fit(outcome, present)
        case ParameterChange(undone=None):
            sentences = [f"In use now: {_name(present)}. To take this back: {UNDO}"]
        case ParameterChange():
            sentences = [f"Undone. In use now: {_name(present)}."]
    if moved is not None:
        sentences.append(
            f"The memories of {plural(moved.cards, 'card')} were computed again from the log: "
            f"{moved.moved} fall due on another day. Due today: {moved.due_now}, before "
            f"{moved.due_before}."
        )
    if isinstance(outcome, FitOutcome) and outcome.adopted:
        sentences.append(f"To take this back: {UNDO}")
    return [
        row
        for line in sentences
        for row in (wrap(line, width, break_on_hyphens=False) if line[:1] != " " else [line])
        or [""]
    ]


def record(
    outcome: Shortage | FitOutcome | ParameterChange | None,
    present: Fit | None,
    moved: ScheduleChange | None,
    used: Parameters,
) -> dict[str, Any]:
    """The outcome as JSON; `used` are the parameters in use now, and None is nothing to undo."""
    names = ("held_out", "log_loss_before", "log_loss_after", "standard_error")
    facts: dict[str, Any] = dict.fromkeys(("answers", "missing", *names, "fitted"))
    match outcome:
        case FitOutcome():
            facts |= zip(("answers", *names), outcome.evidence, strict=True)
            facts["fitted"] = outcome.fitted
        case Shortage(answers, missing):
            facts |= {"answers": answers, "missing": missing}
    return {
        "outcome": _outcome(outcome),
        **facts,
        "in_use": used,
        "in_use_since": present.at.isoformat() if present else None,
        **(asdict(moved) if moved else dict.fromkeys(f.name for f in fields(ScheduleChange))),
    }


def _outcome(outcome: Shortage | FitOutcome | ParameterChange | None) -> str:
    match outcome:
        case None:
            return "nothing"
        case Shortage():
            return "too few"
        case FitOutcome():
            return "adopted" if outcome.adopted else "kept"
        case ParameterChange():
            return "reset" if outcome.undone is None else "undone"


def _shortage(outcome: Shortage) -> str:
    needed = outcome.answers + outcome.missing
    since = ""
    if outcome.since is not None:
        since = f" since parameters were fitted on {outcome.since:%Y-%m-%d}"
    return (
        f"Too few answers to fit: {outcome.answers} of {needed}{since}; {outcome.missing} are "
        "missing. One counts when it comes on a later study day than the card's answer before; "
        "cram and interviews do not."
    )


def _fit(outcome: FitOutcome, present: Fit | None) -> list[str]:
    evidence = outcome.evidence
    sentences = [
        f"{evidence.answers} answers test a prediction. {evidence.held_out} of them were held out, "
        "each predicted by a fit to the answers before it alone.",
        "",
        "Log loss of these, less is better:",
        f"  {'in use until now' if outcome.adopted else 'in use':<18}{evidence.before:.4f}",
        f"  {'fitted':<18}{evidence.after:.4f}",
        f"  {'better by':<17}{evidence.gain:+.4f}",
        f"  {'standard error':<18}{evidence.error:.4f}",
        "",
    ]
    if outcome.adopted:
        until, fitted = (", ".join(map(str, days)) for days in outcome.spacings)
        sentences += [
            "In use now: the fitted parameters, for they are better by more than the standard "
            "error.",
            f"A new card, always answered Good, comes back after {fitted} days; until now after "
            f"{until}.",
        ]
    elif outcome.same:
        sentences.append("Kept: the fit came out as what is in use; there is nothing to change.")
    elif evidence.gain <= 0:
        words = "On answers they have not seen, fitted parameters are no better."
        sentences.append(f"Kept: {_name(present)}. {words}")
    else:
        words = "Fitted ones are better by no more than the standard error: that may be chance."
        sentences.append(f"Kept: {_name(present)}. {words}")
    return sentences


def _name(fit: Fit | None) -> str:
    if fit is None or fit.evidence is None:
        return "FSRS's own parameters"
    return f"the parameters fitted on {fit.at:%Y-%m-%d} to {plural(fit.evidence.answers, 'answer')}"
