"""`undo`: take back the last thing that was logged."""

from datetime import UTC

from contrastive_drill.actions.environment import Environment
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

    env = Environment()
    now = env.clock.now()
    with env.store() as store:
        problem = env.backup_of_the_day(store)
        if problem:
            complain(problem)
        entry = store.undo(undo_id=env.new_id(), at=now.astimezone(UTC), day=env.day(), fold=replay)
    if entry is None:
        say("Nothing to undo.")
        return
    at = entry.at.astimezone(now.tzinfo)
    what = entry.rating.label if isinstance(entry, Review) else entry.verb.value
    say(f"Undone: {what} on {entry.card_id}, of {at:%Y-%m-%d %H:%M}.")
