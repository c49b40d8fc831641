"""A menu under keys that come at once, as from a paste or a slow connection."""

from random import Random

import pytest
from cases import every
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from contrastive_drill.screen.menus import MANY, choose

FEW = [(f"card {number}", number) for number in range(3)]
ALL = [(f"card {number}", number) for number in range(MANY + 1)]
KEYS = (*"\r\x1b\x03\x04\x0f\x15 2ck", "\x1b[A", "\x1b[Z", "\x1bOP", "\x00", "ü")


def chosen(keys: str, options: list[tuple[str, int]] = FEW) -> int | None:
    """What a menu gives for these keys, all at once; None where they leave it."""
    with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
        typed.send_text(keys)
        try:
            return choose("Which?", options)
        except KeyboardInterrupt:
            return None


@every("keys", ["\x1b\r", "\x1b\x03", "\x1b\x1b\r", "\x0f\x03"])
def test_the_first_key_that_leaves_counts(keys: str) -> None:
    assert chosen(keys) is None


def test_no_keys_end_in_anything_but_a_value_or_a_way_out(
    capfd: pytest.CaptureFixture[str],
) -> None:
    rng = Random(5)
    for options in (FEW, ALL) * 40:
        keys = "".join(rng.choice(KEYS) for _ in range(rng.randrange(1, 12)))
        assert chosen(f"{keys}\x1b\x03\x03", options) in (None, *range(MANY + 1)), repr(keys)
    assert "exception" not in capfd.readouterr().err
