"""`report`: where the learner stands, and what to do next."""

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import Json, NoPager, verbs
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.plain import say

if TYPE_CHECKING:
    from contrastive_drill.memory.sitting import Event, Sitting
    from contrastive_drill.reports.report import Report
    from contrastive_drill.reports.scores import Attempt

app = verbs()


@app.command()
def report(
    json: Json = False,
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it as Markdown; - prints it.", allow_dash=True),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write it as a page for a browser; - prints it.", allow_dash=True
        ),
    ] = None,
    no_pager: NoPager = False,
) -> None:
    """What to do next, and where you stand.

    Recall by section and level, exams and interviews, calibration, days.

    \b
    Examples:
      contrastive-drill report
      contrastive-drill report --html report.html
      contrastive-drill report --markdown report.md
      contrastive-drill report --json
    """
    if html is not None and html == markdown:
        raise UsageProblem("--markdown and --html name the same file: give each its own")
    from contrastive_drill.actions.output import require_one_document

    require_one_document("--json" if json else "", markdown=markdown, html=html)
    env = Environment()
    value = report_of(env)
    if json:
        from contrastive_drill.actions.output import print_json
        from contrastive_drill.screen.report.json_record import report_record

        print_json("report", report_record(value))
    from contrastive_drill.reports.document import document
    from contrastive_drill.screen import output_file as files

    drawn = document(value)
    if markdown is not None:
        from contrastive_drill.screen.report.markdown import report_markdown

        text = report_markdown(drawn)
        if str(markdown) == "-":
            say(text.removesuffix("\n"), whole=True)
        else:
            files.write(markdown, "--markdown", text, files.MARKDOWN)
    if html is not None:
        from contrastive_drill.screen.report.html import page

        text = page(drawn, env.clock.now())
        if str(html) == "-":
            # As the page itself says: UTF-8, whatever the terminal speaks.
            sys.stdout.buffer.write(text.encode())
            sys.stdout.flush()
        else:
            files.write(html, "--html", text, files.HTML)
            say(f"Drew {html}", sys.stderr)
    if not json and markdown is None and html is None:
        from contrastive_drill.actions.output import print_rows
        from contrastive_drill.screen.card.sheet import stacked
        from contrastive_drill.screen.report.terminal import section_rows

        print_rows(lambda sheet: stacked(section_rows(sheet, drawn)))


def report_of(env: Environment) -> "Report":
    """The report of today; reading it never writes."""
    from contrastive_drill.actions.plan_terms import active_terms, interview_day
    from contrastive_drill.actions.planner import seconds_left
    from contrastive_drill.actions.status import current_status
    from contrastive_drill.cards.card import Card, Level
    from contrastive_drill.memory.sitting import SittingKind
    from contrastive_drill.reports.report import report
    from contrastive_drill.reports.standings import Placement

    @cache
    def find(card_id: str) -> Card | None:
        try:
            return env.bank.card(card_id)
        except UsageProblem:
            return None

    with env.store(read_only=True) as store:
        terms = active_terms(env, store)
        attempts = [
            _attempt(sitting, store.sittings.events(sitting.id))
            for sort in SittingKind
            for sitting in store.sittings.newest(sort)
        ]
        return report(
            titles=env.bank.titles,
            cards={
                entry.id: Placement(entry.section, Level(entry.level)) for entry in env.bank.entries
            },
            find=find,
            memories=store.memories(),
            marks=store.marks(),
            reviews=list(store.reviews()),
            attempts=attempts,
            status=current_status(env, store),
            interview_day=interview_day(env),
            curves=env.curves(store),
            plan_minutes=None if terms is None else seconds_left(env, store, terms) / 60,
            guesses=store.runs.guesses(),
        )


def _attempt(sitting: "Sitting", events: "list[Event]") -> "Attempt":
    """An exam or interview with what its end tells."""
    from contrastive_drill.memory.sitting import ENDED
    from contrastive_drill.reports.scores import Attempt

    end = next((event for event in events if event.name == ENDED), None)
    level = end.facts.get("level") if end is not None else None
    return Attempt(sitting, end is not None, level if isinstance(level, str) else None)
