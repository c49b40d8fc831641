"""Classifiers on an encoder: neighbours against a plain loop, and tuning at toy size."""

import math
from dataclasses import replace

import pytest
import torch
from tensors import drawn, seeded
from torch import Tensor
from torch.nn import functional

from contrastive_drill.lab import neighbours, vit
from contrastive_drill.lab.mae import probes
from contrastive_drill.lab.mae.probes import Classifier, LabelledPictures
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.vit import VisionTransformer, ViTShape

SHAPE = ViTShape(image=8, patch=2, depth=1, width=16, heads=2)  # 16 patches
SCHEDULE = Schedule(steps=40, batch=8, rate=2e-3, decay=0.0)


def encoder(seed: int = 0) -> VisionTransformer:
    model = VisionTransformer(SHAPE)
    vit.initialize(model, seeded(seed))
    return model


def tinted(count: int = 30, seed: int = 7, by: float = 1.5) -> LabelledPictures:
    """Noise, brighter in one of three channels: its class."""
    labels = torch.arange(count) % 3
    pictures = drawn(count, 3, 8, 8, seed=seed)
    pictures[torch.arange(count), labels] += by
    return LabelledPictures(pictures, labels)


def _last(classifier: Classifier) -> Tensor:
    """The weights of the linear layer."""
    weights: Tensor = classifier.get_parameter("head.1.weight").detach()
    return weights


@pytest.mark.parametrize("k", [1, 4, 20, 99])
def test_neighbours_vote_as_in_a_loop(k: int) -> None:
    gallery, queries = drawn(25, 6), drawn(40, 6, seed=1)
    labels = torch.randint(4, (25,), generator=seeded(2))
    found = neighbours.knn_predict(gallery, labels, queries, k)
    for query, predicted in zip(queries, found.tolist(), strict=True):
        cosines = [float(functional.cosine_similarity(query, row, dim=0)) for row in gallery]
        nearest = sorted(range(25), key=lambda row: -cosines[row])[:k]
        votes = [0.0] * 4
        for row in nearest:
            votes[int(labels[row])] += math.exp(cosines[row] / 0.07)
        assert predicted == max(range(4), key=lambda label: votes[label])


def test_near_means_direction_not_length() -> None:
    gallery, labels = torch.tensor([[100.0, 0.0], [0.0, 0.1]]), torch.tensor([0, 1])
    queries = torch.tensor([[0.1, 3.0], [0.01, 0.002]])
    assert neighbours.knn_predict(gallery, labels, queries, 1).tolist() == [1, 0]


def test_accuracy_is_the_share_of_right_answers() -> None:
    right = neighbours.accuracy(torch.tensor([1, 2, 0, 1]), torch.tensor([1, 2, 2, 2]))
    assert right == 0.5


def test_the_majority_is_that_of_the_known() -> None:
    known = LabelledPictures(torch.zeros(5, 1), torch.tensor([2, 1, 2, 0, 2]))
    asked = LabelledPictures(torch.zeros(4, 1), torch.tensor([2, 1, 1, 1]))
    assert probes.majority_accuracy(known, asked) == 0.25


def test_frozen_features_are_the_mean_patch_tokens_of_each_picture_alone() -> None:
    model, pictures = encoder(), drawn(5, 3, 8, 8)
    found = probes.features(model, pictures)
    assert found.shape == (5, 16)
    assert not found.requires_grad
    for row in range(5):
        tokens = model(pictures[row : row + 1])[0]
        mean = torch.stack([tokens[1 + place] for place in range(16)]).mean(dim=0)
        torch.testing.assert_close(found[row], mean, rtol=1e-4, atol=1e-5)


def test_many_pictures_are_taken_in_parts_and_come_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, pictures = encoder(), drawn(10, 3, 8, 8)
    whole = probes.features(model, pictures)
    monkeypatch.setattr(probes, "AT_ONCE", 3)
    torch.testing.assert_close(probes.features(model, pictures), whole)


def test_asking_neighbours_does_not_change_the_encoder() -> None:
    model, known, asked = encoder(), tinted(), tinted(seed=8)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    accuracy = probes.knn_accuracy(model, known, asked)
    gallery, queries = (
        probes.features(model, known.pictures),
        probes.features(model, asked.pictures),
    )
    predicted = neighbours.knn_predict(gallery, known.labels, queries)
    assert accuracy == neighbours.accuracy(predicted, asked.labels)
    for parameter, old in zip(model.parameters(), before, strict=True):
        assert torch.equal(parameter, old)


