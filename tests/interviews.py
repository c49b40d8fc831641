"""A small bank for interviews, and what one of them leaves in the database."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from contrastive_drill.cards.card import Card
from contrastive_drill.interview.scenarios import begin
from contrastive_drill.memory.log import Review
from contrastive_drill.memory.sitting import Event, Sitting, SittingKind
from contrastive_drill.store import Store

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
TOPIC = "toy-bank"


def scenario(name: str, level: str, *more: str) -> str:
    """A scenario with three required points."""
    return f"""
  - id: {name}
    level: {level}
    kind: scenario
    prompt: What of {name}?
    bait:
      answer: Most say bait-of-{name}.
      fails: That fails by {name}.
    answer: The answer to {name}.
    points:
      - must: First of {name}.
      - must: Second of {name}.
      - must: Third of {name}.
    sources:
      - text: A book
    tags: [{TOPIC}]
""" + "".join(f"    {line}\n" for line in more)


BANK = (
    "section: toy\ntitle: Toy\ncards:"
    + scenario("mid-one", "mid", "follow_ups: [deep-one]")
    + scenario("mid-two", "mid")
    + scenario("senior-one", "senior")
    + scenario("senior-two", "senior")
    + scenario("staff-one", "staff")
    + r"""
  - id: deep-one
    level: mid
    kind: recall
    prompt: What is the chance of one in N?
    answer: |
      A fraction:

      $$
      \frac{1}{N}
      $$
    points:
      - must: One over N.
    sources:
      - text: A book
    follow_ups: [deep-two]
    demo: collapse

  - id: deep-two
    level: senior
    kind: verdict
    ruling: wrong
    prompt: It grows with N. Right?
    bait:
      answer: Most say that it grows.
      fails: One over two is less than one.
    answer: It shrinks.
    points:
      - must: It shrinks with N.
      - bonus: It is never zero.
    sources:
      - text: A book

  - id: sum-one
    level: mid
    kind: calculation
    calculation: cosine-of-two
    tolerance: '1 %'
    prompt: What is the cosine of $[[a]]$ and $[[b]]$?
    answer: It is $[[dot]]$ over $[[first]]$ and $[[second]]$, $[[result]]$.
    points:
      - must: Divide by both lengths.
    sources:
      - computed: by hand
"""
)


def seed_for(cards: Iterable[Card]) -> int:
    """The first seed that takes the scenarios of each level in order, with formula and sum."""
    every = list(cards)
    for seed in range(10_000):
        drawn = begin(every, Random(seed), minutes=30, topics=(TOPIC,))
        place = {name: place for place, name in enumerate(drawn.scenarios)}
        if (
            place["mid-one"] < place["mid-two"]
            and place["senior-one"] < place["senior-two"]
            and "mid-one" in drawn.with_calculation
            and "deep-one" in drawn.whiteboards
        ):
            return seed
    raise AssertionError("no seed fits")


class Kept(NamedTuple):
    """One interview as the database has it."""

    sitting: Sitting
    answers: list[Review]
    events: list[Event]

    def told(self, *names: str) -> list[tuple[object, ...]]:
        """The events with these names as the card and what was said, without times."""
        facts = ("card", "would", "was", "round", "answer", "demo", "same", "shows")
        return [
            (event.name, *(event.facts[fact] for fact in facts if fact in event.facts))
            for event in self.events
            if event.name in names
        ]


def interviews(home: Path) -> list[Kept]:
    """Every interview in the database, newest first."""
    with Store.open(home / "drill.sqlite", home / "backups", NOW, read_only=True) as store:
        return [
            Kept(sitting, store.sittings.answers(sitting.id), store.sittings.events(sitting.id))
            for sitting in store.sittings.newest(SittingKind.INTERVIEW)
        ]
