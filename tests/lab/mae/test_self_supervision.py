"""Training without labels at toy size: that it learns, and what it is shown."""

from dataclasses import replace

import pytest
import torch
from tensors import seeded
from torch import Tensor

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import autoencoder, vit
from contrastive_drill.lab.autoencoder import MaskedAutoencoder
from contrastive_drill.lab.mae.self_supervision import train_autoencoder, train_contrastive
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.vit import VisionTransformer, ViTShape

SHAPE = ViTShape(image=8, patch=2, depth=1, width=16, heads=2)  # 16 patches of 12 numbers
SCHEDULE = Schedule(steps=40, batch=8, rate=5e-3, decay=0.0)


def stripes(count: int = 12) -> Tensor:
    """Pictures [n, 3, 8, 8] in which one row says all others."""
    rows = torch.randn(count, 3, 1, 8, generator=seeded(5))
    return rows.expand(-1, -1, 8, -1).contiguous()


def twice(pictures: Tensor) -> Tensor:
    """Two equal views of each."""
    return pictures[:, None].expand(-1, 2, -1, -1, -1)


def toy_autoencoder() -> MaskedAutoencoder:
    model = MaskedAutoencoder(SHAPE, depth=1, width=16, heads=2)
    vit.initialize(model, seeded())
    return model


def encoder() -> VisionTransformer:
    model = VisionTransformer(SHAPE)
    vit.initialize(model, seeded())
    return model


@pytest.mark.parametrize("normalized", [True, False])
def test_rebuilding_learns(normalized: bool) -> None:
    losses = [
        loss
        for _, loss in train_autoencoder(
            toy_autoencoder(), stripes(), 0.5, SCHEDULE, seeded(), normalized=normalized
        )
    ]
    assert len(losses) == 40
    assert sum(losses[-5:]) < 0.6 * sum(losses[:5])


def test_the_first_loss_is_that_of_the_batch_and_mask_that_were_drawn() -> None:
    pictures, model, generator = stripes(), toy_autoencoder(), seeded(3)
    rows = torch.randint(12, (8,), generator=generator)
    order = autoencoder.masks(8, SHAPE, generator)
    for normalized in (True, False):
        target = autoencoder.targets(pictures[rows], 2, normalized=normalized)
        expected = autoencoder.masked_loss(model(pictures[rows], order, 8), target, order, 8)
        _, found = next(
            train_autoencoder(
                toy_autoencoder(), pictures, 0.5, SCHEDULE, seeded(3), normalized=normalized
            )
        )
        assert found == pytest.approx(float(expected.detach()), rel=1e-5)


def test_the_same_generator_trains_the_same_weights() -> None:
    models = [toy_autoencoder() for _ in range(3)]
    for model, seed in zip(models, (1, 1, 2), strict=True):
        list(train_autoencoder(model, stripes(), 0.5, replace(SCHEDULE, steps=3), seeded(seed)))
    first, same, other = (model.pixels.weight for model in models)
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_agreeing_finds_the_pairs() -> None:
    """Three views that share their stripes and differ in noise."""
    views = stripes()[:, None] + 0.1 * torch.randn(12, 3, 3, 8, 8, generator=seeded(6))
    losses = [loss for _, loss in train_contrastive(encoder(), views, 0.5, SCHEDULE, seeded())]
    assert len(losses) == 40
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])


def test_pairs_are_two_views_of_one_concept_and_the_views_differ() -> None:
    """Constant pictures that spell concept and view; the encoder hears of them."""
    views = (torch.arange(12)[:, None] * 10 + torch.arange(3)).float()[:, :, None, None, None]
    heard: list[Tensor] = []

    class Listener(VisionTransformer):
        def forward(self, pictures: Tensor, visible: Tensor | None = None) -> Tensor:
            assert visible is not None
            assert visible.shape == (16, 8)
            heard.append(pictures[:, 0, 0, 0].clone())
            return super().forward(pictures / 100, visible)

    list(train_contrastive(Listener(SHAPE), views.expand(-1, -1, 3, 8, 8), 0.5, SCHEDULE, seeded()))
    assert len(heard) == 40
    met = set()
    for spelt in heard:
        one, other = (part.long() for part in spelt.chunk(2))
        assert torch.equal(one // 10, other // 10)
        assert len(set((one // 10).tolist())) == 8  # every concept once in a batch
        assert bool((one != other).all())
        met |= set(spelt.tolist())
    assert len(met) == 36  # every view of every concept is met


def test_a_batch_that_is_larger_than_the_set_is_refused() -> None:
    with pytest.raises(UsageProblem, match="5 pairs to train on: lower pairs, now 8"):
        train_contrastive(
            encoder(), stripes(5)[:, None].expand(-1, 2, -1, -1, -1), 0.5, SCHEDULE, seeded()
        )


def test_only_the_encoder_is_left_and_it_has_moved() -> None:
    model = encoder()
    names = [name for name, _ in model.named_parameters()]
    before = model.embed.weight.detach().clone()
    next(
        train_contrastive(
            model, stripes()[:, None].expand(-1, 2, -1, -1, -1), 0.5, SCHEDULE, seeded()
        )
    )
    assert [name for name, _ in model.named_parameters()] == names
    assert not torch.equal(model.embed.weight, before)
