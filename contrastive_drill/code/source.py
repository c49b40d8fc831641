"""A person's source before it is run: whether it can be, and may."""

import ast
import warnings

from contrastive_drill.code.task import Task


def unfit(task: Task, source: str) -> str:
    """Why a source is not run; empty where it is."""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(source)
    except (RecursionError, MemoryError):
        return "it is nested too deeply"
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f", line {line}" if line else ""
        return f"it is no Python{place}: {getattr(error, 'msg', error)}"
    names = {name for node in tree.body for name in _bound(node)}
    for name in task.functions:
        if name not in names:
            return f"there is no function {name} in it"
    for node in ast.walk(tree):
        used, at = "", getattr(node, "lineno", 0)
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or "."]
            if taken := task.forbidden.intersection(alias.name for alias in node.names):
                used = min(taken)
        else:
            modules, used = [], getattr(node, "attr", "") or getattr(node, "id", "")
        for module in modules:
            if module.partition(".")[0] not in task.allowed:
                return f"line {at} imports {module}: this task does without"
        if used in task.forbidden:
            return f"line {at} uses {used}, which is what the task asks you to write"
    return ""


def _bound(node: ast.stmt) -> set[str]:
    """What a statement at the top of a file gives a value."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in node.names}
    inside = (
        ast.walk(node)
        if isinstance(node, ast.If | ast.Try | ast.With)
        else ast.iter_child_nodes(node)
    )
    names = {
        each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    return names | {each.name for each in ast.walk(node) if isinstance(each, ast.FunctionDef)}
