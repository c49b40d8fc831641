"""The demo `ranks`: its gather beside torch's, its names of gradients, and its claims broken."""

from dataclasses import replace
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import rank_tasks
import torch
from smoke import smoke
from torch import Tensor

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host
from contrastive_drill.lab import losses
from contrastive_drill.lab.processes import together
from contrastive_drill.lab.ranks.gradients import SCALE, whole

pytestmark = pytest.mark.demo
ranks: Any = import_module("contrastive_drill.demos.ranks")
TINY = replace(ranks.SMOKE, worlds=(2,), pairs=16, steps=1)


def drawn(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def test_the_gather_is_torchs_and_so_is_its_gradient() -> None:
    x, weights = drawn(6, 4), drawn(3, 6, 1)
    cpu = torch.device("cpu")
    ((torchs, ours, own),) = together(rank_tasks.gathers, 3, cpu, ranks.gathered, x, weights)
    assert ours[0] == torchs[0] == own[0] == x.tolist()
    torch.testing.assert_close(torch.tensor(ours[1]), torch.tensor(torchs[1]))
    every = 2 * x[:2] * weights[:, :2]  # what the loss of each rank says of the rows of the first
    torch.testing.assert_close(torch.tensor(ours[1], dtype=torch.float64), every.sum(0))
    torch.testing.assert_close(torch.tensor(own[1], dtype=torch.float64), every[0])


def slopes(loss: Any, *sides: Tensor) -> tuple[Tensor, ...]:
    leaves = [side.clone().requires_grad_() for side in sides]
    return torch.autograd.grad(loss(*leaves), leaves)


def test_the_gradients_it_names_are_those_of_losses_with_candidates_held_fixed() -> None:
    u, v = (losses.unit(side) for side in drawn(2, 8, 5))

    def by_hand(u: Tensor, v: Tensor, ranks: int) -> Tensor:
        """Row by row; candidates of another rank, all of them if there are none, are constants."""
        total = u.new_zeros(())
        for rows, candidates in ((u, v), (v, u)):
            for i in range(8):
                passing = [ranks > 0 and i * ranks // 8 == j * ranks // 8 for j in range(8)]
                others = [c if p else c.detach() for c, p in zip(candidates, passing, strict=True)]
                logits = SCALE * torch.stack([rows[i] @ other for other in others])
                total = total + logits.logsumexp(0) - logits[i]
        return total / 16

    for through, world, rows in (("all", 4, 1), ("own", 4, 4), ("own", 2, 2), ("none", 4, 0)):
        named = partial(whole, scale=SCALE, through=through, world=world)
        theirs = slopes(lambda u, v, rows=rows: by_hand(losses.unit(u), losses.unit(v), rows), u, v)
        torch.testing.assert_close(slopes(named, u, v), theirs)
    true = partial(whole, scale=SCALE, through="all", world=4)
    torch.testing.assert_close(true(u, v), losses.info_nce(u, v, SCALE))


def test_half_of_the_push_or_all_of_it_is_what_a_cut_gradient_lacks() -> None:
    """With one rank nothing is cut; without any gradient pulls and pushes of one side are left."""
    u, v = (losses.unit(side) for side in drawn(2, 8, 5))
    full, own, none = (
        slopes(partial(whole, scale=SCALE, through=through, world=1), u, v)[0]
        for through in ("all", "own", "none")
    )
    torch.testing.assert_close(full, own)
    other = slopes(lambda u: losses.picking(SCALE * losses.unit(u) @ v.T) / 2, u)[0]
    torch.testing.assert_close(none, other)


def failing() -> set[int]:
    run = registry.load("ranks").run(TINY, Host())
    return {place for place, claim in enumerate(run.claims) if not claim.held}


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert smoke("ranks").result.outcome == 2
    recalls = {"all": 0.15, "none": 0.15, "own": 0.04}

    def trained(towers: Any, loss: Any, *of: Any) -> Any:
        recall = recalls[loss.keywords["through"]]
        found = SimpleNamespace(recall=lambda k: recall)
        return SimpleNamespace(held_out=found, spread=0.0, curve=((0.0, 0.0), (1.0, 0.0)))

    monkeypatch.setattr(ranks, "align", trained)
    schemes = dict(ranks.SCHEMES)
    exact, cut = schemes[ranks.LOCAL].loss, schemes[ranks.LOCAL_NONE].loss
    sigmoid = schemes[ranks.RING].loss
    assert failing() <= {4, 5}  # of so few pairs lengths tell little
    changes = {ranks.LOCAL: cut, ranks.RING: cut, ranks.FULL_OWN: sigmoid}
    changes |= {ranks.LOCAL_OWN: exact, ranks.LOCAL_NONE: exact}
    wrong = {
        name: each._replace(loss=changes.get(name, each.loss)) for name, each in schemes.items()
    }
    monkeypatch.setattr(ranks, "SCHEMES", wrong)
    recalls.update(none=0.04)
    assert failing() == set(range(9))
