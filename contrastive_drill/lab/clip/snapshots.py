"""A CLIP while it learns: trained once, its weights kept, and loaded by the next call."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from contrastive_drill.demo.result import Chart, Host, Note, Series
from contrastive_drill.lab import (
    augmentation,
    clip_model,
    emoji,
    encoders,
    holdout,
    losses,
    optimization,
)
from contrastive_drill.lab.clip.checkpoints import Checkpoints, fingerprint
from contrastive_drill.lab.clip_model import Clip, train_clip
from contrastive_drill.lab.emoji import Emoji
from contrastive_drill.lab.emoji_vectors import EmojiVectors
from contrastive_drill.lab.holdout import split
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.retrieval import Retrieval

# What weights depend on.
CODE = (clip_model, augmentation, emoji, encoders, holdout, losses, optimization)


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """Everything that the weights depend on, besides the artists."""

    seed: int
    device: str
    held: int  # concepts never trained on
    features: int
    dimensions: int
    shift: int  # pixels that a picture is moved by at most
    schedule: Schedule


@dataclass(frozen=True, slots=True, eq=False)
class ClipTask:
    """The set, divided by a plan: the same concepts for every training."""

    plan: ClipPlan
    emoji: Emoji
    trained: Tensor  # indices of concepts
    unseen: Tensor

    @classmethod
    def of(cls, plan: ClipPlan, drawn: Emoji) -> "ClipTask":
        """The set, divided at random by the seed of the plan."""
        generator = torch.Generator().manual_seed(plan.seed)
        return cls(plan, drawn, *split(drawn, plan.held, generator))

    @property
    def known(self) -> Tensor:
        """As many of the trained concepts as there are unseen ones, drawn at random."""
        return self.trained[: len(self.unseen)]

    def fresh(self, generator: torch.Generator) -> Clip:
        """The model before training."""
        return Clip(self.plan.features, self.plan.dimensions, generator)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A model at some step, and the vectors of the whole set."""

    clip: Clip
    vectors: EmojiVectors
    curve: Tensor  # [snapshots so far, 3]: steps, recall@1 of trained concepts, of unseen ones
    seconds: float  # of training
    loaded: bool = False  # an earlier call trained it


def snapshots(
    task: ClipTask,
    artists: Sequence[int],
    checkpoints: Checkpoints,
    host: Host,
    label: str,
    *,
    count: int,
    retrain: bool = False,
) -> Iterator[Snapshot]:
    """Snapshots before, during and after training on the drawings of some artists.

    Only the last where weights were kept: unless they are to be trained again.
    """
    plan, steps = task.plan, task.plan.schedule.steps
    mark = fingerprint({**asdict(plan), "artists": list(artists)}, CODE)
    generator = torch.Generator().manual_seed(plan.seed)
    clip = task.fresh(generator)
    stops = sorted({steps * stop // count for stop in range(count + 1)})
    extra = {"curve": torch.zeros(len(stops), 3), "seconds": torch.zeros(())}
    weights = None if retrain else checkpoints.load(mark, {**clip.state_dict(), **extra})
    if weights is not None:
        curve, seconds = weights.pop("curve"), float(weights.pop("seconds"))
        clip.load_state_dict(weights)
        clip.to(plan.device)
        yield Snapshot(clip, EmojiVectors.of(clip, task.emoji), curve, seconds, loaded=True)
        return
    clip.to(plan.device)
    report, start = host.counted(label, steps), host.clock()
    rows: list[tuple[float, float, float]] = []

    def snapshot(step: int) -> Snapshot:
        vectors = EmojiVectors.of(clip, task.emoji)
        pairs = (vectors.pairs(concepts, artists) for concepts in (task.known, task.unseen))
        known, unseen = (each.recall(1) for each in pairs)
        rows.append((step, known, unseen))
        return Snapshot(clip, vectors, torch.tensor(rows), host.clock() - start)

    yield snapshot(0)
    for step, loss in train_clip(
        clip, task.emoji, task.trained, artists, plan.schedule, plan.shift, generator
    ):
        report(step, {"loss": loss, "1/τ": clip.loss.scale})
        if step in stops and step < steps:
            yield snapshot(step)
    last = snapshot(steps)
    measured = {"curve": last.curve, "seconds": torch.tensor(last.seconds)}
    checkpoints.save(mark, {**clip.state_dict(), **measured})
    yield last


def untrained(task: ClipTask, artist: int = 0) -> Retrieval:
    """The unseen concepts by the first weights, all as one batch in training mode."""
    clip = task.fresh(torch.Generator().manual_seed(task.plan.seed))
    captions = [task.emoji.concepts[concept].caption for concept in task.unseen.tolist()]
    pictures = emoji.picture_input(task.emoji.pictures[task.unseen, artist])
    with torch.no_grad():
        texts = clip.texts(emoji.text_features(captions, clip.features))
        return Retrieval(texts, clip.pictures(pictures)[None]).unit()


def learning_curve(snapshot: Snapshot) -> Chart:
    """Recall@1 against the steps of training, of trained concepts and of unseen ones."""
    steps, known, unseen = (tuple(column) for column in snapshot.curve.T.tolist())
    return Chart(
        title="Recall@1 while it learns",
        x_label="step",
        y_label="recall@1",
        sentence="What is found of trained concepts says little about the others.",
        series=(Series("trained concepts", steps, known), Series("unseen", steps, unseen)),
    )


def loaded_note(*used: Snapshot) -> Iterator[Note]:
    """A note where weights of an earlier call were used."""
    if any(snapshot.loaded for snapshot in used):
        seconds = sum(snapshot.seconds for snapshot in used if snapshot.loaded)
        yield Note(
            f"Weights of an earlier call were used, which took {seconds:.0f} s to train: "
            "--set retrain=true trains anew."
        )
