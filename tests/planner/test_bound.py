"""The printed bound against the exact best of its class of schedules."""

from cases import every
from planbench.exact import Schedules, best, tiny
from planbench.tiny_decks import CLASSES, SIZES, bound


@every("schedules", CLASSES)
@every("size", SIZES)
@every("seed", [*range(6), 80])
def test_no_schedule_of_its_class_beats_the_bound(
    seed: int, size: tuple[int, int], schedules: Schedules
) -> None:
    deck = tiny(seed, *size)
    printed = bound(deck, schedules)
    assert best(deck, schedules) / deck.weight <= printed <= 1
