"""Why a card is asked today or not, in one or two sentences, and as JSON."""

from typing import Any

from contrastive_drill.planner.explanation import Cause, Explanation
from contrastive_drill.words import long_date, plural


def reason_words(reason: Explanation, interview_day: int) -> str:
    """The reason, of which every word holds if today goes as planned."""
    when, before = long_date(interview_day), (reason.rank or 1) - 1
    place = f"{before} cards come before it" if before > 1 else "one card comes before it"
    place = place if before else "it comes first"
    fit = f"{plural(reason.fits, 'card')} {'fits' if reason.fits == 1 else 'fit'} into the time"
    gain = f"from {reason.idle:.0%} to {reason.looked:.0%}"
    look = f"A look ({reason.seconds:.0f} s) takes recall on {when} {gain}."
    match reason.why:
        case Cause.NOW:
            return f"Today: {place}, and {fit}. {look}"
        case Cause.AGAIN:
            return f"Again today, because you failed it: {place}."
        case Cause.NEXT:
            return f"Not today: {place}, and {fit}. {look}"
        case Cause.RESTS:
            return f"Not today. {look} The same time gains more on other cards, or on another day."
        case Cause.BURIED:
            return (
                f"Not today: it is buried until tomorrow. {look} contrastive-drill resume "
                f"{reason.card_id} asks it again."
            )
        case Cause.DONE:
            return (
                f"Not again today: it was answered today. Recall on {when} is {reason.idle:.0%} "
                "without another look."
            )


def reason_record(reason: Explanation) -> dict[str, Any]:
    """An explanation as JSON."""
    return {**reason._asdict(), "why": reason.why.value}
