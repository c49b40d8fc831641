"""The interview as a value: what it asks, how deep it goes, and how it climbs and falls."""

from dataclasses import replace
from random import Random

from cases import every
from hypothesis import given
from hypothesis import strategies as st
from shipped import by_id, cards, scenarios

from contrastive_drill.bank.markdown import read, read_line
from contrastive_drill.cards.card import Bait, Card, KeyPoint, Level, Source, SourceKind
from contrastive_drill.cards.chain import asked_next
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.kinds.calculation import Task
from contrastive_drill.interview.course import (
    LEVELS,
    MAX_FOLLOW_UPS,
    PUSH_BACK,
    Answer,
    Interview,
    QuestionRole,
    ThreadOutcome,
    Turn,
    budget,
    outcome,
)
from contrastive_drill.interview.scenarios import begin, fits, fresh_seed, has_board
from contrastive_drill.memory.log import Rating

AGAIN, HARD, GOOD = Rating.AGAIN, Rating.HARD, Rating.GOOD


def card(name: str, level: Level = Level.MID, kind: Kind = Kind.RECALL, **fields: object) -> Card:
    """A card of a toy bank."""
    text = read("So.")[0]
    return Card(
        id=name,
        section=str(fields.pop("section", "toy")),
        level=level,
        kind=kind,
        prompt=text,
        answer=text,
        points=(KeyPoint(read_line("So.")[0], required=True),),
        sources=(Source(SourceKind.TEXT, "A book"),),
        bait=Bait(text, text) if kind is Kind.SCENARIO else None,
        **fields,  # type: ignore[arg-type]
    )


def toy(*cards: Card, level: Level = Level.MID, minutes: float = 30.0) -> Interview:
    """An interview that takes the scenarios in the order given and leaves nothing to chance."""
    return Interview(
        cards={each.id: each for each in cards},
        minutes=minutes,
        level=level,
        scenarios=tuple(each.id for each in cards if each.kind is Kind.SCENARIO),
        calculations=tuple(each.id for each in cards if each.kind is Kind.CALCULATION),
        with_calculation=frozenset(each.id for each in cards if each.kind is Kind.SCENARIO),
        whiteboards=frozenset(each.id for each in cards),
    )


def walk(interview: Interview, *ratings: Rating) -> list[str]:
    """The cards asked when they are answered so, and the one that would follow."""
    asked = []
    for rating in ratings:
        turn = interview.turn(0)
        assert turn is not None
        asked.append(turn.card.id)
        interview = interview.answered(turn, rating)
    turn = interview.turn(0)
    return [*asked, turn.card.id if turn else "-"]


# s -> a -> (c -> e), d ; s -> b
CHAIN = (
    card("s", kind=Kind.SCENARIO, follow_ups=("a", "b")),
    card("a", follow_ups=("c", "d")),
    card("b"),
    card("c", follow_ups=("e",)),
    card("d"),
    card("e"),
    card("t", kind=Kind.SCENARIO),
)


@every(
    ("ratings", "asked"),
    [
        ([GOOD, GOOD, GOOD, GOOD], "s a c e d"),  # deeper as long as it is covered
        ([GOOD, HARD], "s a b"),  # a gap: no deeper under that card
        ([GOOD, GOOD, HARD], "s a c d"),  # and on to the next beside it
        ([GOOD, GOOD, GOOD, HARD], "s a c e d"),
        ([GOOD, AGAIN], "s a t"),  # not answered: the interviewer moves on
        ([GOOD, GOOD, AGAIN], "s a c t"),
        ([HARD], "s t"),  # the scenario itself was not covered
        ([AGAIN], "s t"),
        ([GOOD, GOOD, GOOD, GOOD, GOOD], "s a c e d t"),  # four follow-ups are enough
        ([GOOD, HARD, GOOD, GOOD], "s a b t -"),
    ],
)
def test_the_chain_is_walked_deeper_while_the_points_are_covered(
    ratings: list[Rating], asked: str
) -> None:
    assert walk(toy(*CHAIN), *ratings) == asked.split()


def test_a_card_asked_before_is_passed_over_and_what_lies_under_it_still_asked() -> None:
    cards = (
        card("s", kind=Kind.SCENARIO, follow_ups=("a",)),
        card("t", kind=Kind.SCENARIO, follow_ups=("a",)),
        card("a", follow_ups=("b",)),
        card("b", follow_ups=("c",)),
        card("c"),
    )
    # Covered under s, whose chain ended there by b being left; under t it leads on to c.
    assert walk(toy(*cards), GOOD, GOOD, HARD) == ["s", "a", "b", "t"]
    assert walk(toy(*cards), GOOD, GOOD, HARD, GOOD) == ["s", "a", "b", "t", "-"]
    assert walk(toy(*cards), GOOD, AGAIN, GOOD) == ["s", "a", "t", "-"]


