"""`undo`: undo the last answer or change in the log."""

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import verbs
from contrastive_drill.screen.plain import say

app = verbs()


@app.command()
def undo() -> None:
    """Undo the last answer or change.

    \b
    Examples:
      contrastive-drill undo
      contrastive-drill undo && contrastive-drill undo
    """
    from contrastive_drill.memory.log import Review
    from contrastive_drill.memory.scheduler import replay

    env = Environment()
    with env.store_to_change() as store:
        entry = store.undo(undo_id=env.new_id(), at=env.utc(), day=env.day(), fold=replay)
    if entry is None:
        say("Nothing to undo.")
        return
    what = entry.rating.label if isinstance(entry, Review) else entry.verb.value
    say(f"Undone: {what} on {entry.card_id}, of {env.local(entry.at):%Y-%m-%d %H:%M}.")
