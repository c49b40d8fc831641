"""Search over cards: ranking, prefixes, Greek letters, and the passage that is shown."""

import math
import unicodedata
from collections import Counter
from random import Random

import pytest
import shipped
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.bank.markdown import read, read_line
from contrastive_drill.cards.card import Card, KeyPoint, Level, Source, SourceKind
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.prose import plain
from contrastive_drill.cards.search import GREEK, SearchIndex, passages_of, spans, tokens


def card(name: str, prompt: str, answer: str = "An answer.", tags: tuple[str, ...] = ()) -> Card:
    """A card with some words."""
    return Card(
        id=name,
        section="toy",
        level=Level.MID,
        kind=Kind.RECALL,
        prompt=read(prompt)[0],
        answer=read(answer)[0],
        points=(KeyPoint(read_line("A point.")[0], required=True),),
        sources=(Source(SourceKind.TEXT, "A book"),),
        tags=tags,
    )


CARDS = (
    card("scale", "How does $\\tau$ act?", "It divides the cosines."),
    card("graph", "What is HNSW?", "A layered graph; temperature is no part of it."),
    card("heat", "What does the temperature do?", "It sharpens the softmax.", ("softmax",)),
    card("cells", "What are inverted lists?", "Cells of a quantizer."),
)


def names(words: str) -> list[str]:
    """The ids found, best first."""
    return [hit.card.id for hit in SearchIndex(CARDS).find(words)]


def test_a_word_in_the_prompt_outranks_one_in_the_answer() -> None:
    assert names("temperature") == ["heat", "graph"]


def test_every_word_must_be_there_if_any_card_has_them_all() -> None:
    assert names("temperature softmax") == ["heat"]
    assert set(names("softmax cells")) == {"heat", "cells"}  # none has both


def test_the_start_of_a_word_is_enough_from_three_letters_on() -> None:
    assert names("quanti") == ["cells"]
    assert names("qu") == []


def test_a_greek_letter_is_its_name_and_its_latex() -> None:
    assert names("τ") == names("tau") == ["scale"]


def test_case_and_accents_do_not_matter() -> None:
    assert names("hnsw") == names("HNSW") == names("Hnśw") == ["graph"]


def test_the_passage_holds_the_words_and_is_not_the_bare_id() -> None:
    (hit,) = SearchIndex(CARDS).find("sharpens")
    assert (hit.field, plain(hit.passage)) == ("answer", "It sharpens the softmax.")
    assert spans("It sharpens the softmax.", "softm SHARPENS") == [(3, 11), (16, 23)]


def test_a_typing_error_is_met_with_the_nearest_words() -> None:
    finder = SearchIndex(CARDS)
    assert finder.find("temprature softmx") == []
    assert finder.near("temprature softmx") == "temperature softmax"
    assert finder.near("temperature") is None
    assert finder.near("zzzzzz") is None


def test_a_rarer_word_weighs_more() -> None:
    cards = [card(f"c{n}", "common words here") for n in range(9)]
    finder = SearchIndex([*cards, card("rare", "a rare thing")])
    common, rare = finder.find("common")[0].score, finder.find("rare")[0].score
    assert rare > common


@given(st.text(max_size=40))
def test_any_text_can_be_searched(words: str) -> None:
    hits = SearchIndex(CARDS).find(words)
    scores = [hit.score for hit in hits if hit.card.id != words.strip().casefold()]
    assert scores == sorted(scores, reverse=True)
    for hit in hits:
        for start, end in spans(plain(hit.passage), words):
            assert tokens(plain(hit.passage)[start:end])


@every("words", ["", "  ", "!?", "_"])
def test_no_word_finds_nothing(words: str) -> None:
    assert SearchIndex(CARDS).find(words) == []


def test_every_card_of_the_bank_is_found_by_its_own_id() -> None:
    cards = list(shipped.cards())
    finder = SearchIndex(cards)
    for each in cards:
        assert finder.find(each.id)[0].card.id == each.id


