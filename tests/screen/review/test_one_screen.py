"""Every card of the bank: what is needed to rate it stands on one screen after one key."""

import io

import pytest
from rich.cells import cell_len
from shipped import cards

from contrastive_drill.cards.attempt import Attempt
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.kinds.verdict import Ruling
from contrastive_drill.cards.variant import variant
from contrastive_drill.cli.help import FOLDER
from contrastive_drill.memory.log import NEW, Mode
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.screen.console import make_console
from contrastive_drill.screen.keys import Keys
from contrastive_drill.screen.review.lines import LineView
from contrastive_drill.screen.review.terminal import TerminalView
from contrastive_drill.screen.session_view import Command, Question

DAY = 739_941
PREVIEWS = Scheduler(0.9).preview("any", NEW, DAY)


class Script(Keys):
    """Keys pressed one after the other; the screen is kept as it was before the last of them."""

    def __init__(self, keys: str) -> None:
        super().__init__()
        self.left = list(keys)

    def read(self, wait: float | None = None) -> str:
        return self.left.pop(0)


def drawn(
    card: Card, columns: int, rows: int, keys: str = "q", revealed: bool = True
) -> list[list[str]]:
    """The screens of a card, one before each of the keys."""
    console = make_console(io.StringIO())
    console.size = (columns, rows)
    view = TerminalView(console, Script(keys), lambda: None)
    question = Question(
        variant(card, "seed"), "A section", "new", PREVIEWS, DAY, 3, 9, 1, 61, Mode.REVIEW
    )
    show = view.grade if revealed else view.ask
    attempt = Attempt().reveal(None, 20.0) if revealed else Attempt()
    assert show(question, attempt) is Command.QUIT
    file = console.file
    assert isinstance(file, io.StringIO)
    screens = file.getvalue().split("\x1b[H")[1:]
    return [
        screen.replace("\x1b[K", "").replace("\x1b[J", "").split("\n")[:-1] for screen in screens
    ]


@pytest.mark.parametrize(("columns", "rows", "share"), [(80, 24, 0.95), (100, 30, 1.0)])
def test_the_rating_is_on_the_screen_of_the_answer(columns: int, rows: int, share: float) -> None:
    scrolled = []
    for card in cards():
        (screen,) = drawn(card, columns, rows)
        assert len(screen) < rows
        assert all(cell_len(row) <= columns for row in screen), card.id
        assert "a Again" in screen[-2], "the ratings are always there"
        assert screen[-1].startswith("Enter Again  m more")
        shown = "\n".join(screen)
        if "more rows below" in shown:
            scrolled.append(card.id)
            continue
        assert all(f"[ ] {number} " in shown for number in range(1, len(card.points) + 1)), card.id
    assert len(scrolled) <= (1 - share) * len(cards()), scrolled


def test_no_card_needs_more_than_one_further_screen() -> None:
    for card in cards():
        first, second = drawn(card, 80, 24, " q")
        if "more rows below" in "\n".join(first):
            assert "the end" in "\n".join(second), card.id
        else:
            assert "That key scrolls" in "\n".join(second)


def test_what_unfolds_holds_every_row_and_the_ratings() -> None:
    for card in cards()[::9]:
        seen = ""
        for screen in drawn(card, 80, 24, "m" + "  - " + " " * 6 + "q"):
            assert "a Again" in screen[-2]
            seen += "\n".join(screen)
        assert "the end" in seen or "more rows below" not in seen or "That key" in seen
        for source in card.sources:
            assert source.label.split()[0] in seen


@pytest.mark.parametrize("revealed", [False, True])
def test_the_help_of_a_verdict_says_when_each_ruling_is_right(revealed: bool) -> None:
    first = {kind: next(card for card in cards() if card.kind is kind) for kind in Kind}
    meanings = card_kind(Kind.VERDICT).meanings
    rows = [f"{ruling:<14}{meaning}" for ruling, meaning in meanings]
    assert [ruling for ruling, _ in meanings] == [*Ruling]
    for kind, card in first.items():
        _, helped, back = drawn(card, 80, 24, "?xq", revealed)
        assert (helped[:3] == rows) is (kind is Kind.VERDICT)
        assert any("reveal the answer" in row for row in helped)
        assert "any key: back" not in "".join(back)


@pytest.mark.parametrize("page", ["cards", "review"])
def test_the_guides_say_it_in_the_same_words(page: str) -> None:
    guide = " ".join((FOLDER / f"{page}.md").read_text("utf-8").split())
    for ruling, meaning in card_kind(Kind.VERDICT).meanings:
        assert f"*{ruling}*: {meaning}" in guide


def test_lines_have_it_behind_their_help_too() -> None:
    card = next(card for card in cards() if card.kind is Kind.VERDICT)
    question = Question(card, "A section", "new", PREVIEWS, DAY, 3, 9, 1, 61, Mode.REVIEW)
    console = make_console(io.StringIO())
    LineView(console, io.StringIO(":help\n:quit\n"), lambda: None).ask(question, Attempt())
    assert isinstance(console.file, io.StringIO)
    assert "\nwrong: acting on it would do harm.\n" in console.file.getvalue()
