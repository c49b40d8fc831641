"""Concepts held out by clusters of captions, against loops over all pairs of them."""

from itertools import combinations

import pytest
import torch
from tensors import seeded

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import emoji, holdout
from contrastive_drill.lab.emoji import Concept, Emoji


def set_of(*captions: str) -> Emoji:
    concepts = tuple(Concept(str(n), name, (), "g", "s") for n, name in enumerate(captions))
    return Emoji(concepts, torch.zeros(len(captions), 1, 32, 32, 3, dtype=torch.uint8))


def naive(one: str, other: str) -> float:
    ours, theirs = set(emoji.words(one)), set(emoji.words(other))
    return len(ours & theirs) / len(ours | theirs)


def test_clusters_are_chains_of_captions_that_share_half_of_their_words() -> None:
    captions = [concept.caption for concept in emoji.load().concepts[::5]]
    parent = list(range(len(captions)))

    def root(place: int) -> int:
        return place if parent[place] == place else root(parent[place])

    shared = holdout.overlaps(captions, captions)
    for a, b in combinations(range(len(captions)), 2):
        by_hand = naive(captions[a], captions[b])
        assert shared[a, b].item() == pytest.approx(by_hand)
        if by_hand >= 0.5:
            parent[root(a)] = root(b)
    labels = holdout.clusters(tuple(captions)).tolist()
    roots = [root(place) for place in range(len(captions))]
    assert len(set(zip(labels, roots, strict=True))) == len(set(labels)) == len(set(roots))
    assert len(set(labels)) < len(captions)


def test_no_held_out_concept_has_a_near_twin_among_the_trained() -> None:
    drawn = emoji.load()
    trained, unseen = holdout.split(drawn, 300, seeded(3))
    assert sorted(trained.tolist() + unseen.tolist()) == list(range(1594))
    assert len(unseen) == 300
    texts = [[drawn.concepts[row].caption for row in side.tolist()] for side in (unseen, trained)]
    assert holdout.overlaps(*texts).max() < 0.5
    again, other = (holdout.split(drawn, 300, seeded(seed))[1] for seed in (3, 4))
    assert torch.equal(again, unseen)
    assert not torch.equal(other, unseen)


def test_a_number_that_clusters_do_not_add_up_to_is_refused() -> None:
    twins = set_of("red car", "car red", "red red car", "blue boat", "boat blue")
    assert len(holdout.split(twins, 2, seeded(0))[1]) == 2
    assert len(holdout.split(twins, 9, seeded(0))[1]) == 5
    with pytest.raises(UsageProblem, match="near twins stay together"):
        holdout.split(twins, 4, seeded(0))
