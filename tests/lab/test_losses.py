"""Each loss against a double loop written from its paper, a closed form, and its gradient."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from contrastive_drill.lab import losses

Loss = Callable[[Tensor, Tensor], Tensor]
LOSSES: dict[str, Loss] = {
    "squared error": losses.squared_error,
    "cosine": losses.cosine_distance,
    "InfoNCE": lambda u, v: losses.info_nce(u, v, 5.0),
    "SigLIP": lambda u, v: losses.sigmoid_pairs(u, v, 5.0, -2.0),
    "VICReg": losses.vicreg,
}


def pair(n: int = 6, d: int = 4, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    u = torch.randn(n, d, generator=generator, dtype=torch.float64)
    v = torch.randn(n, d, generator=generator, dtype=torch.float64)
    return u, v


def cosine(a: list[float], b: list[float]) -> float:
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / math.sqrt(sum(x * x for x in a)) / math.sqrt(sum(y * y for y in b))


def naive_squared_error(u: list[list[float]], v: list[list[float]]) -> float:
    total = 0.0
    for a, b in zip(u, v, strict=True):
        for x, y in zip(a, b, strict=True):
            total += (x - y) ** 2
    return total / len(u)


def naive_cosine(u: list[list[float]], v: list[list[float]]) -> float:
    return sum(1 - cosine(a, b) for a, b in zip(u, v, strict=True)) / len(u)


def naive_info_nce(u: list[list[float]], v: list[list[float]]) -> float:
    n, total = len(u), 0.0
    for i in range(n):
        own = math.exp(5 * cosine(u[i], v[i]))
        texts = sum(math.exp(5 * cosine(u[i], v[j])) for j in range(n))
        pictures = sum(math.exp(5 * cosine(u[j], v[i])) for j in range(n))
        total -= math.log(own / texts) + math.log(own / pictures)
    return total / (2 * n)


def naive_sigmoid(u: list[list[float]], v: list[list[float]]) -> float:
    n, total = len(u), 0.0
    for i in range(n):
        for j in range(n):
            z = 1 if i == j else -1
            total -= math.log(1 / (1 + math.exp(-z * (5 * cosine(u[i], v[j]) - 2))))
    return total / n


def naive_vicreg(u: list[list[float]], v: list[list[float]]) -> float:
    n, d = len(u), len(u[0])
    invariance = sum((u[i][k] - v[i][k]) ** 2 for i in range(n) for k in range(d)) / (n * d)
    variances, covariances = [], []
    for z in (u, v):
        means = [sum(row[k] for row in z) / n for k in range(d)]
        variance = covariance = 0.0
        for k in range(d):
            for m in range(d):
                shared = sum((row[k] - means[k]) * (row[m] - means[m]) for row in z) / (n - 1)
                if k == m:
                    variance += max(0.0, 1 - math.sqrt(shared + 1e-4)) / d
                else:
                    covariance += shared**2 / d
        variances.append(variance)
        covariances.append(covariance)
    return 25 * invariance + 25 * sum(variances) / 2 + sum(covariances)


@pytest.mark.parametrize(
    ("name", "naive"),
    [
        ("squared error", naive_squared_error),
        ("cosine", naive_cosine),
        ("InfoNCE", naive_info_nce),
        ("SigLIP", naive_sigmoid),
        ("VICReg", naive_vicreg),
    ],
)
def test_a_loss_is_its_double_loop(
    name: str, naive: Callable[[list[list[float]], list[list[float]]], float]
) -> None:
    for seed in range(3):
        u, v = pair(seed=seed)
        assert float(LOSSES[name](u, v)) == pytest.approx(naive(u.tolist(), v.tolist()), rel=1e-10)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    u, v = pair()
    inputs = (u.requires_grad_(), v.requires_grad_())
    assert torch.autograd.gradcheck(LOSSES[name], inputs)


def test_gradients_reach_the_temperatures_and_the_bias() -> None:
    u, v = pair()
    scale = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    bias = torch.tensor(-1.0, dtype=torch.float64, requires_grad=True)
    check = torch.autograd.gradcheck
    assert check(lambda t: losses.info_nce(u, v, t), (scale,))
    assert check(lambda t, b: losses.sigmoid_pairs(u, v, t, b), (scale, bias))


def test_squared_error_has_the_gradient_of_the_formula() -> None:
    u, v = pair()
    u.requires_grad_()
    torch.autograd.backward(losses.squared_error(u, v))
    assert u.grad is not None
    torch.testing.assert_close(u.grad, 2 * (u.detach() - v) / len(u))


def test_info_nce_has_the_gradient_of_the_formula() -> None:
    """By the logits it is (softmax by row + softmax by column)/2n less the identity over n."""
    u, v = pair()
    n = len(u)
    scale = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    torch.autograd.backward(losses.info_nce(u, v, scale))
    cosines = losses.unit(u) @ losses.unit(v).T
    softmaxes = (3 * cosines).softmax(dim=1) + (3 * cosines).softmax(dim=0)
    by_logits = (softmaxes / 2 - torch.eye(n, dtype=torch.float64)) / n
    assert scale.grad is not None
    torch.testing.assert_close(scale.grad, (by_logits * cosines).sum())


@pytest.mark.parametrize("n", [2, 7, 64])
def test_info_nce_of_equal_vectors_is_log_n(n: int) -> None:
    same = torch.ones(n, 3, dtype=torch.float64)
    assert float(losses.info_nce(same, same, 14.3)) == pytest.approx(math.log(n))


def test_pair_losses_of_a_constant_map_are_zero() -> None:
    same = torch.full((8, 5), 0.3, dtype=torch.float64)
    assert float(losses.squared_error(same, same)) == 0.0
    assert float(losses.cosine_distance(same, same)) == pytest.approx(0.0, abs=1e-12)


def test_vicreg_of_a_constant_map_is_the_whole_variance_term() -> None:
    """Squared error is content with it; each tower misses the target by 1 − √ε."""
    same = torch.full((8, 5), 0.3, dtype=torch.float64)
    assert float(losses.vicreg(same, same)) == pytest.approx(25 * (1 - 0.01))


def test_vicreg_asks_nothing_of_whitened_agreement() -> None:
    """Equal towers with unit variance and no correlation cost nothing."""
    signs = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]], dtype=torch.float64)
    whitened = signs * math.sqrt(3 / 4)  # variance 1 with n − 1 in the denominator
    assert float(losses.vicreg(whitened, whitened)) == pytest.approx(0.0, abs=1e-12)


def test_sigmoid_pairs_of_equal_vectors_has_its_closed_form() -> None:
    """n softplus(−l) + n(n − 1) softplus(l), over n, with l = scale + bias."""
    n, logit = 6, 10.0 - 10.0 + 0.5
    same = torch.ones(n, 3, dtype=torch.float64)
    expected = math.log1p(math.exp(-logit)) + (n - 1) * math.log1p(math.exp(logit))
    assert float(losses.sigmoid_pairs(same, same, 10.0, -9.5)) == pytest.approx(expected)


def test_no_bias_brings_the_sigmoid_loss_of_random_vectors_to_zero() -> None:
    """It would, if z did not multiply the bias too."""
    u, v = pair(16, 8)
    for bias in (-30.0, 30.0):
        assert float(losses.sigmoid_pairs(u, v, 10.0, bias)) > 10.0


@pytest.mark.parametrize("name", ["cosine", "InfoNCE", "SigLIP"])
def test_losses_on_the_sphere_do_not_see_lengths(name: str) -> None:
    u, v = pair()
    lengths = torch.arange(1, 7, dtype=torch.float64)[:, None]
    assert float(LOSSES[name](u * lengths, v / lengths)) == pytest.approx(float(LOSSES[name](u, v)))


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_symmetric_and_blind_to_the_order_of_pairs(name: str) -> None:
    u, v = pair()
    order = torch.tensor([3, 1, 0, 5, 4, 2])
    value = float(LOSSES[name](u, v))
    assert float(LOSSES[name](v, u)) == pytest.approx(value)
    assert float(LOSSES[name](u[order], v[order])) == pytest.approx(value)


def test_on_unit_vectors_squared_error_is_twice_the_cosine_distance() -> None:
    u, v = (losses.unit(side) for side in pair())
    assert float(losses.squared_error(u, v)) == pytest.approx(
        2 * float(losses.cosine_distance(u, v))
    )


def test_info_nce_starts_at_its_temperature_and_is_clamped_at_one_hundred() -> None:
    u, v = (side.float() for side in pair())
    module = losses.InfoNCE()
    assert float(module(u, v).detach()) == pytest.approx(
        float(losses.info_nce(u, v, 1 / 0.07)), rel=1e-5
    )
    with torch.no_grad():
        module.log_scale.fill_(9.0)
    value = module(u, v)
    assert float(value.detach()) == pytest.approx(float(losses.info_nce(u, v, 100.0)), rel=1e-4)
    torch.autograd.backward(value)
    assert module.log_scale.grad is not None
    assert float(module.log_scale.grad.abs()) > 0  # it can come back


def test_siglip_starts_where_the_paper_does() -> None:
    u, v = (side.float() for side in pair())
    expected = losses.sigmoid_pairs(u, v, 10.0, -10.0)
    assert float(losses.SigLIP()(u, v).detach()) == pytest.approx(float(expected), rel=1e-5)


def test_picking_has_the_gradient_of_the_formula() -> None:
    """(p − [i = j])·scale/n, row by row; and each way of the symmetric loss is one of it."""
    u, v = pair()
    cosines = (losses.unit(u) @ losses.unit(v).T).requires_grad_()
    (gradient,) = torch.autograd.grad(losses.picking(4 * cosines), cosines)
    expected = (4 * cosines.detach()).softmax(dim=1) - torch.eye(6, dtype=torch.float64)
    torch.testing.assert_close(gradient, expected * 4 / 6)
    ways = losses.picking(5 * cosines) + losses.picking(5 * cosines.T)
    assert float(ways.detach()) / 2 == pytest.approx(float(losses.info_nce(u, v, 5.0)))


def simplex(n: int) -> Tensor:
    """n unit vectors as far from one another as can be: cosines of −1/(n − 1)."""
    return losses.unit(torch.eye(n, dtype=torch.float64) - 1 / n)


@pytest.mark.parametrize("scale", [1.0, 5.0, 14.3])
def test_info_nce_has_its_closed_form_at_right_angles_and_on_the_simplex(scale: float) -> None:
    corner = torch.eye(9, dtype=torch.float64)
    measured = float(losses.info_nce(corner, corner, scale))
    assert measured == pytest.approx(losses.info_nce_at(9, scale, 1.0))
    far = simplex(9)
    assert float(far[0] @ far[5]) == pytest.approx(-1 / 8)
    measured = float(losses.info_nce(far, far, scale))
    assert measured == pytest.approx(losses.least_info_nce(9, scale))
    assert losses.info_nce_at(9, scale, 0.0) == pytest.approx(math.log(9))


def test_raw_cosines_cost_nine_nats_among_32768() -> None:
    assert losses.info_nce_at(32_768, 1.0, 0.0) == pytest.approx(10.40, abs=0.005)
    assert losses.info_nce_at(32_768, 1.0, 1.0) == pytest.approx(9.40, abs=0.005)
    assert losses.least_info_nce(32_768, 1.0) == pytest.approx(9.397, abs=5e-4)
    assert losses.info_nce_at(32_768, 1 / 0.07, 1.0) == pytest.approx(0.020, abs=5e-4)


@pytest.mark.parametrize(("n", "d"), [(4, 8), (12, 3)])
def test_no_descent_goes_below_the_least_and_with_room_it_gets_there(n: int, d: int) -> None:
    u, v = (side.clone().requires_grad_() for side in pair(n, d))
    optimizer = torch.optim.Adam([u, v], lr=0.05)
    for _ in range(400):
        value = losses.info_nce(u, v, 2.0)
        optimizer.zero_grad()
        torch.autograd.backward(value)
        optimizer.step()
    least = losses.least_info_nce(n, 2.0)
    above = float(losses.info_nce(u, v, 2.0).detach()) - least
    assert -1e-12 < above < 1e-3 if d >= n - 1 else above > 0.05


def test_a_fixed_temperature_learns_nothing_and_a_lifted_clamp_lets_go() -> None:
    u, v = (side.float() for side in pair())
    fixed = losses.InfoNCE(0.005, limit=math.inf, learned=False)
    assert fixed.scale == pytest.approx(200.0)
    assert float(fixed(u, v)) == pytest.approx(float(losses.info_nce(u, v, 200.0)), rel=1e-4)
    assert [p for p in fixed.parameters() if p.requires_grad] == []
    free = losses.InfoNCE(0.001, limit=math.inf)
    held = losses.InfoNCE(0.001)
    assert (free.scale, held.scale) == pytest.approx((1000.0, 100.0))
    assert float(free(u, v).detach()) == pytest.approx(
        float(losses.info_nce(u, v, 1000.0)), rel=1e-4
    )


def test_nt_xent_is_the_sum_that_its_paper_writes() -> None:
    """Each view against the 2n − 1 others, by loops; InfoNCE has n candidates and is less."""
    u, v = pair(5, 3)
    views = [row / row.norm() for row in (*u, *v)]
    total = 0.0
    for i, view in enumerate(views):
        partner = views[(i + 5) % 10]
        others = sum(math.exp(4 * float(view @ other)) for k, other in enumerate(views) if k != i)
        total -= math.log(math.exp(4 * float(view @ partner)) / others)
    assert losses.nt_xent(u, v, 4.0).item() == pytest.approx(total / 10)
    assert losses.nt_xent(u, v, 4.0) > losses.info_nce(u, v, 4.0)
    same = torch.ones(5, 3)
    assert losses.nt_xent(same, same, 4.0).item() == pytest.approx(math.log(9))


def test_barlow_twins_is_the_sum_that_its_paper_writes() -> None:
    u, v = pair(7, 3)
    total = 0.0
    for i in range(3):
        for j in range(3):
            a, b = u[:, i] - u[:, i].mean(), v[:, j] - v[:, j].mean()
            c = float((a @ b) / (a.norm() * b.norm()))
            total += (1 - c) ** 2 if i == j else 5e-3 * c**2
    assert losses.barlow_twins(u, v).item() == pytest.approx(total)
