"""Exams and interviews, the newest first."""

from collections.abc import Sequence
from datetime import date

from contrastive_drill.demo.result import Note, Table
from contrastive_drill.reports.document.blocks import Bars, ReportSection, Share
from contrastive_drill.reports.scores import SittingScore
from contrastive_drill.words import duration, percent

COLUMNS = (
    "begun", "full", "points", "recalled", "FSRS", "of", "level", "gap", "failed", "time",
    "asked",
)  # fmt: skip
NONE = (
    "None yet: contrastive-drill exam asks cold, contrastive-drill interview as an interviewer "
    "would."
)
LEGEND = (
    "full: rated Good or Easy, of those asked; gap: rated Hard. points: required points "
    "covered. recalled, and what FSRS had expected: of the answers on cards learned before."
)


def sittings_section(scores: Sequence[SittingScore]) -> ReportSection:
    """Every exam and interview with an answer."""
    newest = sorted(scores, key=lambda score: score.at, reverse=True)
    table = Table("By points covered", COLUMNS, tuple(map(_row, newest)), (LEGEND,))
    bars = Bars(table, tuple(Share(score.points) for score in newest), extra=4)
    return ReportSection("Exams and interviews", "exams", (bars if scores else Note(NONE),))


def _row(score: SittingScore) -> tuple[str, ...]:
    return (
        f"{date.fromordinal(score.day)} {score.sort.value}",
        f"{score.full}/{score.asked}",
        f"{score.said}/{score.wanted}",
        percent(score.recalled.value),
        percent(score.predicted.value),
        f"{score.recalled.count}",
        (score.level or "") if score.ended else "open",
        f"{score.gap}",
        f"{score.failed}",
        duration(score.seconds),
        f"{score.asked}" if score.planned is None else f"{score.asked}/{score.planned}",
    )
