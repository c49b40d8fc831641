"""Cards that hold some words: ranked by BM25 over weighted fields, with the passage that matched.

BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
section 3.6 (BM25F): the weighted counts of all fields are added before they saturate.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.prose import Line, Span, lines_of, plain
from contrastive_drill.spelling import near_word

K1, B = 1.2, 0.75
ID, TAGS = 4.0, 3.0  # weights; a text of a card has its own
SHORTEST = 3  # letters of a word that may also stand for longer ones
PREFIXED = 0.1  # of an exact match
TOKEN = re.compile(r"\w+")
WORD = re.compile(r"[^\W_]+")
FOREIGN = re.compile(r"[^\x00-\x7f]")
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "θ": "theta",
    "λ": "lambda", "μ": "mu", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi",
}  # fmt: skip


class Passage(NamedTuple):
    """A line of a card, and what a word in it weighs."""

    field: str
    line: Line
    weight: float = 1.0


@dataclass(frozen=True)
class Hit:
    """A card that matches, and its best passage."""

    card: Card
    score: float
    terms: tuple[str, ...]

    @property
    def field(self) -> str:
        """Which part of the card the passage is from."""
        return self._best.field

    @property
    def passage(self) -> Line:
        """What holds most of the terms; of equals, in the weightiest field."""
        return self._best.line

    @cached_property
    def _best(self) -> Passage:
        return max(passages_of(self.card), key=self._worth)

    def _worth(self, passage: Passage) -> tuple[bool, int, float]:
        field, line, weight = passage
        words = tokens(plain(line))
        matched = sum(any(_matches(word, term) for word in words) for term in self.terms)
        return bool(matched) and field not in ("id", "tags"), matched, weight


class _Page(NamedTuple):
    card: Card
    counts: dict[str, float]  # weighted by field
    length: float


class SearchIndex:
    """Some cards, read once and searched many times; all of their lines unless others are given."""

    def __init__(
        self, cards: Iterable[Card], lines: "Callable[[Card], list[Passage]] | None" = None
    ) -> None:
        self._pages = [_page(card, (lines or passages_of)(card)) for card in cards]
        self._mean = sum(page.length for page in self._pages) / max(len(self._pages), 1)
        self._holders = Counter(token for page in self._pages for token in page.counts)

    def find(self, words: str) -> list[Hit]:
        """Cards with every word, best first; where none has all, those with any.

        A card whose id is what was asked for comes before all others.
        """
        terms = tuple(dict.fromkeys(tokens(words)))
        weighed = []
        for term in terms:
            known = self._known(term)
            holders = sum(not page.counts.keys().isdisjoint(known) for page in self._pages)
            weighed.append((term, known, self._rarity(holders)))
        hits = []
        for page in self._pages:
            scores = [self._score(page, *term) for term in weighed]
            if any(scores):
                hits.append((page, sum(scores), all(scores)))
        if any(every for _, _, every in hits):
            hits = [hit for hit in hits if hit[2]]
        named = words.strip().casefold()
        hits.sort(key=lambda hit: (hit[0].card.id != named, -hit[1], hit[0].card.id))
        return [Hit(page.card, score, terms) for page, score, _ in hits]

    def near(self, words: str) -> str | None:
        """The words with each unknown one replaced by the nearest known; None when none is near."""
        terms = tokens(words)
        replaced = [
            term if term in self._holders else near_word(term, self._holders) or term
            for term in terms
        ]
        return " ".join(replaced) if replaced != terms else None

    def unknown(self, words: str) -> list[str]:
        """The words that no card holds, not even at the start of one of its own."""
        return [term for term in dict.fromkeys(tokens(words)) if not self._known(term)]

    def weights(self) -> Iterator[dict[str, float]]:
        """For each card its words, and what each adds to the card's score when it is searched."""
        rarity = {word: self._rarity(holders) for word, holders in self._holders.items()}
        for page in self._pages:
            yield {
                word: self._worth(page, rarity[word], count) for word, count in page.counts.items()
            }

    def _known(self, term: str) -> set[str]:
        """The words of the cards that a word of a search stands for."""
        if len(term) < SHORTEST:
            return {term} & self._holders.keys()
        return {token for token in self._holders if token.startswith(term)}

    def _rarity(self, holders: int) -> float:
        """How telling a word is that so many cards have; 0 where none has it."""
        return math.log1p((len(self._pages) - holders + 0.5) / (holders + 0.5)) if holders else 0.0

    def _score(self, page: _Page, term: str, known: set[str], rarity: float) -> float:
        tokens_of_page = page.counts.keys() & known
        if not tokens_of_page:
            return 0.0
        exact = page.counts.get(term, 0.0)
        count = exact + PREFIXED * (sum(page.counts[token] for token in tokens_of_page) - exact)
        return self._worth(page, rarity, count)

    def _worth(self, page: _Page, rarity: float, count: float) -> float:
        """BM25's score of a word that a page has so many times."""
        length = K1 * (1 - B + B * page.length / (self._mean or 1))
        return rarity * count * (K1 + 1) / (count + length)


def tokens(text: str) -> list[str]:
    """The words of a text without case, accents and LaTeX's signs; τ and \\tau are tau."""
    text = text.casefold()
    if not text.isascii():
        text = FOREIGN.sub(_spelled, unicodedata.normalize("NFKD", text))
    return WORD.findall(text)


def spans(text: str, words: str) -> list[tuple[int, int]]:
    """Where the words of a search stand in a text, from and to."""
    terms = tokens(words)
    return [
        word.span()
        for word in TOKEN.finditer(text)
        if any(_matches(token, term) for token in tokens(word[0]) for term in terms)
    ]


def _spelled(match: re.Match[str]) -> str:
    sign = match[0]
    return "" if unicodedata.combining(sign) else GREEK.get(sign, sign)


def _page(card: Card, passages: Iterable[Passage]) -> _Page:
    texts_of: dict[float, list[str]] = defaultdict(list)
    for passage in passages:
        texts_of[passage.weight].append(plain(passage.line))
    counts: dict[str, float] = defaultdict(float)
    for weight, texts in texts_of.items():
        for token, times in Counter(tokens("\n".join(texts))).items():
            counts[token] += times * weight
    return _Page(card, counts, sum(counts.values()))


def passages_of(card: Card) -> list[Passage]:
    """Every line of a card, with its field."""
    passages = [
        Passage("id", (Span(card.id),), ID),
        Passage("tags", (Span(", ".join(card.tags)),), TAGS),
    ]
    # Of equal passages the first is shown: a line tells more at a glance than prose.
    for text in sorted(card.texts(), key=lambda text: not text.is_line):
        passages += [Passage(text.name, line, text.weight) for line in lines_of(text.blocks)]
    passages += [Passage("sources", (Span(source.label),)) for source in card.sources]
    return passages


def _matches(token: str, term: str) -> bool:
    return token == term or (len(term) >= SHORTEST and token.startswith(term))
