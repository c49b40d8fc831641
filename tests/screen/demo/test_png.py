"""The picture file of a result: what stands on it, and that it is whole or not there."""

import math
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from contrastive_drill.demo.result import (
    Chart,
    Claim,
    DemoResult,
    LabelledFormula,
    Note,
    Picture,
    Pixels,
    Series,
    Strip,
    Table,
)
from contrastive_drill.errors import DataProblem, ExitCode, UsageProblem
from contrastive_drill.screen.demo import png

PIXELS: Pixels = tuple(tuple((8 * x, 8 * y, 100) for x in range(32)) for y in range(32))
SWEEP = Series("measured", (0.01, 0.1, 1.0), (0.99, 0.5, 0.1))
RESULT = DemoResult(
    name="example",
    claim="A claim with [brackets] and $dollars$ in it.",
    seed=7,
    device="cpu",
    seconds=1.25,
    claims=(Claim.below("Spread", 0.083, 0.1), Claim.above("Lift", 0.2, 0.5)),
    tables=(Table("T", ("loss", "R@1"), (("cosine τ", "0.044"),), ("a note: √d",)),),
    charts=(
        Chart("C", "τ", "share", (SWEEP,), (("chance", 0.5), ("below", -1.0)), "log", "log"),
        Chart("D", "x", "y", (Series("cloud", (0.0, math.nan), (1.0, 2.0), points=True),)),
    ),
    strips=(
        Strip("“query” [x]", (Picture("piñata", PIXELS), Picture("$x$ 漢字", PIXELS))),
        Strip("alone", ()),
        Strip("third", (Picture("p", PIXELS),)),
    ),
    formulas=(
        LabelledFormula("Half:", r"\frac{1}{2}"),
        LabelledFormula("Tall:", r"\frac{\frac{1}{2}}{\frac{\frac{1}{3}}{\sqrt{\frac{4}{5}}}}"),
        LabelledFormula("Cases:", r"\begin{cases} 1 & x \\ 0 & y \end{cases}"),
        LabelledFormula("Odd:", r"\nothing{"),
    ),
    notes=(Note("One note costs $5."),),
)


def sheet_of(result: DemoResult, path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The figure that is saved."""
    figure = pytest.importorskip("matplotlib.figure")
    saved = []

    def keep(self: Any, target: BytesIO, **_: object) -> None:
        saved.append(self)
        self.canvas.draw()
        target.write(b"drawn")

    monkeypatch.setattr(figure.Figure, "savefig", keep)
    png.draw(result, path)
    return saved[0]


def words_on(sheet: Any) -> str:
    found = [text.get_text() for text in sheet.texts]
    for axes in sheet.axes:
        found += [axes.get_title(loc="left"), axes.get_xlabel()]
        found += [text.get_text() for text in axes.texts]
        legend = axes.get_legend()
        found += [text.get_text() for text in legend.get_texts()] if legend else []
    return "\n".join(found)


def test_every_part_stands_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = words_on(sheet_of(RESULT, tmp_path / "x.png", monkeypatch))
    for part in (
        r"A claim with [brackets] and \$dollars\$ in it.",
        "seed 7, cpu, 1.2 s",
        "1 of 2 claims held",
        "held      0.0830 < 0.1    Spread",
        "FAILED     0.200 > 0.5    Lift",
        "cosine τ  0.044",
        "a note: √d",
        "measured",
        "chance 0.5",
        "cloud",
        "“query” [x]",
        "piñata",
        r"\$x\$",
        r"$\frac{1}{2}$",
        "⎧ 1  x",
        r"\nothing{",
        r"One note costs \$5.",
    ):
        assert part in words


def test_no_part_covers_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = sheet_of(RESULT, tmp_path / "x.png", monkeypatch)
    boxes = sorted(
        (text.get_window_extent() for text in sheet.texts), key=lambda box: -float(box.y1)
    )
    for index, upper in enumerate(boxes):
        for lower in boxes[index + 1 :]:
            apart = lower.y1 <= upper.y0 + 2 or lower.x0 >= upper.x1 or upper.x0 >= lower.x1
            assert apart, (upper, lower)
    assert min(box.y0 for box in boxes) >= 0


def test_a_log_axis_places_by_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    axes = sheet_of(RESULT, tmp_path / "x.png", monkeypatch).axes[0]
    line = max(axes.lines, key=lambda line: len(line.get_xdata()))
    assert list(line.get_xdata()) == pytest.approx([0, 0.5, 1])
    assert [label.get_text() for label in axes.get_xticklabels()][:3] == ["0.01", "0.02", "0.05"]


def test_an_interrupted_result_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = sheet_of(replace(RESULT, interrupted=True), tmp_path / "x.png", monkeypatch)
    assert "Interrupted after 1.2 s" in words_on(sheet)


def test_the_picture_file_is_a_png_of_a_sensible_size(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "result.png"
    png.draw(RESULT, path)
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    assert width == 1080
    assert 1200 < height < 3000
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["result.png"]


def test_a_result_of_claims_alone_is_drawn_too(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    png.draw(DemoResult("n", "c", 0, "cpu", 0.0, ()), tmp_path / "bare.png")
    assert (tmp_path / "bare.png").stat().st_size > 0


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(DataProblem, match=r"cannot write .*No such file") as caught:
        png.draw(RESULT, tmp_path / "nowhere" / "x.png")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code is ExitCode.DATA


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = pytest.importorskip("matplotlib.figure")
    path = tmp_path / "x.png"
    path.write_bytes(b"old")

    def full(self: object, target: Path, **_: object) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figure.Figure, "savefig", full)
    with pytest.raises(DataProblem, match="No space left"):
        png.draw(RESULT, path)
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["x.png"]


def test_without_matplotlib_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(png, "find_spec", lambda name: None)
    with pytest.raises(UsageProblem, match="pip install") as early:
        png.ready(tmp_path / "x.png")
    with pytest.raises(UsageProblem, match="pip install"):
        png.draw(RESULT, tmp_path / "x.png")
    assert "\n" not in str(early.value)


def test_a_path_that_cannot_be_written_is_known_before_the_run(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for path in (tmp_path / "nowhere" / "x.png", tmp_path, Path("/dev/null/x.png")):
        with pytest.raises(DataProblem, match="cannot write"):
            png.ready(path)
    png.ready(tmp_path / "x.png")
    (tmp_path / "old.png").write_bytes(b"old")
    png.ready(tmp_path / "old.png")
    assert {found.name: found.read_bytes() for found in tmp_path.iterdir() if found.is_file()} == {
        "old.png": b"old"
    }


def test_the_short_names_of_relations_are_set_as_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    """matplotlib knows \\geq and not \\ge: the fallback in rows must not be needed."""

    def refuse(formula: LabelledFormula) -> str:
        raise AssertionError(formula.latex)

    monkeypatch.setattr(png, "_in_rows", refuse)
    for latex in (r"a \ge b", r"a \le b \ne c", r"\geq \leq \neq"):
        assert png._formula(LabelledFormula("words", latex)).size > 0
