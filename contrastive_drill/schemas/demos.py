"""The JSON of demos: a run, the list, the history, the settings, a search."""

from contrastive_drill.schemas.notation import (  # isort: skip
    COUNT, FLAG, MOMENT, NUMBER, TEXT, WHOLE, Output, by_name, each, keys, maybe, one_of, record,
)  # fmt: skip

# fmt: off
MEASURED = maybe(NUMBER)  # null where it is infinite or not a number
VALUE = {"anyOf": [{"type": ["number", "string", "boolean", "null"]}, each(MEASURED)]}
SETTINGS = by_name(VALUE)
CLAIM = record(keys(TEXT, "text expected unit"), **keys(FLAG, "held computed"), measured=MEASURED)
CELL = record(keys(TEXT, "unit text"), value=MEASURED)
CELL["properties"]["ratio"] = MEASURED  # where one stands in brackets
TABLE = record(keys(each(TEXT), "notes"), title=TEXT, rows=each(by_name({"anyOf": [CELL, TEXT]})))
CHART = record(
    keys(TEXT, "title x_label y_label sentence"), **keys(one_of("linear log"), "x_axis y_axis"),
    series=each(record(keys(each(MEASURED), "xs ys"), label=TEXT, points=FLAG)),
    references=each(record({"label": TEXT, "value": MEASURED})),
)
PICTURE = record(keys(TEXT, "caption rgb"), **keys(COUNT, "width height"))
RESULT = Output(3, "demo NAME", {
    **keys(TEXT, "name claim device"), **keys(FLAG, "quick interrupted held"),
    "seed": WHOLE, "seconds": NUMBER, "claims": each(CLAIM), "tables": each(TABLE),
    "formulas": each(record(keys(TEXT, "text latex"))), "charts": each(CHART), "notes": each(TEXT),
    "strips": each(record({"title": TEXT, "pictures": each(PICTURE)})), "settings": SETTINGS,
    "prediction": maybe(record({"question": TEXT, "options": each(TEXT)})), "outcome": maybe(COUNT),
})
RUN = record(
    keys(TEXT, "id name device version"), **keys(FLAG, "quick held"), at=MOMENT, seed=WHOLE,
    seconds=NUMBER, claims=each(CLAIM), settings=SETTINGS, changed=each(TEXT),
)
LISTED = record(keys(TEXT, "name claim"), **keys(COUNT, "seconds quick"), last=maybe(RUN))
SETTING = record(keys(TEXT, "name allowed words"), value=VALUE)
FOUND = record({"caption": TEXT, "similarity": MEASURED})

OUTPUTS = {
    "demo": RESULT,
    "demo-all": Output(1, "demo all", {
        **keys(FLAG, "held interrupted"), "problems": by_name(TEXT),
        "results": each(record(RESULT.keys, schema={"const": RESULT.number})),
    }),
    "demo-list": Output(1, "demo --list", {"demos": each(LISTED)}),
    "demo-history": Output(1, "demo history", {"runs": each(RUN)}),
    "demo-config": Output(1, "demo NAME --show-config", {"name": TEXT, "settings": each(SETTING)}),
    "demo-search": Output(1, "demo NAME WORDS", {
        "name": TEXT, "searches": each(record({"query": TEXT, "pictures": each(FOUND)})),
    }),
}
