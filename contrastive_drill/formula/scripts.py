"""Scripts of a letter in one style: all in small characters, or all on rows of their own."""

from dataclasses import dataclass, fields, replace
from typing import Any

from contrastive_drill.formula.glyphs import subscript, superscript
from contrastive_drill.formula.inline import line, primes_of, script_base
from contrastive_drill.formula.tex.nodes import Atom, Node, Scripts


@dataclass(frozen=True, slots=True)
class LargeScripts(Scripts):
    """Scripts that are not drawn in small characters."""


def with_even_scripts(node: Node) -> Node:
    """The formula with large scripts wherever another script of the same letter needs them."""
    letters: dict[str, set[bool]] = {}
    _collect_sizes(node, letters)
    uneven = {letter for letter, sizes in letters.items() if len(sizes) > 1}
    even: Node = _enlarged(node, uneven) if uneven else node
    return even


def _letter(node: Scripts) -> str | None:
    base = script_base(node.base)
    return base.text if isinstance(base, Atom) and not node.limits else None


def _is_small(node: Scripts) -> bool:
    sup = primes_of(node.sup)[1]
    return (node.sub is None or subscript(line(node.sub, tight=True)) is not None) and (
        sup is None or superscript(line(sup, tight=True)) is not None
    )


def _collect_sizes(value: Any, letters: dict[str, set[bool]]) -> None:
    if isinstance(value, tuple):
        for member in value:
            _collect_sizes(member, letters)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, Atom):
        if isinstance(value, Scripts) and (letter := _letter(value)) is not None:
            letters.setdefault(letter, set()).add(_is_small(value))
            return  # scripts within scripts are on one row
        for field in fields(value):
            _collect_sizes(getattr(value, field.name), letters)


def _enlarged(value: Any, uneven: set[str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_enlarged(member, uneven) for member in value)
    if not hasattr(value, "__dataclass_fields__"):
        return value
    if isinstance(value, Scripts) and _letter(value) in uneven:
        return LargeScripts(value.base, value.sub, value.sup, value.limits)
    return replace(
        value, **{f.name: _enlarged(getattr(value, f.name), uneven) for f in fields(value)}
    )
