"""The towers: their shapes, their seeded weights, and the frozen one."""

import torch
from tensors import seeded
from torch import nn

from contrastive_drill.lab import encoders


def test_both_towers_end_in_the_same_space() -> None:
    pictures, texts = encoders.towers(50, 24, seeded(0))
    assert encoders.embed(pictures, torch.zeros(3, 3, 32, 32)).shape == (3, 24)
    assert encoders.embed(texts, torch.zeros(5, 50)).shape == (5, 24)


def test_weights_come_from_the_generator_alone() -> None:
    first = encoders.towers(50, 24, seeded(4))
    torch.rand(7)  # the global generator moves on
    again = encoders.towers(50, 24, seeded(4))
    other = encoders.towers(50, 24, seeded(5))
    for a, b, c in zip(
        *(list(pair[0].parameters()) for pair in (first, again, other)), strict=True
    ):
        assert torch.equal(a, b)
        if a.ndim > 1:
            assert not torch.equal(a, c)


def test_weights_are_drawn_as_torch_draws_them() -> None:
    """Uniform between ±1/√fan_in, biases too."""
    layer = nn.Linear(400, 300)
    encoders.initialize(layer, seeded(0))
    for parameter in (layer.weight, layer.bias):
        assert float(parameter.detach().abs().max()) <= 1 / 20
        assert float(parameter.detach().abs().max()) > 0.99 / 20
        assert abs(float(parameter.detach().mean())) < 0.003
    convolution = nn.Conv2d(3, 64, 4)
    encoders.initialize(convolution, seeded(0))
    assert 0.97 / 48**0.5 < float(convolution.weight.detach().abs().max()) <= 1 / 48**0.5


def test_a_layer_for_sparse_rows_is_the_linear_layer_of_all_their_columns() -> None:
    """In values and gradients, a row of zeros and one of a single number among them."""
    layer = encoders.SparseLinear(40, 6)
    encoders.initialize(layer, seeded(0))
    assert 0.98 / 40**0.5 < float(layer.weight.detach().abs().max()) <= 40**-0.5
    rows = torch.randn(9, 40, generator=seeded(1))
    rows *= torch.rand(9, 40, generator=seeded(2)) < 0.2
    rows[[3, 8]] = 0
    rows[5, 1:] = 0
    linear = nn.Linear(40, 6)
    with torch.no_grad():
        linear.weight.copy_(layer.weight.T)
        linear.bias.copy_(layer.bias)
    ours, theirs = layer(rows), linear(rows)
    torch.testing.assert_close(ours, theirs)
    above = torch.randn(9, 6, generator=seeded(3))
    gradients = torch.autograd.grad(ours, [layer.weight, layer.bias], above)
    expected = torch.autograd.grad(theirs, [linear.weight, linear.bias], above)
    torch.testing.assert_close(gradients[0], expected[0].T)
    torch.testing.assert_close(gradients[1], expected[1])
    on_meta = encoders.SparseLinear(40, 6).to("meta")(rows.to("meta"))
    assert on_meta.shape == (9, 6)  # where it multiplies plainly, as on a GPU


def test_whitening_gives_its_sample_unit_variance_and_no_correlation() -> None:
    sample = torch.randn(80, 12, generator=seeded(0)) @ torch.randn(12, 12, generator=seeded(1))
    whitened = encoders.Whitening(sample, 5)(sample)
    torch.testing.assert_close(whitened.mean(dim=0), torch.zeros(5), atol=1e-4, rtol=0)
    torch.testing.assert_close(whitened.T @ whitened / 79, torch.eye(5), atol=1e-3, rtol=0)


def test_whitening_keeps_the_leading_directions() -> None:
    """The same subspace as a singular value decomposition finds."""
    sample = torch.randn(60, 9, generator=seeded(0)) * torch.arange(9, 0, -1)
    matrix = encoders.Whitening(sample, 3).matrix
    _, _, directions = torch.linalg.svd(sample - sample.mean(dim=0), full_matrices=False)
    inside = directions[:3].T @ (directions[:3] @ matrix)
    torch.testing.assert_close(inside, matrix, atol=1e-5, rtol=1e-4)


def test_whitening_has_nothing_to_train() -> None:
    assert list(encoders.Whitening(torch.randn(20, 6, generator=seeded(0)), 2).parameters()) == []


def test_embedding_does_not_depend_on_the_company() -> None:
    """In evaluation mode batch normalization looks at no other row."""
    pictures, _ = encoders.towers(50, 24, seeded(0))
    rows = torch.randn(6, 3, 32, 32, generator=seeded(1))
    together = encoders.embed(pictures, rows)
    torch.testing.assert_close(
        encoders.embed(pictures, rows[:1]), together[:1], rtol=1e-4, atol=1e-5
    )
    assert not together.requires_grad
