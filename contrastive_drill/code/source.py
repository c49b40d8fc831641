"""A person's source before it is run: whether it can be, and may."""

import ast

from contrastive_drill.code.task import Task


def unfit(task: Task, source: str) -> str:
    """Why a source is not run; empty where it is."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        place = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        return f"it is no Python{place}: {getattr(error, 'msg', error)}"
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for name in task.functions:
        if name not in names:
            return f"there is no function {name} in it"
    for node in ast.walk(tree):
        used, line = "", getattr(node, "lineno", 0)
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
                return f"line {line} imports {module}: this task does without"
        if used in task.forbidden:
            return f"line {line} uses {used}, which is what the task asks you to write"
    return ""
