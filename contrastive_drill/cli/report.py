"""`report`: where the learner stands, section by section."""

from typing import Annotated

import typer

from contrastive_drill.cli.boundary import verbs
from contrastive_drill.cli.desk import Desk

app = verbs()


@app.command()
def report(
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Recall, time and missed points, by section.

    \b
    Examples:
      contrastive-drill report
      contrastive-drill report --json
    """
    from contrastive_drill import reports
    from contrastive_drill.screen.reports import report_record, report_rows

    desk = Desk()
    with desk.store(read_only=True) as store:
        value = reports.report(
            sections=desk.bank.titles,
            card_sections={entry.id: entry.section for entry in desk.bank.entries},
            memories=store.memories(),
            reviews=store.reviews(),
            day=desk.day(),
        )
    lines = {
        point.key: point.line
        for card_id in {missed.card_id for missed in value.missed}
        for point in desk.bank.card(card_id).points
    }
    if json:
        from contrastive_drill.cli.output import print_json

        print_json(report_record(value, lines))
    else:
        from contrastive_drill.cli.output import print_rows

        print_rows(lambda sheet: report_rows(sheet, value, lines))
