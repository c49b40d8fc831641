"""What ratings and predictions were worth, as rows of text with bars."""

from collections.abc import Sequence

from rich.text import Text

from contrastive_drill.reports.values import Bin, Calibration, Measured, RatingRecall
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.report_tables import bar, more
from contrastive_drill.screen.words import plural


def rating_rows(sheet: Sheet, calibration: Calibration) -> Rows:
    """What became of each rating, the log loss, and the typed answers."""
    rows: Rows = [sheet.heading("Calibration: what a rating was worth the next time")]
    for each in calibration.ratings:
        rows.append(_rating(sheet, each))
    loss = calibration.loss
    rows += [Text(), sheet.heading("How well FSRS foresees you")]
    if loss.recall.value is None or loss.predicted.value is None:
        words = f"Too few answers on a later day: {more(loss.recall)}."
    else:
        words = (
            f"Recalled {loss.recall.value:.0%}, FSRS had expected {loss.predicted.value:.0%}, "
            f"of {plural(loss.recall.count, 'answer')} on a later day."
        )
    rows += sheet.wrapped(Text(words))
    rows += sheet.wrapped(Text(sheet.look.text(loss_words(calibration))))
    rows += [Text(), sheet.heading("Are you kind to yourself?")]
    for words in kindness(calibration):
        rows += sheet.wrapped(Text(sheet.look.text(words)))
    return rows


def _rating(sheet: Sheet, each: RatingRecall) -> Text:
    text = Text(f"{each.rating.label:<6}")
    if each.recalled.value is None or each.predicted.value is None:
        return text.append(f"too few answers: {more(each.recalled)}", "dim")
    text.append_text(bar(sheet, each.recalled.value, min(sheet.look.width - 46, 24)))
    text.append(f" {each.recalled.value:>4.0%} recalled, FSRS {each.predicted.value:.0%}, ")
    return text.append(f"of {each.recalled.count}")


def loss_words(calibration: Calibration) -> str:
    """FSRS against the constant guess, in one or two sentences."""
    loss = calibration.loss
    if loss.fsrs.value is None or loss.constant.value is None or loss.margin.value is None:
        return f"Log loss: too few answers: {more(loss.fsrs)}."
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


def kindness(calibration: Calibration) -> list[str]:
    """Ratings beside what the program found, in sentences."""
    checks, generous = calibration.checks, calibration.generous
    right, wrong = (sum(row[place] for row in checks.given) for place in (1, 2))
    kind = sum(row[2] for row in checks.given if row[0] >= 3)
    harsh = checks.given[0][1]
    words = [
        f"Typed answers that the program can check: {right + wrong}, right {right}"
        + (f" ({checks.right.value:.0%})." if checks.right.value is not None else ".")
    ]
    if right + wrong:
        words.append(
            f"Wrong, yet rated Good or Easy: {kind} of {wrong}{_share(checks.kind)}. "
            f"Right, yet rated Again: {harsh} of {right}{_share(checks.harsh)}."
        )
    if checks.changed:
        words.append(f"Left out, for their card was edited since: {checks.changed}.")
    if generous.value is None:
        words.append(f"Rated Good or Easy: too few answers: {more(generous)}.")
    else:
        words.append(
            f"Rated Good or Easy with a required point not ticked: {generous.value:.0%} of "
            f"{generous.count}."
        )
    return words


def _share(measured: Measured) -> str:
    if measured.value is not None:
        return f" ({measured.value:.0%})"
    return f" (too few to judge: {measured.missing} more needed)"


def retention_rows(sheet: Sheet, bins: Sequence[Bin]) -> Rows:
    """Recall by the days since the answer before, as far as there are answers."""
    rows: Rows = [sheet.heading("Retention: recall by days since the last answer")]
    if not any(each.recalled.count for each in bins):
        return [*rows, *sheet.wrapped(Text("No card was asked again on a later day yet."))]
    reached = max(place for place, each in enumerate(bins) if each.recalled.count)
    wide = min(sheet.look.width - 46, 24)
    for each in bins[: reached + 1]:
        text = Text(f"{span(each):>7} d  ")
        if each.recalled.value is None or each.predicted.value is None:
            text.append(f"too few answers: {more(each.recalled)}", "dim")
        else:
            text.append_text(bar(sheet, each.recalled.value, wide))
            text.append(f" {each.recalled.value:>4.0%} recalled, FSRS ")
            text.append(f"{each.predicted.value:.0%}, of {each.recalled.count}")
        rows.append(text)
    return rows


def span(each: Bin) -> str:
    """The days of a bin."""
    if each.last is None:
        return f"{each.first}+"
    return f"{each.first}" if each.first == each.last else f"{each.first}-{each.last}"
