"""Every demo of the registry at smoke size, on a seed that nothing was tuned on.

More are measured elsewhere: five of every demo at full size by `tests/seeds.py`, three that are
drawn on the spot by `make bench`.
"""

import json

import pytest
from smoke import SEED, smoke

from contrastive_drill.actions import output
from contrastive_drill.demo import catalogue
from contrastive_drill.screen.demo.result import to_json

pytestmark = pytest.mark.demo


@pytest.mark.parametrize("name", catalogue.names())
def test_every_claim_holds(name: str) -> None:
    result = smoke(name).result
    assert result.claims
    assert [claim for claim in result.claims if not claim.held] == []
    assert result.held
    assert (result.name, result.seed, result.device) == (name, SEED, "cpu (1 thread)")
    assert result.claim == catalogue.describe(name).claim
    assert result.quick
    printed = output.json_text("demo", to_json(result))  # which fits its schema
    assert json.loads(printed)["held"], "plain numbers, of no array library"
    assert {type(claim.held) for claim in result.claims} == {bool}
    assert result.seconds > 0