def test_a_suspended_follow_up_is_not_asked_nor_what_lies_under_it() -> None:
    interview = replace(toy(*CHAIN), suspended=frozenset({"a"}))
    assert walk(interview, GOOD) == ["s", "b"]


@every(
    ("thread", "result"),
    [
        ([GOOD], ThreadOutcome.HELD),
        ([Rating.EASY, GOOD, GOOD], ThreadOutcome.HELD),
        ([GOOD, GOOD, AGAIN], ThreadOutcome.HELD),  # half of the follow-ups
        ([GOOD, HARD], ThreadOutcome.SHAKEN),
        ([GOOD, GOOD, HARD, AGAIN], ThreadOutcome.SHAKEN),
        ([HARD], ThreadOutcome.SHAKEN),
        ([AGAIN], ThreadOutcome.FAILED),
    ],
)
def test_how_a_thread_went(thread: list[Rating], result: ThreadOutcome) -> None:
    first, *rest = thread
    said = [
        Answer("s", QuestionRole.SCENARIO, first),
        *(Answer("f", QuestionRole.FOLLOW_UP, r) for r in rest),
    ]
    assert outcome(said) is result
    # A calculation beside it decides nothing; the popular answer given first shakes what was held.
    assert outcome([*said, Answer("n", QuestionRole.CALCULATION, AGAIN)]) is result
    baited = [said[0]._replace(baited=True), *said[1:]]
    assert outcome(baited) is (ThreadOutcome.SHAKEN if result is ThreadOutcome.HELD else result)


@every(
    ("rest", "result"),
    [
        ([(AGAIN, True)], ThreadOutcome.HELD),  # harder than the level: no fault
        ([(AGAIN, False)], ThreadOutcome.SHAKEN),
        ([(GOOD, True), (AGAIN, False)], ThreadOutcome.HELD),  # covered, it counts
        ([(AGAIN, True), (AGAIN, False)], ThreadOutcome.SHAKEN),
    ],
)
def test_a_follow_up_above_the_level_counts_only_in_favour(
    rest: list[tuple[Rating, bool]], result: ThreadOutcome
) -> None:
    said = [Answer("f", QuestionRole.FOLLOW_UP, rating, above=above) for rating, above in rest]
    assert outcome([Answer("s", QuestionRole.SCENARIO, GOOD), *said]) is result


def test_a_mid_scenario_is_held_though_its_staff_follow_up_was_missed() -> None:
    chain = (card("s", kind=Kind.SCENARIO, follow_ups=("deep",)), card("deep", Level.STAFF))
    interview = toy(*chain, card("next", Level.SENIOR, Kind.SCENARIO))
    for rating in (GOOD, AGAIN):
        turn = interview.turn(0)
        assert turn is not None
        interview = interview.answered(turn, rating)
    assert [said.above for said in interview.threads[0]] == [False, True]
    assert interview.next_level() is Level.SENIOR


LADDER = tuple(
    card(f"{level}{number}", level, Kind.SCENARIO) for level in Level for number in range(6)
)


@every(
    ("start", "ratings", "levels"),
    [
        ("mid", [GOOD, GOOD, GOOD], "mid senior staff staff"),
        ("mid", [GOOD, AGAIN, GOOD], "mid senior mid senior"),
        ("mid", [AGAIN, AGAIN, HARD, GOOD], "mid mid mid mid senior"),
        ("mid", [GOOD, HARD, HARD, GOOD], "mid senior senior senior staff"),
        # One failure after holding the same level is bad luck; the second is not.
        ("mid", [GOOD, GOOD, GOOD, AGAIN, AGAIN], "mid senior staff staff staff senior"),
        ("staff", [AGAIN, AGAIN, AGAIN], "staff senior mid mid"),
        ("staff", [GOOD, AGAIN, GOOD, AGAIN], "staff staff staff staff staff"),
        ("senior", [GOOD, AGAIN, AGAIN], "senior staff senior senior"),
    ],
)
def test_it_climbs_and_falls_as_a_person_would(
    start: str, ratings: list[Rating], levels: str
) -> None:
    asked = walk(toy(*LADDER, level=Level(start)), *ratings)
    assert [name[:-1] for name in asked] == levels.split()


