"""The table that says where each item of the source documents is asked, held to the bank."""

import re
from pathlib import Path

from cases import every
from shipped import by_id

from contrastive_drill.bank.stats import bank_stats
from contrastive_drill.cards.kinds import Kind

CHANGELOG = (Path(__file__).parents[2] / "CHANGELOG.md").read_text("utf-8")
ROW = re.compile(r"^\| (Document 00\d|Errata) \| (.+?) \| (.+?) \|$", re.M)
TABLE = [
    (document, item, re.findall(r"`([^`]+)`", named))
    for document, item, named in ROW.findall(CHANGELOG)
]


@every(("document", "item", "named"), TABLE, ids=lambda value: str(value)[:30])
def test_every_item_has_cards_that_are_there(document: str, item: str, named: list[str]) -> None:
    assert named
    assert len(set(named)) == len(named)
    assert set(named) <= set(by_id()), (document, item)


def test_nothing_of_the_documents_is_left_out() -> None:
    items = {(document, item) for document, item, _ in TABLE}
    assert len(items) == len(TABLE)
    for n in range(1, 46):
        assert ("Document 002", f"question {n}") in items
    for n in range(1, 11):
        assert ("Document 002", f"quick fire {n}") in items
    for n in range(1, 33):
        assert ("Errata", f"E{n}") in items
    in_003 = [item for document, item, _ in TABLE if document == "Document 003"]
    for start, count in (("use", 5), ("landscape", 8), ("pitfall", 5), ("FAQ", 6), ("table", 1)):
        assert sum(item.startswith(start) for item in in_003) == count, start
    in_001 = [item for document, item, _ in TABLE if document == "Document 001"]
    for start, count in (("formula", 7), ("follow-up", 4), ("table", 1), ("limitations", 1)):
        assert sum(item.startswith(start) for item in in_001) == count, start
    assert {"Document 000", "Document 004"} <= {document for document, _ in items}


def test_the_cold_list_stands_at_its_places() -> None:
    for document, item, named in TABLE:
        if document == "Document 002":
            number = int(item.rpartition(" ")[2]) + (45 if item.startswith("quick") else 0)
            assert [by_id()[name].place for name in named] == [number]


def test_every_erratum_stands_on_a_card() -> None:
    for document, item, named in TABLE:
        if document == "Errata":
            cards = [by_id()[name] for name in named]
            assert any(card.erratum for card in cards), item


def test_the_bank_is_as_large_and_as_mixed_as_is_said() -> None:
    found = bank_stats(by_id().values())
    assert f"{found.cards} cards" in CHANGELOG
    kinds = {kind for counts in found.kinds.values() for kind in counts}
    assert kinds == {kind.value for kind in Kind}
