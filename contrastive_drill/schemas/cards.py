"""The JSON of cards: in the bank, in lists, and as tasks."""

from contrastive_drill.schemas.notation import (  # isort: skip
    COUNT, FLAG, LEVEL, NUMBER, TEXT, Form, Output, by_name, each, keys, maybe, one_of, record,
)  # fmt: skip

# fmt: off
KIND = one_of("recall scenario verdict choice numeric calculation code")
STATE = one_of("new failed due later buried suspended")
# What an answer is checked by, beside what every card has.
CHECKED: dict[str, dict[str, Form]] = {
    "verdict": {"ruling": one_of("right imprecise wrong")},
    "choice": {"choices": each(record(keys(TEXT, "text why"), right=FLAG))},
    "numeric": keys(TEXT, "number tolerance"),
    "calculation": keys(TEXT, "calculation tolerance"),
    "code": {"task": TEXT},
}
SOURCE = record(
    keys(TEXT, "reference where commit second_hand"),
    kind=one_of("arxiv doi code text computed demo"), url=maybe(TEXT),
)
CARD = record(
    keys(TEXT, "id section section_title prompt say answer digest origin"),
    **keys(each(TEXT), "needs follow_ups tags replaces"), **keys(maybe(TEXT), "demo overrides"),
    level=LEVEL, kind=KIND, place=maybe(COUNT), sources=each(SOURCE),
    points=each(record(keys(TEXT, "key text"), required=FLAG)),
    bait=maybe(record(keys(TEXT, "answer fails"))),
    erratum=maybe(record(keys(TEXT, "sheet correct"))),
    slips=each(record(keys(TEXT, "gives why"))),
)
CARD["properties"] |= {key: form for forms in CHECKED.values() for key, form in forms.items()}
CARD["allOf"] = [
    {"if": {"properties": {"kind": {"const": kind}}}, "then": {"required": [*forms]}}
    for kind, forms in CHECKED.items()
]
HIT = record(keys(TEXT, "id section field passage"), score=NUMBER, level=LEVEL)
ROW = record(keys(TEXT, "id section"), level=LEVEL, kind=KIND, state=STATE)
RUNG = record(keys(TEXT, "card line"), level=LEVEL)
TASK = record(keys(TEXT, "name id section asked"), level=LEVEL, state=STATE, begun=FLAG)

OUTPUTS = {
    "search": Output(1, "search WORDS", {"query": TEXT, "found": COUNT, "cards": each(HIT)}),
    "browse": Output(1, "browse", {"cards": each(ROW)}),
    "show": Output(1, "show ID", {"card": CARD}),
    "show-ladder": Output(
        1, "show --ladder SECTION", keys(TEXT, "section section_title") | {"ladder": each(RUNG)}
    ),
    "bank-list": Output(1, "bank list", {"cards": each(CARD)}),
    "bank-stats": Output(1, "bank stats", {
        **keys(COUNT, "cards second_hand formulas"), **keys(by_name(COUNT), "sources demos"),
        **keys(by_name(by_name(COUNT)), "levels kinds"),
    }),
    "code": Output(1, "code", {"tasks": each(TASK)}),
    "code-check": Output(1, "code TASK --check FILE", {
        "task": TEXT, "passed": FLAG, **keys(COUNT, "held cases"), "smallest": each(TEXT),
        **keys(maybe(TEXT), "problem misconception printed"),
        "failures": each(record(keys(TEXT, "case what expected got"))),
    }),
}
