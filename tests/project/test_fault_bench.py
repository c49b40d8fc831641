"""The bench of faults: a small share of its trials, and the table it makes."""

from importlib import import_module
from unittest import SkipTest

import fault_bench
import pytest
from fault_bench import Outcome

SEED = 20261121
SHARES = {"disk": 24, "files": 300, "keys": 4, "rows": 24, "truncations": 20, "writers": 24}


def test_every_kind_of_fault_has_a_count_and_says_what_it_is() -> None:
    for name in fault_bench.modules():
        assert name in fault_bench.COUNTS
        assert (import_module(f"faultbench.{name}").__doc__ or "").partition("\n")[0].endswith(".")
    assert set(SHARES) <= set(fault_bench.modules())


@pytest.mark.fault
@pytest.mark.parametrize("name", SHARES)
def test_a_share_of_the_trials(name: str) -> None:
    outcome = fault_bench.tried(name, SHARES[name], SEED)
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    assert outcome.made >= SHARES[name]
    assert not outcome.failures, "\n".join(outcome.failures)


def test_what_cannot_be_tried_is_skipped_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def trials(count: int, seed: int) -> tuple[int, list[str]]:
        raise SkipTest("nothing can be mounted here")

    monkeypatch.setattr(import_module("faultbench.disk"), "trials", trials)
    outcome = fault_bench.tried("disk", 3, 1)
    assert (outcome.made, outcome.skipped) == (0, "nothing can be mounted here")
    assert "skipped: nothing can be mounted here" in outcome.row()


def test_a_failure_stands_out_in_the_table() -> None:
    outcomes = [
        Outcome("rows", "Rows", 1200, [], 3.4),
        Outcome("keys", "Keys", 9, ["it hangs"], 60),
    ]
    assert fault_bench.table(outcomes).splitlines()[2:] == [
        "| rows | Rows | 1,200 | 0 | 3 s |",
        "| keys | Keys | 9 | **1** | 60 s |",
        "",
        "1 of 1,209 trials failed.",
    ]
