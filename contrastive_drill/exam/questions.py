"""The questions of an exam: the cold list by its parts, a sample, or a draw."""

from collections.abc import Collection, Iterable, Sequence
from random import Random
from typing import NamedTuple

from contrastive_drill.memory.log import Review

NUMBERED = 55  # the cold list; its last ten are asked quick-fire
LONG, ENOUGH = 45, 30  # of its first 45, so many in full are drilled enough
AIM = 35  # of all 55
SHARE = ENOUGH / LONG  # what a part of any other exam is held against
SAMPLE = 2 / 3  # of a part's questions, how many it takes to say what a gap in it means


class Candidate(NamedTuple):
    """A card that may be asked, and its number in the cold list."""

    card_id: str
    place: int | None


class ExamPart(NamedTuple):
    """A stretch of the cold list, and what a gap in it means."""

    first: int
    last: int
    title: str
    gap: str

    @property
    def questions(self) -> int:
        """How many questions the whole of it has."""
        return self.last - self.first + 1


PARTS = (
    ExamPart(
        1,
        15,
        "from counts to context",
        "the road from TF-IDF to BERT has holes, and every later answer leans on it",
    ),
    ExamPart(
        16,
        30,
        "sentence vectors, contrastive learning, CLIP",
        "a line of questions on contrastive losses or CLIP will stop you",
    ),
    ExamPart(
        31,
        45,
        "beyond CLIP, search, subtleties",
        "a multimodal interview at a frontier lab will go past what you can say",
    ),
    ExamPart(
        46,
        55,
        "quick fire",
        "you know more than you can say in one breath: practise short answers",
    ),
)


def questions(
    candidates: Iterable[Candidate],
    seed: int,
    count: int | None = None,
    *,
    drawn: bool = False,
) -> tuple[str, ...]:
    """The questions of an exam, in their order.

    The cold list in the order of its numbers; with `drawn`, every candidate in an order that the
    seed decides. `count` takes a sample of either, by the seed.
    """
    pool = sorted(
        (each for each in candidates if drawn or each.place is not None),
        key=lambda each: (each.place or 0, each.card_id),
    )
    if drawn or (count is not None and count < len(pool)):
        chance = Random(seed)
        sample = chance.sample(pool, len(pool) if count is None else min(count, len(pool)))
        pool = sample if drawn else sorted(sample, key=lambda each: each.place or 0)
    return tuple(each.card_id for each in pool)


def unanswered(cards: Sequence[str], answers: Collection[Review]) -> tuple[str, ...]:
    """The questions still to be asked, in their order."""
    done = {answer.card_id for answer in answers}
    return tuple(card for card in cards if card not in done)
