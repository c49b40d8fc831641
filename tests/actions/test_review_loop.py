"""The loop of a session, with a view that does anything at any time."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.review.drafts import Drafts
from contrastive_drill.actions.review.loop import ReviewLoop
from contrastive_drill.cards.attempt import Attempt
from contrastive_drill.cards.grade import check, grade
from contrastive_drill.memory.log import Memory, Rating, Review
from contrastive_drill.memory.marks import Mark
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.review.session import Session, SessionRules
from contrastive_drill.screen.session_view import (
    Command,
    Draft,
    Flag,
    Question,
    Rate,
    Reply,
    Reveal,
    Tick,
)
from contrastive_drill.store import Store

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
HEAD = "section: toy\ntitle: Toy\ncards:\n"
CARD = """\
  - id: card-{number}
    level: mid
    kind: {kind}
    prompt: What is {number}?
    answer: It is {number}.
    points:
      - must: The first of {number}.
      - must: The second of {number}.
    sources:
      - text: A book
"""
KINDS = ("recall", "verdict\n    ruling: wrong", "recall", "recall")
CARDS = tuple(f"card-{number}" for number in range(len(KINDS)))


class Moment(NamedTuple):
    """All that a learner sees of a session, and all that is stored."""

    card_id: str
    revealed: bool
    typed: str | None
    ticked: frozenset[str]
    answers: tuple[Review, ...]
    marks: dict[str, Mark]
    memories: Mapping[str, Memory]


class View:
    """Takes replies from a function, and has nothing to show."""

    def __init__(self, reply: Callable[[Question, Attempt], Reply]) -> None:
        self.ask = self.grade = reply

    def tell(self, message: str) -> None: ...
    def aside(self, work: Callable[[], None], wait: bool = True) -> None: ...
    def clinic(self, clinic: Any) -> None: ...
    def saved(self, question: Question, review: Review) -> None: ...
    def close(self, closing: Any) -> None: ...


@pytest.fixture
def env(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """The program with a bank of a few cards."""
    folder = tmp_path / "bank"
    folder.mkdir()
    cards = (CARD.format(number=number, kind=kind) for number, kind in enumerate(KINDS))
    (folder / "toy.yaml").write_text(HEAD + "".join(cards))
    monkeypatch.setattr("contrastive_drill.bank.library.shipped_folder", lambda: folder)
    return Environment()


def run(env: Environment, name: str, reply: Callable[[Store], Any], cards: tuple[str, ...]) -> None:
    """One session in a database of its own."""
    with Store.open(env.paths.database.with_name(name), env.paths.backups, NOW) as store:
        ReviewLoop(env, store, SessionRules()).run(Session(cards), View(reply(store)))


class Learner:
    """Does something at random, and knows what every undo must come back to."""

    def __init__(self, store: Store, drafts: Drafts, chance: random.Random, steps: int) -> None:
        self.store, self.drafts, self.chance, self.steps = store, drafts, chance, steps
        self.before: list[Moment] = []
        self.expected: Moment | None = None
        self.words = ""  # that were typed last and undone: they are the draft again
        self.undone = 0

    def reply(self, question: Question, attempt: Attempt) -> Reply:
        """Compare with what is expected, and do the next thing."""
        now = self.moment(question, attempt)
        assert now.memories == replay(now.answers)
        if self.expected:
            assert now == self.expected
            self.undone += 1
        if self.words:
            assert attempt.draft == self.words
        self.expected, self.words, self.steps = None, "", self.steps - 1
        if not self.steps:
            return Command.QUIT
        if self.chance.random() < 0.4:
            if self.before:
                self.expected = self.before.pop()
                if attempt.typed and not self.expected.revealed and not attempt.entry_id:
                    is_ruling = question.card.kind == "verdict"
                    self.words = attempt.draft if is_ruling else attempt.typed
            else:
                self.expected = now
            return Command.UNDO
        did = self.something(question, attempt)
        if not isinstance(did, Draft) and did != Reveal():
            self.before.append(now)
        return did

    def something(self, question: Question, attempt: Attempt) -> Reply:
        """A tick, an answer, a mark or a rating."""
        card, pick, words = question.card, self.chance.choice, f"words {self.steps}"
        aside: list[Reply] = [Command.SUSPEND, Command.BURY, Flag(words), Flag("")]
        if attempt.revealed:
            ticked = Tick((pick(card.points).key,))
            checked = check(card, attempt.typed) if attempt.typed else None
            rate = Rate(pick(list(Rating)), grade(card, attempt.ticked, checked))
            return pick([ticked, ticked, rate, rate, *aside])
        if card.kind == "verdict":
            typed = Reveal(f"{pick(['right', 'wrong'])}\n{attempt.draft}".strip())
            return pick([Reveal(), typed, Draft(words), *aside])
        self.drafts.keep(card.id, words)  # as the editor does at every key
        return pick([Reveal(), Reveal(words), Draft(words), *aside])

    def moment(self, question: Question, attempt: Attempt) -> Moment:
        """What is seen and stored now."""
        return Moment(
            question.card.id,
            attempt.revealed,
            attempt.typed,
            attempt.ticked,
            tuple(self.store.reviews()),
            self.store.marks(),
            self.store.memories(),
        )


def test_every_undo_comes_back_to_what_was_before(env: Environment) -> None:
    undone = 0
    for seed in range(40):
        learners: list[Learner] = []

        def begin(store: Store) -> Callable[[Question, Attempt], Reply]:
            learners.append(Learner(store, Drafts(env.paths.drafts), random.Random(seed), 40))  # noqa: B023
            return learners[0].reply  # noqa: B023

        run(env, f"{seed}.sqlite", begin, CARDS)
        undone += learners[0].undone
    assert undone > 150


def scripted(*replies: Reply | Callable[[Question, Attempt], Reply]) -> Callable[[Store], Any]:
    """A learner who does one thing after the other, then leaves."""
    left = [*replies, Command.QUIT]

    def reply(question: Question, attempt: Attempt) -> Reply:
        did = left.pop(0)
        return did(question, attempt) if callable(did) else did

    return lambda _: reply


def rated(question: Question, attempt: Attempt) -> Reply:
    """The rating that is suggested."""
    verdict = grade(question.card, attempt.ticked)
    return Rate(verdict.suggested, verdict)


def test_words_of_a_rating_taken_back_outlive_the_session(env: Environment) -> None:
    drafts = Drafts(env.paths.drafts)
    drafts.keep("card-0", "many words")
    run(env, "a.sqlite", scripted(Reveal("many words"), rated), CARDS[:2])
    assert drafts.of("card-0") == ""
    drafts.keep("card-0", "many words")
    run(env, "b.sqlite", scripted(Reveal("many words"), rated, Command.UNDO), CARDS[:2])
    assert drafts.of("card-0") == "many words"


def test_a_draft_is_kept_where_the_answer_was_only_thought_of(env: Environment) -> None:
    drafts = Drafts(env.paths.drafts)
    drafts.keep("card-0", "half an")
    run(env, "a.sqlite", scripted(Draft("half an"), Reveal(), rated), CARDS[:2])
    assert drafts.of("card-0") == "half an"


def test_undoing_a_ruling_keeps_only_its_reason(env: Environment) -> None:
    def check_reason(question: Question, attempt: Attempt) -> Reply:
        assert (attempt.typed, attempt.draft) == (None, "the reason")
        return Command.QUIT

    script = scripted(Draft("the reason"), Reveal("right\nthe reason"), Command.UNDO, check_reason)
    run(env, "a.sqlite", script, ("card-1",))


def test_a_draft_that_cannot_be_kept_stops_nothing(tmp_path: Path) -> None:
    drafts = Drafts(folder := tmp_path / "drafts")
    (folder / "one.txt").mkdir(parents=True)
    drafts.keep("one", "words")
    drafts.keep("one", "")
    (folder / "two.txt").write_bytes(b"caf\xe9" * 250_000)
    assert drafts.of("one") == ""
    assert len(drafts.of("two")) == 1_000_000
    assert sorted(each.name for each in folder.iterdir()) == ["one.txt", "two.txt"]
