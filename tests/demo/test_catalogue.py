"""The catalogue: in step with the demos, and cheap to list."""

import ast
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from contrastive_drill.demo import catalogue
from contrastive_drill.errors import UsageProblem

DEMOS = Path(str(files("contrastive_drill.demos")))


def claim_of(path: Path) -> str:
    """The first line of a demo's page, read without running it."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring is not None
    return docstring.splitlines()[0]


def test_the_catalogue_is_the_folder_and_the_claims_are_the_demos_own() -> None:
    claims = {
        path.stem.replace("_", "-"): claim_of(path)
        for path in DEMOS.glob("*.py")
        if not path.stem.startswith("_")
    }
    assert claims == {name: catalogue.describe(name).claim for name in catalogue.names()}


def test_listing_loads_neither_torch_nor_numpy_nor_a_demo() -> None:
    code = (
        "import json, sys\n"
        "from contrastive_drill.demo import catalogue, registry\n"
        "[catalogue.describe(name) for name in catalogue.names()]\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    listing = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(listing.stdout))
    assert "contrastive_drill.demo.registry" in loaded
    heavy = ("torch", "numpy", "rich", "contrastive_drill.demos", "contrastive_drill.lab")
    assert not {name for name in loaded if name.startswith(heavy)}


def test_a_name_far_off_is_answered_with_all_of_them() -> None:
    with pytest.raises(UsageProblem, match=r"use one of: .*collapse"):
        catalogue.describe("xyzzy")
