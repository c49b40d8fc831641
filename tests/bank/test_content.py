"""What holds of every card that is shipped; its numbers are computed here, not copied."""

import math
import re

from cases import every
from shipped import by_id, calculations, cards

from contrastive_drill.bank.markdown import read
from contrastive_drill.cards.calculations import GENERATORS
from contrastive_drill.cards.card import Card, Level, SourceKind
from contrastive_drill.cards.grade import check
from contrastive_drill.cards.kinds.calculation import Task
from contrastive_drill.cards.kinds.choice import Choices
from contrastive_drill.cards.markdown import markdown as written
from contrastive_drill.cards.prose import Prose, formulas_of, lines_of, plain
from contrastive_drill.cards.variant import variant
from contrastive_drill.formula.layout import inline, layout
from contrastive_drill.screen.plain import shown


def named(card_id: str) -> Card:
    """One shipped card."""
    return by_id()[card_id]


def all_prose(card: Card) -> list[Prose]:
    """Every text of a card."""
    prose = [card.prompt, card.say, card.answer]
    if card.bait:
        prose += [card.bait.answer, card.bait.fails]
    if card.erratum:
        prose += [card.erratum.sheet, card.erratum.correct]
    if isinstance(card.expected, Choices):
        prose += [choice.why for choice in card.expected.options]
    return prose


def words_of(card: Card) -> str:
    """Everything a card says, as text."""
    lines = [plain(line) for prose in all_prose(card) for line in lines_of(prose)]
    if isinstance(card.expected, Choices):
        lines += [plain(choice.line) for choice in card.expected.options]
    return "\n".join([*lines, *(plain(point.line) for point in card.points)])


def formulas(card: Card) -> list[str]:
    """Every formula of a card."""
    found = [tex for prose in all_prose(card) for tex in formulas_of(prose)]
    lines = [point.line for point in card.points]
    if isinstance(card.expected, Choices):
        lines += [choice.line for choice in card.expected.options]
    return found + [span.text for line in lines for span in line if span.style == "formula"]


def test_the_cold_list_is_whole() -> None:
    assert sorted(card.place for card in cards() if card.place) == list(range(1, 56))


def test_every_level_is_asked() -> None:
    assert {card.level for card in cards()} == set(Level)


@every("card", cards, ids=lambda card: card.id)
def test_a_card_can_be_graded_and_checked(card: Card) -> None:
    assert 2 <= len(card.points) <= 6
    assert card.required
    required = [point.required for point in card.points]
    assert required == sorted(required, reverse=True), "required points come first"
    assert card.sources
    for source in card.sources:
        named_place = source.where or (source.kind is SourceKind.CODE and " " in source.reference)
        if source.kind in (SourceKind.ARXIV, SourceKind.DOI, SourceKind.CODE):
            assert named_place, f"where in {source.reference}?"
    assert len(words_of(card)) > 150


@every("card", cards, ids=lambda card: card.id)
def test_every_formula_is_drawn_at_every_width(card: Card) -> None:
    for tex in formulas(variant(card, "a seed")):
        for width in (80, 60, 40):
            for ascii_only in (False, True):
                rows = layout(tex, width - 2, ascii_only)
                assert rows
                assert all(len(row) <= 2 * width for row in rows)
                one = inline(tex, ascii_only)
                assert "\n" not in one
                assert not ascii_only or (one.isascii() and "".join(rows).isascii())


@every("card", calculations, ids=lambda card: card.id)
def test_a_calculation_is_filled_in_and_accepts_its_own_answer(card: Card) -> None:
    texts = set()
    for seed in map(str, range(20)):
        asked = variant(card, seed)
        text = words_of(asked)
        assert "[[" not in text
        assert isinstance(asked.expected, Task)
        assert asked.expected.number is not None
        wanted = asked.expected.number.wanted
        right = check(asked, str(wanted))
        assert right is not None
        assert right.right
        wrong = check(asked, f"{wanted.value * 1.5 + 1} {wanted.unit}")
        assert wrong is not None
        assert not wrong.right
        texts.add(text)
    assert len(texts) > 3


