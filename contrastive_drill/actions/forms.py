"""The forms of the first start and of the menu; each ends in a command that shows its outcome."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from itertools import dropwhile
from pathlib import Path

from contrastive_drill import settings
from contrastive_drill.actions.child_process import run_command
from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.own_cards import add_card
from contrastive_drill.actions.plan_terms import (
    Changes,
    changed_terms,
    interview_day,
    moved_words,
    require_possible,
    save_terms,
    saved_terms,
)
from contrastive_drill.cards.card import Level
from contrastive_drill.cards.form import NAME
from contrastive_drill.errors import UsageProblem
from contrastive_drill.planner.plan_terms import DEFAULT_WEIGHTS, PlanTerms
from contrastive_drill.screen.form import Blank, fill
from contrastive_drill.screen.menus import choose
from contrastive_drill.screen.plain import say
from contrastive_drill.words import date_of

Form = Callable[[Environment], Sequence[str]]  # gives the command that it fills in
NO_DATE = "+1w"  # a date to check the minutes by
PACE = {"none": 4, "some": 3, "much": 2}  # minutes of a day for each new card, by what was met
MINUTES = "20"  # of a day, where none are given
ABOVE = 0.5  # the weight of each level above the candidate's, by that of the one below


def first_start(env: Environment) -> None:
    """Ask for the interview, the time and the level, once, and plan; Esc asks nothing."""
    blanks = [
        Blank("Interview on", hint="such as 2026-12-20; empty: no date yet"),
        Blank("Minutes a day", hint=f"empty: {MINUTES}"),
        Blank("On Saturday and Sunday", hint="minutes; empty: the same"),
        Blank("Level", "senior", options=tuple(Level)),
        Blank("Met much of it before?", "some", options=tuple(PACE)),
    ]

    def terms(lines: Sequence[str]) -> PlanTerms:
        on, minutes, *rest = [*lines, ""][:3]
        return _terms(env, None, [on or NO_DATE, minutes or MINUTES, *rest])

    try:
        lines = fill("Welcome. Five questions, then the first card.", blanks, terms)
    except KeyboardInterrupt:
        settings.save(env.paths.settings, env.preferences)  # asked once
        return
    on, minutes, _, level, met = lines
    each = max(_minutes(minutes or MINUTES), settings.RANGES["minutes_per_day"].low)
    env.preferences = env.changed_preferences("new_per_day", max(round(each / PACE[met]), 1))
    env.preferences = env.changed_preferences("minutes_per_day", each)
    settings.save(env.paths.settings, env.preferences)
    if on:
        from_theirs = enumerate(dropwhile(lambda each: each != level, Level))
        weights = DEFAULT_WEIGHTS | {each: ABOVE**steps for steps, each in from_theirs}
        save_terms(env, replace(terms(lines), weights=weights))
        say("Making the plan…")
        run_command("plan", "--brief", "--no-pager")
        say("")


def _minutes(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageProblem(f"'{text}' is not a number of minutes, such as 20") from None


def _terms(env: Environment, saved: PlanTerms | None, lines: Sequence[str]) -> PlanTerms:
    """The terms in the lines so far: the date, minutes, those of a weekend, days off."""
    on, minutes, weekend, off = (*lines, *("", "1", "", "")[len(lines) :])
    each = _minutes(minutes)
    rest = _minutes(weekend) if weekend else None
    days = ["none", *off.replace(",", " ").split()]
    changes = Changes(on or None, each, rest, days)
    to_come = saved is not None and saved.interview_day > env.day()
    terms = changed_terms(env, saved, changes, move=to_come and bool(on))
    with env.store(read_only=True) as store:
        require_possible(env, store, terms)
    return terms


def plan_form(env: Environment) -> Sequence[str]:
    """Make the plan, or change it."""
    saved, day = saved_terms(env), interview_day(env)
    if saved and choose("Your plan", [("Show it", True), ("Change it", False)]):
        return ("plan",)
    known = saved or PlanTerms(0, 20)
    weekend = "" if known.weekend is None else f"{known.weekend:g}"
    off = [str(date.fromordinal(each)) for each in sorted(known.off) if each >= env.day()]
    blanks = [
        Blank("Interview on", date_of(day) or "", "such as 2026-12-20"),
        Blank("Minutes a day", f"{known.minutes:g}"),
        Blank("On Saturday and Sunday", weekend, "minutes; empty: the same"),
        Blank("Days off", " ".join(off), "dates, such as 2026-12-12 2026-12-13"),
    ]
    terms = partial(_terms, env, saved)
    changed = terms(fill("Your plan", blanks, terms))
    save_terms(env, changed)
    if saved and saved.interview_day not in (each.interview_day for each in changed):
        say(moved_words(saved, changed))
    return ("plan",)


def settings_form(env: Environment) -> Sequence[str]:
    """Choose a setting, and change it."""
    shown = {
        name: "" if value is None else str(value) for name, value in asdict(env.preferences).items()
    }
    names = [(f"{name} = {shown[name] or 'not set'}", name) for name in settings.RANGES]
    from contrastive_drill.actions.own_keys import PRESET, PRESETS

    name = choose("Which setting?", [*names, ("keys of a review", PRESET)])
    if name == PRESET:
        return ("config", PRESET, choose("Whose keys?", [(each, each) for each in PRESETS]))
    low, high, meaning = settings.RANGES[name]
    blank = Blank(name, shown[name], f"from {low} to {high}" if high else "empty: none")
    (value,) = fill(meaning, [blank], lambda lines: env.changed_preferences(name, lines[0]))
    return ("config", name, value or "--unset")


def cards_form(env: Environment) -> Sequence[str]:
    """Add a card of one's own, or edit or check those there are."""
    choices: list[tuple[str, Form]] = [
        ("Add a card", _new_card),
        ("Edit one", _own_card),
        ("Check them", lambda _: ("bank", "check")),
        ("Count all cards", lambda _: ("bank", "stats")),
    ]
    return choose("Cards of your own", choices)(env)


