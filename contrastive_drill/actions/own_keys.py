"""The learner's own keys: a preset, and single keys changed by name."""

from collections.abc import Mapping
from pathlib import Path

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.screen.keymap import PRESETS, KeyMap, key_named, keymap, name_of
from contrastive_drill.spelling import UnknownName

__all__ = ["PRESET", "PRESETS", "change", "described", "is_key_setting", "own_keymap"]
PRESET, PREFIX = "keys", "key."


def is_key_setting(name: str | None) -> bool:
    """Whether a setting's name is one of keys."""
    return name is not None and (name == PRESET or name.startswith(PREFIX))


def own_keymap(env: Environment) -> KeyMap:
    """The bindings as the learner has them.

    Raises:
        DataProblem: when the file was not written by `change`.
    """
    return _keymap(_own(env))


def change(env: Environment, name: str, value: str | None) -> None:
    """Choose a preset, or another key for what `key.NAME` does; None as it was at first.

    Raises:
        UsageProblem: when there is no such name or key, or one key would do two things.
    """
    own = _own(env)
    own.pop(name, None)
    try:
        if value is not None:
            own[name] = value if name == PRESET else key_named(value)
        _keymap(own)
    except ValueError as error:
        raise UsageProblem(str(error)) from None
    settings.write(_path(env), own)


def described(env: Environment, name: str | None = None) -> list[str]:
    """The preset and the keys that were changed, or one key, a line each."""
    own = _own(env)
    lines = [
        f"{PRESET} = {own.get(PRESET, 'drill')}  ({' or '.join(PRESETS)}) the keys of a review"
    ]
    for key in [name] if name and name != PRESET else [each for each in own if each != PRESET]:
        does = keymap().named()[_known(key)][1]
        lines.append(f"{key} = {name_of(own[key]) if key in own else 'as in the preset'}  {does}")
    return lines if name is None or name == PRESET else lines[1:]


def _own(env: Environment) -> dict[str, str]:
    path = _path(env)
    own = settings.read(path) or {}
    try:
        _keymap(own)
    except (UsageProblem, ValueError, KeyError, TypeError) as error:
        remedy = "fix it, or move it away for the keys as they were"
        raise DataProblem(f"{path} is not a table of keys: {error}; {remedy}") from error
    return own


def _keymap(own: Mapping[str, str]) -> KeyMap:
    changes = ((_known(name), key_named(key)) for name, key in own.items() if name != PRESET)
    if not all(isinstance(key, str) for key in own.values()):
        raise ValueError("every key is a string")
    preset = own.get(PRESET, "drill")
    if preset not in PRESETS:
        raise UnknownName(f"there are no keys of '{preset}'", preset, PRESETS)
    return keymap(preset, tuple(changes))


def _known(name: str) -> str:
    short = name.removeprefix(PREFIX)
    if short not in (known := keymap().named()):
        way_on = "contrastive-drill help keys lists them"
        raise UnknownName(f"there is no key '{short}'", short, known, way_on)
    return short


def _path(env: Environment) -> Path:
    return env.paths.settings.with_name("keys.json")
