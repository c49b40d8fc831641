"""`export`: the cards, and what is known of them, for other programs."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import DrillGroup, DryRunOut
from contrastive_drill.cli.review import choosing
from contrastive_drill.errors import UsageProblem
from contrastive_drill.review.selection import Selection
from contrastive_drill.screen.plain import say
from contrastive_drill.words import plural

MOST_DAYS = 60

app = typer.Typer(
    name="export",
    cls=DrillGroup,
    help="Take cards and history to other programs and machines.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Else an app of one command would be that command."""


@app.command()
def log(
    file: Annotated[Path, typer.Argument(help="The file to write, which ends in .jsonl.")],
    dry_run: DryRunOut = False,
) -> None:
    """Write everything that was logged as lines of JSON.

    \b
    Examples:
      contrastive-drill export log laptop.jsonl
      contrastive-drill export log /dev/stdout | head -1
    """
    from contrastive_drill.actions.machines import header
    from contrastive_drill.files import is_stream
    from contrastive_drill.screen import output_file
    from contrastive_drill.store.log_file import lines

    env = Environment()
    output_file.ready(file, "export log", (".jsonl",))
    with env.store(read_only=True, of_cards=False) as store:
        head = header(env, store)
        text = "".join(lines(store.database, head))
        output_file.write(file, "export log", text, (".jsonl",), dry_run=dry_run)
    if dry_run or not is_stream(file):
        say(f"{_wrote(dry_run)} {file}: {plural(head.rows['log'][0], 'row')} of the log.")


@app.command()
@choosing
def anki(
    chosen: Selection,
    path: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The package, FILE.apkg.")
    ] = None,
    *,
    seed: Annotated[
        int, typer.Option(help="Draws the numbers of calculations and the order of choices.")
    ] = 0,
    with_history: Annotated[
        bool, typer.Option("--with-history", help="Bring the log, memories and marks too.")
    ] = False,
    anki_connect: Annotated[
        bool,
        typer.Option(
            "--anki-connect", help="No FILE: send later answers to the Anki that is open."
        ),
    ] = False,
    dry_run: DryRunOut = False,
) -> None:
    """Write a package that Anki imports, chosen as in `review`.

    A later package updates the text of the cards that changed since, and doubles none. Answers
    given since reach the same cards by --anki-connect, through that add-on.

    \b
    Examples:
      contrastive-drill export anki drill.apkg
      contrastive-drill export anki drill.apkg --section clip --level senior
      contrastive-drill export anki drill.apkg --with-history
      contrastive-drill export anki --anki-connect
    """
    if anki_connect:
        if with_history or (path and path.suffix == ".apkg"):
            raise UsageProblem(
                "--anki-connect writes no package: leave out FILE and --with-history"
            )
        named = [*([str(path)] if path else ()), *chosen.ids]
        _send(chosen._replace(ids=named), dry_run)
        return
    if path is None:
        raise UsageProblem("name the package, such as drill.apkg, or give --anki-connect")
    from contrastive_drill.actions.anki_export import export_package

    done = export_package(Environment(), path, chosen, seed, with_history, dry_run)
    what = f"{plural(done.notes, 'note')} in {plural(done.decks, 'deck')}"
    news = "all as before" if not done.changed else f"{done.changed} new or changed"
    frozen = f"; {plural(done.frozen, 'calculation')} with the numbers of seed {seed}"
    say(f"{_wrote(dry_run)} {path}: {what}, {news}{frozen if done.frozen else ''}.", sys.stderr)
    if done.answers is None:
        say("Without your history, which goes over once: --with-history brings it.", sys.stderr)
    else:
        said = (
            f"With {plural(done.answers, 'answer')}, memories and marks: tick 'Import any learning"
        )
        once = "They go over once, to cards that Anki has not: --anki-connect sends later answers."
        say(f"{said} progress'. {once}", sys.stderr)


def _send(chosen: Selection, dry_run: bool) -> None:
    """Give the Anki that is open what it lacks, and say what that was."""
    from contrastive_drill.actions.anki_connect import send

    sent = send(Environment(), chosen, dry_run)
    if sent.answers:
        verb = "Would send" if dry_run else "Sent"
        say(f"{verb} {plural(sent.answers, 'answer')} to {plural(sent.cards, 'card')} in Anki.")
    else:
        say("Anki lacks no answer to its cards.")
    if sent.kept:
        cards = plural(sent.kept, "card")
        say(f"Anki's own schedule stays with {cards}, answered or moved there since.", sys.stderr)
    if sent.absent:
        cards = plural(sent.absent, "card")
        say(f"Not in Anki: {cards} with answers, which a package brings.", sys.stderr)


@app.command()
@choosing
def page(
    chosen: Selection,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The page, such as drill.html.")],
    *,
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, help="With the cards of so many days, from today.")
    ] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many cards.")] = None,
    dry_run: DryRunOut = False,
) -> None:
    """Write a review as one page for the phone, which works offline.

    The page asks what `review` would ask, on the days to come too, and hands its answers back as
    a small file.

    \b
    Examples:
      contrastive-drill export page drill.html
      contrastive-drill export page week.html --days 7
      contrastive-drill export page clip.html --section clip --limit 20
    """
    from contrastive_drill.actions.review.page import write_page
    from contrastive_drill.actions.review.queue import ReviewOptions

    env = Environment()
    written = write_page(env, path, ReviewOptions(chosen, limit), days, dry_run)
    last = date.fromordinal(written.last_day)
    until = f" from today to {last}" if written.last_day > env.day() else ""
    kilobytes = -(-written.size // 1000)
    say(
        f"{_wrote(dry_run)} {path}: {plural(written.cards, 'card')}{until}, {kilobytes} KB.",
        sys.stderr,
    )
    say("Its answers come back with: contrastive-drill import answers FILE", sys.stderr)


def _wrote(dry_run: bool) -> str:
    return "Would write" if dry_run else "Wrote"
