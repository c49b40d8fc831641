"""Where the tensors live, on a machine with a GPU and on one without."""

import pytest
import torch

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


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
    ],
)
def test_memory_that_ran_out_is_told_from_other_errors(error: Exception, expected: bool) -> None:
    assert device.out_of_memory(error) is expected


def test_what_the_processor_says_when_memory_runs_out_is_understood() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**55, dtype=torch.uint8)
    assert device.out_of_memory(caught.value)


def test_a_fused_step_exists_on_every_device() -> None:
    """The training loop asks for one whatever the device."""
    from torch.utils._foreach_utils import _get_fused_kernels_supported_devices

    assert {"cpu", "cuda", "mps"} <= set(_get_fused_kernels_supported_devices())


def test_a_gpu_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.get_device_name", lambda chosen: f"Graphics {chosen.type}")
    assert device.described(torch.device("cuda")) == "cuda (Graphics cuda)"
    assert device.described(torch.device("mps")) == "mps"
    assert device.described(device.choose("cpu")).startswith("cpu (")
