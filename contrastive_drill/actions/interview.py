"""Begins an interview in a view, and shows its scorecard."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from random import Random, SystemRandom
from typing import NamedTuple

from contrastive_drill.actions.environment import Environment, open_console
from contrastive_drill.actions.interview_loop import InterviewLoop
from contrastive_drill.actions.output import print_blocks, print_json, print_rows
from contrastive_drill.actions.review import backup_once, line_input, opened
from contrastive_drill.cards.card import Card, Kind, Level
from contrastive_drill.cards.prose import Line
from contrastive_drill.demo import registry
from contrastive_drill.errors import UsageProblem
from contrastive_drill.interview.draw import begin, fits, fresh_seed
from contrastive_drill.interview.next_steps import next_steps
from contrastive_drill.interview.scorecard import ASKED, Past, Scorecard, scorecard
from contrastive_drill.memory.log import suspended
from contrastive_drill.memory.sitting import Sitting, SittingKind
from contrastive_drill.screen.interview.record import scorecard_record
from contrastive_drill.screen.interview.scenes import InterviewView
from contrastive_drill.screen.interview.scorecard import ScorecardView, history_rows, scorecard_rows
from contrastive_drill.screen.words import in_minutes
from contrastive_drill.store import Store

LATELY = 3  # interviews whose questions come late in the next one
COMPARED = 5  # earlier interviews beside the last one


class InterviewOptions(NamedTuple):
    """What the candidate asked for."""

    minutes: float
    level: Level
    topics: tuple[str, ...]
    seed: int | None


def hold(env: Environment, options: InterviewOptions, as_lines: bool) -> None:
    """Hold an interview to its end, and show its scorecard."""
    with opened(env) as (store, notices):
        cards = _cards(env)
        _known_topics(cards, options.topics)
        seed = _fresh(store, cards, options) if options.seed is None else options.seed
        suspended_cards = suspended(store.marks())
        interview = begin(
            cards.values(),
            Random(seed),
            minutes=options.minutes,
            level=options.level,
            topics=options.topics,
            away=suspended_cards,
        )
        if not interview.scenarios:
            raise UsageProblem("every scenario of that is suspended: contrastive-drill resume ID")
        sitting = Sitting(
            id=env.new_id(),
            sort=SittingKind.INTERVIEW,
            at=env.clock.now().astimezone(UTC),
            day=env.day(),
            seed=seed,
            terms={
                "minutes": options.minutes,
                "level": options.level,
                "topics": options.topics,
                "seeded": options.seed is not None,
            },
        )
        store.sittings.begin(sitting)
        notices.append(
            f"Mock interview, {in_minutes(options.minutes)}, from {options.level}; seed {seed} "
            "asks it again. Answer aloud or type; q ends it."
        )

        def run(view: InterviewView) -> None:
            for notice in notices:
                view.tell(notice)
            InterviewLoop(env, store, sitting, view).hold(interview)
            others = [
                it for it in store.sittings.newest(SittingKind.INTERVIEW) if it.id != sitting.id
            ]
            earlier = (_scorecard(store, other) for other in others)
            shown = _scorecard_view(env, cards, _scorecard(store, sitting), earlier)
            view.dismiss(lambda sheet: scorecard_rows(sheet, shown))

        _with_view(env, store, run, as_lines)


def show(env: Environment, *, every: bool, as_json: bool, paged: bool) -> None:
    """The last interview's scorecard, or one line for each interview.

    One that was left before its first answer has nothing to show, and hides none that has.

    Raises:
        UsageProblem: when there is no interview to show.
    """
    with env.store(read_only=True) as store:
        every_score = [
            _scorecard(store, sitting) for sitting in store.sittings.newest(SittingKind.INTERVIEW)
        ]
    scores = [score for score in every_score if score.answered]
    if not scores and not every:
        raise UsageProblem("no interview has an answer yet: contrastive-drill interview begins one")
    if every and not as_json:
        pasts = [_past(env, score) for score in scores]
        print_rows(lambda sheet: history_rows(sheet, pasts))
        return
    cards = _cards(env)
    shown = [
        _scorecard_view(env, cards, score, scores[place + 1 :])
        for place, score in enumerate(scores if every else scores[:1])
    ]
    if as_json:
        record = {"schema": 1, "interviews": [scorecard_record(each) for each in shown]}
        print_json(record)
    else:
        from contrastive_drill.screen.blocks import Block

        print_blocks(
            lambda sheet: [Block("the rest", scorecard_rows(sheet, shown[0]))], paged=paged
        )


def _cards(env: Environment) -> dict[str, Card]:
    """Every card; one of the learner's own may name a demo that is not there."""
    known = registry.names()
    return {
        card.id: card if card.demo in known else replace(card, demo=None)
        for card in env.bank.cards()
    }


def _known_topics(cards: Mapping[str, Card], topics: Sequence[str]) -> None:
    """Refuse a topic without a scenario."""
    scenarios = [card for card in cards.values() if card.kind is Kind.SCENARIO]
    for topic in topics:
        if not any(fits(card, (topic,)) for card in scenarios):
            sections = dict.fromkeys(card.section for card in scenarios)
            raise UsageProblem(
                f"no scenario is about '{topic}': use a tag, or one of {', '.join(sections)}"
            )


def _fresh(store: Store, cards: Mapping[str, Card], options: InterviewOptions) -> int:
    """A new seed, under which the questions of the last interviews come late."""
    sittings = store.sittings.newest(SittingKind.INTERVIEW)
    lately = {
        str(event.facts["card"])
        for sitting in sittings[:LATELY]
        for event in store.sittings.events(sitting.id)
        if event.name == ASKED
    }
    used = {sitting.seed for sitting in sittings}
    return fresh_seed(cards.values(), lately, used, SystemRandom(), options.topics)


def _with_view(
    env: Environment, store: Store, run: Callable[[InterviewView], None], as_lines: bool
) -> None:
    """Hold an interview with single keys, or with lines where there is no such terminal."""
    console = open_console(plain=as_lines)
    view: InterviewView
    idle = backup_once(env, store, lambda problem: view.tell(problem))
    if (lines := line_input(console, as_lines)) is not None:
        from contrastive_drill.screen.interview.lines import LineInterview

        view = LineInterview(console, lines, idle)
        run(view)
        return
    from contrastive_drill.screen.interview.terminal import TerminalInterview
    from contrastive_drill.screen.keys import terminal_keys

    with terminal_keys() as keys:
        view = TerminalInterview(console, keys, idle)
        run(view)


def _scorecard(store: Store, sitting: Sitting) -> Scorecard:
    sittings = store.sittings
    return scorecard(sitting, sittings.answers(sitting.id), sittings.events(sitting.id))


def _past(env: Environment, score: Scorecard) -> Past:
    """The numbers of an interview, at the learner's own time."""
    return score.past._replace(at=score.at.astimezone(env.clock.now().tzinfo))


def _scorecard_view(
    env: Environment, cards: Mapping[str, Card], score: Scorecard, earlier: Iterable[Scorecard]
) -> ScorecardView:
    def point(card_id: str, key: str) -> Line | None:
        points = cards[card_id].points if card_id in cards else ()
        return next((each.line for each in points if each.key == key), None)

    score = replace(score, at=score.at.astimezone(env.clock.now().tzinfo))
    advised = next_steps(score, cards)
    return ScorecardView(
        score=score,
        titles=env.bank.titles,
        point=point,
        next_steps=advised,
        claim=registry.describe(advised.demo).claim if advised.demo else None,
        before=tuple(_past(env, each) for each in earlier if each.answered)[:COMPARED],
    )
