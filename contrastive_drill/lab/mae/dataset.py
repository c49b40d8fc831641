"""Emoji and their groups: many without a label, a few with one, and some never trained on."""

from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import emoji
from contrastive_drill.lab.holdout import split
from contrastive_drill.lab.mae.probes import LabelledPictures


@dataclass(frozen=True, slots=True, eq=False)
class GroupedEmoji:
    """Pictures from −1 to 1, by every artist, divided by concept."""

    views: Tensor  # [concepts, artists, 3, 32, 32], to train on without labels
    train: LabelledPictures  # some of these, with their group
    test: LabelledPictures  # concepts that are never trained on
    names: tuple[str, ...]  # of the concepts of `test`
    classes: int  # how many groups there are


def load_grouped(
    held: int, labels: int, generator: torch.Generator, device: torch.device
) -> GroupedEmoji:
    """The shipped set with `held` concepts set aside and `labels` of the others labelled.

    Raises:
        UsageProblem: when that many others are not there.
    """
    drawn = emoji.load()
    pictures = emoji.picture_input(drawn.pictures)
    groups = [concept.group for concept in drawn.concepts]
    numbers = emoji.numbered(groups)
    trained, unseen = split(drawn, held, generator)
    if labels > len(trained):
        raise UsageProblem(f"there are {len(trained)} concepts to train on: lower labels or held")

    def labelled(concepts: Tensor) -> LabelledPictures:
        artists = pictures.shape[1]
        flat = pictures[concepts].flatten(0, 1).to(device)
        return LabelledPictures(flat, numbers[concepts].repeat_interleave(artists))

    return GroupedEmoji(
        views=pictures[trained].to(device),
        train=labelled(trained[:labels]),
        test=labelled(unseen),
        names=tuple(drawn.concepts[index].name for index in unseen.tolist()),
        classes=len(set(groups)),
    )
