"""Every demo of the registry at smoke size, on seeds that nothing was tuned on."""

import pytest
from smoke import SEEDS, smoke

from contrastive_drill.demo import registry

pytestmark = pytest.mark.demo


# Another seed trains other weights; what mae-flops counts and times has none.
RUNS = [
    (name, seed)
    for name in registry.names()
    for seed in SEEDS
    if name != "mae-flops" or seed == SEEDS[0]
]


@pytest.mark.parametrize(("name", "seed"), RUNS)
def test_every_claim_holds(name: str, seed: int) -> None:
    result = smoke(name, seed).result
    assert result.claims
    assert [claim for claim in result.claims if not claim.held] == []
    assert result.held
    assert (result.name, result.seed, result.device) == (name, seed, "cpu (1 thread)")
    assert result.claim == registry.describe(name).claim
    assert result.quick
    assert result.seconds > 0
