"""`undo`: take back the last thing that was logged."""

from datetime import UTC

from contrastive_drill.actions.environment import Desk
from contrastive_drill.cli.group import verbs
from contrastive_drill.screen.plain import complain, say

app = verbs()


@app.command()
def undo() -> None:
    """Take back the last answer, or any change.

    \b
    Examples:
      contrastive-drill undo
      contrastive-drill undo && contrastive-drill undo
    """
    from contrastive_drill.memory.log import Review
    from contrastive_drill.memory.scheduler import replay

    desk = Desk()
    now = desk.clock.now()
    with desk.store() as store:
        problem = desk.backup_of_the_day(store)
        if problem:
            complain(problem)
        entry = store.undo(
            undo_id=desk.new_id(), at=now.astimezone(UTC), day=desk.day(), fold=replay
        )
    if entry is None:
        say("Nothing to undo.")
        return
    at = entry.at.astimezone(now.tzinfo)
    what = entry.rating.label if isinstance(entry, Review) else entry.verb.value
    say(f"Undone: {what} on {entry.card_id}, of {at:%Y-%m-%d %H:%M}.")
