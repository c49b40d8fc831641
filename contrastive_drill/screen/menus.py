"""Menus to choose from, and a prompt that is asked again, drawn by questionary."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from questionary import Question

Value = TypeVar("Value")


MANY = 12  # options: from there on a menu is narrowed by typing


def choose(
    question: str, options: Sequence[tuple[str, Value]], first: Value | None = None
) -> Value:
    """One of some values, by arrow keys, or by typing a part of its title where they are many.

    `first` is where the cursor begins.

    Raises:
        KeyboardInterrupt: when the learner leaves the menu.
    """
    import questionary

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
    _escapes(asked)
    index: int = asked.unsafe_ask()
    return options[index][1]


def _escapes(asked: "Question") -> None:
    """Let Esc leave a menu as Ctrl-C does."""
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings

    keys = KeyBindings()

    @keys.add("escape")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    application = asked.application
    application.key_bindings = merge_key_bindings([application.key_bindings or KeyBindings(), keys])
    # Arrow keys begin as Esc does: the rest of one comes at once.
    application.ttimeoutlen = 0.1
    application.timeoutlen = 0.1


def asker(question: str) -> Callable[[], str | None]:
    """A prompt that remembers its lines for the arrow keys.

    Each call gives one line, or None when the learner leaves: with Ctrl-D, Ctrl-C or Esc.
    """
    import questionary
    from prompt_toolkit.history import InMemoryHistory
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    keys, history = KeyBindings(), InMemoryHistory()

    @keys.add("escape", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError)

    def ask() -> str | None:
        asked = questionary.text(question, qmark="", history=history, key_bindings=keys)
        try:
            typed: str = asked.unsafe_ask()
        except (EOFError, KeyboardInterrupt):
            return None
        return typed

    return ask
