"""The modality gap and its closing: clouds whose answers are known, and naive loops."""

import math

import pytest
import torch
from tensors import seeded
from torch import Tensor

from contrastive_drill.lab.clip import gap, gap_shift
from contrastive_drill.lab.losses import info_nce, unit
from contrastive_drill.lab.measures import ranks
from contrastive_drill.lab.retrieval import Retrieval
from contrastive_drill.lab.zeroshot import KINDS, LABEL, NAMES, GroupClasses


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


def test_clouds_far_apart_are_parted_and_clouds_in_one_another_are_not() -> None:
    assert gap.separated(two_clouds(20.0)) == 1.0
    assert gap.separated(two_clouds(0.0, 2000)) == pytest.approx(0.5, abs=0.05)
    line = torch.tensor([[-3.0], [-1.0], [2.0]])  # its mean lies on the left of 0
    assert gap.separated(Retrieval(line, line[None] + 4)) == pytest.approx(4 / 6)


def test_the_picture_of_the_clouds_keeps_the_gap_and_the_widest_direction() -> None:
    found = two_clouds(1.0)
    chart = gap.gap_chart(found)
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


def test_the_table_holds_the_measures() -> None:
    found = two_clouds(20.0)
    (row,) = gap.gap_table({"toy": found}).rows
    cone = sum(float(view.mean(dim=0).norm()) for view in found.pictures) / 2
    assert row == (
        "toy",
        f"{gap.length(found):.3f}",
        f"{gap.length_by_chance(found):.3f}",
        f"{cone:.3f}",
        f"{float(found.texts.mean(dim=0).norm()):.3f}",
        "1.000",
    )


def shifted_by_loops(view: Tensor, texts: Tensor, by: float, other: float) -> list[Tensor]:
    along = view.mean(0) - texts.mean(0)
    moved = [[row - by * along for row in view], [row + other * along for row in texts]]
    return [torch.stack([row / row.norm() for row in cloud]) for cloud in moved]


def test_clouds_move_towards_each_other_and_back_to_the_sphere() -> None:
    found = two_clouds(1.0)
    view = found.pictures[0]
    moved = gap_shift.shifted(view, found.texts, pictures_by=0.3, texts_by=0.6)
    for one, other in zip(moved, shifted_by_loops(view, found.texts, 0.3, 0.6), strict=True):
        torch.testing.assert_close(one, other)
    still = gap_shift.shifted(view, found.texts)
    torch.testing.assert_close(still[0], view)
    torch.testing.assert_close(still[1], found.texts)
    for by in ({"pictures_by": 1.0}, {"texts_by": 1.0}, {"pictures_by": 0.5, "texts_by": 0.5}):
        pictures, texts = gap_shift.shifted(view, found.texts, **by)
        assert gap.length(Retrieval(texts, pictures[None])) < 0.3 * gap.length(found)


def test_a_gallery_that_moves_as_a_whole_changes_no_order() -> None:
    """Before it goes back to the sphere: each score of a query changes by the same number."""
    found = two_clouds(1.0)
    view, texts = found.pictures[0].double(), found.texts.double()
    along = gap.gap(view, texts)
    assert torch.equal(ranks(texts, view), ranks(texts, view - along))
    assert not torch.equal(ranks(view, texts), ranks(view - along, texts))


def test_worth_is_that_of_naive_loops() -> None:
    found = two_clouds(1.0, 12)
    to_picture, to_text, losses = [], [], []
    for view in found.pictures:
        pictures, texts = shifted_by_loops(view, found.texts, 0.25, 0.5)
        scores = pictures @ texts.T
        for i in range(12):
            to_text.append(bool(scores[i].argmax() == i))
            to_picture.append(bool(scores[:, i].argmax() == i))
        losses.append(float(info_nce(pictures, texts, 5.0)))
    one = gap_shift.shift_scores(found, 5.0, pictures_by=0.25, texts_by=0.5)
    assert one.to_picture == pytest.approx(sum(to_picture) / 24)
    assert one.to_text == pytest.approx(sum(to_text) / 24)
    assert one.loss == pytest.approx(sum(losses) / 2, rel=1e-5)
    assert 0 < one.to_picture < 1


def test_the_change_of_recall_is_the_largest_of_one_cloud_on_its_way() -> None:
    def worth(to_picture: float, to_text: float = 0.5) -> gap_shift.ShiftScores:
        return gap_shift.ShiftScores(to_picture, to_text, 1.0)

    still = worth(0.5)
    moved = gap_shift.GapShifts(
        (-1.0, 0.0, 0.5, 1.0, 2.0),
        (worth(0.0), still, worth(0.52), worth(0.49), worth(0.9)),
        (still, still, worth(0.5, 0.47), still, worth(0.1)),
        (still, still, worth(0.0), worth(0.0), still),
    )
    assert moved.recall_change() == pytest.approx(0.03)


def test_shifts_move_texts_or_pictures_or_both_and_are_charted() -> None:
    found = two_clouds(1.0)
    moved = gap_shift.gap_shifts(found, 5.0, (0.0, 0.5, 1.0))
    assert moved.texts[2] == gap_shift.shift_scores(found, 5.0, texts_by=1.0)
    assert moved.pictures[1] == gap_shift.shift_scores(found, 5.0, pictures_by=0.5)
    assert moved.both[2] == gap_shift.shift_scores(found, 5.0, pictures_by=0.5, texts_by=0.5)
    assert moved.texts[0] == moved.pictures[0] == moved.both[0]
    recalled = gap_shift.recall_chart(moved)
    assert recalled.series[0].ys == tuple(one.to_picture for one in moved.texts)
    assert recalled.series[3].ys == tuple(one.to_text for one in moved.pictures)
    (losses,) = gap_shift.loss_chart({"toy": moved}).series
    assert losses.ys[0] == 0
    assert losses.ys[2] == pytest.approx(moved.both[2].loss - moved.both[0].loss)


def test_accuracy_follows_pictures_along_the_gap_of_the_trained() -> None:
    found, trained = two_clouds(1.0), two_clouds(1.0, seed=5)
    labels = torch.arange(40) % 3
    classes = {name: unit(torch.randn(3, 6, generator=seeded(9))) for name in (LABEL, KINDS, NAMES)}
    groups, concepts = GroupClasses(labels, classes), torch.arange(40)
    chart = gap_shift.accuracy_chart(groups, found, concepts, trained, (0.0, 1.0))
    assert [series.label for series in chart.series] == [LABEL, KINDS, NAMES]
    along = trained.pictures.mean(dim=(0, 1)) - trained.texts.mean(dim=0)
    right = 0
    for view in found.pictures:
        for row, label in zip(view - along, labels.tolist(), strict=True):
            right += int((classes[KINDS] @ (row / row.norm())).argmax()) == label
    assert chart.series[1].ys[1] == pytest.approx(right / 80)
    assert chart.series[1].ys[0] == groups.accuracies(found.pictures, concepts)[KINDS].plain

    moved = gap_shift.gap_shifts(found, 5.0, (0.0, 1.0))
    words = gap_shift.gap_note(moved, moved, chart).text
    assert f"{chart.series[1].ys[1] - chart.series[1].ys[0]:+.3f} by {KINDS}" in words
