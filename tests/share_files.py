"""What a wheel puts into `share/`: the manual page and the completions, made from the commands.

python tests/share_files.py
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer._completion_shared import get_completion_script

from contrastive_drill import __version__
from contrastive_drill.cli import app
from contrastive_drill.cli.help import FOLDER, GUIDES

SHARE = Path(__file__).parent.parent / "share"
NAMES = ("contrastive-drill", "cdrill")
PLACES = {
    "bash": "bash-completion/completions/{}",
    "zsh": "zsh/site-functions/_{}",
    "fish": "fish/vendor_completions.d/{}.fish",
}


def files() -> dict[str, str]:
    """The text of each file, by its path below `share/`."""
    made = {
        f"man/man1/{NAMES[0]}.1": manual(),
        f"man/man1/{NAMES[1]}.1": f".so man1/{NAMES[0]}.1\n",
    }
    for name in NAMES:
        for shell, place in PLACES.items():
            made[place.format(name)] = completion(name, shell)
    return made


def completion(name: str, shell: str) -> str:
    """Typer's script; zsh runs a file of its path as the body of a function, at the first Tab."""
    variable = f"_{name.replace('-', '_').upper()}_COMPLETE"
    script = get_completion_script(prog_name=name, complete_var=variable, shell=shell)
    if shell == "zsh":
        body, _, registered = script.rpartition("\n")
        function = registered.split()[1]
        loaded = "[[ $zsh_eval_context[-1] == loadautofunc ]]"
        script = f'{body}\nif {loaded}; then\n  {function} "$@"\nelse\n  {registered}\nfi'
    return f"{script}\n"


def manual() -> str:
    """The manual page, in the macros of man(7)."""
    root: Any = typer.main.get_command(app)
    context = root.make_context(NAMES[0], [])
    about, *paragraphs = root.help.split("\n\n")
    lines = [
        f'.TH CONTRASTIVE\\-DRILL 1 "" "contrastive\\-drill {__version__}"',
        ".SH NAME",
        f"{', '.join(map(roff, NAMES))} \\- {roff(about[0].lower() + about[1:].rstrip('.'))}",
        ".SH SYNOPSIS",
        f".B {roff(NAMES[0])}",
        roff(" ".join(root.collect_usage_pieces(context))),
        ".SH DESCRIPTION",
        *prose(paragraphs[:-1]),
        *options(root, context),
        ".SH COMMANDS",
        *commands(root, context),
        ".SH EXIT STATUS",
        *table("json", r"^\| (\d+) \| (\w.*) \|$"),
        ".SH ENVIRONMENT",
        *table("files", r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*|`LC_ALL=C`) \| (.*) \|$"),
        ".SH FILES",
        f"{roff('contrastive-drill doctor')} prints every path and checks every file.",
        ".SH SEE ALSO",
        f"The guides: {', '.join(GUIDES)}. {roff('contrastive-drill help')} lists them, and",
        f"{roff(f'contrastive-drill help {GUIDES[0]}')} shows one.",
    ]
    return "\n".join(lines) + "\n"


def commands(group: Any, context: Any) -> Iterator[str]:
    """The section of each command, those of a group after one another."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        within = type(context)(command, info_name=name, parent=context)
        if hasattr(command, "commands"):
            yield from commands(command, within)
            continue
        usage = " ".join([*within.command_path.split()[1:], *command.collect_usage_pieces(within)])
        text, _, examples = command.help.partition("\b\nExamples:\n")
        yield f".SS {roff(usage)}"
        yield from prose(text.strip().split("\n\n"))
        yield from options(command, within)
        yield from (".PP", "Examples:", ".PP", ".nf", ".RS")
        yield from (roff(line.strip()) for line in examples.strip().splitlines())
        yield from (".RE", ".fi")


def options(command: Any, context: Any) -> Iterator[str]:
    """Arguments and options, with what they are for."""
    for option in command.get_params(context):
        told = option.get_help_record(context)
        if told is not None and "--help" not in option.opts:
            yield from (".TP", f".B {roff(told[0])}", roff(" ".join(told[1].split())))


def prose(paragraphs: list[str]) -> Iterator[str]:
    """Paragraphs of running text."""
    for paragraph in paragraphs:
        yield from (".PP", roff(" ".join(paragraph.split())))


def table(guide: str, row: str) -> Iterator[str]:
    """Two columns of a table in a guide, as a list."""
    for name, meaning in re.findall(row, (FOLDER / f"{guide}.md").read_text("utf-8"), re.M):
        plain = re.sub(r"`([^`]*)`", r"\1", meaning)
        yield from (".TP", f".B {roff(name.replace('`', ''))}", roff(plain))


def roff(text: str) -> str:
    """Text in which nothing is an escape or a request, and hyphens can be copied as typed."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    for place, text in files().items():
        (SHARE / place).parent.mkdir(parents=True, exist_ok=True)
        (SHARE / place).write_text(text, "utf-8")
