"""`status`: today in numbers."""

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.status import current_status
from contrastive_drill.cli.group import Json, verbs
from contrastive_drill.screen.plain import say

app = verbs()


@app.command()
def status(json: Json = False) -> None:
    """Today: what is due, new, learned and suspended.

    \b
    Examples:
      contrastive-drill status
      contrastive-drill status --json
    """
    from contrastive_drill.actions.planner import todays_minutes
    from contrastive_drill.screen.status import status_lines, status_record

    env = Environment()
    with env.store(read_only=True) as store:
        now, today = current_status(env, store), todays_minutes(env, store)
    if json:
        from contrastive_drill.actions.output import print_json

        print_json("status", status_record(now, today))
    else:
        say(status_lines(now, today))
