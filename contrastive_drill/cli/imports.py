"""`import`: what other programs hand over."""

from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Level
from contrastive_drill.cli.group import DrillGroup, DryRun, one_of
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.plain import say
from contrastive_drill.words import plural

app = typer.Typer(
    name="import",
    cls=DrillGroup,
    help="Take in what other programs hand over.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Else an app of one command would be that command."""


@app.command()
def answers(
    file: Annotated[Path, typer.Argument(help="The answers; - reads the standard input.")],
    dry_run: DryRun = False,
) -> None:
    """Log the answers that the page for a phone handed back.

    An answer counts once, however often its file is read, and at the time at which it was given.

    \b
    Examples:
      contrastive-drill import answers answers.jsonl --dry-run
      contrastive-drill import answers answers.jsonl
    """
    from contrastive_drill.actions.page_answers import read
    from contrastive_drill.memory.scheduler import replay, steps
    from contrastive_drill.store.arrivals import arrived, take_in

    env = Environment()
    found = read(env, file)
    for card in found.unknown:
        say(f"Left out: {card}, which is no card here.")
    with env.store_to_change(dry_run) as store:
        new = arrived(store, found.answers, steps)
        if not dry_run:
            take_in(store, new, env.paths.backups, env.clock.now(), replay)
    known = len({each.id for each in found.answers}) - len(new)
    before = f"; in the log before: {known}" if known else ""
    verb = "Would take in" if dry_run else "Took in"
    say(f"{verb} {plural(len(new), 'answer')} from {file}{before}.")


@app.command()
def anki(
    file: Annotated[Path, typer.Argument(help="A package of Anki, .apkg or .colpkg.")],
    decks: Annotated[
        list[str] | None,
        typer.Option("--deck", help="Only this deck and those below it; may be repeated."),
    ] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", help="'TYPE: FIELD -> FIELD' for a note type; may be repeated."),
    ] = None,
    level: Annotated[Level, one_of(Level, "The level that the cards get.")] = Level.MID,
    dry_run: DryRun = False,
) -> None:
    """Take in notes of Anki as cards of your own, and what was answered there.

    Cards that came from `export anki` bring their answers back to the cards here. A package may be
    read again, or a later one: what is known is not taken twice, and what you edited here stays.

    \b
    Examples:
      contrastive-drill import anki deck.apkg --dry-run
      contrastive-drill import anki deck.apkg --map 'Basic: Front -> Back, Extra'
      contrastive-drill import anki collection.colpkg --deck ML::Vision
    """
    from contrastive_drill.actions import anki_import
    from contrastive_drill.anki.sides import told
    from contrastive_drill.screen.anki import report

    try:
        mapped = dict(map(told, maps or ()))
    except ValueError as error:
        raise UsageProblem(str(error)) from None
    env = Environment()
    with env.store_to_change(dry_run) as store:
        came = anki_import.taken(env, store, file, decks or (), mapped, level)
        if not dry_run:
            anki_import.take_in(env, store, file, came)
    for line in report(came, file, env.paths, dry_run):
        say(line)