@given(seed=st.integers(0, 10**6), good=st.booleans(), level=st.sampled_from(Level))
def test_a_level_that_holds_stays_to_the_end(seed: int, good: bool, level: Level) -> None:
    """Whole interviews of the bank, all answers good or none: its scenarios, nothing harder."""
    interview, turns = begin(cards(), Random(seed), minutes=30, level=level), list[Turn]()
    while (turn := interview.turn(0)) is not None:
        turns.append(turn)
        interview = interview.answered(turn, GOOD if good else AGAIN)
        assert interview.next_level() is level
    assert {each.id for each in scenarios() if each.level is level} <= {t.card.id for t in turns}
    assert {t.card.level for t in turns if t.part is QuestionRole.SCENARIO} == {level}
    assert max(LEVELS.index(turn.card.level) for turn in turns) == LEVELS.index(level)
    assert not good or any(turn.part is QuestionRole.FOLLOW_UP for turn in turns)


def test_where_a_level_has_nothing_left_the_nearest_is_asked() -> None:
    cards = [each for each in LADDER if each.id in ("mid0", "mid1", "staff0")]
    assert walk(toy(*cards), GOOD, GOOD, GOOD) == ["mid0", "mid1", "staff0", "-"]
    assert walk(toy(*cards, level=Level.STAFF), AGAIN) == ["staff0", "mid0"]


def test_it_ends_when_the_minutes_are_used_up_or_nothing_is_left() -> None:
    interview = toy(*CHAIN, minutes=2)
    assert interview.turn(119.9) is not None
    assert interview.turn(120.0) is None
    assert toy(card("a"), card("b")).turn(0) is None


def test_a_calculation_of_the_section_closes_a_thread_that_was_not_lost() -> None:
    sums = [
        card("far", kind=Kind.CALCULATION, expected=Task("g", 0.1), section="other"),
        card("hard", Level.SENIOR, Kind.CALCULATION, expected=Task("g", 0.1), tags=("loss",)),
        card("plain", kind=Kind.CALCULATION, expected=Task("g", 0.1)),
        card("near", kind=Kind.CALCULATION, expected=Task("g", 0.1), tags=("loss", "sum")),
    ]
    scenario = card("s", kind=Kind.SCENARIO, follow_ups=("a",), tags=("loss",))
    cards = (*sums, scenario, card("a"), card("t", kind=Kind.SCENARIO))
    assert walk(toy(*cards), GOOD, GOOD, GOOD, GOOD) == ["s", "a", "near", "t", "plain"]
    assert walk(toy(*cards), GOOD, AGAIN) == ["s", "a", "t"]
    assert walk(toy(*cards), HARD) == ["s", "near"]
    unlucky = replace(toy(*cards), with_calculation=frozenset())
    assert walk(unlucky, GOOD, GOOD) == ["s", "a", "t"]
    # A chain with a calculation of its own needs no second.
    own = replace(scenario, follow_ups=("plain",))
    assert walk(toy(*sums, own), GOOD, GOOD) == ["s", "plain", "-"]


def test_a_demo_is_asked_for_once_and_a_formula_only_of_follow_ups() -> None:
    cards = (
        card("s", kind=Kind.SCENARIO, follow_ups=("a", "b"), demo="clip"),
        card("a", demo="mae"),
        card("b", demo="mae"),
    )
    interview = toy(*cards)
    turns = []
    while (turn := interview.turn(0)) is not None:
        turns.append(turn)
        interview = interview.answered(turn, GOOD)
    assert [(turn.demo, turn.board) for turn in turns] == [
        ("clip", False),
        ("mae", True),
        (None, True),
    ]
    assert [(turn.part, turn.depth, turn.number, turn.thread) for turn in turns] == [
        (QuestionRole.SCENARIO, 0, 0, 1),
        (QuestionRole.FOLLOW_UP, 1, 1, 1),
        (QuestionRole.FOLLOW_UP, 1, 2, 1),
    ]


def test_the_budget_grows_with_the_level_and_with_a_push_back() -> None:
    for kind in Kind:
        sizes = [budget(each) for each in cards() if each.kind is kind]
        assert sizes
        by_level = {each.level: budget(each) for each in cards() if each.kind is kind}
        ordered = [by_level[level] for level in LEVELS if level in by_level]
        assert ordered == sorted(set(ordered))
    scenario = card("s", kind=Kind.SCENARIO)
    assert Turn(scenario, QuestionRole.SCENARIO, 1, 0, 0).budget == budget(scenario) + PUSH_BACK
    assert Turn(card("a"), QuestionRole.FOLLOW_UP, 1, 1, 1).budget == budget(card("a"))


def held_through(interview: Interview, chance: Random, turns: int = 60) -> list[Turn]:
    """The turns of an interview answered at random."""
    found = []
    for _ in range(turns):
        turn = interview.turn(0)
        if turn is None:
            break
        found.append(turn)
        rating = chance.choice((AGAIN, HARD, GOOD, GOOD, GOOD))
        interview = interview.answered(turn, rating, baited=chance.random() < 0.2)
    return found


