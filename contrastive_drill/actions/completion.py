"""The names that a person may type now, by what they name."""

import re
from collections.abc import Callable, Iterable
from importlib import import_module

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Level
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.errors import DrillError

PLAIN = re.compile(r"[\w.-]+", re.ASCII)  # whatever a shell does with it, it stays a word
NAMES: dict[str, Callable[[Environment], Iterable[str]]] = {
    "card": lambda env: (entry.id for entry in env.bank.entries),
    "section": lambda env: env.bank.titles,
    "ladder": lambda env: env.bank.ladders,
    "tag": lambda env: env.bank.tags,
    "level": lambda _: Level,
    "kind": lambda _: Kind,
    "demo": lambda _: import_module("contrastive_drill.demo.catalogue").CATALOGUE,
    "task": lambda env: (
        entry.id.removeprefix("code-") for entry in env.bank.entries if entry.kind == Kind.CODE
    ),
    "setting": lambda _: settings.RANGES,
    "backup": lambda env: sorted(path.name for path in env.paths.backups.glob("*.sqlite"))[::-1],
}


def names(*sorts: str) -> list[str]:
    """The names of some sorts, each once; none where they cannot be read."""
    try:
        env = Environment()
        env.notify = lambda _: None  # nobody reads it now
        found = (name for sort in sorts for name in NAMES[sort](env))
        return list(filter(PLAIN.fullmatch, dict.fromkeys(found)))
    except DrillError:
        return []
