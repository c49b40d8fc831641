"""Zero-shot classification: a class is a text or several, and a picture goes to the nearest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive_drill.demo.result import Cell, Table
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


def accuracy(pictures: Tensor, labels: Tensor, classes: Tensor) -> float:
    """The share of pictures [views, n, d] nearest to their own class vector among [c, d]."""
    return float(((pictures @ classes.T).argmax(dim=2) == labels).float().mean())


@dataclass(frozen=True, slots=True, eq=False)
class GroupClasses:
    """The groups of the set as classes, put in words in several ways."""

    labels: Tensor  # [concepts], indices of groups
    classes: Mapping[str, Tensor]  # by what a group is said to be: unit vectors [groups, d]

    def accuracies(self, pictures: Tensor, concepts: Tensor) -> dict[str, float]:
        """How many pictures [views, n, d] of some concepts [n] find their group, in each way."""
        own = self.labels[concepts]
        by_class = {name: accuracy(pictures, own, each) for name, each in self.classes.items()}
        return {**by_class, LARGEST: int(own.bincount().max()) / len(own)}


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


def accuracy_table(accuracies: Mapping[str, float], note: str) -> Table:
    """How many unseen concepts find their group, by what stands for a group."""
    return Table(
        title="Unseen concepts put into nine groups",
        columns=("by", "accuracy"),
        rows=tuple((label, Cell(share, ".3f")) for label, share in accuracies.items()),
        notes=(
            note,
            f"{KINDS}: the mean of the names of its subgroups, such as mammals and flowers",
            "trained: the mean of the trained concepts of the group, which is no longer zero-shot",
        ),
    )
