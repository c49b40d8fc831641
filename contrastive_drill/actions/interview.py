"""Runs an interview in a view, and shows scorecards."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from random import Random, SystemRandom
from typing import NamedTuple

from contrastive_drill.actions.environment import Environment, open_console
from contrastive_drill.actions.interview_loop import InterviewLoop
from contrastive_drill.actions.output import print_json, print_rows
from contrastive_drill.actions.review.session import backup_once, open_keys, open_session
from contrastive_drill.actions.sittings import begin_sitting
from contrastive_drill.cards.card import Card, Level
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.ladder import Ladder
from contrastive_drill.cards.prose import Line
from contrastive_drill.demo import catalogue
from contrastive_drill.errors import UsageProblem
from contrastive_drill.interview.next_steps import next_steps, to_say
from contrastive_drill.interview.scenarios import begin, fits, fresh_seed
from contrastive_drill.interview.scorecard import ASKED, PastInterview, Scorecard, scorecard
from contrastive_drill.memory.marks import suspended
from contrastive_drill.memory.sitting import Fact, Sitting, SittingKind
from contrastive_drill.screen.interview.json_record import scorecard_record
from contrastive_drill.screen.interview.scenes import InterviewView
from contrastive_drill.screen.interview.scorecard import ScorecardView, history_rows, scorecard_rows
from contrastive_drill.spelling import UnknownName
from contrastive_drill.store import Store
from contrastive_drill.words import plural

RECENT = 3  # interviews whose questions come late in the next one
COMPARED = 5  # earlier interviews shown beside the last one


class InterviewOptions(NamedTuple):
    """The options of an interview."""

    minutes: float
    level: Level | None  # None: as the answers go
    topics: tuple[str, ...]
    seed: int | None


def run_interview(env: Environment, options: InterviewOptions, as_lines: bool) -> None:
    """Run an interview to its end, and show its scorecard."""
    with open_session(env) as (store, notices):
        cards = _cards(env)
        _require_topics(cards, options.topics, options.level)
        seed = _fresh_seed(store, cards, options) if options.seed is None else options.seed
        interview = begin(
            cards.values(),
            Random(seed),
            minutes=options.minutes,
            level=options.level,
            topics=options.topics,
            suspended=suspended(store.marks()),
        )
        if not interview.scenarios:
            raise UsageProblem("every such scenario is suspended: contrastive-drill resume ID")
        terms: dict[str, Fact] = {
            "minutes": options.minutes,
            "level": interview.level,
            "holds": options.level is not None,
            "topics": options.topics,
            "seeded": options.seed is not None,
        }
        sitting = begin_sitting(env, store, SittingKind.INTERVIEW, seed, terms)
        notices.append(
            f"Mock interview, {plural(options.minutes, 'minute')}, "
            f"{'at' if options.level else 'from'} {interview.level}; seed {seed} asks it again. "
            f"Answer aloud or type; {':quit' if as_lines else 'q'} ends it."
        )
        with _open_view(env, store, as_lines) as view:
            for notice in notices:
                view.tell(notice)
            InterviewLoop(env, store, sitting, view).run(interview)
            others = [
                it for it in store.sittings.newest(SittingKind.INTERVIEW) if it.id != sitting.id
            ]
            earlier = (_scorecard(store, other) for other in others)
            result = _scorecard_view(env, cards, _scorecard(store, sitting), earlier)
            view.dismiss(lambda sheet: scorecard_rows(sheet, result))


def show_interviews(env: Environment, *, every: bool, as_json: bool, paged: bool) -> None:
    """Show the scorecard of the last interview, or one line for each interview.

    Interviews left before their first answer are passed over.

    Raises:
        UsageProblem: when there is no interview to show.
    """
    with env.store(read_only=True) as store:
        scores = [
            _scorecard(store, sitting) for sitting in store.sittings.newest(SittingKind.INTERVIEW)
        ]
    scores = [score for score in scores if score.answered]
    if not scores and not every:
        raise UsageProblem("no interview has an answer yet: contrastive-drill interview begins one")
    if every and not as_json:
        pasts = [_past(env, score) for score in scores]
        print_rows(lambda sheet: history_rows(sheet, pasts))
        return
    cards = _cards(env)
    views = [
        _scorecard_view(env, cards, score, scores[place + 1 :])
        for place, score in enumerate(scores if every else scores[:1])
    ]
    if as_json:
        record = {"interviews": [scorecard_record(each) for each in views]}
        print_json("interview", record)
    else:
        print_rows(lambda sheet: scorecard_rows(sheet, views[0]), paged=paged)


def _cards(env: Environment) -> dict[str, Card]:
    """Every card by its id; the learner's cards may name demos that do not exist."""
    demos = catalogue.names()
    return {
        card.id: card if card.demo in demos else replace(card, demo=None)
        for card in env.bank.cards()
    }