def _new_card(env: Environment) -> Sequence[str]:
    labels = ("Question", "What one would say", "A key point", "Another", "Another", "A bonus")
    added: list[str] = []

    def accept(lines: Sequence[str]) -> None:
        for label, text in zip(labels[:3], lines, strict=False):
            if not text:
                raise UsageProblem(f"{label}: this is empty")
        if len(lines) == len(labels):
            points, bonus = [*filter(None, lines[2:5])], [*filter(None, lines[5:])]
            added.append(add_card(env, lines[0], lines[1], points, bonus)[0])

    fill("A card of your own, in Markdown", [Blank(label) for label in labels], accept)
    return ("show", *added)


def _own_card(env: Environment) -> Sequence[str]:
    own = {each.card for each in env.bank.problems if NAME.fullmatch(each.card)}
    own |= {c.id for c in env.bank.cards() if Path(c.origin).is_relative_to(env.paths.bank)}
    if not own:
        raise UsageProblem("you have no card of your own yet: add one")
    return ("edit", choose("Which card?", [(each, each) for each in sorted(own)]))


def code_form(env: Environment) -> Sequence[str]:
    """Which mechanism to write."""
    from contrastive_drill.actions.code.catalogue import code_cards

    with env.store(read_only=True) as store:
        cards = code_cards(env, store)
    options = [
        (f"{each.name:<24}{each.card.level:<8}{each.state:<10}{env.bank.titles[each.card.section]}",
         each.name)
        for each in cards
    ]  # fmt: skip
    return ("code", choose("Write what?", options))


# What the menu asks before a command, by the command's first word.
FORMS: dict[str, Form] = {
    "plan": plan_form,
    "config": settings_form,
    "bank": cards_form,
    "code": code_form,
    "search": lambda env: ("search", *fill("Search the cards", [Blank("Search for")])),
}
