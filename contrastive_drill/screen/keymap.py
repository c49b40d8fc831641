"""Which key does what in which situation: the table of bindings, as the learner changed it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import product, zip_longest

from contrastive_drill.memory.log import Rating
from contrastive_drill.screen.bindings import (
    BINDINGS,
    EXAM,
    INTERVIEW,
    LETTERS,
    NAMES,
    REVIEW,
    Action,
    Binding,
    Situation,
    Words,
)
from contrastive_drill.screen.keys import CLOSED, ENTER, PAGE_DOWN, RESIZED, SPACE
from contrastive_drill.screen.session_view import Command

# Anki's: digits rate, Space goes on, and letters that are no command tick.
ANKI: dict[Action | Command, tuple[str, ...]] = {
    Action.RATE: tuple("1234"),
    Action.TICK: tuple(LETTERS),
    Action.REVEAL: (SPACE, ENTER),
    Action.ACCEPT: (SPACE, ENTER),
    Action.PAGE_DOWN: (PAGE_DOWN,),
    Command.EDIT: ("e",),
}
FIXED = (Action.ANSWER, Action.OPEN, Action.REDRAW)  # digits, and what no person presses
PRESETS: Mapping[str, Mapping[Action | Command, tuple[str, ...]]] = {"drill": {}, "anki": ANKI}


class KeyMap:
    """The bindings of every situation.

    Raises:
        ValueError: where one key would do two things in one situation.
    """

    def __init__(self, bindings: Iterable[Binding]) -> None:
        self._bindings = tuple(bindings)
        self._by_key: dict[tuple[Situation, str], tuple[Binding, str]] = {}  # and what names it
        for binding in self._bindings:
            keys, own = binding.keys, names(binding)
            named = zip_longest(keys, own[: len(keys)], fillvalue=own[0])
            for situation, (key, name) in product(binding.situations, named):
                other, first = self._by_key.setdefault((situation, key), (binding, name))
                if other.action is not binding.action or (other is binding and first != name):
                    words = f"'{name_of(key)}' would do two things, {first} and {name}"
                    raise ValueError(f"{words}: change one")

    def action(self, situation: Situation, key: str) -> Action | Command | None:
        """What a key does; a capital is its small letter unless it has a use of its own."""
        found = self._by_key.get((situation, key)) or self._by_key.get((situation, key.lower()))
        return found[0].action if found else None

    def place(self, situation: Situation, action: Action, key: str) -> int:
        """Which of the keys of an action a key is, from 0."""
        keys = self.keys(situation, action)
        return keys.index(key if key in keys else key.lower())

    def elsewhere(self, situation: Situation, key: str) -> str | None:
        """What a key does at another moment of the session, in the help's words."""
        for other in _group(situation):
            action = self.action(other, key)
            for binding in self._bindings:
                if binding.action is action and binding.help and other in binding.situations:
                    return binding.help
        return None

    def keys(self, situation: Situation, action: Action | Command) -> tuple[str, ...]:
        """The keys of an action, none where it is not offered."""
        return next(
            (b.keys for b in self._bindings if b.action is action and situation in b.situations), ()
        )

    def bar(
        self, situation: Situation, without: Collection[Action | Command] = (), **facts: object
    ) -> list[Words]:
        """The keys and their words, in order; `facts` fill what stands in braces."""
        return [
            (each.bar_keys.format(**facts) or name_of(each.keys[0]), each.bar.format(**facts))
            for each in self._bindings
            if each.bar and situation in each.situations and each.action not in without
        ]

    def help(self, situation: Situation) -> list[Words]:
        """The keys of a whole review, exam or interview, with a sentence each."""
        return [
            (binding.help_keys or _names(binding.keys), binding.help)
            for binding in self._bindings
            if binding.help and not set(_group(situation)).isdisjoint(binding.situations)
        ]

    def named(self) -> dict[str, Words]:
        """The keys that can be changed: by name, what each is now and what it does."""
        return {
            name: (name_of(key), binding.help or binding.bar or name)
            for binding in reversed(self._bindings)
            if binding.action not in FIXED
            for name, key in zip(names(binding), binding.keys, strict=False)
        }


def names(binding: Binding) -> tuple[str, ...]:
    """What `config key.NAME` calls the keys of a binding that can be changed."""
    plain = binding.action.name.lower().replace("_", "-")
    if binding.action is Action.RATE:
        return tuple(f"{plain}-{rating.name.lower()}" for rating in Rating)
    if binding.action is Action.TICK:
        return tuple(f"{plain}-{number}" for number in range(1, 10))
    return (plain,)


@cache
def keymap(preset: str = "drill", changes: tuple[tuple[str, str], ...] = ()) -> KeyMap:
    """The table under a preset, with single keys changed by name.

    Raises:
        ValueError: where a key would do two things in one situation.
    """
    own, preset_keys = dict(changes), PRESETS[preset]

    def bound(binding: Binding) -> Binding:
        if binding.action in FIXED:
            return binding
        chosen = preset_keys.get(binding.action, binding.keys)
        changed = map(own.get, names(binding))
        keys = tuple(new or key for key, new in zip_longest(chosen, changed) if new or key)
        if keys == binding.keys:
            return binding
        return binding._replace(keys=keys, bar_keys="", help_keys="")

    return KeyMap(map(bound, BINDINGS))


def key_named(name: str) -> str:
    """The key of a name on the screen, or of a character.

    Raises:
        ValueError: when it is neither.
    """
    key = {shown.lower(): key for key, shown in NAMES.items()}.get(name.lower(), name)
    if len(key) != 1 and key not in NAMES:
        raise ValueError(f"'{name}' is no key: give one character, or {', '.join(NAMES.values())}")
    return key


def name_of(key: str) -> str:
    """A key as it is called on the screen."""
    return NAMES.get(key, key)


def _group(situation: Situation) -> Collection[Situation]:
    return next((group for group in (REVIEW, EXAM, INTERVIEW) if situation in group), (situation,))


def _names(keys: Sequence[str]) -> str:
    shown = [name_of(key) for key in keys if key not in (RESIZED, CLOSED)]
    return (" " if all(len(name) == 1 for name in shown) else ", ").join(shown)
