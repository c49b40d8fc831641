"""`bank`: check, list and count the cards, and create new ones."""

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Level
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cli.group import DrillGroup, Json, one_of
from contrastive_drill.errors import CheckFailed, UsageProblem
from contrastive_drill.screen.plain import say
from contrastive_drill.words import plural

app = typer.Typer(
    name="bank",
    cls=DrillGroup,
    help="Check and list the cards.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(help="A bank file or a folder of them; without it, all cards.")
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Hold own cards to the rules of the shipped bank too."),
    ] = False,
    code: Annotated[
        bool, typer.Option("--code", help="Prove the shipped coding tasks too: some minutes, once.")
    ] = False,
) -> None:
    """Report every problem in bank files as file:line:column.

    \b
    Examples:
      contrastive-drill bank check
      contrastive-drill bank check my-cards.yaml --strict
      contrastive-drill bank check --code
    """
    from contrastive_drill.bank.collection import check as problems_in
    from contrastive_drill.bank.folder import Folder, folder
    from contrastive_drill.bank.library import shipped_folder
    from contrastive_drill.demo import catalogue

    env = Environment()
    own = env.paths.bank
    shipped = folder(shipped_folder()).paths if path is None else []
    if path and not os.path.exists(path):
        raise UsageProblem(f"{path} does not exist: name a bank file or a folder of them")
    inside = folder(path or own) if path is None or path.is_dir() else Folder((), (), 0)
    named = inside.paths or ([path] if path and not path.is_dir() else [])
    files = [*shipped, *named]
    if not files and not inside.problems:
        raise UsageProblem(f"{path} has no *.yaml file")
    # Checked cards may refer to those that are not checked: shipped ones, and the learner's.
    checked = {*map(os.path.realpath, files)}
    is_own = any(Path(file).is_relative_to(os.path.realpath(own)) for file in checked)
    env.notify = lambda _: None  # problems are reported below
    among = []
    for card in env.bank.cards() if path is not None else ():
        file = Path(card.origin.rpartition(":")[0])
        is_named = is_own or card.overrides or not file.is_relative_to(own)
        if is_named and os.path.realpath(file) not in checked:
            among.append(card)
    ships = os.path.realpath(shipped_folder())
    of_ours = [each for each in files if Path(os.path.realpath(each)).is_relative_to(ships)]
    held = files if strict else of_ours
    count, problems = problems_in(named, catalogue.names(), among, shipped, held)
    proved = [each for each in files if code or each not in of_ours]
    problems = [*inside.problems, *problems, *_unproved(proved, problems)]
    for problem in problems:
        say(str(problem))
    if problems:
        raise CheckFailed(f"{len(problems)} to fix in {plural(len(files), 'file')}")
    hidden = f"; hidden, and not read: {inside.hidden}" if inside.hidden else ""
    say(f"{plural(count, 'card')} in {plural(len(files), 'file')}: nothing to fix{hidden}")


def _unproved(paths: list[Path], known: list[Problem]) -> list[Problem]:
    """What is wrong with the coding tasks of the cards in these files that are sound so far."""
    from contrastive_drill.bank.reader import read_files

    amiss = {problem.card for problem in known}
    found = [card for file in read_files(paths) for card in file.cards]
    cards = [card for card in found if card.kind is Kind.CODE and card.id not in amiss]
    if not cards:
        return []
    from contrastive_drill.actions.code.proofs import unproved

    return [*unproved(Environment(), cards)]


@app.command(name="list")
def list_cards(
    json: Annotated[bool, typer.Option("--json", help="Every field, as one JSON object.")] = False,
) -> None:
    """Print every card with every field.

    \b
    Examples:
      contrastive-drill bank list
      contrastive-drill bank list --json
    """
    from contrastive_drill.actions.output import print_json, print_rows

    bank = Environment().bank
    if json:
        from contrastive_drill.bank.export import record

        cards = [record(card, bank.titles[card.section]) for card in bank.cards()]
        print_json("bank-list", {"cards": cards})
        return
    print_rows(
        lambda sheet: (
            row
            for card in bank.cards()
            for row in (*sheet.record(card, bank.titles[card.section]), sheet.blank)
        )
    )


