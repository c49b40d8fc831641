"""Recall for each artist's drawings, and for those of an artist never seen."""

import math

from torch import Tensor

from contrastive_drill.demo.result import Cell, Table
from contrastive_drill.lab.emoji import ARTISTS
from contrastive_drill.lab.emoji_vectors import EVERY_ARTIST, EmojiVectors


def recall_table(vectors: EmojiVectors, known: Tensor, unseen: Tensor) -> Table:
    """Recall from text to picture, by artist: unseen concepts, and as many trained ones."""
    rows = []
    by_name = {name: (artist,) for artist, name in enumerate(ARTISTS)}
    for label, artists in {**by_name, "mean": EVERY_ARTIST}.items():
        captions, names = (vectors.pairs(unseen, artists, by_name=name) for name in (False, True))
        trained = vectors.pairs(known, artists)
        measures = (captions.recall(1), captions.recall(5), names.recall(1), trained.recall(1))
        rows.append((label, *(Cell(measure, ".3f") for measure in measures)))
    count = len(unseen)
    chance = (1 / count, min(5 / count, 1), 1 / count, 1 / len(known))
    return Table(
        title=f"Pictures found from their text, among {count}",
        columns=("drawn by", "R@1", "R@5", "by name", "trained"),
        rows=(*rows, ("chance", *(Cell(share, ".3f") for share in chance))),
        notes=(
            "R@1, R@5: concepts never trained on, by their caption; by name: R@1 without keywords",
            f"trained: R@1 of {len(known)} of the concepts trained on",
        ),
    )


def left_out_table(
    full: EmojiVectors, partial: EmojiVectors, stranger: int, known: Tensor, unseen: Tensor
) -> Table:
    """Recall@1 after training on all artists, and after training without one of them."""
    rows = []
    for artist, name in enumerate(ARTISTS):
        shares = [
            vectors.pairs(concepts, [artist]).recall(1)
            for concepts in (known, unseen)
            for vectors in (full, partial)
        ]
        label = f"{name}, left out" if artist == stranger else name
        rows.append((label, *(Cell(share, ".3f") for share in shares)))
    both = len(ARTISTS), len(ARTISTS) - 1
    return Table(
        title=f"An artist never seen: recall@1 after training on {both[0]} and on {both[1]}",
        columns=("drawn by", *(f"{of}, {by}" for of in ("trained", "unseen") for by in both)),
        rows=tuple(rows),
        notes=("trained, unseen: concepts; the same drawings, steps and first weights throughout",),
    )


def recall_left(
    full: EmojiVectors, partial: EmojiVectors, stranger: int, concepts: Tensor
) -> float:
    """The share of recall@1 that is left for an artist's drawings when training goes without."""
    whole, left = (vectors.pairs(concepts, [stranger]).recall(1) for vectors in (full, partial))
    return left / whole if whole else math.nan
