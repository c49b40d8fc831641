"""Six kinds of query, each with the one gloss that it should find."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from contrastive_drill.lab.emoji import words
from contrastive_drill.lab.glosses import Gloss

ID, ID_AND_WORD, RARE, OPENING = "id", "id + a word", "rare term", "first words"
SHARED, OTHER = "synonyms, shared", "synonyms, none"  # with the definition


class Query(NamedTuple):
    """A text, and the place of the gloss that it should find."""

    text: str
    target: int


def document(gloss: Gloss) -> str:
    """The text that is searched: the id and the definition, without the words it defines."""
    return f"{gloss.name} {gloss.definition}"


def queries(
    known: Sequence[Gloss], each: int, generator: np.random.Generator
) -> dict[str, list[Query]]:
    """Queries of each kind, `each` of them or as many as there are, drawn without replacement."""
    split = [words(gloss.definition) for gloss in known]
    found_in = Counter(word for terms in split for word in set(terms))
    synonyms = {at: " ".join(gloss.lemmas) for at, gloss in enumerate(known) if gloss.lemmas[1:]}
    shared = {at: not set(words(text)).isdisjoint(split[at]) for at, text in synonyms.items()}

    def every(text: Callable[[Gloss], str]) -> list[Query]:
        return [Query(text(gloss), place) for place, gloss in enumerate(known)]

    kinds: dict[str, list[Query]] = {
        ID: every(lambda gloss: gloss.name),
        ID_AND_WORD: every(lambda gloss: f"{gloss.name} {gloss.lemmas[0]}"),
        RARE: [
            Query(term, place)
            for place, terms in enumerate(split)
            for term in terms
            if found_in[term] == 1
        ],
        OPENING: [
            Query(" ".join(terms[: max(3, len(terms) // 3)]), place)
            for place, terms in enumerate(split)
        ],
        SHARED: [Query(text, place) for place, text in synonyms.items() if shared[place]],
        OTHER: [Query(text, place) for place, text in synonyms.items() if not shared[place]],
    }
    return {kind: _drawn(some, each, generator) for kind, some in kinds.items()}


def _drawn(some: list[Query], count: int, generator: np.random.Generator) -> list[Query]:
    chosen: Any = generator.permutation(len(some))[:count]
    return [some[place] for place in chosen]