def test_every_generator_has_its_card() -> None:
    used = [card.expected.generator for card in calculations() if isinstance(card.expected, Task)]
    assert sorted(used) == sorted(GENERATORS)


@every("card", cards, ids=lambda card: card.id)
def test_every_word_can_be_spelled_on_an_ascii_terminal(card: Card) -> None:
    said = shown(words_of(card), ascii_only=True)
    assert said.isascii()
    assert said.count("?") == words_of(card).count("?")


@every("card", cards, ids=lambda card: card.id)
def test_the_text_reads_back_from_markdown(card: Card) -> None:
    for prose in all_prose(card):
        assert read(written(prose)) == (prose, [])


@every("place", [1, 6, 7, 8, 9, 20, 21, 25, 37])
def test_formulas_that_study_sheets_lost_are_there(place: int) -> None:
    card = next(card for card in cards() if card.place == place)
    assert formulas_of(card.say + card.answer)
    if place in (1, 6, 9, 20, 21):
        assert card.formulas


ERRATA = {
    11: ("softmax", "layer"),
    14: ("match",),
    19: ("OpenAI", "Cohere"),
    21: (r"\log N",),
    30: ("MNIST",),
    35: ("Gemini",),
    38: ("beam",),
    43: ("cosine",),
}


@every("place", ERRATA)
def test_errata_of_the_study_sheets_are_told(place: int) -> None:
    card = next(card for card in cards() if card.place == place)
    assert card.erratum is not None
    correct = "\n".join(plain(line) for line in lines_of(card.erratum.correct))
    whole = correct + words_of(card)
    for word in ERRATA[place]:
        assert word in whole


def test_no_two_prompts_are_nearly_the_same() -> None:
    def bag(card: Card) -> set[str]:
        text = " ".join(plain(line) for line in lines_of(card.prompt)).lower()
        return set(re.findall(r"[a-z0-9-]{3,}", text))

    bags = [(card.id, bag(card)) for card in cards()]
    for index, (one, left) in enumerate(bags):
        for other, right in bags[index + 1 :]:
            assert len(left & right) / len(left | right) < 0.6, (one, other)


def test_links_lead_on_and_prerequisites_come_first() -> None:
    order = [card.id for card in cards()]
    for card in cards():
        for need in card.needs:
            assert order.index(need) < order.index(card.id)
        assert set(card.follow_ups) <= set(order)
    assert any(card.demo == "collapse" for card in cards())


def test_numbers_on_cards_are_what_their_formulas_give() -> None:
    assert f"{math.log(32768):.2f}" == "10.40"
    assert "10.40" in words_of(named("infonce-mutual-information")) + words_of(
        named("infonce-bound-by-hand")
    )
    assert "10.4" in words_of(named("clip-loss-at-chance"))
    by_hand = words_of(named("rrf-by-hand"))
    assert f"{1 / 61:.4f}" in by_hand
    assert f"{2 / 70:.4f}" in by_hand
    # A positive of cosine 1 among N - 1 negatives of cosine 0, at temperature 1.
    floor = math.log(math.e + 32767) - 1
    assert f"{floor:.2f}" == "9.40"
    shares = {}
    for tau in (1.0, 0.07, 0.01):
        weights = [math.exp(s / tau) for s in (0.28, 0.20, 0.10, 0.0, -0.1)]
        shares[tau] = weights[0] / sum(weights)
    temperature = words_of(named("temperature"))
    for tau, share in shares.items():
        if f"{share:.0%}".rstrip("%") in ("24", "71"):
            assert f"{share:.0%}".rstrip("%") in temperature, tau
    projector = 1024 * 4096 + 4096 + 4096 * 4096 + 4096
    assert "21 million" in words_of(named("llava-parameter-budget"))
    assert round(projector / 1e6) == 21
