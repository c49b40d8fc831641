"""Three trainings at toy size: that each learns, and what it is shown."""

import pytest
import torch
from tensors import drawn, seeded
from torch import Tensor, nn

from contrastive_drill.lab import autoencoder, vit
from contrastive_drill.lab.autoencoder import MaskedAutoencoder
from contrastive_drill.lab.labels import Labelled
from contrastive_drill.lab.mae.objectives import match, rebuild, tell
from contrastive_drill.lab.vit import VisionTransformer, ViTShape

SHAPE = ViTShape(image=8, patch=2, depth=1, width=16, heads=2)  # 16 patches of 12 numbers
STEPS = 40


def stripes(count: int = 70) -> Tensor:
    """Pictures [n, 3, 8, 8] in which one row says all others."""
    rows = torch.randn(count, 3, 1, 8, generator=seeded(5))
    return rows.expand(-1, -1, 8, -1).contiguous()


def tinted() -> Labelled:
    """Noise in two views, brighter in one of three channels: its class."""
    labels = torch.arange(30) % 3
    pictures = drawn(30, 2, 3, 8, 8)
    pictures[torch.arange(30), :, labels] += 1.5
    return Labelled(pictures, labels)


def toy_autoencoder() -> MaskedAutoencoder:
    model = MaskedAutoencoder(SHAPE, depth=1, width=16, heads=2)
    vit.initialize(model, seeded())
    return model


def encoder() -> VisionTransformer:
    model = VisionTransformer(SHAPE)
    vit.initialize(model, seeded())
    return model


def new_head() -> nn.Linear:
    head = nn.Linear(16, 3)
    with torch.no_grad():
        head.weight.copy_(0.1 * drawn(3, 16))
    return head


class Listener(VisionTransformer):
    """Remembers how much it was shown, and the first pixel of each picture."""

    def __init__(self) -> None:
        super().__init__(SHAPE)
        self.shapes: list[torch.Size] = []
        self.firsts: list[Tensor] = []

    def forward(self, pictures: Tensor, visible: Tensor | None = None) -> Tensor:
        assert visible is not None
        self.shapes.append(visible.shape)
        self.firsts.append(pictures[:, 0, 0, 0].clone())
        return super().forward(pictures / 100, visible)


def test_rebuilding_learns() -> None:
    model = toy_autoencoder()
    losses = [loss for _, loss in rebuild(model, stripes(), 0.5, STEPS, seeded())]
    assert len(losses) == STEPS
    assert sum(losses[-5:]) < 0.6 * sum(losses[:5])


def test_the_first_loss_is_that_of_the_batch_and_mask_that_were_drawn() -> None:
    pictures, model, generator = stripes(), toy_autoencoder(), seeded(3)
    rows = torch.randint(70, (16,), generator=generator)
    order = autoencoder.masks(16, SHAPE, generator)
    target = autoencoder.targets(pictures[rows], 2)
    expected = autoencoder.masked_loss(model(pictures[rows], order, 4), target, order, 4)
    _, found = next(rebuild(toy_autoencoder(), pictures, 0.75, STEPS, seeded(3)))
    assert found == pytest.approx(float(expected.detach()), rel=1e-5)


def test_the_same_generator_trains_the_same_weights() -> None:
    models = [toy_autoencoder() for _ in range(3)]
    for model, seed in zip(models, (1, 1, 2), strict=True):
        list(rebuild(model, stripes(), 0.5, 3, seeded(seed)))
    first, same, other = (model.pixels.weight for model in models)
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_matching_finds_the_pairs_and_leaves_nothing_but_the_encoder() -> None:
    """Three views that share their stripes and differ in noise."""
    views = stripes()[:, None] + 0.1 * torch.randn(70, 3, 3, 8, 8, generator=seeded(6))
    model = encoder()
    names, before = [name for name, _ in model.named_parameters()], model.embed.weight.clone()
    losses = [loss for _, loss in match(model, views, 0.5, STEPS, seeded())]
    assert len(losses) == STEPS
    assert sum(losses[-5:]) < 0.75 * sum(losses[:5])
    assert [name for name, _ in model.named_parameters()] == names
    assert not torch.equal(model.embed.weight, before)


def test_pairs_are_two_views_of_one_concept_and_the_views_differ() -> None:
    """Constant pictures that spell concept and view; the encoder hears of them."""
    views = (torch.arange(70)[:, None] * 10 + torch.arange(3)).float()[:, :, None, None, None]
    listener = Listener()
    list(match(listener, views.expand(-1, -1, 3, 8, 8), 0.75, 20, seeded()))
    assert listener.shapes == [(128, 4)] * 20  # a quarter of 16 patches
    met = set()
    for spelt in listener.firsts:
        one, other = (part.long() for part in spelt.chunk(2))
        assert torch.equal(one // 10, other // 10)
        assert len(set((one // 10).tolist())) == 64  # every concept once in a batch
        assert bool((one != other).all())
        met |= set(spelt.tolist())
    assert len(met) == 210  # every view of every concept is met


def test_telling_learns_the_groups_on_half_of_the_patches() -> None:
    listener, head = Listener(), nn.Linear(16, 3)
    before = listener.embed.weight.clone()
    data = tinted()
    data.pictures.mul_(100)
    losses = [loss for _, loss in tell(listener, head, data, STEPS, seeded())]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])
    assert not torch.equal(listener.embed.weight, before)
    assert listener.shapes == [(32, 8)] * STEPS


def test_a_new_layer_learns_ten_times_as_fast() -> None:
    """Adam's first step moves each weight by its rate, here the whole of it."""
    model, head = encoder(), new_head()
    first, second = model.embed.weight.clone(), head.weight.clone()
    next(tell(model, head, tinted(), 1, seeded()))
    moved = [
        float((new - old).detach().abs().max())
        for new, old in ((model.embed.weight, first), (head.weight, second))
    ]
    assert moved == pytest.approx([2e-3, 2e-2], rel=0.05)  # the rest is decay


def test_labels_are_smoothed() -> None:
    """The loss by hand: nine tenths of the true class, and one tenth spread over all."""
    model, head, generator = encoder(), new_head(), seeded(3)
    pictures, labels = tinted().flat()
    rows = torch.randint(60, (32,), generator=generator)
    kept = torch.rand(32, 16, generator=generator).argsort(dim=1)[:, :8]
    logs = head(vit.pooled(model(pictures[rows], kept))).log_softmax(dim=1).detach()
    expected = [
        -0.9 * float(log[label]) - 0.1 * float(log.mean())
        for log, label in zip(logs, labels[rows].tolist(), strict=True)
    ]
    _, found = next(tell(model, head, tinted(), STEPS, seeded(3)))
    assert found == pytest.approx(sum(expected) / 32, rel=1e-4)
