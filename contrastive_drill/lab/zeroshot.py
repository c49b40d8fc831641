"""Zero-shot classification: a class is a text or several, and a picture goes to the nearest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive_drill.demo.result import Cell, Note, Table
from contrastive_drill.lab.emoji import Concept
from contrastive_drill.lab.emoji_vectors import EmojiVectors
from contrastive_drill.lab.losses import unit

Read = Callable[[Sequence[str]], Tensor]  # texts to unit vectors [n, d]

ONE_PROMPT = "an emoji of {}"
TEMPLATES = (  # as one might write them for this set
    "{}",
    ONE_PROMPT,
    "{} emoji",
    "a drawing of {}",
    "a small picture of {}",
    "a symbol for {}",
    "an icon of {}",
    "a sign for {}",
)
LABEL, PROMPT, PROMPTS = "its label", "one prompt", f"{len(TEMPLATES)} prompts"
KINDS, NAMES, PICTURES = "its kinds", "trained names", "trained pictures"
LARGEST = "the largest, always"


def ensemble(read: Read, prompts: Sequence[Sequence[str]]) -> Tensor:
    """For each class the mean of its prompts' unit vectors, scaled to length 1: [classes, d].

    CLIP averages in the same place, among the vectors (arXiv:2103.00020, §3.1.4).
    """
    return unit(torch.stack([read(texts).mean(dim=0) for texts in prompts]))


def centres(vectors: Tensor, labels: Tensor, classes: int) -> Tensor:
    """The mean of the vectors [n, d] of each class, scaled to length 1; 0 for an empty class."""
    sums = torch.zeros(classes, vectors.shape[1]).index_add(0, labels, vectors)
    return unit(sums)


@dataclass(frozen=True, slots=True)
class ZeroShotAccuracy:
    """How often pictures are put into their own class."""

    plain: float  # the share of the pictures
    balanced: float  # the mean over the classes of the share of their pictures


def classified(pictures: Tensor, labels: Tensor, classes: Tensor) -> ZeroShotAccuracy:
    """Put each picture [views, n, d] to the class vector [c, d] of the largest cosine.

    Classes that have no picture count in neither number.
    """
    right = ((pictures @ classes.T).argmax(dim=2) == labels).float().mean(dim=0)  # [n]
    each = [right[labels == label].mean() for label in torch.unique(labels)]
    return ZeroShotAccuracy(float(right.mean()), float(torch.stack(each).mean()))


def always_largest(labels: Tensor) -> ZeroShotAccuracy:
    """The accuracy of naming the most frequent class every time."""
    counts = labels.bincount()
    return ZeroShotAccuracy(float(counts.max() / counts.sum()), 1 / int((counts > 0).sum()))


@dataclass(frozen=True, slots=True, eq=False)
class GroupClasses:
    """The groups of the set as classes, put in words in several ways."""

    labels: Tensor  # [concepts], indices of groups
    classes: Mapping[str, Tensor]  # by what a group is said to be: unit vectors [groups, d]

    def accuracies(self, pictures: Tensor, concepts: Tensor) -> dict[str, ZeroShotAccuracy]:
        """How well pictures [views, n, d] of some concepts [n] find their groups, in each way."""
        own = self.labels[concepts]
        by_class = {name: classified(pictures, own, each) for name, each in self.classes.items()}
        return {**by_class, LARGEST: always_largest(own)}


def group_classes(
    read: Read, concepts: Sequence[Concept], vectors: EmojiVectors, trained: Tensor
) -> GroupClasses:
    """The groups of concepts, each way saying more of a group than the one before.

    The last two know in which groups the trained concepts are: what is no longer zero-shot.
    """
    kinds: dict[str, dict[str, None]] = {}  # the subgroups of each group, in order, each once
    for concept in concepts:
        kinds.setdefault(concept.group, {})[concept.subgroup] = None
    names = list(kinds)
    labels = torch.tensor([names.index(concept.group) for concept in concepts])
    drawn = unit(vectors.pictures.mean(dim=0))

    def prompted(templates: Sequence[str]) -> Tensor:
        return ensemble(read, [[each.format(name) for each in templates] for name in names])

    return GroupClasses(
        labels,
        {
            LABEL: prompted(["{}"]),
            PROMPT: prompted([ONE_PROMPT]),
            PROMPTS: prompted(TEMPLATES),
            KINDS: ensemble(read, [list(own) for own in kinds.values()]),
            NAMES: centres(vectors.names[trained], labels[trained], len(names)),
            PICTURES: centres(drawn[trained], labels[trained], len(names)),
        },
    )


def accuracy_table(accuracies: Mapping[str, ZeroShotAccuracy], pictures: int) -> Table:
    """Each way to say what a group is, and how well unseen concepts find theirs."""
    return Table(
        title=f"Zero-shot: {pictures} unseen concepts put into nine groups",
        columns=("a group is", "accuracy", "mean over groups"),
        rows=tuple(
            (label, Cell(one.plain, ".3f"), Cell(one.balanced, ".3f"))
            for label, one in accuracies.items()
        ),
        notes=(
            f"{PROMPT}: “{ONE_PROMPT}”; {PROMPTS}: the mean of the vectors of as many",
            f"{KINDS}: the mean of the names of its subgroups, such as mammals and flowers",
            "trained: the mean of the trained concepts of the group, which is no longer zero-shot",
        ),
    )


def accuracy_note(accuracies: Mapping[str, ZeroShotAccuracy]) -> Note:
    """What the accuracies mean."""
    share = {name: f"{one.plain:.1%}" for name, one in accuracies.items()}
    return Note(
        f"By its bare label {share[LABEL]} find their group, by {PROMPT} {share[PROMPT]}, by "
        f"{PROMPTS} {share[PROMPTS]}; naming the largest group is right for {share[LARGEST]}. CLIP "
        "gained 1.3 points by one prompt on ImageNet and 3.5 more by 80 (arXiv:2103.00020, "
        "§3.1.4): its captions are sentences, its classes things. Here captions are lists of "
        "words, and people & body is on no picture. Better to name what is in a group: by its "
        f"kinds {share[KINDS]}, by the names of its trained concepts {share[NAMES]}, by their "
        f"pictures {share[PICTURES]}."
    )
