"""Coding tasks proved: each once, until its file or what judges it changes."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from contrastive_drill import code, files, intake
from contrastive_drill.actions.code.catalogue import task_file, task_of
from contrastive_drill.actions.environment import Environment
from contrastive_drill.bank.checks import problem_at
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Card
from contrastive_drill.code.proof import faults
from contrastive_drill.code.runner import Runner
from contrastive_drill.code.task import Task
from contrastive_drill.errors import DrillError
from contrastive_drill.words import plural

SECONDS = 5  # that a proof takes, about


def unproved(env: Environment, cards: Sequence[Card]) -> Iterator[Problem]:
    """What is wrong with the tasks of cards; those that were proved before are not run again."""
    known, judges = _known(env.paths.proofs), _judges()
    marks = {card.id: _mark(card, judges) for card in cards}
    waiting = [card for card in cards if marks[card.id] not in known]
    if waiting:
        about = f"about {SECONDS * len(waiting)} s, once"
        env.notify(f"proving {plural(len(waiting), 'coding task')}: {about}")
    tasks: dict[str, list[tuple[Card, Task]]] = {}  # by library, for which there is one worker
    for card in waiting:
        try:
            task = task_of(env, card)
        except DrillError as error:
            yield problem_at(card, str(error))
        else:
            tasks.setdefault(task.library, []).append((card, task))
    for library, listed in tasks.items():
        if find_spec(library) is None:
            words = f"{plural(len(listed), 'coding task')} not proved here"
            env.notify(f"{words}: {library} is not installed")
            continue
        with Runner(library) as runner:
            for card, task in listed:
                found = [*faults(task, runner)]
                yield from (problem_at(card, f"task {task.name}: {fault}") for fault in found)
                if not found:
                    known.append(marks[card.id])
    with suppress(OSError):
        files.make_folder(env.paths.proofs.parent)
        files.write(env.paths.proofs, json.dumps(known).encode(), durable=False)


def _known(path: Path) -> list[str]:
    with suppress(OSError, ValueError):
        found = json.loads(intake.read(path))
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    return []


def _judges() -> bytes:
    """All that judges a task."""
    modules = sorted(Path(next(iter(code.__path__))).glob("*.py"))
    return b"".join(path.read_bytes() for path in modules)


def _mark(card: Card, judges: bytes) -> str:
    """What a proof stands for: the task's file and everything that judges it."""
    state = sha256()
    with suppress(OSError):
        state.update(task_file(card).read_bytes())
    state.update(judges)
    return state.hexdigest()
