"""Zero-shot classification against naive loops, and a set whose groups are known."""

from collections.abc import Sequence

import pytest
import torch
from tensors import seeded
from torch import Tensor

from contrastive_drill.lab import zeroshot
from contrastive_drill.lab.emoji import Concept
from contrastive_drill.lab.emoji_vectors import EmojiVectors
from contrastive_drill.lab.losses import unit


def points(*shape: int, seed: int = 0) -> Tensor:
    rows = torch.randn(*shape, generator=seeded(seed))
    lengths: Tensor = rows.norm(dim=-1, keepdim=True)
    return rows / lengths


def read(texts: Sequence[str]) -> Tensor:
    """Any text as the same point of its own."""
    return torch.cat([points(1, 4, seed=sum(map(ord, text))) for text in texts])


def test_an_ensemble_is_the_mean_of_its_prompts_on_the_sphere() -> None:
    found = zeroshot.ensemble(read, [["cat", "a cat", "cats"], ["dog"]])
    mean = [sum(float(read([text])[0, i]) for text in ("cat", "a cat", "cats")) for i in range(4)]
    length = sum(value**2 for value in mean) ** 0.5
    torch.testing.assert_close(found[0], torch.tensor([value / length for value in mean]))
    torch.testing.assert_close(found[1], read(["dog"])[0])


def test_a_centre_is_the_mean_of_its_class_alone() -> None:
    vectors, labels = points(6, 4), torch.tensor([0, 2, 0, 2, 2, 0])
    found = zeroshot.centres(vectors, labels, 4)
    for label, rows in ((0, [0, 2, 5]), (2, [1, 3, 4])):
        mean = sum(vectors[row] for row in rows)
        assert isinstance(mean, Tensor)
        torch.testing.assert_close(found[label], mean / mean.norm())
    assert found[[1, 3]].abs().sum() == 0


def test_accuracies_are_those_of_a_naive_loop() -> None:
    pictures, classes = points(3, 40, 4), points(5, 4, seed=1)
    labels = torch.randint(4, (40,), generator=seeded(2))  # nothing belongs to class 4
    labels[:20] = 0
    right: dict[int, list[bool]] = {}
    for view in pictures:
        for row, label in zip(view, labels.tolist(), strict=True):
            scores = [float(row @ one) for one in classes]
            right.setdefault(label, []).append(scores.index(max(scores)) == label)
    whole = [one for each in right.values() for one in each]
    assert 0 < sum(whole) < len(whole)
    found = zeroshot.accuracy(pictures, labels, classes)
    assert found == pytest.approx(sum(whole) / len(whole))


def test_groups_are_put_in_words_in_six_ways() -> None:
    rows = (("cat", "animals", "mammals"), ("fish", "animals", "marine"), ("cup", "things", "cups"),
            ("dog", "animals", "mammals"), ("pen", "things", "pens"))  # fmt: skip
    concepts = [Concept("1", name, (), group, kind) for name, group, kind in rows]
    found = EmojiVectors(points(3, 5, 4), points(5, 4, seed=1), points(5, 4, seed=2))
    groups = zeroshot.group_classes(read, concepts, found, torch.tensor([0, 2, 3]))
    assert groups.labels.tolist() == [0, 0, 1, 0, 1]
    classes = groups.classes
    torch.testing.assert_close(classes[zeroshot.LABEL], read(["animals", "things"]))
    prompts = [zeroshot.ONE_PROMPT.format(name) for name in ("animals", "things")]
    torch.testing.assert_close(classes[zeroshot.PROMPT], read(prompts))
    eight = [template.format("things") for template in zeroshot.TEMPLATES]
    torch.testing.assert_close(classes[zeroshot.PROMPTS][1:], unit(read(eight).mean(0)[None]))
    kinds = unit(read(["mammals", "marine"]).mean(0)[None])  # each kind counts once
    torch.testing.assert_close(classes[zeroshot.KINDS][:1], kinds)
    torch.testing.assert_close(classes[zeroshot.NAMES][1], found.names[2])  # pen is not trained
    drawn = unit(found.pictures.mean(dim=0))
    expected = unit((drawn[0] + drawn[3])[None])
    torch.testing.assert_close(classes[zeroshot.PICTURES][:1], expected)

    unseen = torch.tensor([1, 4])
    judged = groups.accuracies(found.pictures[:, unseen], unseen)
    assert list(judged) == [*classes, zeroshot.LARGEST]
    assert judged[zeroshot.NAMES] == zeroshot.accuracy(
        found.pictures[:, unseen], torch.tensor([0, 1]), classes[zeroshot.NAMES]
    )
    assert judged[zeroshot.LARGEST] == 0.5
    three = torch.tensor([0, 2, 3])  # two animals and a thing
    assert groups.accuracies(found.pictures[:, three], three)[zeroshot.LARGEST] == 2 / 3
    table = zeroshot.accuracy_table(judged, "two pens")
    assert [row[0] for row in table.rows] == list(judged)
    assert table.rows[-1][1] == "0.500"
    assert table.notes[0] == "two pens"
