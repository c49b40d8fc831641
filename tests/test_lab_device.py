"""Where the tensors live, on a machine with a GPU and on one without."""

import pytest

from contrastive_drill.errors import ExitCode, UsageProblem
from contrastive_drill.lab import device


@pytest.mark.parametrize(
    ("name", "available", "expected"),
    [("auto", False, "cpu"), ("auto", True, "cuda"), ("cpu", True, "cpu"), ("cuda", True, "cuda")],
)
def test_auto_takes_a_gpu_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, name: str, available: bool, expected: str
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: available)
    assert device.choose(name).type == expected


def test_asking_for_a_gpu_without_one_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(UsageProblem, match="--device auto") as caught:
        device.choose("cuda")
    assert caught.value.exit_code is ExitCode.USAGE
    assert "\n" not in str(caught.value)


def test_an_unknown_device_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageProblem, match="auto, cpu, cuda"):
        device.choose("gpu")