@given(seed=st.integers(0, 10**6), luck=st.integers(), level=st.sampled_from(Level))
def test_no_card_is_asked_twice_and_a_seed_repeats_it_all(
    seed: int, luck: int, level: Level
) -> None:
    def once() -> list[Turn]:
        drawn = begin(cards(), Random(seed), minutes=30, level=level)
        return held_through(drawn, Random(luck))

    turns = once()
    names = [turn.card.id for turn in turns]
    assert len(set(names)) == len(names)
    assert turns == once()
    assert turns[0].card.level is level
    demos = [turn.demo for turn in turns if turn.demo]
    assert len(set(demos)) == len(demos)
    scenario = turns[0].card
    for turn in turns:
        if turn.part is QuestionRole.SCENARIO:
            scenario, follow_ups = turn.card, 0
        elif turn.part is QuestionRole.FOLLOW_UP:
            follow_ups += 1
            assert follow_ups <= MAX_FOLLOW_UPS
            steps = {step.card.id: step.depth for step in asked_next(scenario, by_id().__getitem__)}
            assert steps[turn.card.id] == turn.depth
        else:
            assert turn.card.section == scenario.section
            assert LEVELS.index(turn.card.level) <= LEVELS.index(scenario.level)
        assert not turn.board or has_board(turn.card)


def test_another_seed_asks_in_another_order() -> None:
    orders = {begin(cards(), Random(seed), minutes=30).scenarios for seed in range(50)}
    assert len(orders) == 50


@every("scenario", scenarios, ids=lambda scenario: scenario.id)
def test_every_scenario_of_the_bank_can_be_walked(scenario: Card) -> None:
    """Answered well it is followed to the end of its chain, or to the interviewer's patience."""
    drawn = begin(cards(), Random(0), minutes=30)
    interview = replace(drawn, scenarios=(scenario.id,))
    turns = []
    while (turn := interview.turn(0)) is not None:
        turns.append(turn)
        interview = interview.answered(turn, GOOD)
    chain = asked_next(scenario, by_id().__getitem__)
    follow_ups = [turn.card.id for turn in turns if turn.part is QuestionRole.FOLLOW_UP]
    assert turns[0].card == scenario
    assert scenario.bait is not None
    assert follow_ups == [step.card.id for step in chain][:MAX_FOLLOW_UPS]
    assert follow_ups
    assert all(turn.budget >= 45 for turn in turns)


def test_topics_are_sections_or_tags() -> None:
    clip = begin(cards(), Random(3), minutes=30, topics=("clip",))
    about = [by_id()[name] for name in clip.scenarios]
    assert {each.section for each in about} > {"clip"}
    assert all(each.section == "clip" or "clip" in each.tags for each in about)
    assert all(each.id in clip.scenarios for each in scenarios() if each.section == "clip")
    tag = next(tag for scenario in scenarios() for tag in scenario.tags)
    tagged = begin(cards(), Random(3), minutes=30, topics=(tag,))
    assert tagged.scenarios
    assert all(tag in by_id()[name].tags for name in tagged.scenarios)
    assert fits(scenarios()[0], ())
    away = begin(cards(), Random(3), minutes=30, suspended={clip.scenarios[0]})
    assert clip.scenarios[0] not in away.scenarios


def some_scenarios() -> st.SearchStrategy[set[str]]:
    return st.sets(st.sampled_from([card.id for card in scenarios()]), max_size=12)


@given(luck=st.integers(), lately=st.deferred(some_scenarios))
def test_what_was_asked_lately_is_not_asked_first(luck: int, lately: set[str]) -> None:
    seed = fresh_seed(cards(), lately, (), Random(luck))
    order = begin(cards(), Random(seed), minutes=30).scenarios
    for level in LEVELS:
        at_level = [name for name in order if by_id()[name].level is level]
        if not lately.issuperset(at_level):
            assert at_level[0] not in lately


def test_a_seed_used_before_is_not_taken_again() -> None:
    first = fresh_seed(cards(), (), (), Random(1))
    assert fresh_seed(cards(), (), {first}, Random(1)) != first


def test_code_is_asked_for_once_after_a_card_that_it_rests_on() -> None:
    asked = []
    for seed in range(12):
        interview = begin(cards(), Random(seed), minutes=120)
        turns: list[Turn] = []
        while (turn := interview.turn(60.0 * len(turns))) is not None and len(turns) < 60:
            turns.append(turn)
            interview = interview.answered(turn, GOOD)
        coded = [turn for turn in turns if turn.code]
        assert len(coded) <= 1
        for turn in coded:
            assert turn.code is not None
            assert turn.code.kind is Kind.CODE
            assert turn.card.id in turn.code.needs
            assert turn.part is QuestionRole.FOLLOW_UP
            assert not turn.board, "one thing at the whiteboard is enough"
        asked += coded
    assert asked
