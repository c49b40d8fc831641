"""Kept weights: whole or not at all, and nothing but what fits is ever read."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tensors import seeded

from contrastive_drill.lab.clip import checkpoint
from contrastive_drill.lab.clip_model import Clip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One that is not there yet."""
    return tmp_path / "new" / "weights"


def model(seed: int, dimensions: int = 8) -> Clip:
    return Clip(64, dimensions, seeded(seed))


def same(one: Clip | None, other: Clip) -> bool:
    pairs = zip(one.state_dict().items(), other.state_dict().items(), strict=True) if one else []
    equal = [a == b and torch.equal(ours, theirs) for (a, ours), (b, theirs) in pairs]
    return bool(equal) and all(equal)


def test_what_was_kept_is_read_under_its_own_settings(folder: Path) -> None:
    ours, untouched = model(1), model(2)
    assert checkpoint.load(folder, "settings", untouched) is None
    checkpoint.save(folder, "settings", ours)
    assert same(checkpoint.load(folder, "settings", untouched), ours)
    assert same(untouched, model(2))
    assert checkpoint.load(folder, "others", untouched) is None
    assert checkpoint.load(folder, "settings", model(2, 16)) is None


def test_without_a_folder_or_where_none_can_be_made_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (None, tmp_path / "file"):
        checkpoint.save(folder, "settings", model(1))
        assert checkpoint.load(folder, "settings", model(1)) is None
    assert (tmp_path / "file").read_text() == ""


class Hostile:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.mkdir, (str(self.path),)


def spoiled(file: Path, how: str) -> bytes:
    """Something else, where weights are expected."""
    whole = file.read_bytes()
    if how == "hostile":
        torch.save({"loss.log_scale": Hostile(file.parent / "made")}, file)
    elif how == "fewer":
        torch.save({"loss.log_scale": torch.zeros(())}, file)
    else:
        pickled = pickle.dumps({"loss.log_scale": 1.0})
        kinds = {"empty": b"", "half": whole[: len(whole) // 2], "tail": whole[:-1]}
        file.write_bytes({**kinds, "text": b"not weights", "pickle": pickled}[how])
    return file.read_bytes()


@pytest.mark.parametrize("how", ["empty", "half", "tail", "text", "pickle", "hostile", "fewer"])
def test_a_damaged_or_foreign_file_counts_as_none_and_is_written_over(
    folder: Path, how: str
) -> None:
    checkpoint.save(folder, "settings", model(1))
    (file,) = folder.iterdir()
    there, like = spoiled(file, how), model(2)
    assert checkpoint.load(folder, "settings", like) is None
    assert same(like, model(2))
    assert [path.read_bytes() for path in folder.iterdir()] == [there]  # nothing was executed
    checkpoint.save(folder, "settings", model(1))
    assert same(checkpoint.load(folder, "settings", like), model(1))


def test_other_code_and_other_versions_want_other_weights(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint.save(folder, "settings", model(1))
    read = Path.read_text

    def changed(path: Path, *how: Any) -> str:
        return read(path, *how) + "#" * (path.name == "augmentation.py")

    for target, name, value in (
        (checkpoint, "__version__", "99"),
        (torch, "__version__", "99"),
        (Path, "read_text", changed),
    ):
        with monkeypatch.context() as context:
            context.setattr(target, name, value)
            assert checkpoint.load(folder, "settings", model(1)) is None
    assert checkpoint.load(folder, "settings", model(1))


def test_the_oldest_weights_make_room_and_nothing_else_does(folder: Path) -> None:
    folder.mkdir(parents=True)
    other, *old = (folder / name for name in ("other.pt", *(f"clip-{n}.pt" for n in range(5))))
    for age, path in enumerate([other, *old]):
        path.write_text("")
        os.utime(path, (age, age))
    checkpoint.save(folder, "settings", model(1))
    assert {*folder.iterdir()} > {other, *old[2:]}
    assert len(list(folder.iterdir())) == 5
