"""What to do next: each rule where it applies, in the order of the rules."""

from collections.abc import Sequence

from cases import every
from histories import DAY, answer, attempt, card, key, learned, report_on

from contrastive_drill.cards.card import Card, Level
from contrastive_drill.memory.log import Learned, Mode, Rating, Review
from contrastive_drill.memory.marks import Mark
from contrastive_drill.memory.sitting import SittingKind
from contrastive_drill.reports.advice import Rule
from contrastive_drill.reports.scores import Attempt

KNOWN = tuple(card(f"k{n}") for n in range(20))
# Learned today, so that nothing is due and all of it is known.
FRESH = {each.id: learned(DAY, DAY + 9) for each in KNOWN}
EXAMINED = answer("k0", mode=Mode.EXAM, sitting="exam")
ASKED = answer("k0", mode=Mode.INTERVIEW, sitting="interview")
EXAM, INTERVIEW = attempt("exam", SittingKind.EXAM), attempt("interview", SittingKind.INTERVIEW)


def steps(
    cards: Sequence[Card] = KNOWN,
    memories: dict[str, Learned] | None = None,
    reviews: Sequence[Review] = (EXAMINED, ASKED),
    sittings: Sequence[Attempt] = (EXAM, INTERVIEW),
    interview_day: int | None = None,
    marks: dict[str, Mark] | None = None,
    new_left: int = 0,
) -> list[tuple[Rule, str, str]]:
    """The advice: rule, reason, and command without the program's name."""
    memories = FRESH if memories is None else memories
    report = report_on(cards, reviews, memories, marks, sittings, interview_day, new_left)
    assert all(step.command.startswith("contrastive-drill ") for step in report.advice)
    return [
        (step.rule, step.why, step.command.removeprefix("contrastive-drill "))
        for step in report.advice
    ]


def test_when_nothing_presses_three_things_are_worth_their_time() -> None:
    found = steps()
    assert [rule for rule, _, _ in found] == [Rule.KEEP] * 3
    assert [command for _, _, command in found] == ["demo", "exam", "interview --level staff"]


def test_a_beginner_meets_cards_first() -> None:
    found = steps(memories={}, reviews=(), sittings=(), new_left=10)
    assert found[0] == (Rule.NEW, "Nothing is due; 10 new cards can be met today", "review")
    assert [command for _, _, command in found[1:]] == ["demo", "exam"]


@every(
    ("due", "failed", "why"),
    [
        (1, 0, "1 card is due"),
        (3, 0, "3 cards are due"),
        (2, 1, "3 cards are due, 1 of them failed and not passed since"),
        (0, 1, "1 card was failed and is due again"),
        (0, 2, "2 cards were failed and are due again"),
    ],
)
def test_what_is_due_comes_first(due: int, failed: int, why: str) -> None:
    memories = dict(FRESH)
    for n in range(due):
        memories[f"k{n}"] = learned(DAY - 9, DAY)
    for n in range(failed):
        memories[f"k{due + n}"] = learned(DAY - 1, DAY - 1)
    marks = {"k19": Mark(suspended=True)}
    memories["k19"] = learned(DAY - 1, DAY - 1)  # failed, but suspended
    found = steps(memories=memories, marks=marks, new_left=9)
    assert found[0] == (Rule.DUE, why, "review")


def test_an_exam_that_waits_is_named() -> None:
    waiting = attempt("exam", SittingKind.EXAM, ended=False, planned=55)
    assert steps(sittings=(waiting, INTERVIEW))[0] == (
        Rule.PAUSED, "The exam waits after 1 of 55", "exam",
    )  # fmt: skip


def test_an_exam_answered_to_its_end_waits_for_nothing() -> None:
    answered = attempt("exam", SittingKind.EXAM, ended=False, planned=1)
    assert steps(sittings=(answered, INTERVIEW))[0] == (
        Rule.PAUSED, "The exam is answered, all 1: see the result", "exam",
    )  # fmt: skip


def test_an_older_exam_that_was_left_is_not() -> None:
    newer = answer("k0", mode=Mode.EXAM, sitting="newer")
    waiting = attempt("exam", SittingKind.EXAM, ended=False, planned=55)
    found = steps(
        reviews=(EXAMINED, newer, ASKED),
        sittings=(waiting, attempt("newer", SittingKind.EXAM), INTERVIEW),
    )
    assert Rule.PAUSED not in [rule for rule, _, _ in found]


