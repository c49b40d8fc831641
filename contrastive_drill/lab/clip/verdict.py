"""The claims of `clip`, and what its recall means."""

from collections.abc import Iterator, Mapping

from contrastive_drill.demo.result import Claim, Note, Outcome
from contrastive_drill.lab import zeroshot
from contrastive_drill.lab.clip import gap
from contrastive_drill.lab.retrieval import Retrieval


def outcome(left: float) -> Outcome:
    """Which option of the prediction came true."""
    return Outcome(0 if left > 0.9 else 1 if left > 1 / 3 else 2)


def claims(
    held_out: Retrieval,
    accuracies: Mapping[str, zeroshot.ZeroShotAccuracy],
    left: float,
    strange: float,
    count: int,
    first: Retrieval,
    change: float,
) -> Iterator[Claim]:
    """Each relation as this data shows it.

    Of `count` unseen concepts: the vectors after training and `first`, before it; accuracy by
    groups; recall of an artist left out of training: `left` of trained concepts', and `strange` of
    unseen ones; the `change` of recall as one cloud moves over the gap.
    """
    plain = {name: one.plain for name, one in accuracies.items()}
    by_names = plain[zeroshot.NAMES] - plain[zeroshot.LARGEST]
    by_kinds = accuracies[zeroshot.KINDS].balanced / accuracies[zeroshot.LARGEST].balanced
    length, before = gap.length(held_out), gap.length(first)
    above, below = Claim.above, Claim.below
    yield above("Recall@1 of unseen concepts, in units of chance", held_out.recall(1) * count, 5)
    yield above("Accuracy by a group's kinds, mean over groups, in units of chance", by_kinds, 1.3)
    yield above("Accuracy by names of trained concepts, above naming the largest", by_names, 0.05)
    yield below("Recall@1 of trained concepts left to an artist never seen", left, 0.8)
    yield above("Recall@1 of unseen ones by that artist, in units of chance", strange * count, 8)
    yield above("Modality gap, in units of chance", length / gap.length_by_chance(held_out), 1.5)
    yield below("Modality gap, as a share of what it was before training", length / before, 0.6)
    yield below("Change of recall@1 as one cloud moves to close it, at most", change, 0.06)


def recall_note(known: Retrieval, unseen: Retrieval, trained: int) -> Note:
    """What is found of trained concepts and of others, and why."""
    return Note(
        f"It finds {known.recall(1):.0%} of its {trained:,} trained "
        f"concepts and {unseen.recall(1):.0%} of the others, whose words it met in other "
        "captions. A text is a bag of words and of three-letter pieces: it has no order, no word "
        "stands for another, and one that no caption had goes by its letters, which is a guess."
    )
