"""Recall of the demo `clip`: by step, by artist, and by words shared with a trained caption."""

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor

from contrastive_drill.demo.result import Cell, Chart, Series, Table
from contrastive_drill.lab.emoji import ARTISTS, Emoji
from contrastive_drill.lab.emoji_vectors import EmojiVectors
from contrastive_drill.lab.holdout import NEAR, overlaps

STEPS = (0.0, 0.2, 0.35, NEAR)  # between kinds of captions, in words shared with a trained one


def learning_curve(looks: Sequence[tuple[float, float, float]]) -> Chart:
    """Recall@1 of trained concepts and of unseen ones, against the steps of training."""
    steps, known, unseen = zip(*looks, strict=True)
    return Chart(
        title="Recall@1 while it learns",
        x_label="step",
        y_label="recall@1",
        sentence="What is found of trained concepts says little about the others.",
        series=(Series("trained concepts", steps, known), Series("unseen", steps, unseen)),
    )


def by_artist(both: Sequence[EmojiVectors], stranger: int, known: Tensor, unseen: Tensor) -> Table:
    """Recall@1 after training on all artists, and after training without one of them."""
    rows = []
    for artist, name in enumerate(ARTISTS):
        cells = (
            Cell(vectors.pairs(concepts, [artist]).recall(1), ".3f")
            for concepts in (known, unseen)
            for vectors in both
        )
        rows.append((f"{name}, left out" if artist == stranger else name, *cells))
    return Table(
        title=f"Recall@1 among {len(unseen)} after training on 3 artists and on 2",
        columns=("drawn by", "trained, 3", "trained, 2", "unseen, 3", "unseen, 2"),
        rows=tuple(rows),
    )


def by_overlap(emoji: Emoji, vectors: EmojiVectors, trained: Tensor, unseen: Tensor) -> Table:
    """Recall of unseen concepts by how much the nearest trained caption shares with theirs."""
    found = vectors.pairs(unseen).found(1)
    captions = [concept.caption for concept in emoji.concepts]
    nearest = overlaps(*([captions[row] for row in rows] for rows in (unseen, trained))).amax(1)
    rows = []
    for low, high in pairwise(STEPS):
        inside = (nearest >= low) & (nearest < high)
        count, share = int(inside.sum()), float(found[inside].mean())  # no number where none is
        rows.append((f"{low:g} to {high:g}", Cell(count, "d"), Cell(share, ".3f")))
    return Table(
        title="Recall@1 by words shared with the nearest trained caption",
        columns=("shared", "concepts", "recall@1"),
        rows=tuple(rows),
        notes=("shared: words of both over words of either; from a half on, held out together",),
    )
