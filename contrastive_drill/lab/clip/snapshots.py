"""A CLIP that is taught once: its weights are kept, and the next call begins with them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from contrastive_drill.lab import emoji, encoders, losses
from contrastive_drill.lab.clip import augmentation
from contrastive_drill.lab.clip import model as clip_model
from contrastive_drill.lab.clip.checkpoints import Shelf, fingerprint
from contrastive_drill.lab.clip.embeddings import Vectors, vectors
from contrastive_drill.lab.clip.model import Clip, Course, learn
from contrastive_drill.lab.emoji import Emoji
from contrastive_drill.lab.retrieval import Retrieval
from contrastive_drill.results import Chart, Host, Note, Series

CODE = (clip_model, emoji, encoders, losses, augmentation)  # what the weights depend on


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the weights depend on, besides the artists."""

    seed: int
    device: str
    held: int  # concepts never trained on
    features: int
    dimensions: int
    course: Course


@dataclass(frozen=True, slots=True, eq=False)
class School:
    """The set, parted by a plan: the same concepts for every training."""

    plan: Plan
    emoji: Emoji
    trained: Tensor  # indices of concepts
    unseen: Tensor

    @classmethod
    def of(cls, plan: Plan, drawn: Emoji) -> "School":
        """The set, parted at random by the seed of the plan."""
        generator = torch.Generator().manual_seed(plan.seed)
        return cls(plan, drawn, *emoji.split(len(drawn.concepts), plan.held, generator))

    @property
    def known(self) -> Tensor:
        """As many of the trained concepts as there are unseen ones, drawn at random."""
        return self.trained[: len(self.unseen)]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A model at some step, and all that it made of the set."""

    clip: Clip
    found: Vectors
    curve: Tensor  # [looks so far, 3]: steps, recall@1 of trained concepts, of unseen ones
    seconds: float  # of training
    kept: bool = False  # an earlier call trained it


def taught(
    school: School,
    artists: Sequence[int],
    shelf: Shelf,
    host: Host,
    label: str,
    *,
    looks: int,
    anew: bool = False,
) -> Iterator[Look]:
    """Looks at a model while it learns the drawings of some artists; the last is at its end.

    Only the last, when weights are kept: unless it is to be taught `anew`.
    """
    plan, course = school.plan, school.plan.course
    mark = fingerprint({**asdict(plan), "artists": list(artists)}, CODE)
    generator = torch.Generator().manual_seed(plan.seed)
    model = Clip(plan.features, plan.dimensions, generator)
    stops = sorted({course.steps * look // looks for look in range(looks + 1)})
    extra = {"curve": torch.zeros(len(stops), 3), "seconds": torch.zeros(())}
    kept = None if anew else shelf.load(mark, {**model.state_dict(), **extra})
    if kept is not None:
        curve, seconds = kept.pop("curve"), float(kept.pop("seconds"))
        model.load_state_dict(kept)
        model.to(plan.device)
        yield Look(model, vectors(model, school.emoji), curve, seconds, kept=True)
        return
    model.to(plan.device)
    report, start = host.counted(label, course.steps), host.clock()
    rows: list[tuple[float, float, float]] = []

    def look(step: int) -> Look:
        found = vectors(model, school.emoji)
        both = (found.pairs(concepts, artists) for concepts in (school.known, school.unseen))
        known, unseen = (pairs.recall(1) for pairs in both)
        rows.append((step, known, unseen))
        return Look(model, found, torch.tensor(rows), host.clock() - start)

    yield look(0)
    steps = learn(model, school.emoji, school.trained, artists, course, generator, report)
    for step in steps:
        if step in stops and step < course.steps:
            yield look(step)
    last = look(course.steps)
    whole = {**model.state_dict(), "curve": last.curve, "seconds": torch.tensor(last.seconds)}
    shelf.save(mark, whole)
    yield last


def untrained(school: School, artist: int = 0) -> Retrieval:
    """The unseen concepts as the first weights have them, all as one batch in training mode."""
    plan = school.plan
    model = Clip(plan.features, plan.dimensions, torch.Generator().manual_seed(plan.seed))
    captions = [school.emoji.concepts[concept].caption for concept in school.unseen.tolist()]
    pictures = emoji.picture_input(school.emoji.pictures[school.unseen, artist])
    with torch.no_grad():
        texts = model.texts(emoji.text_features(captions, plan.features))
        return Retrieval(texts, model.pictures(pictures)[None]).unit()


def learning_curve(look: Look) -> Chart:
    """Recall@1 against the steps of training, of trained concepts and of unseen ones."""
    steps, known, unseen = (tuple(column) for column in look.curve.T.tolist())
    return Chart(
        title="Recall@1 while it learns",
        x_label="step",
        y_label="recall@1",
        series=(Series("trained concepts", steps, known), Series("unseen", steps, unseen)),
    )


def of_kept_weights(looks: Sequence[Look]) -> Iterator[Note]:
    """Says so where weights of an earlier call were used."""
    if any(look.kept for look in looks):
        seconds = sum(look.seconds for look in looks if look.kept)
        yield Note(
            f"Weights of an earlier call were used, which took {seconds:.0f} s to train: "
            "--set retrain=true trains anew."
        )
