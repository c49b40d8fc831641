"""Trained weights kept in a folder: written whole or not at all, and read only if they fit."""

import hashlib
import inspect
import json
import os
import tempfile
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor

from contrastive_drill import __version__, files

MOST_FILES = 16  # files of one name that stay, the newest: a few megabytes each

Weights = Mapping[str, Tensor]


def fingerprint(settings: Mapping[str, object], code: Sequence[ModuleType]) -> str:
    """A short name for what weights depend on: settings, code, versions of program and torch.

    `settings` are values that JSON can hold. Code whose source is not installed counts by the
    version alone.
    """
    parts = [json.dumps(settings, sort_keys=True), __version__, torch.__version__]
    for module in code:
        with suppress(OSError, TypeError):
            parts.append(inspect.getsource(module))
    whole = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The weights of one name in a folder; without a folder nothing is kept."""

    folder: Path | None
    name: str

    def load(self, mark: str, like: Weights) -> dict[str, Tensor] | None:
        """The tensors kept under a fingerprint, on the processor; None unless all is well.

        They must have the names, shapes and types of `like`, and hold finite numbers: a file that
        is damaged, foreign or not there counts as none. Nothing in a file is ever executed.
        """
        if self.folder is None:
            return None
        path = self._path(self.folder, mark)
        try:
            with zipfile.ZipFile(path) as archive:  # the format of torch, with checksums
                if archive.testzip() is not None:  # which torch itself does not compare
                    return None
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a foreign file may be of any age
                weights = torch.load(path, "cpu", weights_only=True)
        except Exception:  # what a damaged file raises is not documented, and is of many kinds
            return None
        return weights if _fits(weights, like) else None

    def save(self, mark: str, weights: Weights) -> bool:
        """Keep tensors under a fingerprint; False where the folder does not take them."""
        if self.folder is None:
            return False
        local = {name: tensor.detach().cpu() for name, tensor in weights.items()}
        try:
            files.make_folder(self.folder)
            handle, part = tempfile.mkstemp(".part", f"{self.name}-", self.folder)
        except OSError:
            return False
        try:
            with os.fdopen(handle, "wb") as file:
                torch.save(local, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self._path(self.folder, mark))
        except (OSError, RuntimeError):  # torch's own, when the disk is full
            return False
        finally:
            with suppress(OSError):  # it has its name now, unless something went wrong
                os.unlink(part)
        self._tidy(self.folder)
        return True

    def _path(self, folder: Path, mark: str) -> Path:
        return folder / f"{self.name}-{mark}.pt"

    def _tidy(self, folder: Path) -> None:
        """Remove the oldest files of this name, and what a killed program left half-written."""
        with suppress(OSError):  # another program may tidy at the same moment
            files = [*folder.glob(f"{self.name}-*.pt"), *folder.glob(f"{self.name}-*.part")]
            for file in sorted(files, key=lambda file: file.stat().st_mtime)[:-MOST_FILES]:
                file.unlink()


def _fits(weights: object, like: Weights) -> bool:
    """Whether these are tensors of the same names, shapes and types, and finite."""
    if not isinstance(weights, dict) or weights.keys() != like.keys():
        return False
    return all(
        isinstance(tensor, Tensor)
        and tensor.layout == torch.strided
        and (tensor.shape, tensor.dtype) == (like[name].shape, like[name].dtype)
        and bool(tensor.isfinite().all())
        for name, tensor in weights.items()
    )
