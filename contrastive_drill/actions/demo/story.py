"""A run told at a terminal: the prediction before it, and its pictures one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from contrastive_drill.actions.demo.laboratory import PreparedRun
from contrastive_drill.actions.environment import Environment, open_console
from contrastive_drill.actions.output import print_rows
from contrastive_drill.demo import catalogue
from contrastive_drill.demo.result import DemoResult
from contrastive_drill.screen.demo.result import circumstances, verdict

if TYPE_CHECKING:
    from contrastive_drill.screen.demo.story import StoryScreen


def predict(env: Environment, prepared: PreparedRun) -> int | None:
    """The option that the learner expects; None where they have no guess, or nothing is asked.

    Raises:
        KeyboardInterrupt: when they leave instead.
    """
    prediction = prepared.experiment.prediction
    if prediction is None:
        return None
    with _story(env) as story:
        claim = catalogue.describe(prepared.experiment.name).claim
        return story.predict(claim, prediction) if story else None


def tell(env: Environment, result: DemoResult, guess: int | None) -> bool:
    """Tell a result, and leave its verdict on the screen; False where no single keys are read."""
    with _story(env) as story:
        if story is None:
            return False
        story.tell_result(result, guess)
    facts = ", ".join([verdict(result), *circumstances(result)])
    words = f"{result.name}: {facts}; contrastive-drill demo {result.name} --all has every table"
    print_rows(lambda sheet: sheet.words(words))
    return True


@contextmanager
def _story(env: Environment) -> "Iterator[StoryScreen | None]":
    """The screen of a story, cleared when it is left; None where no single keys are read."""
    from contrastive_drill.actions.own_keys import own_keymap
    from contrastive_drill.actions.review.session import open_keys
    from contrastive_drill.screen.demo.story import StoryScreen

    console = open_console()
    with open_keys(console, as_lines=False) as keys:
        if keys is None:
            yield None
            return
        console.clear()
        yield StoryScreen(console, keys, lambda: None, own_keymap(env))
        console.clear()
