"""The demo `words`: its pairs and gradients against naive loops and autograd; each claim broken."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest
import torch
from smoke import smoke
from torch.nn.functional import logsigmoid

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host
from contrastive_drill.lab import glosses
from contrastive_drill.lab.words import analogies, factorization

pytestmark = pytest.mark.demo
words: Any = import_module("contrastive_drill.demos.words")
TINY = replace(words.SMOKE, words=120, epochs=2, dims=(4.0,))


def seeded(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_gradients_are_those_of_the_loss_over_single_pairs() -> None:
    tables = [torch.randn(5, 3, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    real, noise = seeded().integers(0, 5, (2, 12, 2))
    loss = torch.zeros((), dtype=torch.float64)
    for drawn, sign in ((real, 1), (noise, -1)):
        for word, context in drawn:
            loss = loss - logsigmoid(sign * tables[0][word] @ tables[1][context])
    loss.backward()  # type: ignore[no-untyped-call]
    counts = np.zeros((2, 5, 5))
    for count, drawn in zip(counts, (real, noise), strict=True):
        np.add.at(count, tuple(drawn.T), 1)
    ours = words.gradients(*(table.detach().numpy() for table in tables), *counts)
    for table, gradient in zip(tables, ours, strict=True):
        assert table.grad is not None
        np.testing.assert_allclose(gradient, table.grad.numpy())


def test_pairs_are_those_within_reach_and_nearer_ones_are_more_frequent() -> None:
    listed, texts = words.vocabulary(["A b, c d e f", "b x", "f"], 6)
    assert sorted(listed) == ["a", "b", "c", "d", "e", "f"]
    assert [len(text) for text in texts] == [6, 1, 1]
    found = words.pairs([np.arange(60)] * 400, 3, seeded())
    apart = np.abs(found[:, 0] - found[:, 1])
    assert (apart.min(), apart.max()) == (1, 3)
    shares = np.bincount(apart)[1:] / 400 / np.array([59, 58, 57]) / 2
    np.testing.assert_allclose(shares, [1, 2 / 3, 1 / 3], atol=0.02)
    left, right = ((found[:, 1] - found[:, 0] == side).sum() for side in (2, -2))
    assert left == pytest.approx(right, rel=0.05)


def test_frequent_words_are_thinned_by_the_square_root() -> None:
    texts = [np.array([0] * 9 + [1])] * 2000
    kept = np.bincount(np.concatenate(words.thinned(texts, 0.1, seeded())))
    assert kept[1] == 2000
    assert kept[0] == pytest.approx(18000 * (0.1 / 0.9) ** 0.5, rel=0.03)


def test_with_dimensions_enough_products_are_pmi_less_log_k() -> None:
    counts = np.array([[8, 2, 2], [2, 6, 4], [2, 4, 10]])
    drawn = np.repeat(np.argwhere(counts), counts.ravel(), axis=0)
    generator = seeded()
    for k in (1, 5):
        found, contexts = words.skip_gram(
            np.tile(drawn, (3000, 1)), 3, 3, k, 1.0, 400, 0.05, generator
        )
        limit = factorization.information(counts) - np.log(k)
        np.testing.assert_allclose(found @ contexts.T, limit, atol=0.05)
    expected = np.log(8 * 40 / 12 / 12)
    assert factorization.information(counts)[0, 0] == pytest.approx(expected)


def test_a_product_that_knows_only_rarity_does_not_correlate() -> None:
    generator = seeded(3)
    shares = np.outer(1 / np.arange(3, 33), 1 / np.arange(3, 33))
    counts = generator.poisson(4000 * shares)
    alone = np.log(1 / shares) + generator.normal(scale=0.01, size=shares.shape)
    assert abs(factorization.beyond_rarity(alone, counts)) < 0.1
    limit = np.nan_to_num(factorization.information(counts), neginf=-9) - np.log(5)
    assert factorization.beyond_rarity(limit, counts) == pytest.approx(1)


def test_an_analogy_is_scored_by_both_rules() -> None:
    corners = np.array([[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1], [-1, -1, 0.0]])
    vectors = glosses.unit(corners)
    asked = analogies.questions(np.array([[0, 1], [2, 3]]), 9, seeded())
    assert sorted(asked.tolist()) == [[0, 1, 2, 3], [2, 3, 0, 1]]
    assert analogies.score(asked, vectors) == (1, 1, 0, 1)
    short = np.array([[1, 0, 0], [1, 0, 0.1], [0, 1, 0], [0, 1, 0.6], [-1, -1, 0.0]])
    assert analogies.score(asked, glosses.unit(short))[1:3] == (0.5, 0.5)


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> set[int]:
        run = registry.load("words").run(TINY, Host())
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    gradients, score, few = words.gradients, analogies.score, glosses.load()[::4]
    assert smoke("words").result.outcome == 2
    monkeypatch.setattr(glosses, "load", lambda: few)
    with monkeypatch.context() as broken:
        # No training; and an offset that is worth all, and lost without the bar.
        broken.setattr(words, "gradients", lambda *given: [0 * each for each in given[:2]])
        broken.setattr(analogies, "score", lambda *given: analogies.Score(1, 0.1, 0.9, 0.1))
        assert failing() >= {0, 1, 2, 3, 6, 7}
    with monkeypatch.context() as broken:  # noise that counts for nothing; and no bar
        broken.setattr(words, "gradients", lambda v, u, real, noise: gradients(v, u, real, real))
        broken.setattr(
            analogies, "score", lambda *given: (one := score(*given))._replace(free=one.barred)
        )
        assert failing() >= {2, 3, 4, 5}
