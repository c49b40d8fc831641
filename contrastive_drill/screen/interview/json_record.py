"""The scorecard of an interview as JSON."""

from typing import Any

from contrastive_drill.cards.prose import plain
from contrastive_drill.interview.next_steps import Advice
from contrastive_drill.interview.scorecard import PastInterview, QuestionScore, ThreadScore
from contrastive_drill.screen.interview.scorecard import ScorecardView, reasons, verdict


def scorecard_record(view: ScorecardView) -> dict[str, Any]:
    """A scorecard as JSON: times in seconds, yes and no as booleans, null where not asked."""
    score = view.score
    return {
        "id": score.id,
        "at": view.score.at.isoformat(timespec="seconds"),
        "seed": score.seed,
        "terms": dict(score.terms),
        "ended": score.how,
        "seconds": score.seconds,
        "verdict": verdict(view),
        "level_reached": score.reached,
        "reasons": reasons(score) if score.answered else [],
        "questions": [
            {
                **_named(each),
                "rating": each.rating and each.rating.label.lower(),
                "covered": each.covered if each.rating is not None else None,
            }
            for each in score.asked
        ],
        "threads": [_named(thread) for thread in score.threads],
        "topics": [
            {
                **topic._asdict(),
                "missed": [
                    {"card": card_id, "key": key, "text": _words(view, card_id, key)}
                    for card_id, key in topic.missed
                ],
                "to_say": _said(view, topic.section),
            }
            for topic in score.topics
        ],
        "strongest": score.strongest and score.strongest.card_id,
        "weakest": score.weakest and score.weakest.card_id,
        "next_cards": [_named(advice) for advice in view.next_steps.cards],
        "next_demo": view.next_steps.demo,
        "totals": _totals(score.past),
        "before": [_totals(past) for past in view.before],
    }


def _named(about: QuestionScore | ThreadScore | Advice) -> dict[str, Any]:
    """The fields of what is said about a card, which comes first."""
    fields = about._asdict()
    return {"card": fields.pop("card_id"), **fields}


def _words(view: ScorecardView, card_id: str, key: str) -> str | None:
    line = view.point(card_id, key)
    return None if line is None else plain(line)


def _said(view: ScorecardView, section: str) -> dict[str, Any] | None:
    """What to say next of a topic."""
    rung = view.to_say.get(section)
    return rung and {"level": rung.level, "card": rung.card, "line": plain(rung.line)}


def _totals(past: PastInterview) -> dict[str, Any]:
    return {**past._asdict(), "at": past.at.isoformat(timespec="seconds")}
