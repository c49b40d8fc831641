"""Menus to choose from, drawn by questionary."""

from collections.abc import Sequence
from typing import TypeVar

Value = TypeVar("Value")


def choose(question: str, options: Sequence[tuple[str, Value]]) -> Value:
    """One of a few values, by arrow keys.

    Raises:
        KeyboardInterrupt: when the learner leaves the menu.
    """
    import questionary

    choices = [questionary.Choice(title, value=index) for index, (title, _) in enumerate(options)]
    index: int = questionary.select(question, choices=choices).unsafe_ask()
    return options[index][1]
