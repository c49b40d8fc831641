"""The program without a command: the first screen, a key to the first card, and a menu."""

import os
from collections.abc import Sequence
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from contrastive_drill.actions.child_process import run_command
from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.actions.plan_terms import interview_day
from contrastive_drill.actions.planner import todays_minutes
from contrastive_drill.actions.review.daily_limit import is_day_off, minutes_left
from contrastive_drill.actions.status import current_status
from contrastive_drill.cards.card import Level
from contrastive_drill.exam.questions import unanswered
from contrastive_drill.memory.scheduler import curve_of
from contrastive_drill.memory.sitting import SittingKind
from contrastive_drill.reports.status import (
    MORE_NEW,
    Home,
    PausedExam,
    Status,
    TodaysMinutes,
    level_recall,
)
from contrastive_drill.screen.home import home_lines
from contrastive_drill.screen.plain import say
from contrastive_drill.store import Store

if TYPE_CHECKING:
    from contrastive_drill.screen.bindings import Action, Situation
    from contrastive_drill.screen.keymap import KeyMap
    from contrastive_drill.screen.session_view import Command

MORE_MINUTES = 10.0  # offered when those of a plan are used up


def open_home() -> None:
    """Show today's status; at a terminal, a key begins a review or opens the menu."""
    env, interactive = Environment(), at_terminal()
    kept = env.paths.database, env.paths.settings, env.paths.plan
    if interactive and not any(path.exists() for path in kept):
        from contrastive_drill.actions.forms import first_start

        if note := env.folder_note():
            env.notify(note)
        first_start(env)
        env = Environment()
    while True:
        home = _home(env)
        columns = get_terminal_size().columns
        if not interactive:
            say(home_lines(home, columns))
            return
        from contrastive_drill.actions.own_keys import own_keymap
        from contrastive_drill.screen.bindings import Action, Situation

        bindings = own_keymap(env)
        say(home_lines(home, columns, bindings))
        action = _pressed(bindings, Situation.HOME)
        if action is Action.BEGIN:
            _begin(env, home)
        if action is not Action.MENU or not _menu(home, bindings):
            return
        env = Environment()  # commands of the menu may have changed everything
        if os.environ.get("TERM") != "dumb":
            print("\x1b[H\x1b[2J", end="")  # noqa: T201  (no words)


def _home(env: Environment) -> Home:
    levels = [(entry.id, Level(entry.level)) for entry in env.bank.entries]
    with env.store(read_only=True) as store:
        status = current_status(env, store)
        return Home(
            status=status,
            levels=level_recall(levels, store.memories(), env.day(), curve_of(store.fit())),
            exam=_paused_exam(env, store),
            interview_day=interview_day(env),
            minutes=todays_minutes(env, store) or _limited(env, store, status),
            day_off=is_day_off(env, store),
        )


def _limited(env: Environment, store: Store, status: Status) -> TodaysMinutes | None:
    """What the minutes of a day leave of the work, where they do not leave all."""
    left, limit = minutes_left(env, store), env.preferences.minutes_per_day
    if left is None or limit is None or status.minutes <= left:
        return None
    cards = round((status.due + status.new) * left / status.minutes)
    return TodaysMinutes(limit, left, max(cards, 1), "limit")


def _paused_exam(env: Environment, store: Store) -> PausedExam | None:
    if (sitting := store.sittings.open(SittingKind.EXAM)) is None:
        return None
    cards = [card for card in sitting.cards if card in env.bank]
    left = unanswered(cards, store.sittings.answers(sitting.id))
    return PausedExam(len(cards) - len(left), len(cards))


def _pressed(bindings: "KeyMap", situation: "Situation") -> "Action | Command | None":
    """The action of the next key, at first one that has any; a closed terminal is left."""
    from contrastive_drill.screen.bindings import Action, Situation
    from contrastive_drill.screen.keymap import name_of
    from contrastive_drill.screen.keys import RESIZED, terminal_keys

    with terminal_keys() as keys:
        try:
            while True:
                action = bindings.action(situation, key := keys.read())
                if action not in (None, Action.REDRAW):
                    return action
                if key != RESIZED:
                    if situation is Situation.COMMAND_DONE:
                        return action
                    say(f"No key '{name_of(key)}' here.")
        except EOFError:
            return Action.LEAVE


def _wait_for_key(bindings: "KeyMap") -> bool:
    """Wait until the output has been read; returns whether to go back to the first screen."""
    from contrastive_drill.screen.bindings import Action, Situation

    ((key, words),) = bindings.bar(Situation.COMMAND_DONE)
    say(("", f"any key: back to the first screen   {key}: {words}"))
    action = _pressed(bindings, Situation.COMMAND_DONE)
    say("")
    return action is not Action.LEAVE


def _begin(env: Environment, home: Home) -> None:
    from contrastive_drill.actions.review.queue import ReviewOptions
    from contrastive_drill.actions.review.session import run_review

    more = {"minutes": MORE_MINUTES} if home.minutes else {"new": MORE_NEW}
    options = ReviewOptions() if home.ready else ReviewOptions(**more)
    run_review(env, options, as_lines=False)


def _menu(home: Home, bindings: "KeyMap") -> bool:
    """Run one command of the menu; returns whether to go back to the first screen."""
    from contrastive_drill.actions.forms import FORMS
    from contrastive_drill.screen.home import CHOICE, choices, menu
    from contrastive_drill.screen.menus import choose

    arguments: Sequence[str]
    try:
        arguments = choose("What now?", menu(home))
        if not arguments:
            return False
        if arguments == CHOICE:
            arguments = ("review", _chosen(choose("Which cards?", choices(home))))
        elif form := FORMS.get(arguments[0]):
            arguments = form(Environment())
    except KeyboardInterrupt:
        return True
    run_command(*arguments)
    return _wait_for_key(bindings)


def _chosen(option: str) -> str:
    """The option of a review, with a name that the learner chooses where it takes one."""
    from contrastive_drill.actions.completion import NAMES, names
    from contrastive_drill.screen.menus import choose

    if (sort := option.removeprefix("--")) not in NAMES:
        return option
    name = choose(f"Which {sort}?", [(each, each) for each in names(sort)])
    return name if sort == option else f"{option}={name}"
