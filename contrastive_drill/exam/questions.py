"""The questions of an exam: the cold list, a sample of it, or a random draw."""

from collections.abc import Collection, Iterable, Sequence
from random import Random
from typing import NamedTuple

from contrastive_drill.memory.log import Review

NUMBERED = 55  # the cold list; its last ten are asked quick-fire


class Candidate(NamedTuple):
    """A card that may be asked, and its number in the cold list, if any."""

    card_id: str
    place: int | None


class ExamPart(NamedTuple):
    """A part of the cold list, and what a gap in it means."""

    first: int
    last: int
    title: str
    gap: str

    @property
    def questions(self) -> int:
        """How many questions it has."""
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
    candidates: Iterable[Candidate], seed: int, count: int | None = None, *, shuffled: bool = False
) -> tuple[str, ...]:
    """The questions of an exam, in order.

    The cold list by number; when `shuffled`, all candidates in an order drawn from the seed.
    `count` draws a sample of either.
    """
    pool = sorted(
        (each for each in candidates if shuffled or each.place is not None),
        key=lambda each: (each.place or 0, each.card_id),
    )
    if shuffled or (count is not None and count < len(pool)):
        chance = Random(seed)
        sample = chance.sample(pool, len(pool) if count is None else min(count, len(pool)))
        pool = sample if shuffled else sorted(sample, key=lambda each: each.place or 0)
    return tuple(each.card_id for each in pool)


def unanswered(cards: Sequence[str], answers: Collection[Review]) -> tuple[str, ...]:
    """The questions not answered yet, in order."""
    answered = {answer.card_id for answer in answers}
    return tuple(card for card in cards if card not in answered)
