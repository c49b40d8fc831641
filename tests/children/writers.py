"""Several processes on one store at once.

    python writers.py FOLDER

Six processes open a store that is not there yet, at the same moment; then two answer the same
cards, 200 times each. The exit status is 0 when no answer was lost.
"""

import os
import random
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from answers import answer, assert_sound, opened

from contrastive_drill.store import StaleMemory


def together(works: Sequence[Callable[[], None]]) -> None:
    """Run each in a process of its own, all let go at one moment."""
    gate, opener = os.pipe()
    pids = []
    for work in works:
        pid = os.fork()
        if pid == 0:
            try:
                os.close(opener)
                os.read(gate, 1)  # the end of the pipe, when the last opener is closed
                work()
            except BaseException:
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            os._exit(0)
        pids.append(pid)
    os.close(gate)
    os.close(opener)
    assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * len(pids)


def settle_in(folder: Path, number: int) -> None:
    """Make the store, or find it made, and answer once."""
    with opened(folder) as store:
        card = f"own-{number}"
        store.record(answer(card, store.memory(card)))


def write(folder: Path, seed: int) -> None:
    """Answer 200 times; where the other process was faster, answer from what it left."""
    rng = random.Random(seed)
    with opened(folder) as store:
        for number in range(200):
            card = f"card-{rng.randrange(4)}"
            memory = store.memory(card)
            while True:
                try:
                    store.record(answer(card, memory, number))
                    break
                except StaleMemory as stale:
                    memory = stale.current


def main(folder: Path) -> None:
    """Run both."""
    for trial in range(20):
        place = folder / f"new-{trial}"
        together([partial(settle_in, place, number) for number in range(6)])
        with opened(place) as store:
            assert len(list(store.reviews())) == 6
            assert_sound(store)
    opened(folder).close()
    together([partial(write, folder, 1), partial(write, folder, 2)])
    with opened(folder) as store:
        reviews = list(store.reviews())
        assert len(reviews) == 400
        assert_sound(store)
        for card, memory in store.memories().items():
            assert memory.reps == sum(review.card_id == card for review in reviews)
    print(f"{len(reviews)} answers")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
