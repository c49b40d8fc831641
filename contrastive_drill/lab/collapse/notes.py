"""What the numbers of `collapse` mean."""

from functools import partial

from contrastive_drill.demo.result import Note, Outcome
from contrastive_drill.lab.collapse.tables import Alignments
from contrastive_drill.lab.measures import stored
from contrastive_drill.lab.retrieval import exactly

INT8 = partial(stored, precision="int8")


def notes(alignments: Alignments, held: int) -> tuple[Note, ...]:
    """What the numbers mean."""
    squared, cosine = alignments["squared error"], alignments["cosine"]
    true, wrong = cosine.held_out.cosines()
    by_dimension = partial(stored, precision="int8 per dimension")
    exact, int8, ranged = (
        cosine.held_out.recall(1, storage) * held for storage in (exactly, INT8, by_dimension)
    )
    texts = (
        "Fair to all: the same first weights, batches, steps and AdamW. InfoNCE and SigLIP learn "
        "their temperature from where their papers start it; the variance and covariance terms "
        "weigh 25 and 1 against 25 for the pairs, as in theirs. The bounds know no loss by name.",
        f"Cosine alone puts all vectors in a narrow cone: true pairs at {true:.5f}, wrong ones at "
        f"{wrong:.5f}. Its recall@1 is {exact:.1f} times chance all the same: an order survives in "
        "the last decimals. So collapse is judged by spread and margin, and its cost by recall as "
        f"a vector database may store the vectors: {int8:.1f} times chance as int8 with one scale, "
        f"{ranged:.1f} with a range for each dimension, which follows the cone.",
        f"Squared error collapses by length, to {squared.length:.2f} of what it was before "
        "training, which is what its spread is measured against. Scaled to the sphere, the rest "
        f"is no point (spread {squared.held_out.spread():.2f}, rank "
        f"{squared.held_out.effective_rank():.0f}), but it is noise: its margin says so.",
        "Negatives are one cure of several. A frozen text tower cannot come to meet the pictures, "
        "so they must go to its points, and whitening sets those far apart. Variance and "
        "covariance terms keep each dimension alive and unlike the others.",
    )
    return tuple(Note(text) for text in texts)


def outcome(alignments: Alignments, held: int) -> Outcome:
    """Which option of the prediction came true."""
    cosine, negatives = (alignments[name].held_out.recall(1) for name in ("cosine", "InfoNCE"))
    return Outcome(0 if cosine * held < 2 else 1 if cosine < negatives / 2 else 2)