def _require_topics(cards: Mapping[str, Card], topics: Sequence[str], level: Level | None) -> None:
    """Refuse a topic without a scenario, at the level if one is given."""
    scenarios = [
        card
        for card in cards.values()
        if card.kind is Kind.SCENARIO and level in (None, card.level)
    ]
    for topic in topics:
        if not any(fits(card, (topic,)) for card in scenarios):
            known = {name for card in scenarios for name in (card.section, *card.tags)}
            which = f"{level} scenario" if level else "scenario"
            way_on = f"use a tag, or one of {', '.join({card.section: 0 for card in scenarios})}"
            raise UnknownName(f"no {which} is about '{topic}'", topic, known, way_on)


def _fresh_seed(store: Store, cards: Mapping[str, Card], options: InterviewOptions) -> int:
    """A new seed, under which the questions of recent interviews come late."""
    sittings = store.sittings.newest(SittingKind.INTERVIEW)
    recent = {
        str(event.facts["card"])
        for sitting in sittings[:RECENT]
        for event in store.sittings.events(sitting.id)
        if event.name == ASKED
    }
    used = {sitting.seed for sitting in sittings}
    return fresh_seed(cards.values(), recent, used, SystemRandom(), options.topics)


@contextmanager
def _open_view(env: Environment, store: Store, as_lines: bool) -> Iterator[InterviewView]:
    """The view of an interview: with single keys, or with lines."""
    console = open_console(plain=as_lines)
    view: InterviewView
    idle = backup_once(env, store, lambda problem: view.tell(problem))
    with open_keys(console, as_lines) as keys:
        if keys is None:
            from contrastive_drill.screen.interview.lines import LineInterview

            view = LineInterview(console, sys.stdin or StringIO(), idle)
        else:
            from contrastive_drill.actions.own_keys import own_keymap
            from contrastive_drill.screen.interview.terminal import TerminalInterview

            view = TerminalInterview(console, keys, idle, own_keymap(env))
        yield view


def _scorecard(store: Store, sitting: Sitting) -> Scorecard:
    sittings = store.sittings
    return scorecard(sitting, sittings.answers(sitting.id), sittings.events(sitting.id))


def _past(env: Environment, score: Scorecard) -> PastInterview:
    """The totals of an interview, in local time."""
    return score.past._replace(at=env.local(score.at))


def _scorecard_view(
    env: Environment, cards: Mapping[str, Card], score: Scorecard, earlier: Iterable[Scorecard]
) -> ScorecardView:
    def point(card_id: str, key: str) -> Line | None:
        points = cards[card_id].points if card_id in cards else ()
        return next((each.line for each in points if each.key == key), None)

    def ladder(section: str) -> Ladder | None:
        return env.bank.ladder(section) if section in env.bank.ladders else None

    score = replace(score, at=env.local(score.at))
    steps = next_steps(score, cards)
    return ScorecardView(
        score=score,
        titles=env.bank.titles,
        point=point,
        next_steps=steps,
        claim=catalogue.describe(steps.demo).claim if steps.demo else None,
        before=tuple(_past(env, each) for each in earlier if each.answered)[:COMPARED],
        to_say=to_say(score, ladder),
    )
