"""`plan`: the interview date, the minutes a day, and the forecast."""

from datetime import date
from typing import Annotated, Any

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import Json, NoPager, named, one_of, verbs
from contrastive_drill.errors import UsageProblem
from contrastive_drill.planner.plan_terms import PlanTerms, Repeats
from contrastive_drill.screen.plain import say

app = verbs()
SEED = 1  # of the rehearsed learner: the same plan twice says the same


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
    repeats: Annotated[
        Repeats | None, one_of(Repeats, "Whether a card failed today is asked again today.")
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Keep the other interview too.")] = False,
    move: Annotated[bool, typer.Option("--move", help="Move the interview to --on.")] = False,
    clear: Annotated[
        bool, typer.Option("--clear", help="Delete the plan, or the interview --on a day.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every number of the plan.")] = False,
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
      contrastive-drill plan --add --on 2026-12-19
      contrastive-drill plan --move --on 2026-12-07
    """
    from contrastive_drill.actions import plan_terms

    env = Environment()
    if clear:
        if json:
            raise UsageProblem("--clear deletes the plan: there is nothing to print with --json")
        if (rest := plan_terms.clear_plan(env, on)) is not None:
            say(f"Interview deleted: the plan is for {date.fromordinal(rest.interview_day)}.")
            return
        say("Plan deleted: reviews follow the schedule. plan --on DATE --minutes 20 makes anew.")
        return
    terms = plan_terms.saved_terms(env)
    changes = plan_terms.Changes(on, minutes, weekend, off, weight, only, repeats)
    if add or move or any(each is not None for each in changes):
        changed = plan_terms.changed_terms(env, terms, changes, add=add, move=move)
        plan_terms.save_terms(env, changed)
        if move and terms is not None:
            env.notify(plan_terms.moved_words(terms, changed))
        terms = changed
    if terms is None:
        raise UsageProblem(
            "there is no plan yet: contrastive-drill plan --on 2026-12-05 --minutes 20 makes one "
            "for that date and 20 minutes a day"
        )
    if terms.interview_day == env.day():
        raise UsageProblem("the interview is today: contrastive-drill review warms up for it")
    if terms.interview_day < env.day():
        raise UsageProblem(
            f"the plan's day, {date.fromordinal(terms.interview_day)}, has come: reviews follow "
            "the schedule again; plan --on DATE makes a new plan"
        )
    if explain is not None:
        _explain(env, terms, explain, as_json=json)
    else:
        _show(env, terms, "brief" if brief else "all" if everything else "plan", as_json=json)


def _explain(env: Environment, terms: PlanTerms, card_id: str, *, as_json: bool) -> None:
    from contrastive_drill.actions.output import print_json
    from contrastive_drill.actions.planner import make_plan, reason
    from contrastive_drill.screen.planner.reason import reason_record, reason_words

    card_id = env.present_id(card_id)
    env.bank.card(card_id)  # refuses an unknown id
    with env.store(read_only=True) as store:
        why = reason(env, store, make_plan(env, store, terms), card_id)
    if as_json:
        print_json("plan-explain", reason_record(why))
    else:
        say(reason_words(why, terms.interview_day))


def _show(env: Environment, terms: PlanTerms, extent: str, *, as_json: bool) -> None:
    from contrastive_drill.actions.output import print_json, print_rows
    from contrastive_drill.actions.planner import forecast_of, later_interview, make_plan
    from contrastive_drill.screen.planner import plan as view

    with env.store(read_only=True) as store:
        plan = make_plan(env, store, terms)
        told = view.Terms(
            terms.repeats,
            terms.repeats is not terms.repeats.after(len(store.days())),
            None if extent == "brief" else later_interview(env, store, terms, SEED),
        )
    outlook = forecast_of(env, plan)
    if as_json:
        print_json("plan", view.plan_record(plan, outlook, told))
        return
    draw: Any = {"brief": view.brief_rows, "plan": view.plan_rows, "all": view.all_rows}[extent]
    print_rows(lambda sheet: draw(sheet, plan, outlook, told, env.bank.titles))
