"""The claims of `collapse`, and what its numbers mean."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from contrastive_drill.demo.result import Claim, Note, Outcome
from contrastive_drill.lab.collapse.tables import Alignments
from contrastive_drill.lab.measures import stored

ENOUGH = 150  # steps: from here on recall is judged


def notes(alignments: Alignments, held: int) -> Iterator[Note]:
    """What the numbers mean."""
    squared, cosine = alignments["squared error"], alignments["cosine"]
    int8 = partial(stored, precision="int8")
    plain, lossy = (cosine.held_out.recall(1, *each) * held for each in ((), (int8,)))
    middle = cosine.held_out.centred()
    yield Note(
        "A loss on true pairs asks that two agree. One constant vector gives it that for all pairs "
        "at once, and nothing in the loss leads away from there. Cosine's way to it is a cone: "
        f"spread {cosine.spread:.2f}, and {middle.spread():.2f} once each tower's mean is taken "
        f"off. So the cone is no loss by itself. That recall@1 is {plain:.1f} times chance, "
        f"{middle.recall(1) * held:.1f} centred, where InfoNCE has "
        f"{alignments['InfoNCE'].held_out.centred().recall(1) * held:.1f}, says that not much was "
        f"learned; and int8 with one scale, which the cone makes coarse, leaves {lossy:.1f}."
    )
    yield Note(
        f"Squared error shrinks the vectors to {squared.length:.2f} of their first length. Their "
        f"directions are no point (spread {squared.spread:.2f}), but noise: its margin says so. "
        "Margin and centred recall are the one ruler that fits every loss."
    )
    yield Note(
        "Negatives are one cure of several. A frozen text tower cannot come to meet the pictures; "
        "variance and covariance keep each dimension alive and unlike the others, Barlow Twins by "
        "one cross-correlation. Cures without either stand in `demo siamese`: they want one tower "
        "for both views."
    )
    yield Note(
        "Fair to all: the same first weights, batches, steps and AdamW. InfoNCE and SigLIP learn "
        "their temperature from where their papers start it; weights of terms are the papers'."
    )


def outcome(alignments: Alignments, held: int) -> Outcome:
    """Which option of the prediction came true."""
    cosine, negatives = (alignments[name].held_out.recall(1) for name in ("cosine", "InfoNCE"))
    return Outcome(0 if cosine * held < 2 else 1 if cosine < negatives / 2 else 2)


def claims(
    alignments: Alignments, families: Mapping[str, Sequence[str]], held: int, steps: int
) -> Iterator[Claim]:
    """Every loss by one ruler; `families` are labels, those of the first on pairs alone."""
    above, below = Claim.above, Claim.below
    for place, (words, labels) in enumerate(families.items()):
        found = [alignments[label].held_out for label in labels]
        margins = [one.margin() for one in found]
        if not place:
            yield below(f"{words}: margin of true over wrong pairs, at most", max(margins), 0.03)
            if steps >= ENOUGH:
                most = max(one.centred().recall(1) for one in found)
                share = most / alignments["InfoNCE"].held_out.centred().recall(1)
                yield below(f"{words}: recall@1 centred, over InfoNCE's", share, 0.6)
        else:
            yield above(f"{words}: margin of true over wrong pairs, at least", min(margins), 0.07)
            if steps >= ENOUGH:
                least = min(one.recall(1) for one in found) * held
                yield above(f"{words}: recall@1 at least, in units of chance", least, 6)
    cosine = alignments["cosine"]
    yield below("Cosine: spread, a narrow cone", cosine.spread, 0.1)
    yield above("Cosine: spread once centred", cosine.held_out.centred().spread(), 0.5)
