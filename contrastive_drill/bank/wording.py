"""What a program can say of the wording of cards: names as their authors write them, no repeats."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from contrastive_drill.cards.calculations.placeholders import MEANT
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.prose import Line, Span, Style, lines_of
from contrastive_drill.cards.search import Passage, SearchIndex, tokens

# Names that are English words in lower case (clip, align, flip, glove, lit) cannot be told apart.
NAMES = (
    *("SigLIP", "CoCa", "BLIP-2", "LLaVA", "MoCo", "SimCLR", "BYOL", "SimSiam", "SwAV", "DINOv2"),
    *("DINOv3", "VICReg", "InfoNCE", "VideoMAE", "I-JEPA", "V-JEPA", "BEiT", "iBOT", "Word2Vec"),
    *("fastText", "ELMo", "RoBERTa", "ALBERT", "SBERT", "SimCSE", "HNSW", "IVF-PQ", "ScaNN"),
    *("DiskANN", "ColBERT", "ColPali", "BM25", "GPTQ", "AWQ", "SmoothQuant", "QLoRA", "LoRA"),
    *("KIVI", "MXFP4", "NVFP4", "OpenCLIP", "GradCache", "DataComp", "LAION", "ImageNet"),
    *("PyTorch", "AdamW", "ViT", "TF-IDF", "Q-Former", "MTEB", "BEIR", "Winoground", "MUVERA"),
    *("RaBitQ", "ConVIRT", "CapPa", "LocCa", "NegCLIP", "OmniQuant"),
    *("AdaRound", "SpinQuant", "QuaRot", "NaFlex", "MetaCLIP", "BiomedCLIP", "BioCLIP"),
)
RIGHT = {name.lower().replace("-", ""): name for name in NAMES}
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
# Of what the words of two cards weigh in a search. Shipped cards that ask for different things and
# do not name each other share 0.55 at most; most that were asked again in other words, 0.6 to 0.9.
SHARED = 0.58
SMALL = frozenset(  # words that every question has
    re.findall(
        r"\w+",
        "a an and are as at be by do does for from how in is it of on or the to what which why with"
        " you your",
    )
)


def misspelt(card: Card) -> Iterator[str]:
    """What is wrong with the names in a card's text; code and formulas may hold other forms."""
    lines = [line for text in card.texts() for line in lines_of(text.blocks)]
    for word in sorted({word for line in lines for word in _words(line)}):
        name = RIGHT.get(word.lower().replace("-", ""))
        if name and word not in (name, f"{name}s"):
            yield f"'{word}' is written {name}"


def repeated(cards: Iterable[Card]) -> Iterator[tuple[Card, Card]]:
    """Each card that asks and says nearly the same as an earlier one, and that one.

    A card and one that it needs or that follows it may share their words.
    """
    cards = list(cards)
    weights = [*SearchIndex(cards, _said).weights()]
    totals = [sum(each.values()) for each in weights]
    holders, heavy = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for place, each in enumerate(weights):
        # One of such a pair has more than the share in common, and so one of its heaviest words.
        heaviest = [*_heaviest(each, (1 - SHARED) * totals[place])]
        near = chain.from_iterable(
            [*(holders[word] for word in heaviest), *(heavy[word] for word in each)]
        )
        for other in dict.fromkeys(near):
            shared = each.keys() & weights[other].keys()
            alike = sum(each[word] + weights[other][word] for word in shared)
            is_same = alike > SHARED * (totals[place] + totals[other])
            if is_same and not _are_kin(cards[other], cards[place]):
                yield cards[place], cards[other]
                break
        for index, words in ((holders, each), (heavy, heaviest)):
            for word in words:
                index[word].append(place)


def _heaviest(weights: Mapping[str, float], enough: float) -> Iterator[str]:
    """The heaviest words, until they weigh more than is enough."""
    weighed = 0.0
    for word in sorted(weights, key=lambda word: (-weights[word], word)):
        if weighed > enough:
            return
        weighed += weights[word]
        yield word


def _are_kin(one: Card, other: Card) -> bool:
    named = {*one.needs, *one.follow_ups, *other.needs, *other.follow_ups}
    from_anki = "anki" in one.tags and "anki" in other.tags  # both ways, or a gap each
    return one.id == other.id or from_anki or not named.isdisjoint((one.id, other.id))


def _said(card: Card) -> list[Passage]:
    """The words of the question and of what one would say, without formulas and drawn numbers."""
    spans = (span for line in lines_of(card.prompt + card.say) for span in line)
    text = "\n".join(span.text for span in spans if span.style is not Style.FORMULA)
    words = (word for word in tokens(MEANT.sub("", text)) if word not in SMALL)
    return [Passage("said", (Span(" ".join(words)),))]


def _words(line: Line) -> Iterator[str]:
    for span in line:
        if span.style not in (Style.CODE, Style.FORMULA):
            yield from WORD.findall(span.text)
