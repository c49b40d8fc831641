"""`help`: the guides, and the options of each command."""

from pathlib import Path
from typing import Annotated, Any

import typer

from contrastive_drill.cli.group import VERBS, NoPager, verbs
from contrastive_drill.spelling import UnknownName

app = verbs()
KEYS = "keys"  # a page that is made from the table of keys

FOLDER = Path(__file__).parent.parent / "guides"
GUIDES = (  # in the order in which one needs them
    "review", "plan", "exam", "interview", "report", "code", "demos", "cards", "anki", "files",
    "json", "development", "measurements",
)  # fmt: skip


@app.command("help")
def help_(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            help="A guide or a command; without it, the list.",
            autocompletion=lambda: dict.fromkeys((*GUIDES, KEYS, *VERBS)),
        ),
    ] = None,
    no_pager: NoPager = False,
) -> None:
    """Read a guide, or the options of a command.

    \b
    Examples:
      contrastive-drill help
      contrastive-drill help plan
      contrastive-drill help suspend
    """
    from contrastive_drill.actions.output import print_rows
    from contrastive_drill.screen.guide import guide_rows, list_rows

    guides = {each: (FOLDER / f"{each}.md").read_text("utf-8") for each in GUIDES}
    root: Any = context.find_root()
    commands = root.command.list_commands(root)
    if name is None:
        print_rows(lambda sheet: list_rows(sheet, guides))
    elif name in guides:
        more = f"The options: contrastive-drill {name} --help" if name in commands else ""
        print_rows(lambda sheet: guide_rows(sheet, guides[name], more))
    elif name == KEYS:
        from contrastive_drill.actions.environment import Environment
        from contrastive_drill.actions.own_keys import own_keymap
        from contrastive_drill.screen.guide import key_rows

        print_rows(lambda sheet: key_rows(sheet, own_keymap(Environment()).named()))
    elif name in commands:
        command = root.command.get_command(root, name)
        words = command.get_help(type(root)(command, info_name=name, parent=root))
        words += f"\n\nThe guide: contrastive-drill help {_guide_to(name, guides)}"
        print_rows(lambda sheet: [row for line in words.split("\n") for row in sheet.words(line)])
    else:
        way_on = "contrastive-drill help lists the guides"
        said = f"there is no guide and no command '{name}'"
        raise UnknownName(said, name, {*guides, KEYS, *commands}, way_on)


def _guide_to(command: str, guides: dict[str, str]) -> str:
    """The guide that names a command most often."""
    return max(guides, key=lambda each: guides[each].count(f"contrastive-drill {command}"))
