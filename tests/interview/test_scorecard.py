"""The scorecard of an interview against numbers worked out by hand, and what to do after it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from cases import every
from rich.console import Console

from contrastive_drill.bank.markdown import read, read_line
from contrastive_drill.cards.card import Bait, Card, KeyPoint, Level, Source, SourceKind
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.ladder import Ladder, Rung
from contrastive_drill.cards.prose import plain
from contrastive_drill.interview.course import QuestionRole, ThreadOutcome
from contrastive_drill.interview.next_steps import next_steps, to_say
from contrastive_drill.interview.scorecard import (
    ASKED,
    BAIT,
    BOARD,
    HEARD,
    MEASURED,
    Scorecard,
    scorecard,
)
from contrastive_drill.memory.log import NEW, Mode, Rating, Review
from contrastive_drill.memory.sitting import ENDED, Event, Fact, Sitting, SittingKind
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.interview.json_record import scorecard_record
from contrastive_drill.screen.interview.scorecard import ScorecardView, reasons, scorecard_rows

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
TERMS: dict[str, Fact] = {"minutes": 30.0, "level": "mid", "topics": ("clip",)}
SITTING = Sitting("i1", SittingKind.INTERVIEW, NOW, 739_941, 7, (), TERMS)


def event(name: str, **facts: Fact) -> Event:
    return Event(name, NOW, facts)


def asked(card: str, thread: int, depth: int, level: str, required: int, budget: int) -> Event:
    part = "scenario" if depth == 0 else "follow-up"
    section = "clip" if card < "d" else "vector-search"
    return event(
        ASKED,
        card=card,
        part=part,
        thread=thread,
        depth=depth,
        level=level,
        section=section,
        required=required,
        budget=budget,
    )


def answer(card: str, rating: Rating, missed: Sequence[str] = (), covered: str = "") -> Review:
    return Review(
        id=f"r-{card}",
        card_id=card,
        rating=rating,
        at=NOW,
        day=739_941,
        seconds=99.0,
        mode=Mode.INTERVIEW,
        covered=tuple(covered.split()),
        missed=tuple(missed),
        answer=None,
        digest="",
        retention=0.9,
        before=NEW,
        after=NEW,
        sitting="i1",
    )


# A mid scenario held with a gap two below it; a senior one lost; a staff one left open.
# As older interviews are kept, which asked of the popular answer before it was shown (`would`) too.
EVENTS = [
    asked("a", 1, 0, "mid", 3, 180),
    event(HEARD, card="a", round=1, seconds=100.0, answer="it is"),
    event(BAIT, card="a", would=True, was=False),
    event(HEARD, card="a", round=2, seconds=30.5, answer=None),
    asked("b", 1, 1, "senior", 2, 90),
    event(HEARD, card="b", round=1, seconds=95.0, answer=None),
    event(BOARD, card="b", answer="x^2", same=True),
    event(MEASURED, card="b", demo="clip", answer=None, shows=False),
    asked("c", 1, 2, "mid", 3, 75),
    event(HEARD, card="c", round=1, seconds=75.0, answer=None),
    asked("d", 2, 0, "senior", 4, 210),
    event(HEARD, card="d", round=1, seconds=200.0, answer=None),
    event(BAIT, card="d", would=True, was=True),
    event(HEARD, card="d", round=2, seconds=60.0, answer=None),
    asked("e", 3, 0, "staff", 3, 240),
    event(HEARD, card="e", round=1, seconds=20.0, answer="half an"),
]
ANSWERS = [
    answer("a", Rating.GOOD, covered="a1 a2 a3"),
    answer("b", Rating.EASY, covered="b1 b2 b3"),
    answer("c", Rating.HARD, ["c1"], "c2 c3"),
    answer("d", Rating.AGAIN, ["d1", "d2", "d3"], "d4"),
]
END = event(ENDED, how="left", level="mid", seconds=700.25)
SCORE = scorecard(SITTING, ANSWERS, [*EVENTS, END])


def test_a_point_missed_above_the_level_is_said_to_be_no_fault() -> None:
    harder = [replace(each, rating=Rating.AGAIN) if each.card_id == "b" else each
              for each in ANSWERS if each.card_id in "ab"]  # fmt: skip
    score = scorecard(SITTING, harder, [*EVENTS[:8], END])
    (thread,) = score.threads
    assert (thread.outcome, thread.covered, thread.beyond) == (ThreadOutcome.HELD, 0, 1)
    assert (
        "0 of 1 follow-up covered, 1 harder than the scenario missed, which does not count"
        in (reasons(score)[0])
    )


def test_the_numbers_are_those_worked_out_by_hand() -> None:
    assert SCORE.how == "left"
    assert SCORE.seconds == 700.25
    assert SCORE.reached is Level.MID
    assert [(each.card_id, each.seconds, each.covered) for each in SCORE.asked] == [
        ("a", 130.5, 3),
        ("b", 95.0, 2),
        ("c", 75.0, 2),
        ("d", 260.0, 1),
        ("e", 20.0, 3),
    ]
    assert [each.card_id for each in SCORE.answered] == ["a", "b", "c", "d"]
    first, second = SCORE.threads
    assert (first.outcome, first.follow_ups, first.covered) == (ThreadOutcome.HELD, 2, 1)
    assert (first.beyond, second.beyond) == (0, 0)
    assert (second.outcome, second.follow_ups, second.baited) == (ThreadOutcome.FAILED, 0, True)
    clip, search = SCORE.topics
    assert (clip.section, clip.questions, clip.covered, clip.required) == ("clip", 3, 7, 8)
    assert clip.missed == (("c", "c1"),)
    assert (search.covered, search.required, len(search.missed)) == (1, 4, 3)
    # c is within its 75 seconds, b and d are over: a and c of four.
    past = SCORE.past
    assert (past.questions, past.covered, past.required, past.on_time) == (4, 8, 12, 2)
    assert (past.baited, past.baits) == (1, 2)
    # b: every point, bonus too; d: a quarter of them, and the popular answer.
    assert SCORE.strongest is not None
    assert SCORE.weakest is not None
    assert (SCORE.strongest.card_id, SCORE.weakest.card_id) == ("b", "d")


def test_an_interview_cut_short_has_a_scorecard_all_the_same() -> None:
    score = scorecard(SITTING, ANSWERS[:1], EVENTS[:6])
    assert score.how is None
    assert score.seconds == 130.5 + 95.0  # of listening
    assert [each.rating for each in score.asked] == [Rating.GOOD, None]
    assert score.reached is Level.MID
    assert score.strongest is None  # of one answer
    bare = scorecard(SITTING, [], [])
    assert (bare.reached, bare.answered, bare.past.questions) == (None, (), 0)


def test_an_answer_taken_back_counts_no_more() -> None:
    score = scorecard(SITTING, ANSWERS[1:], [*EVENTS, END])
    assert [thread.card_id for thread in score.threads] == ["d"]
    assert score.reached is None


def test_a_wrong_number_is_weaker_than_a_gap() -> None:
    events = [asked("a", 1, 0, "mid", 3, 180), asked("b", 1, 1, "mid", 2, 90)]
    answers = [answer("a", Rating.HARD, ["a1"], "a2 a3"), answer("b", Rating.AGAIN, [], "b1 b2")]
    score = scorecard(SITTING, answers, events)
    assert score.weakest is not None
    assert score.weakest.card_id == "b"


def test_of_two_like_answers_the_one_that_fell_for_the_popular_one_is_weaker() -> None:
    events = [
        asked("a", 1, 0, "mid", 3, 180),
        event(HEARD, card="a", round=1, seconds=10.0, answer=None),
        event(BAIT, card="a", would=False, was=True),
        asked("b", 2, 0, "mid", 3, 180),
        event(HEARD, card="b", round=1, seconds=170.0, answer=None),
        event(BAIT, card="b", would=False, was=False),
    ]
    score = scorecard(SITTING, [answer("a", Rating.GOOD), answer("b", Rating.GOOD)], events)
    assert score.weakest is not None
    assert score.weakest.card_id == "a"
    assert [thread.outcome for thread in score.threads] == [
        ThreadOutcome.SHAKEN,
        ThreadOutcome.HELD,
    ]


def test_of_two_like_answers_the_one_that_took_more_of_its_budget_is_weaker() -> None:
    events = [
        asked("a", 1, 0, "mid", 3, 200),
        event(HEARD, card="a", round=1, seconds=100.0, answer=None),
        asked("b", 2, 0, "mid", 3, 120),
        event(HEARD, card="b", round=1, seconds=100.0, answer=None),
        asked("c", 3, 0, "mid", 3, 120),
        event(HEARD, card="c", round=1, seconds=90.0, answer=None),
    ]
    score = scorecard(SITTING, [answer(card, Rating.GOOD) for card in "abc"], events)
    # 100 of 120 seconds, 90 of 120, 100 of 200.
    assert [each.card_id for each in score.ranked] == ["b", "c", "a"]


def test_of_two_like_answers_the_one_at_the_higher_level_is_stronger() -> None:
    events = [
        asked("a", 1, 0, "mid", 3, 200),
        event(HEARD, card="a", round=1, seconds=20.0, answer=None),
        asked("b", 2, 0, "staff", 3, 200),
        event(HEARD, card="b", round=1, seconds=190.0, answer=None),
    ]
    score = scorecard(SITTING, [answer("a", Rating.GOOD), answer("b", Rating.GOOD)], events)
    assert score.reached is Level.STAFF  # of mid and staff, both held
    assert score.strongest is not None
    assert score.weakest is not None
    assert (score.strongest.card_id, score.weakest.card_id) == ("b", "a")


def test_a_card_without_required_points_lacks_none_and_what_was_said_last_counts() -> None:
    events = [
        asked("a", 1, 0, "mid", 0, 200),
        event(BAIT, card="a", would=False, was=True),
        event(BAIT, card="a", would=True, was=False),  # after the answer was taken back
    ]
    (only,) = scorecard(SITTING, [answer("a", Rating.GOOD)], events).asked
    assert (only.share, only.baited) == (1, False)


def card(name: str, **fields: object) -> Card:
    text = read("So.")[0]
    kind = fields.pop("kind", Kind.RECALL)
    return Card(
        id=name,
        section=str(fields.pop("section", "clip")),
        level=Level(str(fields.pop("level", "mid"))),
        kind=Kind(str(kind)),
        prompt=text,
        answer=text,
        points=(KeyPoint(read_line("So it is.")[0], required=True),),
        sources=(Source(SourceKind.TEXT, "A book"),),
        bait=Bait(text, text) if kind is Kind.SCENARIO else None,
        **fields,  # type: ignore[arg-type]
    )


BANK = {
    each.id: each
    for each in (
        card("a", kind=Kind.SCENARIO, follow_ups=("b", "n")),
        card("b", demo="clip"),
        card("c", demo="mae"),
        card("d", kind=Kind.SCENARIO, section="vector-search"),
        card("e", kind=Kind.SCENARIO),
        card("n"),
        card("p", kind=Kind.SCENARIO, level="mid"),
        card("q", kind=Kind.SCENARIO, level="senior"),
        card("r", section="vector-search", demo="collapse"),
    )
}


def test_three_cards_and_a_demo_come_next_with_their_reasons() -> None:
    after = next_steps(SCORE, BANK)
    assert [tuple(advice) for advice in after.cards] == [
        ("d", "missed 3 of 4 required points, and gave the popular answer"),
        ("c", "missed 1 of 3 required points"),
        ("e", "not answered to its end"),
    ]
    assert after.demo == "clip"  # the measurement that was not thought of
    # Without that, the demo of the weakest answer that has one.
    thought = [each for each in EVENTS if each.name != MEASURED]
    assert next_steps(scorecard(SITTING, ANSWERS, thought), BANK).demo == "mae"
    # Without any of its own, one of the weakest answer's section.
    plain = {name: replace(each, demo=None) for name, each in BANK.items() if name != "r"}
    assert next_steps(SCORE, {**plain, "r": BANK["r"]}).demo == "collapse"
    assert next_steps(SCORE, plain).demo is None


def test_where_nothing_was_missed_it_leads_on() -> None:
    score = scorecard(SITTING, ANSWERS[:2], EVENTS[:7])
    # a leads on to n, which was not reached; then scenarios of this level or above.
    assert [advice.card_id for advice in next_steps(score, BANK).cards] == ["n", "d", "e"]
    assert next_steps(score, BANK).cards[0].reason == "follows a, and was not reached"
    wrong_formula = [*EVENTS[:6], event(BOARD, card="b", answer="y", same=False)]
    first = next_steps(scorecard(SITTING, ANSWERS[:2], wrong_formula), BANK).cards[0]
    assert first == ("b", "the formula was not right")
    gone = {name: each for name, each in BANK.items() if name not in ("a", "b")}
    assert [advice.card_id for advice in next_steps(score, gone).cards] == ["d", "e", "p"]


def ladder(section: str) -> Ladder:
    """A sentence a level and one more, of a section."""
    return Ladder(
        section,
        tuple(
            Rung(level, "n", read_line(f"{section} at {level}, {number}.")[0])
            for level in Level
            for number in ("first", "second")
        ),
    )


def said(score: Scorecard) -> dict[str, str]:
    """What is to be said next, by topic."""
    return {section: plain(rung.line) for section, rung in to_say(score, ladder).items()}


def test_what_the_level_above_says_comes_next_where_a_point_was_missed() -> None:
    # In clip a mid scenario was covered; of vector search none.
    assert said(SCORE) == {
        "clip": "clip at senior, first.",
        "vector-search": "vector-search at mid, first.",
    }
    only = to_say(SCORE, lambda section: ladder(section) if section == "clip" else None)
    assert only.keys() == {"clip"}
    assert said(scorecard(SITTING, ANSWERS[:2], EVENTS[:8])) == {}  # nothing was missed
    events = [asked("a", 1, 0, "staff", 3, 180), asked("b", 1, 1, "mid", 2, 90)]
    answers = [answer("a", Rating.GOOD), answer("b", Rating.HARD, ["b1"])]
    assert said(scorecard(SITTING, answers, events)) == {"clip": "clip at mid, first."}
    events.insert(1, asked("c", 1, 1, "mid", 2, 90))
    score = scorecard(SITTING, [*answers, answer("c", Rating.GOOD)], events)
    assert score.reached is Level.STAFF
    assert said(score) == {"clip": "clip at staff, first."}  # there is nothing above


def told(score: Scorecard, *before: Scorecard) -> ScorecardView:
    line = BANK["a"].points[0].line
    return ScorecardView(
        score=score,
        titles={"clip": "CLIP", "vector-search": "Vector search"},
        point=lambda card_id, key: None if key == "d3" else line,
        next_steps=next_steps(score, BANK),
        claim="It finds.",
        before=tuple(each.past for each in before),
        to_say=to_say(score, lambda section: ladder(section) if section == "clip" else None),
    )


def drawn(value: ScorecardView, width: int = 80, ascii_only: bool = False) -> str:
    sheet = Sheet(Console(width=width), Look(width, ascii_only))
    return "\n".join(row.plain for row in scorecard_rows(sheet, value))


def test_the_scorecard_says_it_all_and_what_it_rests_on() -> None:
    text = drawn(told(SCORE, scorecard(SITTING, ANSWERS[:2], EVENTS[:7])))
    for words in (
        "30 minutes from mid, on clip, seed 7; you ended it after 11:40",
        "At mid level: 1 of 1 scenario covered; gaps in Vector search, CLIP.",
        "Not covered at senior: d (no follow-up, the popular wrong answer at first).",
        "Covered at mid: a (1 of 2 follow-ups covered).",
        "It rests on 2 scenarios: too few to lean on.",
        "✓  3/3  2:10 of 3:00      a  mid",
        "✗  1/4  4:20 of 3:30 over d  senior, popular answer",
        "· open  0:20 of 4:00      e  staff",
        "2 of 4 answers within the budget; 2:20 a question, the budget 2:19.",
        "Strongest: b (2 of 2 required points, 1:35 of 1:30)",
        "Weakest: d (1 of 4 required points, 4:20 of 3:30)",
        "The wrong answer that most candidates give: 1 of 2 times.",
        "Whiteboard: 1 of 1 formula right.",
        "Measurements: 0 of 1 would have shown it.",
        "CLIP  7 of 8 covered, 3 questions",
        "• So it is.  (c)\n  → To say next: clip at senior, first.  (n)\nVector search  1 of 4",
        "(reworded since)  (d)",
        "contrastive-drill show d  missed 3 of 4 required points, and gave the",
        "contrastive-drill demo clip  It finds.",
        "this one    mid        8/12  67%      2/4  1/2",
        "2026-11-21  mid         5/5 100%      1/2  0/1",
    ):
        assert words in text, f"{words!r} is not in\n{text}"


def test_the_verdict_of_a_level_that_holds_is_of_that_level() -> None:
    sitting = replace(SITTING, terms={**TERMS, "level": "senior", "holds": True})
    text = drawn(told(scorecard(sitting, ANSWERS, [*EVENTS, END])))
    heading, verdict, terms, *_ = text.splitlines()
    assert heading.startswith("── Mock interview")
    assert verdict == "At senior level: 0 of 1 scenario covered; gaps in Vector search, CLIP."
    assert terms.startswith("30 minutes at senior, on clip")
    assert "Covered: every required point" in text, "what the words mean stands under them"


def test_what_is_asked_of_the_popular_answer_is_kept_as_one_fact() -> None:
    new = [
        event(BAIT, **{key: each.facts[key] for key in ("card", "was")})
        if each.name == BAIT
        else each
        for each in EVENTS
    ]
    assert scorecard(SITTING, ANSWERS, [*new, END]) == SCORE


@every("width", [60, 80])
def test_the_scorecard_fits_and_is_ascii_where_it_must_be(width: int) -> None:
    text = drawn(told(SCORE), width, ascii_only=True)
    assert max(map(len, text.splitlines())) <= width
    assert text.isascii()
    assert "No earlier interview has an answer" in text


def test_an_interview_without_an_answer_claims_nothing() -> None:
    text = drawn(told(scorecard(SITTING, [], EVENTS[:2])))
    assert "cut short after 1:40 of listening" in text
    assert "No question was answered to its end: there is no verdict." in text
    assert " level: " not in text


def test_the_record_has_the_same_numbers() -> None:
    record = scorecard_record(told(SCORE, SCORE))
    assert record["level_reached"] == "mid"
    assert record["verdict"].startswith("At mid level: 1 of 1 scenario covered")
    assert record["ended"] == "left"
    assert [each["rating"] for each in record["questions"]] == [
        "good",
        "easy",
        "hard",
        "again",
        None,
    ]
    assert record["questions"][4]["covered"] is None
    assert record["topics"][0]["missed"] == [{"card": "c", "key": "c1", "text": "So it is."}]
    assert record["topics"][1]["missed"][2]["text"] is None
    told_next = {"level": "senior", "card": "n", "line": "clip at senior, first."}
    assert [topic["to_say"] for topic in record["topics"]] == [told_next, None]
    assert record["totals"]["covered"] == 8
    assert record["before"] == [record["totals"]]
    assert (record["strongest"], record["weakest"], record["next_demo"]) == ("b", "d", "clip")
    assert record["next_cards"][0]["card"] == "d"
    assert [thread["outcome"] for thread in record["threads"]] == ["held", "failed"]
    assert record["questions"][0]["part"] is QuestionRole.SCENARIO
