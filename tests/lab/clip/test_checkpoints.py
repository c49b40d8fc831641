"""Kept weights: whole or not at all, and nothing but what fits is ever read."""

import inspect
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import Tensor

from contrastive_drill.lab.clip import checkpoints
from contrastive_drill.lab.clip.checkpoints import Checkpoints, fingerprint

WEIGHTS = {"a.weight": torch.arange(6.0).view(2, 3), "count": torch.tensor(7)}
MARK = "0123456789abcdef"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty one."""
    made = tmp_path / "weights"
    made.mkdir()
    return made


def shelf(folder: Path) -> Checkpoints:
    return Checkpoints(folder, "toy")


def kept_file(folder: Path) -> Path:
    """Where weights were kept."""
    assert shelf(folder).save(MARK, WEIGHTS)
    (file,) = folder.iterdir()
    return file


def same(found: dict[str, Tensor] | None) -> bool:
    return found is not None and all(torch.equal(found[name], WEIGHTS[name]) for name in WEIGHTS)


def test_what_was_kept_is_read_under_its_own_mark_and_name(folder: Path) -> None:
    folder = folder / "new" / "folder"
    assert shelf(folder).load(MARK, WEIGHTS) is None
    assert shelf(folder).save(MARK, WEIGHTS)
    assert same(shelf(folder).load(MARK, WEIGHTS))
    assert shelf(folder).load("f" * 16, WEIGHTS) is None
    assert Checkpoints(folder, "other").load(MARK, WEIGHTS) is None


def test_a_parameter_is_kept_as_a_plain_tensor(folder: Path) -> None:
    weights = {"a": torch.nn.Parameter(torch.ones(2))}
    assert shelf(folder).save(MARK, weights)
    found = shelf(folder).load(MARK, weights)
    assert found is not None
    assert type(found["a"]) is Tensor
    assert not found["a"].requires_grad


def test_without_a_folder_nothing_is_kept() -> None:
    assert not Checkpoints(None, "toy").save(MARK, WEIGHTS)
    assert Checkpoints(None, "toy").load(MARK, WEIGHTS) is None


class Hostile:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.mkdir, (str(self.path),)


def spoil(file: Path, how: str) -> None:
    """Put something else where weights are expected."""
    whole = file.read_bytes()
    other: object
    match how:
        case "empty":
            file.write_bytes(b"")
        case "half":
            file.write_bytes(whole[: len(whole) // 2])
        case "tail":
            file.write_bytes(whole[:-1])
        case "flipped":
            middle = whole.index(WEIGHTS["a.weight"].numpy().tobytes())
            bit = bytes([whole[middle + 5] ^ 1])  # a weight changes by a hair
            file.write_bytes(whole[: middle + 5] + bit + whole[middle + 6 :])
        case "text":
            file.write_text("not weights\n" * 50)
        case "pickle":
            file.write_bytes(pickle.dumps({"a.weight": [1.0]}))
        case "hostile":
            torch.save({**WEIGHTS, "count": Hostile(file.parent / "made")}, file)
        case "folder":
            file.unlink()
            file.mkdir()
        case _:
            other = {
                "list": [1, 2],
                "fewer": {"count": WEIGHTS["count"]},
                "more": {**WEIGHTS, "b": torch.ones(1)},
                "shape": {**WEIGHTS, "a.weight": torch.ones(3, 2)},
                "type": {**WEIGHTS, "count": torch.tensor(7.0)},
                "nan": {**WEIGHTS, "a.weight": torch.full((2, 3), float("nan"))},
                "sparse": {**WEIGHTS, "a.weight": torch.ones(2, 3).to_sparse()},
                "number": {**WEIGHTS, "count": 7},
            }[how]
            torch.save(other, file)


FOREIGN = ("list", "fewer", "more", "shape", "type", "nan", "sparse", "number")
DAMAGED = ("empty", "half", "tail", "flipped", "text", "pickle", "hostile")


@pytest.mark.parametrize("how", [*DAMAGED, *FOREIGN])
def test_a_damaged_or_foreign_file_counts_as_none_and_is_written_over(
    folder: Path, how: str
) -> None:
    file = kept_file(folder)
    spoil(file, how)
    assert shelf(folder).load(MARK, WEIGHTS) is None
    assert [path.name for path in folder.iterdir()] == [file.name]  # nothing was executed
    assert shelf(folder).save(MARK, WEIGHTS)
    assert same(shelf(folder).load(MARK, WEIGHTS))


def test_a_folder_in_the_place_of_the_file_is_left_alone(folder: Path) -> None:
    file = kept_file(folder)
    spoil(file, "folder")
    assert shelf(folder).load(MARK, WEIGHTS) is None
    assert not shelf(folder).save(MARK, WEIGHTS)
    assert [path.name for path in folder.iterdir()] == [file.name]


def test_a_folder_that_cannot_be_made_keeps_nothing(folder: Path) -> None:
    (folder / "file").write_text("")
    assert not shelf(folder / "file").save(MARK, WEIGHTS)
    assert shelf(folder / "file").load(MARK, WEIGHTS) is None


@pytest.mark.parametrize("error", [OSError, RuntimeError])
def test_a_disk_that_fills_up_leaves_what_was_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    file = kept_file(folder)

    def fail(weights: object, handle: Any) -> None:
        handle.write(b"half")
        raise error("no space left on device")

    monkeypatch.setattr(torch, "save", fail)
    assert not shelf(folder).save(MARK, {"a.weight": torch.zeros(1)})
    assert list(folder.iterdir()) == [file]
    assert same(shelf(folder).load(MARK, WEIGHTS))


def test_ctrl_c_while_writing_leaves_what_was_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = kept_file(folder)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        shelf(folder).save(MARK, {"a.weight": torch.zeros(1)})
    assert list(folder.iterdir()) == [file]
    assert same(shelf(folder).load(MARK, WEIGHTS))


def test_the_oldest_files_of_the_name_make_room(folder: Path) -> None:
    others = [folder / "other-1.pt", folder / "toy.txt"]
    old = [folder / f"toy-{index}.pt" for index in range(checkpoints.MOST_FILES)]
    half = folder / "toy-killed.part"
    for age, path in enumerate([*others, half, *old]):
        path.write_text("")
        os.utime(path, (age, age))
    assert shelf(folder).save(MARK, WEIGHTS)
    assert set(folder.iterdir()) == {*others, *old[1:], folder / f"toy-{MARK}.pt"}


def test_a_fingerprint_tells_settings_code_and_versions_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = ModuleType("one"), ModuleType("other")
    sources = {one: "x = 1\n", other: "x = 2\n"}
    monkeypatch.setattr(inspect, "getsource", sources.__getitem__)
    first = fingerprint({"a": 1, "b": [1, 2]}, [one])
    assert len(first) == 16
    assert first == fingerprint({"b": [1, 2], "a": 1}, [one])
    others = [
        fingerprint({"a": 2, "b": [1, 2]}, [one]),
        fingerprint({"a": 1, "b": [2, 1]}, [one]),
        fingerprint({"a": 1, "b": [1, 2]}, [other]),
        fingerprint({"a": 1, "b": [1, 2]}, [one, other]),
    ]
    monkeypatch.setattr(checkpoints, "__version__", "99")
    others.append(fingerprint({"a": 1, "b": [1, 2]}, [one]))
    monkeypatch.setattr(torch, "__version__", "99")
    others.append(fingerprint({"a": 1, "b": [1, 2]}, [one]))
    assert len({first, *others}) == 7


def test_code_without_its_source_counts_by_the_version_alone() -> None:
    assert fingerprint({}, [ModuleType("nowhere")]) == fingerprint({}, [])
