"""The fields of a card in a bank file; a field of the card has the same name."""

import re

from contrastive_drill.bank.say import SAY
from contrastive_drill.cards import form
from contrastive_drill.cards.card import Bait, Erratum, KeyPoint, Level, Slip, Source, SourceKind
from contrastive_drill.cards.form import COUNT, ID, LINE, NAME, PROSE
from contrastive_drill.cards.kinds import Kind, card_kind

ARXIV = re.compile(r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7}")
DOI = re.compile(r"10\.\d{4,9}/\S+")
CODE = re.compile(r"[\w.-]+/[\w.-]+( \S.*)?")
COMMIT = re.compile(r"[0-9a-f]{7,40}")
MACRO = re.compile(r"\\?[A-Za-z]+")
ANY = re.compile(r"(?s).+")
REFERENCES = {
    SourceKind.ARXIV: form.pattern(ARXIV, "an arXiv id such as '2103.00020'", strict=True),
    SourceKind.DOI: form.pattern(DOI, "a DOI such as '10.1000/182'", strict=True),
    SourceKind.CODE: form.pattern(
        CODE, "'owner/repository path', such as 'openai/CLIP clip/model.py'"
    ),
    SourceKind.TEXT: form.pattern(ANY, "a reference"),
    SourceKind.COMPUTED: form.pattern(ANY, "a calculation"),
    SourceKind.DEMO: form.pattern(NAME, "the name of a demo, such as 'collapse'", strict=True),
}
SOURCE = form.tagged(
    lambda tag, text, *beside: Source(
        SourceKind(tag), text.strip(), *((each or "").strip() for each in beside)
    ),
    f"a source is exactly one of {', '.join(REFERENCES)}, and 'where' beside it",
    {kind.value: reference for kind, reference in REFERENCES.items()},
    {
        "where": form.sentence(str),
        "commit": form.pattern(COMMIT, "a commit of 7 to 40 hexadecimal digits", strict=True),
        "second_hand": form.sentence(str),
    },
)
POINT = form.tagged(
    lambda tag, line: KeyPoint(line, tag == "must"),
    "a key point is one of 'must: ...' or 'bonus: ...'",
    {"must": LINE, "bonus": LINE},
)
REQUIRED = ("id", "level", "kind", "prompt", "points", "sources")
FIELDS = {
    "id": ID.about("Names the card for ever: the learner's history hangs on it."),
    "level": form.word(Level, Level).about(
        "The seniority at which an interviewer expects the answer."
    ),
    "kind": form.word(Kind, Kind).about("What the card asks for."),
    "prompt": PROSE.about("The question, in Markdown."),
    "say": SAY,
    "answer": PROSE.about("The rest of the answer; all of it, answer first, without 'say'."),
    "points": form.each(POINT, maxItems=9).about(
        "What a complete answer says: two to five, the required ones first."
    ),
    "sources": form.each(SOURCE, minItems=1).about("How each number and statement is known."),
    "place": COUNT.about("Its number in the cold list."),
    "demo": ID.about("The experiment that shows it."),
    "needs": form.each(ID).about("Cards to meet first."),
    "follow_ups": form.each(ID).about("Cards that an interviewer asks next."),
    "bait": form.record(Bait, answer=PROSE, fails=PROSE).about(
        "The popular wrong answer, and why it fails."
    ),
    "erratum": form.record(Erratum, sheet=PROSE, correct=PROSE).about(
        "What study sheets say, and what is right."
    ),
    "slips": form.each(form.record(Slip, gives=form.sentence(str), why=form.sentence(str))).about(
        "Popular wrong numbers: a calculation each, and the mistake in it."
    ),
    "replaces": form.each(ID).about("Former ids of the card: their history is its own."),
    "tags": form.each(ID).about("Words to find it by."),
    "overrides": form.word(["shipped"]).about("Asked in place of the shipped card of the same id."),
}
KINDS = {kind: card_kind(kind).fields() for kind in Kind}
# The keys that only some kinds have; two kinds may share one.
KIND_FIELDS = {key: form for forms in KINDS.values() for key, form in forms.items()}
OPTIONAL = (*(key for key in FIELDS if key not in REQUIRED), *KIND_FIELDS)
