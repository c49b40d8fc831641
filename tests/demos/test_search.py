"""The demo `search`: its scores against SQLite and naive loops, and each claim broken once."""

import math
import sqlite3
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from smoke import smoke

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host
from contrastive_drill.lab import emoji, glosses
from contrastive_drill.lab.search import queries, ranks

pytestmark = pytest.mark.demo
search: Any = import_module("contrastive_drill.demos.search")
TEXTS = [gloss.definition for gloss in glosses.load()[::60]] + ["dog dog dog", ""]
INDEX = search.inverted(TEXTS)
N = len(TEXTS)


def test_bm25_is_that_of_sqlite_but_for_its_idf() -> None:
    """SQLite takes the logarithm without the 1 that keeps it above zero, and turns the sign."""
    base = sqlite3.connect(":memory:")
    base.execute(
        "create virtual table docs using fts5(body, tokenize=\"unicode61 tokenchars '_'\")"
    )
    base.executemany("insert into docs(rowid, body) values (?, ?)", enumerate(TEXTS))
    for word in ("dog", "person", "something", "water"):
        query = "select rowid, -bm25(docs) from docs where docs match ?"
        theirs = np.zeros(N)
        for place, score in base.execute(query, (f'"{word}"',)):
            theirs[place] = score
        many = int((theirs > 0).sum())
        assert 0 < many < N / 2
        odds = (N - many + 0.5) / (many + 0.5)
        ours = search.bm25(word, INDEX) / math.log(1 + odds)
        np.testing.assert_allclose(ours, theirs / math.log(odds), atol=1e-12)
    both = search.bm25("dog water dog", INDEX)
    apart = 2 * search.bm25("dog", INDEX) + search.bm25("water", INDEX)
    np.testing.assert_allclose(both, apart)
    assert not search.bm25("nowhere", INDEX).any()


def test_tf_idf_is_the_cosine_of_weighted_counts() -> None:
    split = [search.words(text) for text in TEXTS]

    def weights(terms: list[str]) -> dict[str, float]:
        known = [term for term in set(terms) if term in INDEX.postings]
        found_in = {term: sum(term in other for other in split) for term in known}
        return {term: terms.count(term) * math.log(N / found_in[term]) for term in known}

    query = "a dog that runs in the water, or a dog that sleeps"
    wanted = weights(search.words(query))
    ours = search.tf_idf(query, INDEX, search.norms(INDEX))
    for place, terms in enumerate(split):
        own = weights(terms)
        length = math.sqrt(sum(weight**2 for weight in own.values())) or 1
        product = sum(weight * own.get(term, 0) for term, weight in wanted.items())
        assert ours[place] == pytest.approx(product / length)


def test_fusion_adds_one_over_k_and_the_rank() -> None:
    lists = [np.array([3, 1, 4]), np.array([4, 0])]
    fused = search.fused(lists, 6, 10)
    expected = [1 / 12, 1 / 12, 0, 1 / 11, 1 / 13 + 1 / 11, 0]
    assert fused.tolist() == pytest.approx(expected)
    assert search.best(fused).tolist() == [4, 3, 0, 1]  # equals in their order


def test_a_rank_is_the_place_in_the_list_of_the_best() -> None:
    scores = np.random.default_rng(0).integers(-3, 9, 60).astype(float)
    order = search.best(scores, 20).tolist()
    for target in range(60):
        place = order.index(target) + 1 if target in order else math.inf
        assert ranks.rank(scores, target, 20) == place
    scaled = ranks.scaled(scores, np.array(order))
    assert (scaled.max(), scaled[order[-1]], scaled[scores < 0].max()) == (1, 0, 0)
    assert not ranks.scaled(scores, np.array([], int)).any()


def test_queries_are_of_their_kind() -> None:
    known = glosses.load()
    drawn = queries.queries(known, 50, np.random.default_rng(1))
    assert {len(some) for some in drawn.values()} == {50}
    for kind, some in drawn.items():
        for text, target in some:
            terms = set(emoji.words(known[target].definition))
            assert (known[target].name in text) == (kind in (queries.ID, queries.ID_AND_WORD))
            if kind in (queries.SHARED, queries.OTHER):
                assert terms.isdisjoint(emoji.words(text)) == (kind == queries.OTHER)
            if kind in (queries.RARE, queries.OPENING):
                assert terms.issuperset(emoji.words(text))
    assert search.words(known[7].definition) == emoji.words(known[7].definition)


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> set[int]:
        run = registry.load("search").run(replace(search.SMOKE, queries=100), Host())
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    fused, few = search.fused, glosses.load()[::6]
    assert smoke("search").result.outcome == 2
    monkeypatch.setattr(glosses, "load", lambda: few)
    with monkeypatch.context() as broken:  # no fusion: the list of BM25 alone
        broken.setattr(search, "fused", lambda lists, n, k: fused(lists[:1], n, k))
        assert failing() == {0, 1, 2, 3, 5}
    with monkeypatch.context() as broken:  # the dense list alone
        broken.setattr(search, "fused", lambda lists, n, k: fused(lists[1:], n, k))
        assert {3, 4} <= failing()
