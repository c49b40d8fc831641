"""A minute of CLIP finds unseen pictures by words, and fewer by an artist it never saw.

    contrastive-drill demo clip                75 s on two cores; 2 s once its weights are kept
    contrastive-drill demo clip --quick        12 s
    contrastive-drill demo clip "angry cat"    the best pictures for any words

Two towers and a temperature learn emoji by three artists from a few of their words at a time.
Expect recall@1 of 0.23 on concepts never trained on, 70 times chance, and 0.95 on the others; 0.55
on these as drawn by an artist left out of training; 0.46 of unseen concepts in their group by the
names of trained ones, and no more than by guessing from the bare label; a gap of 0.3 between
pictures and texts, which can be closed and recall@1 hardly changes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from contrastive_drill.lab import emoji
from contrastive_drill.lab.clip import artists, gap, gap_shift, model, zeroshot
from contrastive_drill.lab.clip.checkpoints import Shelf
from contrastive_drill.lab.clip.embeddings import EVERY_ARTIST
from contrastive_drill.lab.clip.gallery import Gallery, told
from contrastive_drill.lab.clip.model import Course
from contrastive_drill.lab.clip.snapshots import (
    Look,
    Plan,
    School,
    learning_curve,
    of_kept_weights,
    taught,
    untrained,
)
from contrastive_drill.lab.device import choose
from contrastive_drill.options import Amount, Count, Few, Positive, Within
from contrastive_drill.results import Claim, Finding, Host, Note, Strip

CLAIM = "A minute of CLIP finds unseen pictures by words, and fewer by an artist it never saw."

Pixels = Annotated[int, Within(0, 16)]


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 800  # 30 s on two cores; twice as many find hardly more
    batch: Few = 256  # 255 negatives a pair
    rate: Positive = 3e-3  # of AdamW at its peak
    decay: Amount = 0.05  # usual with AdamW
    held: Few = 300  # concepts never trained on: by chance one text in 300 finds its picture
    dimensions: Count = 128  # of the common space
    features: Count = 4096  # columns that words are hashed to
    shift: Pixels = 3  # by which pictures are moved at most; without, unseen ones are found less
    stranger: Literal["noto", "fluent", "twemoji"] = "twemoji"  # left out of a second training
    retrain: bool = False  # whether a run trains though weights are kept; a search does not


SMOKE = Config(steps=120, batch=128)
HEAVY = ("batch", "dimensions")
LOOKS = 8  # at the model, while it learns
SHOWN = 6  # pictures for a query
QUERIES = ("angry cat", "red heart", "musical instrument", "something to drink")
SHARES = (-1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)  # of the gap


def school(config: Config) -> School:
    """What is trained on, and how."""
    course = Course(config.steps, config.batch, config.rate, config.decay, config.shift)
    device, held = choose(config.device).type, config.held
    plan = Plan(config.seed, device, held, config.features, config.dimensions, course)
    return School.of(plan, emoji.load())


def taught_by(
    drawers: Sequence[int], config: Config, place: School, host: Host, *, kept: bool = False
) -> Iterator[Look]:
    """Looks at a model that learns from some artists; from `kept` weights whatever `retrain` is."""
    everyone = len(drawers) == len(EVERY_ARTIST)
    label = "all artists" if everyone else f"without {config.stranger}"
    anew = config.retrain and not kept
    shelf, looks = Shelf(host.folder, "clip"), LOOKS if everyone else 1
    return taught(place, drawers, shelf, host, label, looks=looks, anew=anew)


def gallery(place: School, look: Look) -> Gallery:
    """What can be searched."""
    trained = place.trained.tolist()
    return Gallery(place.emoji, look.clip, look.found.pictures, trained, SHOWN)


def search(config: Config, host: Host) -> Callable[[str], Strip]:
    """A function from words to the best pictures; it trains first, unless weights are kept."""
    place = school(config)
    *_, last = taught_by(EVERY_ARTIST, config, place, host, kept=True)
    return gallery(place, last).search


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Train on all artists, then on all but one; judge both by what they never saw."""
    place = school(config)
    known, unseen, stranger = place.known, place.unseen, emoji.ARTISTS.index(config.stranger)
    yield from (model.LOSS, gap.LENGTH)
    for full in taught_by(EVERY_ARTIST, config, place, host):
        yield learning_curve(full)
        for query in QUERIES:
            yield told(gallery(place, full).search(query))
    yield artists.recalls(full.found, known, unseen)

    groups = zeroshot.groups(full.clip.read, place.emoji.concepts, full.found, place.trained)
    found, scale = full.found.pairs(unseen), full.clip.loss.scale
    grouped = groups.judged(found.pictures, unseen)
    yield zeroshot.accuracies(grouped, len(unseen))

    first = untrained(place)
    yield gap.lengths({"before training": first, "after": found})
    yield gap.clouds(found)
    moved = gap_shift.shifts(found, scale, SHARES)
    learnt = gap_shift.shifts(full.found.pairs(known), scale, SHARES)
    yield gap_shift.recall_chart(moved)
    yield gap_shift.loss_chart({"trained concepts": learnt, "unseen": moved})
    trained = full.found.pairs(place.trained)
    accuracy = gap_shift.accuracy_chart(groups, found, unseen, trained, SHARES)
    yield accuracy

    others = [artist for artist in EVERY_ARTIST if artist != stranger]
    *_, fewer = taught_by(others, config, place, host)
    yield artists.strangers(full.found, fewer.found, stranger, known, unseen)

    yield from of_kept_weights((full, fewer))
    yield Note(
        f"It finds {full.found.pairs(known).recall(1):.0%} of its {len(place.trained):,} trained "
        f"concepts and {found.recall(1):.0%} of the others, whose words it met in other captions. "
        "A text is a bag of words and of three-letter pieces: it has no order, no word stands for "
        "another, and one that no caption had goes by its letters, which is a guess."
    )
    yield zeroshot.in_words(grouped)
    left = [artists.kept(full.found, fewer.found, stranger, rows) for rows in (known, unseen)]
    yield Note(
        f"Without {config.stranger} in training, {left[0]:.0%} of recall@1 on its drawings is left "
        f"for trained concepts and {left[1]:.0%} for unseen ones: how a thing is drawn is part of "
        "what is learned."
    )
    yield gap_shift.in_words(learnt, moved, accuracy)

    plain = {name: one.plain for name, one in grouped.items()}
    by_names = plain[zeroshot.NAMES] - plain[zeroshot.LARGEST]
    by_kinds = grouped[zeroshot.KINDS].balanced / grouped[zeroshot.LARGEST].balanced
    strange = fewer.found.pairs(unseen, [stranger]).recall(1)
    length, count = gap.length(found), len(unseen)
    above, below = Claim.above, Claim.below
    yield above("Recall@1 of unseen concepts, in units of chance", found.recall(1) * count, 15)
    yield above("Accuracy by a group's kinds, mean over groups, in units of chance", by_kinds, 1.3)
    yield above("Accuracy by names of trained concepts, above naming the largest", by_names, 0.1)
    yield below("Recall@1 of trained concepts left to an artist never seen", left[0], 0.8)
    yield above("Recall@1 of unseen ones by that artist, in units of chance", strange * count, 8)
    yield above("Modality gap, in units of chance", length / gap.length_by_chance(found), 1.5)
    yield below(
        "Modality gap, as a share of what it was before training", length / gap.length(first), 0.6
    )
    yield below(
        "Change of recall@1 as one cloud moves to close it, at most", moved.recall_change(), 0.06
    )
