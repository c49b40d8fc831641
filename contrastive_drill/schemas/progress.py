"""The JSON of where a learner stands: status, report, plan, parameters."""

from contrastive_drill.schemas.notation import (  # isort: skip
    COUNT, DAY, FLAG, LEVEL, MOMENT, NUMBER, RATING, TEXT, Output, each, keys, maybe, one_of,
    record,
)  # fmt: skip

# fmt: off
ESTIMATE = record(keys(COUNT, "count needed"), value=maybe(NUMBER))
SCORE = keys(COUNT, "asked full gap failed said wanted")
PAIR = keys(ESTIMATE, "recalled predicted")
TALLY = record(SCORE, day=DAY, sitting=maybe(TEXT))
MISSED = record(keys(TEXT, "card_id key text"), **keys(COUNT, "missed asked"), demo=maybe(TEXT))
STANDING = {
    **keys(TEXT, "id title"), **keys(COUNT, "cards seen answers again"),
    **keys(ESTIMATE, "recall_now seconds_each"), "recall_then": maybe(ESTIMATE),
    **keys(NUMBER, "known_now seconds"), "known_then": maybe(NUMBER),
    **keys(maybe(TALLY), "exam interview"), "missed": each(MISSED),
}
ROW = record(STANDING, levels={"const": []})
SITTING = record(
    SCORE, **PAIR, **keys(NUMBER, "seconds points"), id=TEXT, sort=one_of("exam interview"),
    at=MOMENT, day=DAY, planned=maybe(COUNT), ended=FLAG, level=maybe(LEVEL),
)
CALIBRATION = record(
    keys(ESTIMATE, "generous guesses"), ratings=each(record(PAIR, rating=RATING)),
    loss=record(keys(ESTIMATE, "recall predicted fsrs constant margin")),
    checks=record(
        keys(ESTIMATE, "right kind harsh"), changed=COUNT,
        given=each(record(keys(COUNT, "right wrong"), rating=RATING)),
    ),
)
DATED = record({"day": DAY, "answers": COUNT, "seconds": NUMBER})
RECALL = record(keys(NUMBER, "now idle expected low high"), name=TEXT, cards=COUNT)
LATER = record(keys(COUNT, "cards following"), **keys(NUMBER, "expected alone"), interview_day=DAY)

OUTPUTS = {
    "status": Output(1, "status", {
        **keys(COUNT, "cards due new unseen learned suspended flagged streak answered_today"),
        "day": DAY, "next_due_day": maybe(DAY), "minutes": NUMBER,
        "plan": maybe(record(keys(NUMBER, "minutes left"), cards=COUNT, source=TEXT)),
    }),
    "report": Output(2, "report", {
        "day": DAY, "interview_day": maybe(DAY), "total": ROW, "levels": each(ROW),
        "advice": each(record(keys(TEXT, "rule why command"))),
        "sections": each(record(STANDING, levels=each(ROW))), "calibration": CALIBRATION,
        "days": record(keys(COUNT, "streak answers"), days=each(DATED), seconds=NUMBER),
        "forecast": record(keys(COUNT, "later suspended"), due=each(COUNT)),
        "retention": each(record(PAIR, first=COUNT, last=maybe(COUNT), days=NUMBER)),
        "sittings": each(SITTING), "stuck": each(TEXT),
    }),
    "plan": Output(2, "plan", {
        **keys(DAY, "day interview_day"), **keys(NUMBER, "expected_weighted bound close"),
        **keys(each(RECALL), "sections levels"), "expected": RECALL, "short": each(TEXT),
        "range": record(keys(NUMBER, "low high")),
        "minutes_for": each(record({"share": NUMBER, "minutes": maybe(NUMBER)})),
        "more_minutes": record(keys(NUMBER, "minutes share")),
        "today": each(record(keys(NUMBER, "gain seconds"), card_id=TEXT)),
        "repeats": record(
            keys(FLAG, "asked_again first_weeks"), wish=one_of("auto always never"), worth=NUMBER
        ),
        "rest": maybe(record(keys(NUMBER, "once more"), days=COUNT, new=FLAG)),
        "later": maybe(LATER),
        "work": each(record(keys(NUMBER, "planned minutes met looks"), day=DAY)),
    }),
    "plan-explain": Output(2, "plan --explain ID", {
        "card_id": TEXT, "why": one_of("now again next rests done buried"), "rank": maybe(COUNT),
        **keys(COUNT, "ranked fits"), **keys(NUMBER, "seconds idle looked"),
    }),
    "optimize": Output(1, "optimize", {
        "outcome": {"enum": ["nothing", "too few", "adopted", "kept", "reset", "undone"]},
        **keys(maybe(COUNT), "answers missing held_out cards moved due_before due_now"),
        **keys(maybe(NUMBER), "log_loss_before log_loss_after standard_error"),
        "fitted": maybe(each(NUMBER)), "in_use": each(NUMBER), "in_use_since": maybe(MOMENT),
    }),
}
