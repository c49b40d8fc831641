"""What a program can say of the wording of cards: names as their authors write them, no repeats."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.prose import Line, Style, lines_of, plain

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
SHARED = 0.75  # of the words of two prompts: above it they ask the same
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


def repeated(cards: Collection[Card]) -> Iterator[tuple[Card, Card]]:
    """Each card whose prompt has nearly the words of an earlier one's, and that one."""
    known = [(card, _content(card)) for card in cards]
    usual = Counter(word for _, words in known for word in words)
    holders: dict[str, list[int]] = defaultdict(list)
    for index, (card, words) in enumerate(known):
        # Sets that share so much share one of as many of their rarest words as may differ, and one.
        rarest = sorted(words, key=lambda word: (usual[word], word))
        rarest = rarest[: len(words) - math.ceil(SHARED * len(words)) + 1]
        near = sorted({earlier for word in rarest for earlier in holders[word]})
        for other, others in map(known.__getitem__, near):
            if card.id != other.id and len(words & others) > SHARED * len(words | others):
                yield card, other
                break
        for word in rarest:
            holders[word].append(index)


def _content(card: Card) -> frozenset[str]:
    text = " ".join(plain(line) for line in lines_of(card.prompt)).lower()
    return frozenset(re.findall(r"[a-z0-9]+", text)) - SMALL


def _words(line: Line) -> Iterator[str]:
    for span in line:
        if span.style not in (Style.CODE, Style.FORMULA):
            yield from WORD.findall(span.text)
