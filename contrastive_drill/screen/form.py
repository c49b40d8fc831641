"""A form: lines to fill in on one screen, a wrong one refused in its place."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from contrastive_drill.errors import DrillError, UsageProblem
from contrastive_drill.screen.plain import ask, is_dumb, say
from contrastive_drill.signals import EVERY, handled

LABEL = 24  # columns


class Blank(NamedTuple):
    """A line to fill in, or with `options` one of some words."""

    label: str
    text: str = ""
    hint: str = ""
    options: tuple[str, ...] = ()


@handled(EVERY)
def fill(
    title: str, blanks: Sequence[Blank], check: Callable[[Sequence[str]], object] = bool
) -> list[str]:
    """What was typed into each blank.

    `check` takes the lines down to the one just left; its `DrillError` is shown beneath, and the
    line is not left.

    Raises:
        KeyboardInterrupt: when the learner leaves the form with Esc or Ctrl-C.
    """
    if is_dumb():
        return _by_lines(title, blanks, check)
    from prompt_toolkit import Application
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.formatted_text import FormattedText
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.layout import FormattedTextControl, HSplit, Layout, VSplit, Window
    from prompt_toolkit.widgets import Label, TextArea

    from contrastive_drill.screen.editor import leave_once, whole_characters

    areas = [
        TextArea(each.text, multiline=False, wrap_lines=False, read_only=bool(each.options))
        for each in blanks
    ]
    for area in areas:
        area.buffer.cursor_position = len(area.text)
        area.buffer.on_text_changed += whole_characters
    problem: list[str] = []
    keys = KeyBindings()
    on_options = Condition(lambda: bool(blanks[focus()].options))

    def focus() -> int:
        return next(at for at, area in enumerate(areas) if app.layout.has_focus(area))

    def foot() -> FormattedText:
        hint = "← → or the first letter chooses" if on_options() else blanks[focus()].hint
        return FormattedText([("fg:ansired", problem[0]) if problem else ("", hint)])

    @keys.add("escape")
    @keys.add("c-c")
    def leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    @keys.add("s-tab")
    @keys.add("up")
    def up(event: KeyPressEvent) -> None:
        problem.clear()
        event.app.layout.focus(areas[max(focus() - 1, 0)])

    @keys.add("enter")
    @keys.add("tab")
    @keys.add("down")
    def down(event: KeyPressEvent) -> None:
        problem.clear()
        at, lines = focus(), [area.text.strip() for area in areas]
        if why := _refusal(blanks[at], lines[: at + 1], check):
            problem.append(why)
        elif at + 1 < len(areas):
            event.app.layout.focus(areas[at + 1])
        else:
            event.app.exit(result=lines)

    @keys.add("left", filter=on_options)
    @keys.add("right", filter=on_options)
    def turn(event: KeyPressEvent) -> None:
        options, area = blanks[focus()].options, areas[focus()]
        step = 1 if event.key_sequence[0].key == "right" else -1
        at = options.index(area.text) if area.text in options else -step
        area.text = options[(at + step) % len(options)]

    @keys.add("<any>", filter=on_options)
    def begin(event: KeyPressEvent) -> None:
        """The option that begins with the letter typed; any other key changes none."""
        typed, area = event.data.lower(), areas[focus()]
        area.text = next(
            (each for each in blanks[focus()].options if typed and each.startswith(typed)),
            area.text,
        )

    rows = [VSplit([Label(each.label, width=LABEL), areas[at]]) for at, each in enumerate(blanks)]
    bottom = Window(FormattedTextControl(foot), height=2, wrap_lines=True)
    words = Label("Enter: next   ↑ ↓: move   Esc: leave")
    layout = Layout(HSplit([Label(title), Label(""), *rows, Label(""), bottom, words]))
    app = Application[list[str]](layout, key_bindings=keys, erase_when_done=True)
    leave_once(app)
    app.ttimeoutlen = app.timeoutlen = 0.1  # arrow keys begin as Esc does
    return app.run(handle_sigint=False)


def _refusal(blank: Blank, lines: Sequence[str], check: Callable[[Sequence[str]], object]) -> str:
    """Why the last of some lines is refused; empty where it is not."""
    try:
        if blank.options and lines[-1] not in blank.options:
            raise UsageProblem(f"'{lines[-1]}' is none of {', '.join(blank.options)}")
        check(lines)
    except DrillError as error:
        return str(error)
    return ""


def _by_lines(
    title: str, blanks: Sequence[Blank], check: Callable[[Sequence[str]], object]
) -> list[str]:
    """The form on a terminal that has no more than lines."""
    say(title)
    say("Enter keeps what stands in brackets; - empties it.")
    lines: list[str] = []
    for blank in blanks:
        hint = blank.hint or ", ".join(blank.options)
        label = f"{blank.label} [{blank.text}]" + (f", {hint}" if hint else "")
        why = "asked"
        while why:
            typed = ask(label)
            line = "" if typed == "-" else typed or blank.text
            if why := _refusal(blank, [*lines, line], check):
                say(why)
        lines.append(line)
    return lines