def test_a_word_outranks_longer_ones_that_begin_like_it() -> None:
    cards = [card(f"c{n}", "What is clipping of gradients?", "Clipped, clips.") for n in range(5)]
    finder = SearchIndex([*cards, card("model", "What is CLIP?"), card("other", "What is else?")])
    assert finder.find("clip")[0].card.id == "model"


def test_a_word_that_no_card_has_is_named() -> None:
    finder = SearchIndex(CARDS)
    assert finder.unknown("temprature softmax cell") == ["temprature"]


def slow_tokens(text: str) -> list[str]:
    """Character by character."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    signs = (GREEK.get(sign, sign) for sign in decomposed if not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in signs).split()


def slow_search(pages: dict[str, Counter[str]], words: str) -> list[tuple[str, float]]:
    """Every word of every card held against every word of the search, by the formula of BM25F."""
    mean = sum(page.total() for page in pages.values()) / len(pages)
    wanted = list(dict.fromkeys(slow_tokens(words)))
    scores = {name: [0.0] * len(wanted) for name in pages}
    for place, word in enumerate(wanted):
        weights = {}
        for name, page in pages.items():
            longer = [t for t in page if len(word) > 2 and t != word and t.startswith(word)]
            if page[word] or longer:
                weights[name] = page[word] + 0.1 * sum(page[token] for token in longer)
        rarity = math.log1p((len(pages) - len(weights) + 0.5) / (len(weights) + 0.5))
        for name, weight in weights.items():
            length = 1.2 * (0.25 + 0.75 * pages[name].total() / mean)
            scores[name][place] = rarity * weight * 2.2 / (weight + length)
    found = {name: each for name, each in scores.items() if any(each)}
    if whole := {name: each for name, each in found.items() if all(each)}:
        found = whole
    ranked = [(name, sum(each)) for name, each in found.items()]
    named = words.strip().casefold()
    return sorted(ranked, key=lambda hit: (hit[0] != named, -round(hit[1], 9), hit[0]))


def test_the_bank_is_searched_as_if_every_word_were_looked_at() -> None:
    cards = list(shipped.cards())
    pages: dict[str, Counter[str]] = {}
    for each in cards:
        pages[each.id] = Counter()
        for passage in passages_of(each):
            for token in slow_tokens(plain(passage.line)):
                pages[each.id][token] += int(passage.weight)
    finder = SearchIndex(cards)
    random = Random(8)
    words = sorted({token for page in pages.values() for token in page})
    queries = [tag for each in random.sample(cards, 30) for tag in each.tags[:2]]
    for size in (1, 1, 2, 3) * 10:
        queries.append(
            " ".join(word[: random.randint(2, 9)] for word in random.sample(words, size))
        )
    queries += ["", "zzz", "τ", "\\tau", "naïve Bayes", "ef_construction", "2303.15343", "the loss"]
    for query in queries:
        hits = [(hit.card.id, hit.score) for hit in finder.find(query)]
        hits.sort(key=lambda hit: (hit[0] != query.casefold(), -round(hit[1], 9), hit[0]))
        expected = slow_search(pages, query)
        assert [name for name, _ in hits] == [name for name, _ in expected], query
        assert [score for _, score in hits] == pytest.approx([score for _, score in expected])


@given(st.text(max_size=30))
def test_words_are_told_apart_as_character_by_character(text: str) -> None:
    assert tokens(text) == slow_tokens(text)


def test_the_passage_is_what_a_person_reads_and_the_id_only_where_nothing_else_matches() -> None:
    cards = [card("graph-index", "What is a graph?", tags=("graph",)), card("flat", "And flat?")]
    weights = {passage.field: passage.weight for passage in passages_of(cards[0])}
    assert weights == {"id": 4, "tags": 3, "prompt": 3, "points": 2, "answer": 1, "sources": 1}
    for words, field in (("graph", "prompt"), ("index", "id"), ("point", "points")):
        assert SearchIndex(cards).find(words)[0].field == field, words


def test_two_letters_stand_for_no_longer_word_where_it_is_marked() -> None:
    assert spans("a quantizer", "qu") == []
    assert spans("a quantizer", "qua") == [(2, 11)]