@app.command()
def new(
    card_id: Annotated[str, typer.Argument(metavar="ID", help="A permanent name for it.")],
    kind: Annotated[Kind, one_of(Kind, "What it asks for.")] = Kind.RECALL,
    level: Annotated[Level, one_of(Level, "The level of its candidates.")] = Level.SENIOR,
    section: Annotated[str, typer.Option(help="Your section, which names the file.")] = "mine",
) -> None:
    """Create a card of your own, ready to be filled in.

    \b
    Examples:
      contrastive-drill bank new my-whitening
      contrastive-drill bank new batch-memory --kind calculation --section my-numbers
    """
    from contrastive_drill.actions.own_cards import append_card
    from contrastive_drill.bank.template import card

    skeleton = card(card_id, level.value, kind)
    say(f"Created in {append_card(Environment(), card_id, section, skeleton)}")
    say(f"contrastive-drill edit {card_id} opens it at its line.")


@app.command()
def add(
    question: Annotated[str, typer.Argument(help="What is asked, in Markdown.")],
    said: Annotated[
        str, typer.Option("--say", help="What one would say in twenty seconds: up to 45 words.")
    ],
    point: Annotated[list[str], typer.Option(help="What a complete answer says; give each.")],
    bonus: Annotated[list[str] | None, typer.Option(help="What a stronger one adds.")] = None,
    answer: Annotated[str, typer.Option(help="The rest of the answer.")] = "",
    card_id: Annotated[
        str | None, typer.Option("--id", help="Its permanent name; else from the question.")
    ] = None,
    level: Annotated[Level, typer.Option(help="The level of its candidates.")] = Level.SENIOR,
    section: Annotated[str, typer.Option(help="Your section, which names the file.")] = "mine",
) -> None:
    """Write a whole card of your own in one line.

    \b
    Examples:
      contrastive-drill bank add "Why whiten?" --say "It evens out the axes." --point "Even axes."
      contrastive-drill bank add "What is tau?" --say "A scale." --point "Scales" --bonus "Learnt"
    """
    from contrastive_drill.actions.own_cards import add_card

    name, path = add_card(
        Environment(),
        *(question, said, point, bonus or (), answer),
        identity=card_id,
        level=level.value,
        section=section,
    )
    say(f"Added to {path}")
    say(f"contrastive-drill show {name} shows it, and edit {name} opens it.")


@app.command()
def stats(json: Json = False) -> None:
    """Count the cards by section and level, by kind and by how they are known.

    \b
    Examples:
      contrastive-drill bank stats
      contrastive-drill bank stats --json
    """
    from rich.text import Text

    from contrastive_drill.actions.output import print_json, print_rows, print_table
    from contrastive_drill.bank.stats import bank_stats
    from contrastive_drill.demo.result import Table

    bank = Environment().bank
    totals = bank_stats(bank.cards())
    if json:
        print_json("bank-stats", totals._asdict())
        return

    levels, kinds = (
        sum(map(Counter, counts.values()), Counter[str]())
        for counts in (totals.levels, totals.kinds)
    )
    rows = [
        (section, *(str(row.get(level, "")) for level in Level), str(sum(row.values())))
        for section, row in totals.levels.items()
    ]
    last = ("all", *(str(levels[level]) for level in Level), str(totals.cards))
    sources = ", ".join(f"{name} {count}" for name, count in sorted(totals.sources.items()))
    demos = ", ".join(f"{name} {count}" for name, count in sorted(totals.demos.items()))
    tables = (
        Table("Cards by level", ("section", *Level, "all"), (*rows, last)),
        Table("Cards by kind", ("kind", "cards"), tuple((kind, str(kinds[kind])) for kind in Kind)),
    )
    notes = (
        f"Cards by kind of source: {sources}. Sources seen second hand: {totals.second_hand}.",
        f"Cards by demo: {demos or 'none'}. Cards with a formula: {totals.formulas}.",
    )
    for table in tables:
        print_table(table)
        say("")
    print_rows(lambda sheet: [row for note in notes for row in sheet.wrapped(Text(note))])


@app.command()
def schema(
    path: Annotated[
        Path | None, typer.Argument(help="The file to write, instead of printing.")
    ] = None,
) -> None:
    """Print the JSON Schema of a bank file, for editors that complete and underline.

    \b
    Examples:
      contrastive-drill bank schema
      contrastive-drill bank schema card.schema.json
    """
    from json import dumps

    from contrastive_drill.bank.schema import schema as bank_schema
    from contrastive_drill.screen.output_file import write

    text = dumps(bank_schema(), indent=2, ensure_ascii=True)
    if path is None:
        say(text, whole=True)
        return
    write(path, "the schema", text + "\n")
    say(f"Wrote {path}", sys.stderr)
