"""Text typed by the learner in prompt_toolkit's editor; imported when one is first needed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Always
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.layout.processors import TabsProcessor
from prompt_toolkit.layout.screen import Char

from contrastive_drill.screen.plain import say

# What prompt_toolkit leaves to the terminal: marks that hide, or turn the direction of writing.
HIDDEN = (
    0xAD,
    0x61C,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
)
Char.display_mappings |= {chr(code): f"<{code:x}>" for code in HIDDEN}


class Editor:
    """An editor of one line, ended by Enter, or of many where it is long, ended by Ctrl-D.

    `draft` is given the text before it is drawn, whenever it has changed.
    """

    def __init__(
        self,
        prompt: str,
        draft: Callable[[str], None] = lambda text: None,
        is_long: bool = False,
    ) -> None:
        keys = KeyBindings()
        if is_long:
            keys.add("c-d")(lambda event: event.current_buffer.validate_and_handle())
            keys.add("c-x", "c-e")(lambda event: event.current_buffer.open_in_editor())
            keys.add("c-i")(lambda event: event.current_buffer.insert_text("\t"))
        self._draft = draft
        self._session: PromptSession[str] = PromptSession(
            prompt,
            multiline=is_long,
            key_bindings=keys,
            input_processors=[TabsProcessor(char1=" ", char2=" ")],
            enable_suspend=True,
            include_default_pygments_style=False,
        )
        # An unmarked paste is typed: a new line must not repeat the margin of the one above.
        self._session.app.paste_mode = Always()
        self._session.app.before_render += self._keep
        buffer = self._session.default_buffer
        buffer.on_text_changed += whole_characters
        self._run_editor = buffer._open_file_in_editor
        buffer._open_file_in_editor = self._edited  # type: ignore[method-assign]
        leave_with_escape(self._session.app)

    def typed(self, start: str = "") -> str | None:
        """What is typed, begun with `start`; None where the learner leaves with Esc or Ctrl-C."""
        self._kept = start
        try:
            return self._session.prompt(default=start, handle_sigint=False)
        except (KeyboardInterrupt, EOFError):
            return None
        finally:
            clear_typeahead(self._session.app.input)  # what a paste had after its end

    def _edited(self, filename: str) -> bool:
        """Let the learner's own editor have a text; what it leaves is one, or is not taken."""
        file = Path(filename)
        try:
            done, content = self._run_editor(filename), file.read_bytes()
        except (OSError, ValueError) as error:
            say(f"The editor left no text ({error}): what was typed stays.")
            file.touch()  # prompt_toolkit deletes it
            return False
        words = content.decode(errors="replace")
        if words.encode() != content:
            say("The editor left bytes that are no UTF-8: \ufffd is in their place.")
            file.write_bytes(words.encode())
        return done

    def _keep(self, _: object) -> None:
        text = self._session.default_buffer.text
        if text != self._kept:
            self._kept = text
            self._draft(text)


def whole_characters(buffer: Buffer) -> None:
    """Put question marks for bytes that are no character: no file and no database takes them."""
    buffer.text = buffer.text.encode(errors="replace").decode()


def leave_with_escape(application: "Application[Any]") -> None:
    """Let Esc leave a prompt or a menu as Ctrl-C does."""
    keys = KeyBindings()

    @keys.add("escape")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    application.key_bindings = merge_key_bindings([application.key_bindings or KeyBindings(), keys])
    leave_once(application)
    # Arrow keys begin as Esc does: the rest of one comes at once.
    application.ttimeoutlen = application.timeoutlen = 0.1


def leave_once(application: "Application[Any]") -> None:
    """Let the first key that leaves count, where a second one came with it."""
    leave = application.exit

    def left(**how: Any) -> None:
        if not application.is_done:
            leave(**how)

    application.exit = left  # type: ignore[method-assign]
