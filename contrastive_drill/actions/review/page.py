"""Writes the cards of some days into a page for the phone."""

from pathlib import Path
from typing import NamedTuple

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.review.coming_days import coming_days
from contrastive_drill.actions.review.queue import ReviewOptions, nothing_to_ask
from contrastive_drill.actions.review.siblings import siblings_of
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen import output_file


class WrittenPage(NamedTuple):
    """What a page holds."""

    cards: int
    last_day: int  # of study
    size: int  # bytes


def write_page(
    env: Environment, path: Path, options: ReviewOptions, days: int, dry_run: bool = False
) -> WrittenPage:
    """Write the cards that reviews would ask on so many days from today on, if not in a dry run.

    Raises:
        UsageProblem: where there is none, or the file has another ending.
        DataProblem: where the file cannot be written.
    """
    from contrastive_drill.screen.review.page import PageCard, page

    output_file.ready(path, "the page", output_file.HTML)
    with env.store(read_only=True) as store:
        found, repeats = coming_days(env, store, options, days)
        if not found:
            raise UsageProblem(nothing_to_ask(env, store, options))
    near, titles = siblings_of(env, [*found]), env.bank.titles
    put = [
        PageCard(card, titles[card.section], day, near.get(card.id, set()))
        for card, day in zip(map(env.bank.card, found), found.values(), strict=True)
    ]
    hour = env.preferences.rollover_hour
    text = page(env.new_id(), put, env.day(), hour, repeats=repeats).encode()
    output_file.write(path, "the page", text, output_file.HTML, dry_run=dry_run)
    return WrittenPage(len(put), max(found.values()), len(text))
