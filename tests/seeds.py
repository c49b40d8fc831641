"""Every claim of the demos over five seeds, as a table: `python tests/seeds.py`.

    python tests/seeds.py [--write] [--quick] [--seeds 10-14] [DEMO ...]

`--write` also puts the table into the guide `measurements`.

Two demos run at a time, each in a home of its own, so that no weights are kept between them.
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from record import provenance, record
from terminal import PROGRAM

from contrastive_drill.demo import catalogue


def one(name: str, seed: int, quick: bool) -> dict[str, Any]:
    """The JSON of one run; a run that breaks is an error, a claim that fails is not."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [PROGRAM, "demo", name, "--json", "--device", "cpu", "--seed", str(seed)]
            + ["--quick"] * quick,
            env={**os.environ, "CONTRASTIVE_DRILL_HOME": home},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{name}, seed {seed}: {done.stderr}")
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def rows(name: str, runs: list[dict[str, Any]]) -> Iterator[str]:
    """A row of Markdown for each claim: its bound, the range over the seeds, how often it held."""
    for position, first in enumerate(runs[0]["claims"]):
        claims = [run["claims"][position] for run in runs]
        low, high = (edge(claim["measured"] for claim in claims) for edge in (min, max))
        held = sum(claim["held"] for claim in claims)
        unit = f" {first['unit']}" if first["unit"] else ""
        span = f"{low:.3g}" if f"{low:.3g}" == f"{high:.3g}" else f"{low:.3g} to {high:.3g}"
        words = first["text"].replace("|", r"\|")
        yield f"| {name} | {words} | {first['expected']}{unit} | {span} | {held} of {len(runs)} |"


def main() -> None:
    """Run, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("demos", nargs="*", default=list(catalogue.names()))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", default="10-14", help="first and last")
    wanted = parser.parse_args()
    low, high = map(int, wanted.seeds.split("-"))
    seeds, size = range(low, high + 1), "quick" if wanted.quick else "full"
    made = provenance(f"Seeds {low} to {high}, {size} runs on the processor")
    lines = ["| demo | claim | bound | measured | held |", "|---|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    with ThreadPoolExecutor(2) as pool:
        for name in wanted.demos:
            runs = list(pool.map(lambda seed, name=name: one(name, seed, wanted.quick), seeds))
            judged = list(rows(name, runs))
            print("\n".join(judged), flush=True)
            lines += judged
    if wanted.write:
        record("seeds", made, "\n".join(lines))


if __name__ == "__main__":
    main()
