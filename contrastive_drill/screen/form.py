"""A form: lines to fill in on one screen, a wrong one refused in its place."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from contrastive_drill.errors import DrillError

LABEL = 24  # columns


class Blank(NamedTuple):
    """A line to fill in, or with `options` one of some words."""

    label: str
    text: str = ""
    hint: str = ""
    options: tuple[str, ...] = ()


def fill(
    title: str, blanks: Sequence[Blank], check: Callable[[Sequence[str]], object]
) -> list[str]:
    """What was typed into each blank.

    `check` takes the lines down to the one just left; its `DrillError` is shown beneath, and the
    line is not left.

    Raises:
        KeyboardInterrupt: when the learner leaves the form with Esc or Ctrl-C.
    """
    from prompt_toolkit.application import Application
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.formatted_text import FormattedText
    from prompt_toolkit.key_binding import KeyBindings
    from prompt_toolkit.layout import HSplit, Layout, VSplit, Window
    from prompt_toolkit.layout.controls import FormattedTextControl
    from prompt_toolkit.widgets import Label, TextArea

    areas = [TextArea(blank.text, multiline=False, wrap_lines=False) for blank in blanks]
    for area in areas:
        area.buffer.cursor_position = len(area.text)
    problem: list[str] = []
    keys = KeyBindings()

    def focus() -> int:
        return next(i for i, area in enumerate(areas) if app.layout.has_focus(area))

    def foot() -> FormattedText:
        hint = "← → choose" if blanks[focus()].options else blanks[focus()].hint
        return FormattedText([("fg:ansired", problem[0]) if problem else ("", hint)])

    @keys.add("enter")
    @keys.add("tab")
    @keys.add("down")
    def _(event: object) -> None:
        problem.clear()
        at = focus()
        try:
            check([area.text.strip() for area in areas[: at + 1]])
        except DrillError as error:
            problem.append(str(error))
            return
        if at + 1 < len(areas):
            app.layout.focus(areas[at + 1])
        else:
            app.exit(result=[area.text.strip() for area in areas])

    @keys.add("s-tab")
    @keys.add("up")
    def _(event: object) -> None:
        problem.clear()
        app.layout.focus(areas[max(focus() - 1, 0)])

    @keys.add("escape")
    @keys.add("c-c")
    def _(event: object) -> None:
        app.exit(exception=KeyboardInterrupt())

    for key, step in (("left", -1), ("right", 1)):

        @keys.add(key, filter=Condition(lambda: bool(blanks[focus()].options)))
        def _(event: object, step: int = step) -> None:
            options, area = blanks[focus()].options, areas[focus()]
            at = options.index(area.text) if area.text in options else -step
            area.text = options[(at + step) % len(options)]

    rows = [
        VSplit([Label(blank.label, width=LABEL), area])
        for blank, area in zip(blanks, areas, strict=True)
    ]
    bottom = Window(FormattedTextControl(foot), height=2, wrap_lines=True)
    words = "Enter: next   ↑ ↓: move   Esc: leave"
    app: Application[list[str]] = Application(
        Layout(HSplit([Label(title), Label(""), *rows, Label(""), bottom, Label(words)])),
        key_bindings=keys,
        erase_when_done=True,
    )
    app.ttimeoutlen = app.timeoutlen = 0.1  # arrow keys begin as Esc does
    return app.run()
