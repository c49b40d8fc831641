"""The modality gap and its closing: clouds whose answers are known, and naive loops."""

import math

import pytest
import torch
from smoke import few_emoji
from tensors import seeded
from torch import Tensor

from contrastive_drill.lab.clip import gap
from contrastive_drill.lab.clip_model import Clip
from contrastive_drill.lab.emoji import picture_input, text_features
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.measures import ranks
from contrastive_drill.lab.retrieval import Retrieval


def two_clouds(apart: float, count: int = 40, seed: int = 0) -> Retrieval:
    """Pairs that look alike, the pictures in two views pushed one way, the texts the other."""
    same = torch.randn(count, 6, generator=seeded(seed))
    noise = torch.randn(3, count, 6, generator=seeded(seed + 1))
    push = torch.zeros(6)
    push[0] = apart / 2
    return Retrieval(same + noise[0] / 2 - push, same + noise[1:] / 2 + push).unit()


def test_the_gap_is_the_difference_of_the_means() -> None:
    found = two_clouds(2.0)
    expected = []
    for view in found.pictures:
        means = [
            [sum(float(row[i]) for row in cloud) / len(cloud) for i in range(6)]
            for cloud in (view, found.texts)
        ]
        expected.append(math.dist(*means))
    assert gap.length(found) == pytest.approx(sum(expected) / 2, rel=1e-5)
    assert gap.length(Retrieval(found.texts, found.texts[None])) == 0.0
    point = torch.tensor([[1.0, 0.0]]).expand(5, -1)
    assert gap.length(Retrieval(point, -point[None])) == 2.0


def test_the_gap_by_chance_is_that_of_clouds_with_one_centre() -> None:
    """Its square is the mean square of many gaps between samples of such clouds."""
    wide, narrow = torch.tensor([2.0, 1.0, 0.5]), torch.tensor([0.1, 0.2, 0.3])
    squares = []
    for seed in range(300):
        noise = torch.randn(2, 50, 3, generator=seeded(seed))
        squares.append(gap.length(Retrieval(noise[0] * wide, noise[1:] * narrow)) ** 2)
    noise = torch.randn(2, 50, 3, generator=seeded(1000))
    by_chance = gap.length_by_chance(Retrieval(noise[0] * wide, noise[1:] * narrow))
    assert by_chance**2 == pytest.approx(sum(squares) / 300, rel=0.3)
    exact = float((wide.square().sum() + narrow.square().sum()) / 50)
    assert by_chance**2 == pytest.approx(exact, rel=0.3)


def test_the_picture_of_the_clouds_keeps_the_gap_and_the_widest_direction() -> None:
    found = two_clouds(1.0)
    chart = gap.clouds(found)
    pictures, texts = chart.series
    assert pictures.points
    assert texts.points
    assert len(pictures.xs) == len(texts.ys) == 40
    mean = [sum(values) / 40 for values in (pictures.xs, texts.xs, pictures.ys, texts.ys)]
    along = gap.gap(found.pictures[0], found.texts)
    assert mean[0] == pytest.approx(float(along.norm()) / 2, abs=1e-5)
    assert mean[1] == pytest.approx(-mean[0], abs=1e-5)
    assert mean[2] == pytest.approx(mean[3], abs=1e-5)  # nothing of the gap is left across it

    both = torch.cat([found.pictures[0], found.texts])
    widest = torch.tensor([*pictures.ys, *texts.ys]).var()
    for seed in range(50):
        other = torch.randn(6, generator=seeded(seed))
        other -= (other @ along) / (along @ along) * along
        assert float((both @ (other / other.norm())).var()) <= float(widest) + 1e-6


def shifted_by_loops(view: Tensor, texts: Tensor, by: float, other: float) -> list[Tensor]:
    along = view.mean(0) - texts.mean(0)
    moved = [[row - by * along for row in view], [row + other * along for row in texts]]
    return [torch.stack([row / row.norm() for row in cloud]) for cloud in moved]


def test_a_gallery_that_moves_as_a_whole_changes_no_order() -> None:
    """Before it goes back to the sphere: each score of a query changes by the same number."""
    found = two_clouds(1.0)
    view, texts = found.pictures[0].double(), found.texts.double()
    along = gap.gap(view, texts)
    assert torch.equal(ranks(texts, view), ranks(texts, view - along))
    assert not torch.equal(ranks(view, texts), ranks(view - along, texts))


def test_recall_of_clouds_that_move_is_that_of_naive_loops() -> None:
    found = two_clouds(1.0, 12)
    to_picture, to_text = [], []
    for view in found.pictures:
        pictures, texts = shifted_by_loops(view, found.texts, 0.25, 0.5)
        scores = pictures @ texts.T
        for i in range(12):
            to_text.append(bool(scores[i].argmax() == i))
            to_picture.append(bool(scores[:, i].argmax() == i))
    one = gap.recalls(found, 0.25, 0.5).tolist()
    assert one == pytest.approx([sum(to_picture) / 24, sum(to_text) / 24])
    assert 0 < one[0] < 1


def test_the_change_of_recall_is_the_largest_of_one_cloud_on_its_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard, found = [], two_clouds(1.0)

    def recalls(vectors: Retrieval, pictures_by: float, texts_by: float) -> Tensor:
        assert vectors is found
        heard.append((pictures_by, texts_by))
        return torch.tensor([0.5 + 0.01 * pictures_by, 0.5 - 0.03 * (texts_by == 0.5)])

    monkeypatch.setattr(gap, "recalls", recalls)
    assert gap.recall_change(found) == pytest.approx(0.03)
    quarters = (0.25, 0.5, 0.75, 1)
    assert {*heard} == {(0, 0)} | {(q, 0) for q in quarters} | {(0, q) for q in quarters}


def test_untrained_towers_are_seen_as_the_first_step_sees_them() -> None:
    few, rows = few_emoji(), torch.tensor([5, 0, 9])
    found = gap.as_first_seen(Clip(64, 8, seeded(1)), few, rows)
    model = Clip(64, 8, seeded(1)).train()
    drawn = picture_input(few.pictures[rows, 0])
    torch.testing.assert_close(found.pictures, unit(model.pictures(drawn)).detach()[None])
    texts = text_features([few.concepts[row].caption for row in (5, 0, 9)], 64)
    torch.testing.assert_close(found.texts, unit(model.texts(texts)).detach())
