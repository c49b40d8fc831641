"""Trained weights kept in a folder: written whole or not at all, and read only if they fit."""

import hashlib
import io
import os
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import torch

from contrastive_drill import __version__, files
from contrastive_drill.lab.clip_model import Clip


def load(folder: Path | None, settings: object, like: Clip) -> Clip | None:
    """The model kept under these settings; None where it is damaged, foreign or not there."""
    model = deepcopy(like)
    try:
        model.load_state_dict(torch.load(_place(folder, settings), "cpu", weights_only=True))
    except Exception:  # what a damaged file raises is not documented, and is of many kinds
        return None
    return model


def save(folder: Path | None, settings: object, model: Clip) -> None:
    """Keep weights for the next search, and those of three others, if the folder takes them."""
    content = io.BytesIO()
    torch.save(model.state_dict(), content)
    with suppress(OSError):
        path = _place(folder, settings)
        files.make_folder(path.parent)
        files.write(path, content.getvalue())
        for old in sorted(path.parent.glob("clip-*.pt"), key=os.path.getmtime)[:-4]:
            old.unlink()  # each of 4 MB


def _place(folder: Path | None, settings: object) -> Path:
    """The file of weights that depend on settings, the laboratory's code, and torch's version."""
    code = [path.read_text("utf-8") for path in sorted(Path(__file__).parents[1].glob("*.py"))]
    whole = "\n".join([repr(settings), __version__, torch.__version__, *code])
    name = f"clip-{hashlib.sha256(whole.encode()).hexdigest()[:16]}.pt"
    return Path(folder or os.devnull, name)  # where nothing is, and nothing can be written
