"""The demo `moco`: queue and momentum against a deque and plain loops, claims broken once."""

import math
from collections import deque
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import torch
from smoke import repeated, smoke, toy
from torch import Tensor, nn

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.moco import views
from contrastive_drill.lab.moco.staleness import Watch

pytestmark = pytest.mark.demo
moco: Any = import_module("contrastive_drill.demos.moco")
TINY = replace(moco.SMOKE, steps=6, batch=16, queue=48, held=60)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_queue_momentum_and_loss_are_those_of_a_deque_and_plain_loops() -> None:
    weights, first = drawn(5, 4), unit(drawn(7, 5))
    net = nn.Linear(4, 5, bias=False)
    net.weight.data.copy_(weights)
    queue = deque([*first], maxlen=7)
    ours, slow = moco.MoCo(net, first.clone(), 0.8), weights.clone()
    for step in range(6):
        one, other = drawn(3, 4, seed=step + 1), drawn(3, 4, seed=step + 50)
        queries, keys = ours.encode(one, other)
        loss = moco.info_nce(queries, keys, ours.queue, 0.3)
        ours.push(keys)  # before the backward, as the loss must not mind
        (slope,) = torch.autograd.grad(loss, net.weight)
        slow = 0.8 * slow + 0.2 * net.weight.detach()
        plain = net.weight.detach().clone().requires_grad_()
        total = torch.zeros(())
        for query, key in zip(one @ plain.T, other @ slow.T, strict=True):
            q, k = query / query.norm(), key / key.norm()
            rivals = sum(torch.exp(q @ each / 0.3) for each in (k, *queue))
            total = total - torch.log(torch.exp(q @ k / 0.3) / rivals) / 3
        torch.testing.assert_close(loss, total)
        torch.testing.assert_close(slope, torch.autograd.grad(total, plain)[0])
        queue.extend(unit(other @ slow.T))
        torch.testing.assert_close(ours.queue.roll(-ours.place, 0), torch.stack([*queue]))
        assert not keys.requires_grad
        net.weight.data -= slope
    constant = torch.ones(9, 1)
    assert moco.info_nce(constant, constant, constant, 0.1).item() == pytest.approx(math.log(10))


def test_keys_are_judged_by_age_as_in_a_loop() -> None:
    slow, watch = nn.Linear(4, 3).requires_grad_(False), Watch(8, 3)
    batches: list[tuple[Tensor, Tensor]] = []
    for step in range(4):
        seen, keys = drawn(5, 4, seed=step), unit(drawn(5, 3, seed=step + 9))
        if step == 3:
            keys[:4] = unit(slow(seen[:4]))
        queries, queue = unit(keys + 0.5), unit(drawn(6, 3, seed=99))
        watch.see(slow, seen, queries, keys, queue)
        batches.insert(0, (seen, keys))
        own = [float(q @ k) for q, k in zip(queries, keys, strict=True)]
        others = [[k for j, k in enumerate(keys) if j != i] for i in range(5)]
        for told, rivals in zip(watch.told[-1], ([[*queue]] * 5, others), strict=True):
            best = [max(float(q @ k) for k in row) for q, row in zip(queries, rivals, strict=True)]
            assert told == pytest.approx(sum(map(float.__gt__, own, best)) / 5)
    now = [unit(slow(seen)) for seen, _ in batches[:3]]
    for age, (_, keys) in enumerate(batches[:3]):
        nearest = [int((torch.cat(now) @ key).argmax()) for key in keys]
        known = sum(place == 5 * age + row for row, place in enumerate(nearest)) / 5
        assert watch.known[age] == pytest.approx(known)
        assert watch.cosines[age] == pytest.approx(float((keys * now[age]).sum(1).mean()), abs=1e-6)


def test_a_crop_is_a_part_at_full_size_and_colours_turn_about_grey() -> None:
    ramp = torch.linspace(-1, 1, 33)[:-1] + 1 / 32  # what is linear in x stays so in any part of it
    pictures = ramp.expand(40, 3, 32, 32).clone()
    rows = views.crops(pictures, torch.Generator().manual_seed(0))[:, 0, 16, 2:-2]
    steps = rows.diff(dim=1) / (ramp[1] - ramp[0])
    assert (steps - steps[:, :1]).abs().max() < 1e-3
    assert ((steps.abs() > 0.38) & (steps.abs() <= 1.001)).all()
    assert 5 < (steps[:, 0] < 0).sum() < 35  # mirrored
    third = torch.matrix_exp(views.TURN / 3)  # red to green, green to blue
    torch.testing.assert_close(third, torch.eye(3).roll(1, 0), atol=1e-5, rtol=0)
    noise = drawn(200, 3, 4, 4).tanh()
    coloured = views.colours(noise, torch.Generator().manual_seed(0))
    for by, share in ((noise, 0.2 * 0.8), (coloured[:, :1], 0.2)):  # not changed; of one shade
        same = (coloured - by).flatten(1).abs().amax(1) < 1e-5
        assert same.double().mean() == pytest.approx(share, abs=0.08)


def test_histograms_know_no_place() -> None:
    picture = drawn(3, 3, 8, 8).tanh()
    mixed = picture.flatten(2)[:, :, torch.randperm(64)].view_as(picture)
    torch.testing.assert_close(moco.histograms(mixed), moco.histograms(picture))


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> set[int]:
        claims = toy("moco", TINY).claims
        return {place for place, claim in enumerate(claims) if not claim.held}

    assert smoke("moco").result.outcome == 2
    plain = moco.MoCo
    with monkeypatch.context() as broken:  # momentum for all
        broken.setattr(moco, "MoCo", lambda net, queue, m: plain(net, queue, 0.999))
        assert failing() >= {0, 1, 2, 3}
    with monkeypatch.context() as broken:  # nothing is learned
        steps = range(TINY.steps)
        broken.setattr(moco, "minimize", lambda loss, *of: ((at, loss().item()) for at in steps))
        assert failing() >= {0, 2, 3, 6}
    for which, place in ((views.BOTH, 4), (views.CROPS, 5)):  # colours changed always, or never
        with monkeypatch.context() as broken:
            broken.setattr(moco, "drawn", lambda of, _, by, which=which: views.drawn(of, which, by))
            assert place in failing()
    groups = iter([0.5, 0.5, 0.5, 0.3])  # crops alone, which come last, do cost accuracy
    monkeypatch.setattr(moco, "judged", lambda *of: (1.0, 0.0, 0.1, next(groups)))
    assert 7 in failing()


def test_a_run_is_a_function_of_its_seed_and_a_queue_holds_a_batch() -> None:
    steps = {stage for stage, *_ in repeated("moco", TINY).steps}
    assert {"m = 0, crops and colour", "m = 0.999, crops only"} <= steps
    with pytest.raises(UsageProblem, match="lower batch"):
        toy("moco", replace(TINY, queue=8))
