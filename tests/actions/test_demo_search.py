"""Words that a demo cannot search are answered in a line, and end neither a pipe nor a prompt."""

import pytest

from contrastive_drill.actions.demo.search import _try
from contrastive_drill.demo.result import Picture, Strip
from contrastive_drill.errors import UsageProblem

FOUND = Strip("found", (Picture("a cat", (((1, 2, 3), (4, 5, 6)), ((7, 8, 9), (1, 1, 1)))),))


def find(query: str) -> Strip:
    """A demo that knows one word."""
    if query != "cat":
        raise UsageProblem(f"{query!r} has no letters: write a word")
    return FOUND


def test_a_query_without_words_is_one_line_and_the_next_is_answered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for query in ("!!", "cat"):
        _try(find, query)
    said = capsys.readouterr()
    assert "a cat" in said.out
    assert said.err == "contrastive-drill: '!!' has no letters: write a word\n"
