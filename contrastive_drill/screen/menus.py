"""Menus to choose from, and a prompt that is asked again."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from contrastive_drill.screen.plain import ask, is_dumb, say
from contrastive_drill.signals import EVERY, handled

if TYPE_CHECKING:
    from prompt_toolkit.application import Application

Value = TypeVar("Value")
MANY = 12  # options: from there on a menu is narrowed by typing


@handled(EVERY)
def choose(
    question: str, options: Sequence[tuple[str, Value]], first: Value | None = None
) -> Value:
    """One of some values, by arrow keys, or by typing a part of its title where they are many.

    `first` is where the cursor begins.

    Raises:
        KeyboardInterrupt: when the learner leaves the menu.
    """
    if is_dumb():
        return _numbered(question, options)
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
    _keep_without_match(asked.application)
    index: object = asked.application.run(handle_sigint=False)
    if not isinstance(index, int):  # Esc and Enter at once, which prompt_toolkit takes for one key
        raise KeyboardInterrupt
    return options[index][1]


def _numbered(question: str, options: Sequence[tuple[str, Value]]) -> Value:
    for number, (title, _) in enumerate(options, 1):
        say(f"{number:>3}  {title}", indent=" " * 5)
    values = {str(number): value for number, (_, value) in enumerate(options, 1)}
    while (line := ask(f"{question} Its number, or Enter to leave")) not in values:
        if not line:
            raise KeyboardInterrupt
        say(f"'{line}' is no number from 1 to {len(options)}.")
    return values[line]


def _keep_without_match(application: "Application[int]") -> None:
    """Let Enter do nothing where what was typed matches no row: all are shown then."""
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
    from questionary.prompts.common import InquirerControl

    windows = application.layout.find_all_windows()
    (rows,) = (w.content for w in windows if isinstance(w.content, InquirerControl))
    keys = KeyBindings()

    @Condition
    def unmatched() -> bool:
        typed = (rows.search_filter or "").lower()
        return not any(typed in str(choice.title).lower() for choice in rows.choices)

    keys.add("enter", filter=unmatched, eager=True)(lambda _: None)
    application.key_bindings = merge_key_bindings([application.key_bindings or keys, keys])


def asker(question: str) -> Callable[[], str | None]:
    """A prompt that remembers its lines for the arrow keys.

    Each call gives one line, or None when the learner leaves: with Ctrl-D, Ctrl-C or Esc.
    """
    if is_dumb():
        return partial(ask, question.removesuffix(":"))
    from contrastive_drill.screen.editor import Editor

    return handled(EVERY)(Editor(f"{question} ").typed)
