"""The JSON of exams and interviews."""

from contrastive_drill.schemas.notation import (  # isort: skip
    COUNT, DAY, FLAG, LEVEL, MOMENT, NUMBER, RATING, TEXT, WHOLE, Output, each, keys, maybe,
    one_of, record,
)  # fmt: skip

# fmt: off
SCORE = keys(COUNT, "full gap missed")
EXAM = record(
    keys(TEXT, "id terms"), **keys(COUNT, "asked rated_alone left"), **SCORE,
    **keys(maybe(FLAG), "drilled_enough aim_reached"), at=MOMENT, seed=WHOLE, seconds=NUMBER,
    ended=maybe(TEXT), whole_list=FLAG, first_45=maybe(COUNT),
    parts=each(record(keys(COUNT, "first last asked"), **SCORE, title=TEXT, weak=FLAG)),
    expectation=maybe(record(keys(COUNT, "cards recalled"), **keys(NUMBER, "expected deviation"))),
    incomplete=each(record(
        {"card": TEXT, "rating": RATING, "missed": each(TEXT), "seconds": NUMBER, "day": DAY}
    )),
)
QUESTION = record(
    keys(TEXT, "card section"), **keys(COUNT, "thread depth required"),
    **keys(NUMBER, "budget seconds"), **keys(maybe(FLAG), "baited board measured"),
    part=one_of("scenario follow-up calculation"), level=LEVEL, rating=maybe(RATING),
    missed=each(TEXT), covered=maybe(COUNT),
)
THREAD = record(
    keys(COUNT, "follow_ups covered beyond"), card=TEXT, level=LEVEL, baited=FLAG,
    outcome=one_of("held shaken failed"),
)
TOPIC = record(
    keys(COUNT, "questions covered required"), section=TEXT,
    missed=each(record(keys(TEXT, "card key"), text=maybe(TEXT))),
    to_say=maybe(record(keys(TEXT, "card line"), level=LEVEL)),
)
TOTALS = record(
    keys(COUNT, "questions covered required on_time baited baits"), id=TEXT, at=MOMENT,
    reached=maybe(LEVEL),
)
TERMS = record(keys(each(TEXT), "topics"), minutes=NUMBER, level=maybe(LEVEL), seeded=FLAG)
TERMS["properties"]["holds"] = FLAG  # older ones lack it
INTERVIEW = record(
    keys(TEXT, "id verdict"), **keys(maybe(TEXT), "ended strongest weakest next_demo"), at=MOMENT,
    seed=WHOLE, seconds=NUMBER, terms=TERMS, level_reached=maybe(LEVEL), reasons=each(TEXT),
    questions=each(QUESTION), threads=each(THREAD), topics=each(TOPIC),
    next_cards=each(record(keys(TEXT, "card reason"))), totals=TOTALS, before=each(TOTALS),
)

OUTPUTS = {
    "exam": Output(1, "exam --history", {"exams": each(EXAM)}),
    "interview": Output(2, "interview --history", {"interviews": each(INTERVIEW)}),
}