def test_pixels_are_compared_less_the_mean_of_the_known() -> None:
    known, asked = tinted(by=0.3), tinted(seed=8, by=0.3)
    gallery, queries = (part.pictures.flatten(1) + 2 for part in (known, asked))
    mean = torch.stack([column.mean() for column in gallery.T])
    predicted = neighbours.knn_predict(gallery - mean, known.labels, queries - mean)
    plain = neighbours.knn_predict(gallery, known.labels, queries)
    assert not torch.equal(predicted, plain)
    lit = [LabelledPictures(part.pictures + 2, part.labels) for part in (known, asked)]
    assert probes.pixel_knn_accuracy(*lit) == neighbours.accuracy(predicted, asked.labels)
    assert probes.pixel_knn_accuracy(*lit) != neighbours.accuracy(plain, asked.labels)


def test_a_new_classifier_has_no_opinion() -> None:
    classifier = Classifier(encoder(), 3)
    assert torch.equal(classifier(drawn(4, 3, 8, 8)), torch.zeros(4, 3))


def test_a_classifier_does_not_hear_how_large_features_are() -> None:
    classifier, pictures = Classifier(encoder(), 3), drawn(8, 3, 8, 8)
    with torch.no_grad():
        _last(classifier).copy_(drawn(3, 16))
        before = classifier(pictures)
        classifier.encoder.norm.weight.mul_(100)
        classifier.encoder.norm.bias.add_(7)
        torch.testing.assert_close(classifier(pictures), before, rtol=1e-2, atol=1e-2)


def test_tuning_learns_the_labels_and_moves_the_encoder() -> None:
    known, asked = tinted(60), tinted(60, seed=8)
    classifier = Classifier(encoder(), 3)
    before = probes.classifier_accuracy(classifier, asked)
    first = classifier.encoder.embed.weight.detach().clone()
    losses = [loss for _, loss in probes.fine_tune(classifier, known, 0.5, SCHEDULE, seeded())]
    assert losses[0] == pytest.approx(math.log(3), rel=1e-5)
    assert losses[-1] < 0.8 * losses[0]
    assert before == pytest.approx(1 / 3)
    assert probes.classifier_accuracy(classifier, asked) > 0.7
    assert not torch.equal(classifier.encoder.embed.weight, first)


def test_tuning_looks_at_the_share_of_the_patches_that_the_plan_leaves() -> None:
    counts = []

    class Listener(VisionTransformer):
        def forward(self, pictures: Tensor, visible: Tensor | None = None) -> Tensor:
            counts.append(None if visible is None else visible.shape)
            return super().forward(pictures, visible)

    classifier = Classifier(Listener(SHAPE), 3)
    next(probes.fine_tune(classifier, tinted(), 0.5, SCHEDULE, seeded()))
    probes.classifier_accuracy(classifier, tinted())
    assert counts == [(8, 8), None]  # half of 16 in training, all when asked


def test_the_same_generator_tunes_the_same_classifier() -> None:
    heads = []
    for seed in (1, 1, 2):
        classifier = Classifier(encoder(), 3)
        list(probes.fine_tune(classifier, tinted(), 0.5, replace(SCHEDULE, steps=3), seeded(seed)))
        heads.append(_last(classifier))
    assert torch.equal(heads[0], heads[1])
    assert not torch.equal(heads[0], heads[2])


def test_the_new_layer_learns_ten_times_as_fast() -> None:
    """Adam's first step moves each weight by its rate, here the whole of it."""
    classifier = Classifier(encoder(), 3)
    with torch.no_grad():  # from zero the encoder would hear of nothing in the first step
        _last(classifier).copy_(head := drawn(3, 16))
    first = classifier.encoder.embed.weight.detach().clone()
    next(probes.fine_tune(classifier, tinted(), 0.5, replace(SCHEDULE, steps=1), seeded()))
    moved = (classifier.encoder.embed.weight - first).detach().abs().max()
    assert float(moved) == pytest.approx(SCHEDULE.rate, rel=1e-3)
    assert float((_last(classifier) - head).abs().max()) == pytest.approx(
        10 * SCHEDULE.rate, rel=1e-3
    )


def test_labels_are_smoothed() -> None:
    """The loss by hand: nine tenths of the true class, and one tenth spread over all."""
    classifier, known, generator = Classifier(encoder(), 3), tinted(), seeded(3)
    with torch.no_grad():
        _last(classifier).copy_(drawn(3, 16))
    rows = torch.randint(30, (8,), generator=generator)
    kept = torch.rand(8, 16, generator=generator).argsort(dim=1)[:, :8]
    logs = classifier(known.pictures[rows], kept).log_softmax(dim=1).detach()
    expected = [
        -0.9 * float(log[label]) - 0.1 * float(log.mean())
        for log, label in zip(logs, known.labels[rows].tolist(), strict=True)
    ]
    _, found = next(probes.fine_tune(classifier, known, 0.5, SCHEDULE, seeded(3)))
    assert found == pytest.approx(sum(expected) / 8, rel=1e-4)
