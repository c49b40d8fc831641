"""Where the tensors live, on a machine with a GPU and on one without."""

import os
from pathlib import Path

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


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity here")
def test_threads_keep_to_the_cores_that_are_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, groups = tmp_path / "cgroup", tmp_path / "groups"
    (groups / "pod" / "job").mkdir(parents=True)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(12)))

    def threads(wanted: str | None, **quotas: str) -> int:
        if wanted is None:
            monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        else:
            monkeypatch.setenv("OMP_NUM_THREADS", wanted)
        for folder, quota in {"": "", "pod": "", "pod/job": "", **quotas}.items():
            (groups / folder / "cpu.max").write_text(quota)
        return device.threads(own, groups)

    assert threads(None) == 6, "no group is known"
    own.write_text("1:name=systemd:/x\n0::/pod/job\n")
    assert threads(None, pod="max 100000") == 6
    assert threads(None, pod="800000 100000") == 4
    assert threads(None, **{"pod": "800000 100000", "pod/job": "250000 100000"}) == 1
    assert threads("5", pod="400000 100000") == 4
    assert [threads(each) for each in ("1", "9", "99", "3,2", "0", "many")] == [1, 9, 12, 3, 1, 6]
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {3})
    assert threads(None) == threads("8") == 1
    own.write_text("0::/elsewhere/in/the/host\n")
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(12)))
    assert threads(None, **{"": "200000 100000"}) == 1, "a container sees its own group as the root"