@every(
    ("ahead", "since", "why"),
    [
        (0, 3, "The interview is today; rehearse it"),
        (1, 3, "The interview is tomorrow; rehearse it"),
        (14, 3, "The interview is in 14 days; rehearse it"),
        (15, 3, None),
        (5, 2, None),  # rehearsed the day before yesterday
    ],
)
def test_a_close_interview_is_rehearsed(ahead: int, since: int, why: str | None) -> None:
    rehearsed = attempt("interview", SittingKind.INTERVIEW, DAY - since)
    rule, said, command = steps(sittings=(EXAM, rehearsed), interview_day=DAY + ahead)[0]
    if why is None:
        assert rule is not Rule.CLOSE
    else:
        assert (rule, said, command) == (Rule.CLOSE, why, "interview --level staff")


@every(
    ("since", "ahead", "advised"),
    [(20, None, False), (21, None, True), (7, 14, True), (6, 14, False), (7, 15, False)],
)
def test_an_old_exam_is_repeated(since: int, ahead: int | None, advised: bool) -> None:
    found = steps(
        sittings=(attempt("exam", SittingKind.EXAM, DAY - since), INTERVIEW),
        interview_day=None if ahead is None else DAY + ahead,
    )
    exam = (Rule.EXAM, f"The last cold exam was {since} days ago", "exam")
    assert (exam in found) == advised


def test_the_first_exam_and_interview_wait_for_twenty_cards() -> None:
    assert [rule for rule, _, _ in steps(reviews=(), sittings=())][:2] == [
        Rule.EXAM, Rule.INTERVIEW,
    ]  # fmt: skip
    fewer = dict(list(FRESH.items())[1:])
    assert [rule for rule, _, _ in steps(memories=fewer, reviews=(), sittings=())] == [
        Rule.KEEP, Rule.KEEP, Rule.KEEP,
    ]  # fmt: skip


@every(
    ("missed", "asked", "demo", "command"),
    [
        (2, 4, None, "show k1"),
        (2, 4, "collapse", "demo collapse"),
        (2, 5, "collapse", None),
        (1, 1, "collapse", None),
    ],
)
def test_a_point_missed_again_and_again(
    missed: int, asked: int, demo: str | None, command: str | None
) -> None:
    cards = (KNOWN[0], card("k1", demo=demo), *KNOWN[2:])
    reviews = [answer("k1", Rating.AGAIN, missed=("one",)) for _ in range(missed)]
    reviews += [answer("k1", covered=("one",)) for _ in range(asked - missed)]
    assert reviews[0].missed == (key("k1", "one"),)
    found = {rule: said for rule, *said in steps(cards, reviews=[EXAMINED, ASKED, *reviews])}
    if command is None:
        assert Rule.POINT not in found
    else:
        why, said = found[Rule.POINT]
        assert said == command
        assert why == "Missed 2 times of 4: a point of k1"


@every(
    ("seen", "stale", "why", "how"),
    [
        (1, False, "Weakest: WEAK, 25% of 4 cards known", "--new 5"),
        (0, False, "Not begun: WEAK, 4 cards", "--new 5"),
        (4, True, "Weakest: WEAK, 0% of 4 cards known", "--cram"),
        (4, False, None, ""),
    ],
)
def test_the_weakest_section_by_recall_and_coverage(
    seen: int, stale: bool, why: str | None, how: str
) -> None:
    weak = [card(f"w{n}", "weak") for n in range(4)]
    memory = learned(DAY, DAY if stale else DAY + 9)  # failed today, or learned
    memories = FRESH | {each.id: memory for each in weak[:seen]}
    marks = {each.id: Mark(buried_day=DAY) for each in weak}  # so that none of them is due
    found = steps((*KNOWN, *weak), memories, marks=marks)
    named = [step for step in found if step[0] is Rule.WEAKEST]
    assert named == ([(Rule.WEAKEST, why, f"review --section weak {how}")] if why else [])


def test_an_interview_is_at_the_first_level_that_is_not_ready() -> None:
    hard = [card(f"s{n}", level=Level.SENIOR) for n in range(10)]
    for known, level in ((5, "senior"), (6, "staff")):
        memories = FRESH | {each.id: learned(DAY, DAY + 9) for each in hard[:known]}
        found = steps((*KNOWN, *hard), memories, sittings=(EXAM,), reviews=(EXAMINED,))
        assert (Rule.INTERVIEW, f"interview --level {level}") in [
            (rule, command) for rule, _, command in found
        ]


def test_no_command_is_advised_twice() -> None:
    waiting = attempt("exam", SittingKind.EXAM, DAY - 40, ended=False)
    commands = [command for _, _, command in steps(sittings=(waiting, INTERVIEW))]
    assert commands[0] == "exam"
    assert len(set(commands)) == len(commands) == 3
