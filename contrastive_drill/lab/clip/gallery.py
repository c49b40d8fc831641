"""Search by words: the concepts whose pictures lie nearest to a text."""

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor

from contrastive_drill.demo.result import Strip
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.clip.snapshots import ClipTask, Snapshot
from contrastive_drill.lab.clip_model import Clip
from contrastive_drill.lab.emoji import Emoji, words
from contrastive_drill.lab.losses import unit

LONGEST = 1000  # characters of a query
IN_TITLE = 60  # characters of it that are shown
UNKNOWN = 3  # unknown words that are named
SHOWN = 6  # pictures for a query
QUERIES = ("angry cat", "red heart", "musical instrument", "something to drink")


class Gallery:
    """Every concept as one vector: the mean of its drawings, scaled to length 1.

    The mean of several drawings is found more often than any of them. What is shown is the first.
    """

    def __init__(
        self, emoji: Emoji, clip: Clip, pictures: Tensor, trained: Sequence[int], shown: int
    ) -> None:
        """`pictures` are unit vectors [artists, concepts, d]; `trained` concepts were learned."""
        self.emoji, self.clip, self.shown = emoji, clip, shown
        self.vectors = unit(pictures.mean(dim=0))
        self.trained = set(trained)
        captions = (emoji.concepts[concept].caption for concept in trained)
        self.known_words = {word for caption in captions for word in words(caption)}

    @classmethod
    def of(cls, task: ClipTask, snapshot: Snapshot) -> "Gallery":
        """What a model of a task can be searched for."""
        pictures, trained = snapshot.vectors.pictures, task.trained.tolist()
        return cls(task.emoji, snapshot.clip, pictures, trained, SHOWN)

    def search(self, text: str) -> Strip:
        """The nearest concepts, best first; captions mark those never trained on.

        Raises:
            UsageProblem: for a text without a word, or a very long one.
        """
        text = " ".join(text.split())
        if len(text) > LONGEST:
            raise UsageProblem(
                f"the search has {len(text):,} characters: write {LONGEST:,} or fewer"
            )
        if not words(text):
            raise UsageProblem(f"there is no word in {text!r}: search for words such as angry cat")
        scores = self.vectors @ self.clip.embed_texts([text])[0]
        best = scores.argsort(descending=True, stable=True)[: self.shown].tolist()
        pictures = (
            self.emoji.picture(
                concept, "" if concept in self.trained else " (unseen)", float(scores[concept])
            )
            for concept in best
        )
        return Strip(self._title(text), tuple(pictures))

    def _title(self, text: str) -> str:
        """The query, and which of its words no trained caption has."""
        title = f"“{_cut(text, IN_TITLE)}” among {len(self.emoji.concepts):,} emoji"
        unknown = list(dict.fromkeys(word for word in words(text) if word not in self.known_words))
        if unknown:
            named = [_cut(word, IN_TITLE // UNKNOWN) for word in unknown[:UNKNOWN]]
            title += f"; never read: {', '.join(named)}" + (", …" if len(unknown) > UNKNOWN else "")
        return title


def with_similarities(strip: Strip) -> Strip:
    """The strip with its similarities in words, for where captions are all that is shown."""
    return replace(
        strip,
        pictures=tuple(
            replace(picture, caption=f"{picture.similarity:.2f} {picture.caption}", similarity=None)
            for picture in strip.pictures
        ),
    )


def _cut(text: str, most: int) -> str:
    """The text, or as much of it as there is room for."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
