"""The modality gap: pictures and texts as two clouds that lie apart (arXiv:2203.02053)."""

import math

import torch
from torch import Tensor

from contrastive_drill.demo.result import Chart, Series
from contrastive_drill.lab.clip_model import Clip
from contrastive_drill.lab.emoji import Emoji, picture_input, text_features
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.measures import recall
from contrastive_drill.lab.retrieval import Retrieval


@torch.no_grad()
def as_first_seen(clip: Clip, emoji: Emoji, concepts: Tensor) -> Retrieval:
    """Concepts as one batch in training mode, by the first artist: what a first step compares."""
    captions = [emoji.concepts[concept].caption for concept in concepts.tolist()]
    pictures = clip.pictures(picture_input(emoji.pictures[concepts, 0]))
    return Retrieval(clip.texts(text_features(captions, clip.features)), pictures[None]).unit()


def gap(pictures: Tensor, texts: Tensor) -> Tensor:
    """The mean of the pictures [n, d] less that of the texts [n, d]."""
    return pictures.mean(dim=0) - texts.mean(dim=0)


def length(vectors: Retrieval) -> float:
    """The length of the gap: 0 for clouds with one centre, 2 for two opposite points."""
    return vectors.mean(lambda view: float(gap(view, vectors.texts).norm()))


def length_by_chance(vectors: Retrieval) -> float:
    """The root mean square gap of samples as wide around one centre: √((tr Σ_u + tr Σ_v)/n)."""
    texts = float(vectors.texts.var(dim=0).sum())
    traces = vectors.mean(lambda view: float(view.var(dim=0).sum())) + texts
    return math.sqrt(traces / len(vectors.texts))


def recalls(vectors: Retrieval, pictures_by: float, texts_by: float) -> Tensor:
    """Recall@1 to picture and to text, each cloud moved towards the other by a share of the gap."""
    rows = []
    for view in vectors.pictures:
        along = gap(view, vectors.texts)
        u, v = unit(view - pictures_by * along), unit(vectors.texts + texts_by * along)
        rows.append((recall(v, u, 1), recall(u, v, 1)))
    return torch.tensor(rows, dtype=torch.float64).mean(dim=0)


def recall_change(vectors: Retrieval) -> float:
    """The largest change of recall@1, either way, as one cloud moves onto the other by quarters."""
    moved = [recalls(vectors, *by) for s in (0.25, 0.5, 0.75, 1) for by in ((s, 0), (0, s))]
    return float((torch.stack(moved) - recalls(vectors, 0, 0)).abs().max())


def clouds(vectors: Retrieval) -> Chart:
    """Pictures of the first view and texts, along the gap and across it where they vary most."""
    pictures, texts = vectors.pictures[0], vectors.texts
    along = unit(gap(pictures, texts)[None])[0]
    both = torch.cat([pictures, texts]) - torch.cat([pictures, texts]).mean(dim=0)
    rest = both - (both @ along)[:, None] * along
    across = torch.linalg.svd(rest, full_matrices=False).Vh[0]
    points = torch.split(both @ torch.stack([along, across], dim=1), len(texts))
    return Chart(
        title="The modality gap: pictures and texts of unseen concepts",
        x_label="along the gap between their means",
        y_label="across it, first principal component",
        sentence="Each point is a concept: its picture and its text lie in two clouds, apart.",
        series=tuple(
            Series(kind, tuple(cloud[:, 0].tolist()), tuple(cloud[:, 1].tolist()), points=True)
            for kind, cloud in zip(("pictures", "texts"), points, strict=True)
        ),
    )
