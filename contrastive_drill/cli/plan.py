"""`plan`: the interview date, the minutes a day, and the forecast."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import Json, NoPager, named, verbs
from contrastive_drill.errors import UsageProblem
from contrastive_drill.planner.plan_terms import PlanTerms
from contrastive_drill.screen.plain import say

app = verbs()
SEED = 1  # of the simulated learners: the same plan twice gives the same forecast


@app.command()
def plan(
    on: Annotated[str | None, typer.Option(help="The date: 2026-12-05, friday, +3w.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Minutes a day.")] = None,
    weekend: Annotated[
        float | None, typer.Option(help="Minutes on Saturday and on Sunday.")
    ] = None,
    off: Annotated[
        list[str] | None, typer.Option(help="A day off; may be given again; none clears them.")
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=W", help="The weight of a section, a level or 'numbered'."),
    ] = None,
    only: Annotated[
        list[str] | None,
        named("Only this section or level; may be given again; all clears it.", "section", "level"),
    ] = None,
    explain: Annotated[
        str | None, named("Why this card is asked today or not.", "card", metavar="ID")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Delete the plan.")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="Only what to expect.")] = False,
    json: Json = False,
    no_pager: NoPager = False,
) -> None:
    """Plan for an interview date.

    From then on, review asks the cards that gain most recall on that day per second.

    \b
    Examples:
      contrastive-drill plan --on 2026-12-05 --minutes 20 --weekend 45
      contrastive-drill plan --weight clip=2 --only senior
      contrastive-drill plan --explain infonce-formula
    """
    from contrastive_drill.actions import plan_terms

    env = Environment()
    if clear:
        if json:
            raise UsageProblem("--clear deletes the plan: there is nothing to print with --json")
        plan_terms.clear_plan(env)
        say("Plan deleted: reviews follow the schedule. plan --minutes 20 makes a new one.")
        return
    terms = plan_terms.saved_terms(env)
    if any(option is not None for option in (on, minutes, weekend, off, weight, only)):
        terms = plan_terms.changed_terms(env, terms, on, minutes, weekend, off, weight, only)
        plan_terms.save_terms(env, terms)
    if terms is None:
        raise UsageProblem(
            "there is no plan yet: contrastive-drill plan --on 2026-12-05 --minutes 20 makes one "
            "for that date and 20 minutes a day"
        )
    if terms.interview_day <= env.day():
        raise UsageProblem(
            f"the plan's day, {date.fromordinal(terms.interview_day)}, has come: reviews follow "
            "the schedule again; plan --on DATE makes a new plan"
        )
    _show(env, terms, explain, brief=brief, as_json=json)


def _show(
    env: Environment, terms: PlanTerms, card_id: str | None, *, brief: bool, as_json: bool
) -> None:
    from contrastive_drill.actions.output import print_json, print_rows
    from contrastive_drill.actions.planner import make_plan, save_order
    from contrastive_drill.memory.marks import unavailable
    from contrastive_drill.planner.explanation import explain
    from contrastive_drill.planner.forecast import forecast
    from contrastive_drill.screen.planner.plan import (
        plan_record,
        plan_rows,
        reason_record,
        reason_words,
    )

    if card_id is not None:
        card_id = env.present_id(card_id)
        env.bank.card(card_id)  # refuses an unknown id
    with env.store(read_only=True) as store:
        current, marks = make_plan(env, store, terms), store.marks()
    save_order(env, terms, [card.card_id for card in current.ranked])
    absent = unavailable(marks, env.day())
    current = replace(current, ranked=tuple(c for c in current.ranked if c.card_id not in absent))
    if card_id is not None:
        if card_id not in {each.card_id for each in current.deck.order}:
            raise UsageProblem(
                f"{card_id} is not in the plan: suspended, left out by --only, or of weight 0"
            )
        reason = explain(current, card_id, buried=card_id in absent)
        if as_json:
            print_json(reason_record(reason))
        else:
            say(reason_words(reason, current))
        return
    entries = env.bank.entries
    outlook = forecast(
        current,
        {entry.id: entry.section for entry in entries},
        {entry.id: entry.level for entry in entries},
        SEED,
    )
    if as_json:
        print_json(plan_record(current, outlook))
    else:
        titles = None if brief else env.bank.titles
        print_rows(lambda sheet: plan_rows(sheet, current, outlook, titles))
