"""Menus to choose from, and a prompt that is asked again."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from contrastive_drill.screen.keys import ENDING, handled

Value = TypeVar("Value")
MANY = 12  # options: from there on a menu is narrowed by typing


@handled(ENDING)
def choose(
    question: str, options: Sequence[tuple[str, Value]], first: Value | None = None
) -> Value:
    """One of some values, by arrow keys, or by typing a part of its title where they are many.

    `first` is where the cursor begins.

    Raises:
        KeyboardInterrupt: when the learner leaves the menu.
    """
    import questionary

    from contrastive_drill.screen.editor import leave_with_escape

    choices = [questionary.Choice(title, value=index) for index, (title, _) in enumerate(options)]
    begin = next(
        (c for c, (_, value) in zip(choices, options, strict=True) if value == first), None
    )
    many = len(choices) > MANY
    asked = questionary.select(
        question,
        choices=choices,
        default=begin,
        use_search_filter=many,
        use_jk_keys=not many,
        instruction=f"(arrow keys, {'type to filter, ' if many else ''}Enter; Esc leaves)",
    )
    leave_with_escape(asked.application)
    index: int = asked.unsafe_ask()
    return options[index][1]


def asker(question: str) -> Callable[[], str | None]:
    """A prompt that remembers its lines for the arrow keys.

    Each call gives one line, or None when the learner leaves: with Ctrl-D, Ctrl-C or Esc.
    """
    from contrastive_drill.screen.editor import Editor

    return handled(ENDING)(Editor(f"{question} ").typed)
