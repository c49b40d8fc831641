"""Each demo against the training of a small tower, and the claims on seeds nobody chose."""

import os
import sys
import tempfile
from pathlib import Path

from terminal import PROGRAM

from contrastive_drill.demo import catalogue
from speedbench.ratios import Row, watched

# Times the training of a small tower, at most: where that takes 10 s, a demo about a minute, and
# all of them, quickly, two and a half.
DEMO, QUICK = 7.0, 15.0
TRAINING = """
import torch
from torch import nn
torch.manual_seed(0)
tower = nn.Sequential(
    nn.Conv2d(3, 32, 4, 4), nn.GELU(), nn.Conv2d(32, 64, 3, 2, 1), nn.GELU(), nn.Flatten(),
    nn.Linear(1024, 256), nn.ReLU(), nn.Linear(256, 64),
)
optimizer, own = torch.optim.AdamW(tower.parameters()), torch.arange(256)
for _ in range(300):
    vectors = nn.functional.normalize(tower(torch.randn(256, 3, 32, 32)))
    nn.functional.cross_entropy(vectors @ vectors.T / 0.1, own).backward()
    optimizer.step()
    optimizer.zero_grad()
"""


def experiments() -> list[Row]:
    """Each demo as the guide runs it, and the claims on seeds that nobody chose."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        known = watched(sys.executable, "-c", TRAINING, home=home)
        against = "300 steps of a small tower"

        def measured(bound: float, *arguments: str) -> tuple[Row, int]:
            used = watched(PROGRAM, "demo", *arguments, "--device", "cpu", home=home)
            note = f"{used.seconds:.0f} s, {known.seconds:.0f} s; {used.megabytes:.0f} MB"
            if used.status:
                note += "; **a claim did not hold**"
            ratio = used.seconds / known.seconds
            return Row(f"`demo {' '.join(arguments)}`", against, ratio, bound, note), used.status

        rows = [measured(DEMO, name)[0] for name in catalogue.names()]
        for seed in (int.from_bytes(os.urandom(3), "big") for _ in range(3)):
            row, broken = measured(QUICK, "all", "--quick", "--seed", str(seed))
            rows += [row, Row(f"claims broken with seed {seed}", "none", float(broken), 0.0, "")]
    return rows
