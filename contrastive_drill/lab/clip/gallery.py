"""Search by words: the concepts whose pictures lie nearest to a text."""

from functools import partial
from textwrap import shorten

from torch import Tensor

from contrastive_drill.demo.result import Strip
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.clip_model import Clip
from contrastive_drill.lab.emoji import Emoji, words
from contrastive_drill.lab.emoji_vectors import EmojiVectors
from contrastive_drill.lab.losses import unit

SHOWN = 6  # pictures for a query
short = partial(shorten, width=60, placeholder=" …")  # as much as a title has room for


def search(clip: Clip, vectors: EmojiVectors, emoji: Emoji, trained: Tensor, text: str) -> Strip:
    """The concepts whose drawings have the nearest mean; captions mark those never trained on.

    Raises:
        UsageProblem: for a text without a word.
    """
    read = words(text)
    if not read:
        raise UsageProblem(f"there is no word in {text!r}: search for words such as angry cat")
    scores = unit(vectors.pictures.mean(dim=0)) @ clip.embed_texts([text])[0]
    best = scores.argsort(descending=True, stable=True)[:SHOWN].tolist()
    seen = set(trained.tolist())
    known = {word for row in seen for word in words(emoji.concepts[row].caption)}
    unknown = ", ".join(dict.fromkeys(word for word in read if word not in known))
    title = f"“{short(text)}” among {len(emoji.concepts):,} emoji"
    title += f"; never read: {short(unknown)}" if unknown else ""
    marks = ("" if row in seen else " (unseen)" for row in best)
    found = zip(best, marks, scores[best].tolist(), strict=True)
    return Strip(title, tuple(emoji.picture(*each) for each in found))
