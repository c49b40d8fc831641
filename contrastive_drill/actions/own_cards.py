"""Cards of the learner's own: written at the end of a file of theirs, or refused."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from contrastive_drill import intake
from contrastive_drill.actions.environment import Environment
from contrastive_drill.bank import template
from contrastive_drill.cards.card import Card, KeyPoint
from contrastive_drill.cards.form import NAME, NAMED
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.settings import write_text


def add_card(
    env: Environment,
    question: str,
    said: str,
    points: Sequence[str],
    bonus: Sequence[str] = (),
    answer: str = "",
    *,
    identity: str | None = None,
    level: str = "senior",
    section: str = "mine",
) -> tuple[str, Path]:
    """Write a card from its texts, which are Markdown; gives its id and its file.

    Raises:
        UsageProblem: for a text that a card cannot have; nothing was written.
    """
    if not points:
        raise UsageProblem('a card needs a key point: --point "what a complete answer says"')
    name = identity or template.identity(question, _taken(env))
    written = template.filled(name, level, question, said, points, bonus, answer)
    return name, append_card(env, name, section, written)


def split_card(env: Environment, card: Card, points: Iterable[KeyPoint]) -> list[str]:
    """Begin a card of the learner's own for each point of one; gives their ids.

    Each has the point as its answer, and is asked once its question is written.
    """
    from contrastive_drill.cards.kinds.recall import RecallKind
    from contrastive_drill.cards.markdown import markdown_line

    names = []
    for point in points:
        name = template.identity(card.id.replace("-", " "), _taken(env))
        prompt, words = f"On {name}: {RecallKind.asked}", markdown_line(point.line)
        source = f"the card {card.id}"
        written = template.filled(name, card.level, prompt, words, [words], source=source)
        append_card(env, name, "mine", written)
        env.reload_bank()
        names.append(name)
    return names


def append_card(env: Environment, identity: str, section: str, text: str) -> Path:
    """Write a card in YAML at the end of the section's file, and give that file.

    Raises:
        UsageProblem: for a name that cannot be given, or a card that cannot be read.
        DataProblem: when the file cannot take it; it is left as it was.
    """
    from contrastive_drill.bank.library import shipped_folder
    from contrastive_drill.bank.reader import read, read_file

    for name in (identity, section):
        if not NAME.fullmatch(name):
            raise UsageProblem(f"'{name}' is not {NAMED}")
    if identity in _taken(env):
        raise UsageProblem(f"a card has the id '{identity}': choose another, or edit that one")
    path = env.paths.bank / f"{section}.yaml"
    if path.exists() and (path.stat().st_size or not path.is_file()):
        if broken := [each for each in read_file(path).problems if not each.card]:
            raise DataProblem(f"{broken[0]}; fix that first, then create the card again")
        before = intake.read(path).decode("utf-8-sig")
    else:
        title = section.replace("-", " ").capitalize()
        before = template.head(section, title, (shipped_folder() / "schema.json").as_posix())
    whole = before.rstrip("\n") + "\n" + ("" if before.endswith("cards:\n") else "\n") + text
    if len(whole.encode("utf-8", "replace")) > intake.MAX_BYTES:
        raise UsageProblem(f"{path} is full: --section names another file")
    reading = read(str(path), whole.encode("utf-8", "surrogatepass"))
    if all(card.id != identity for card in reading.cards):
        mine = [each for each in reading.problems if each.card == identity]
        problem = (mine or reading.problems)[0]
        raise UsageProblem(f"no card was written to {path}: {problem.message}")
    write_text(path, whole)
    return path


def _taken(env: Environment) -> set[str]:
    """The ids of all cards, and of those that were left out."""
    return {entry.id for entry in env.bank.entries} | {each.card for each in env.bank.problems}
