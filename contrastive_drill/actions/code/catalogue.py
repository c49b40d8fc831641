"""The coding tasks of the bank: which there are, how each stands, and whose code may run."""

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from contrastive_drill import intake, settings
from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.kinds.code import code_task
from contrastive_drill.code.task import Task, load
from contrastive_drill.errors import UsageProblem
from contrastive_drill.reports.card_state import CardState, card_state
from contrastive_drill.screen.plain import ask, say
from contrastive_drill.spelling import UnknownName
from contrastive_drill.store import Store

ORDER = (CardState.FAILED, CardState.DUE, CardState.NEW, CardState.LATER)


class CodeCard(NamedTuple):
    """A card that asks for code, and how it stands."""

    card: Card
    state: CardState

    @property
    def name(self) -> str:
        """What its task is called."""
        return code_task(self.card).name


def code_cards(env: Environment, store: Store) -> list[CodeCard]:
    """Every card that asks for code, in the order of the bank."""
    memories, marks, day = store.memories(), store.marks(), env.day()
    return [
        CodeCard(env.bank.card(each.id), card_state(memories.get(each.id), marks.get(each.id), day))
        for each in env.bank.entries
        if each.kind == Kind.CODE
    ]


def named(cards: Collection[CodeCard], name: str) -> CodeCard:
    """The card of a task, by its name or the card's id.

    Raises:
        UsageProblem: when there is none.
    """
    wanted = name.lower().replace("_", "-").removesuffix(".py")
    for each in cards:
        if wanted in (each.name, each.card.id):
            return each
    names = [each.name for each in cards]
    raise UnknownName(f"there is no task '{name}'", wanted, names, "contrastive-drill code")


def next_after(cards: Collection[CodeCard], done: Collection[str]) -> CodeCard | None:
    """What to do next: what failed or is due, then what is new, then the rest."""
    left = [each for each in cards if each.card.id not in done and each.state in ORDER]
    return min(left, key=lambda each: ORDER.index(each.state), default=None)


def task_file(card: Card) -> Path:
    """The file of a card's task: beside the one that the card was read from."""
    return Path(card.origin.rpartition(":")[0]).with_name(code_task(card).file)


def own_file(env: Environment, card: Card) -> Path:
    """The person's file of a card's task."""
    return env.code_folder / code_task(card).file


def task_of(env: Environment, card: Card) -> Task:
    """The task of a card; code that did not come with the program runs only once allowed.

    Raises:
        DataProblem: when its file is missing or is no task.
        UsageProblem: when the person does not allow it to run.
    """
    path = task_file(card)
    if not path.resolve().is_relative_to(shipped_folder().resolve()):
        _require_trust(env, path)
    return load(path)


def _require_trust(env: Environment, path: Path) -> None:
    try:
        content = intake.read(path)
    except OSError:
        return  # `load` says that it is missing
    digest = sha256(content).hexdigest()
    known = settings.read(env.paths.trusted) or {}
    if known.get(str(path)) == digest:
        return
    words = f"{path} did not come with this program, and would run here with your rights"
    if at_terminal():
        say(f"{words}.")
    if not at_terminal() or ask("Run it (y or n)").strip().lower() not in ("y", "yes"):
        raise UsageProblem(f"{words}: not allowed; read it, then say y at a terminal")
    settings.write(env.paths.trusted, {**known, str(path): digest})
