"""The cores of the pages: each runs alone, as it is printed and pasted."""

import ast
import sys

import pytest

from contrastive_drill.demo import catalogue, registry

pytestmark = pytest.mark.demo
WITH_CORE = [name for name in catalogue.names() if registry.EXPERIMENT in registry.page(name)]
LINES = 90  # of a core, its docstring included


@pytest.mark.parametrize("name", WITH_CORE)
def test_a_core_is_short_imports_nothing_of_ours_and_runs_alone(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    core = registry.core(name)
    assert len(core.splitlines()) <= LINES
    for node in ast.walk(ast.parse(core)):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        for module in modules:
            package = module.partition(".")[0]
            assert package in {"torch", "numpy"} | sys.stdlib_module_names
    exec(compile(core, f"<core of {name}>", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.strip()
