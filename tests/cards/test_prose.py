"""The text of a card as values."""

import pytest

from contrastive_drill.bank.markdown import read
from contrastive_drill.cards.prose import first_line, plain


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\ntwo", "one two"),
        ("one\\\ntwo", "one"),
        ("one **two\\\nthree**", "one two"),
        ("- one\\\n  two\n- three", "one"),
        ("$$\na\n+ b\n$$\nmore", "a\n+ b"),
        ("```\na = 1\nb = 2\n```", "a = 1"),
    ],
)
def test_a_row_of_a_list_has_one_line(text: str, line: str) -> None:
    blocks, faults = read(text)
    assert not faults
    assert plain(first_line(blocks)) == line
