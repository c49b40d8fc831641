"""Whether ratings and predictions keep what they promise, and how recall falls with time."""

from collections.abc import Iterator, Sequence

from contrastive_drill.demo.result import Chart, Note, Series, Table
from contrastive_drill.reports.calibration import Calibration
from contrastive_drill.reports.document.blocks import Bars, Block, Detail, ReportSection, Share
from contrastive_drill.reports.evidence import ENOUGH, ENOUGH_FOR_LOSS, ENOUGH_IN_PART, Estimate
from contrastive_drill.reports.history import Bin
from contrastive_drill.reports.report import Report
from contrastive_drill.words import percent, plural

THRESHOLDS = (
    f"FSRS: what it had expected. A share is given from {ENOUGH} answers on, in a part of several "
    f"from {ENOUGH_IN_PART}, a log loss from {ENOUGH_FOR_LOSS}."
)
CLOSE = 10  # mean days from which on the retention curve needs an axis of powers


def calibration_sections(report: Report) -> tuple[ReportSection, ...]:
    """FSRS beside the answers, the learner's ratings beside the checks, and the curve."""
    calibration = report.calibration
    after = [(row.rating.label, row.recalled, row.predicted) for row in calibration.ratings]
    worth: tuple[Block, ...] = (
        _beside("Your ratings, and the next time", "rated", after, (THRESHOLDS,)),
        Note(recall_words(calibration)),
        Note(loss_words(calibration)),
        *(Note(words) for words in guess_words(calibration)),
    )
    kind = (*map(Note, kindness(calibration)), *_checks(calibration))
    curve = tuple(_retention(report.retention))
    return (
        ReportSection("Calibration: what a rating was worth the next time", "calibration", worth),
        ReportSection("Are you kind to yourself?", "kindness", kind),
        ReportSection("Retention: recall by days since the last answer", "retention", curve),
    )


def _beside(
    title: str,
    column: str,
    rows: Sequence[tuple[str, Estimate, Estimate]],
    notes: tuple[str, ...] = (),
) -> Bars:
    """Recall as it was and as it had been predicted, each with what it rests on."""
    cells = tuple(
        (name, percent(recalled.value), percent(predicted.value), basis(recalled))
        for name, recalled, predicted in rows
    )
    shares = tuple(Share(recalled.value, predicted.value) for _, recalled, predicted in rows)
    return Bars(
        Table(title, (column, "recalled", "FSRS", "answers"), cells, notes),
        shares,
        mark="what FSRS had expected",
    )


def basis(estimate: Estimate) -> str:
    """What a number rests on, and what it still needs."""
    missing = f", {estimate.missing} more needed" if estimate.missing else ""
    return f"{estimate.count}{missing}"


def recall_words(calibration: Calibration) -> str:
    """What was recalled beside what had been predicted."""
    loss = calibration.loss
    if loss.recall.value is None or loss.predicted.value is None:
        return f"Too few answers on a later day: {basis(loss.recall)}."
    return (
        f"Recalled {loss.recall.value:.0%}, FSRS had expected {loss.predicted.value:.0%}, of "
        f"{plural(loss.recall.count, 'answer')} on a later day."
    )


def loss_words(calibration: Calibration) -> str:
    """FSRS against the constant guess, in one or two sentences."""
    loss = calibration.loss
    if loss.fsrs.value is None or loss.constant.value is None or loss.margin.value is None:
        return f"Log loss: too few answers: {basis(loss.fsrs)}."
    gain = loss.constant.value - loss.fsrs.value
    if abs(gain) < 2 * loss.margin.value:
        verdict = "a difference that may be chance"
    else:
        verdict = "FSRS is better" if gain > 0 else "FSRS is worse"
    return (
        f"Log loss {loss.fsrs.value:.3f}; guessing your own mean each time, known only in "
        f"hindsight and hence hard to beat, {loss.constant.value:.3f}: {verdict} "
        f"({gain:+.3f} ± {loss.margin.value:.3f}, of {loss.fsrs.count})."
    )


def guess_words(calibration: Calibration) -> Iterator[str]:
    """Predictions before demos beside what came true."""
    guesses = calibration.guesses
    if guesses.value is not None:
        right = round(guesses.value * guesses.count)
        yield f"Predictions before demos: {right} of {guesses.count} came true."


def kindness(calibration: Calibration) -> Iterator[str]:
    """Ratings beside what the program checks, in sentences."""
    checks, generous = calibration.checks, calibration.generous
    right, wrong = (sum(row[place] for row in checks.given) for place in (1, 2))
    kind = sum(row[2] for row in checks.given if row[0] >= 3)
    harsh = checks.given[0][1]
    share = f" ({checks.right.value:.0%})" if checks.right.value is not None else ""
    yield f"Typed answers that the program can check: {right + wrong}, right {right}{share}."
    if right + wrong:
        yield (
            f"Wrong, yet rated Good or Easy: {kind} of {wrong}{_share(checks.kind)}. "
            f"Right, yet rated Again: {harsh} of {right}{_share(checks.harsh)}."
        )
    if checks.changed:
        yield f"Left out, for their card was edited since: {checks.changed}."
    if generous.value is None:
        yield f"Rated Good or Easy: too few answers: {basis(generous)}."
    else:
        yield (
            f"Rated Good or Easy with a required point not ticked: {generous.value:.0%} of "
            f"{generous.count}."
        )


def _share(estimate: Estimate) -> str:
    if estimate.value is not None:
        return f" ({estimate.value:.0%})"
    return f" (too few to judge: {estimate.missing} more needed)"


def _checks(calibration: Calibration) -> Iterator[Block]:
    """The checked answers beside how they were rated."""
    given = calibration.checks.given
    if any(right + wrong for _, right, wrong in given):
        rows = tuple((rating.label, f"{right}", f"{wrong}") for rating, right, wrong in given)
        yield Detail(Table("Checked answers, and your rating", ("rated", "right", "wrong"), rows))


def _retention(bins: Sequence[Bin]) -> Iterator[Block]:
    """Recall by the days since the answer before, as far as there are answers."""
    reached = max((place for place, each in enumerate(bins, 1) if each.recalled.count), default=0)
    if not reached:
        yield Note("No card was asked again on a later day yet.")
        return
    yield from _curve(bins)
    rows = [(_span(each), each.recalled, each.predicted) for each in bins[:reached]]
    yield _beside("Recall by days since the last answer", "days", rows)


def _curve(bins: Sequence[Bin]) -> Iterator[Block]:
    """Recall as it was beside what FSRS had predicted, where two bins have answers enough."""
    known = [
        (each.days, each.recalled.value * 100, each.predicted.value * 100)
        for each in bins
        if each.recalled.value is not None and each.predicted.value is not None and each.days > 0
    ]
    if len(known) >= 2:
        xs, observed, predicted = (tuple(column) for column in zip(*known, strict=True))
        yield Detail(
            Chart(
                "Retention: recalled and predicted",
                "days since the last answer",
                "recalled, %",
                (Series("recalled", xs, observed), Series("predicted by FSRS-6", xs, predicted)),
                x_axis="log" if xs[-1] >= CLOSE else "linear",
            )
        )


def _span(each: Bin) -> str:
    """The days of a bin."""
    if each.last is None:
        return f"{each.first}+"
    return f"{each.first}" if each.first == each.last else f"{each.first}-{each.last}"
