"""What the demo `outliers` shows."""

from collections.abc import Mapping

from torch import Tensor

from contrastive_drill.demo.result import Cell, Chart, LabelledFormula, Note, Series, Table
from contrastive_drill.lab.outliers.sites import ALL, GELU, NORM, Damage, Inputs

STATIC, HALF, MORE, DYNAMIC = "static", "α = 0.5", "α = 0.75", "per token"
Found = Mapping[str, Mapping[str, Damage]]  # by kind of layer and way
FORMULA = LabelledFormula(
    "Inputs of channel j are divided by s and its weights multiplied (SmoothQuant, eq. 4). Where "
    "the largest input is r times the median channel's, and the largest input times weight p times "
    "its median, the noise of rounded inputs is multiplied by the second term, which is 1 at α₁:",
    r"s_j = \frac{\max|X_j|^{\alpha}}{\max|W_j|^{1-\alpha}}, \qquad \frac{p^{1-\alpha}}{r}, "
    r"\qquad \alpha_1 = 1 - \frac{\log r}{\log p}",
)


def neighbours(found: Found, model: str) -> Table:
    """The share of neighbours kept, by where the layers stand that are rounded."""
    rows = [(kind, *(Cell(one.kept, ".3f") for one in row.values())) for kind, row in found.items()]
    note = "Weights have a scale a row; α is SmoothQuant's, with a static scale for inputs."
    return Table(f"Top-10 neighbours kept: {model}", ("rounded", *found[ALL]), tuple(rows), (note,))


def chart(by_alpha: Mapping[str, Mapping[float, Damage]], found: Found) -> Chart:
    """The error by α."""
    rows = {kind: sorted(row.items()) for kind, row in by_alpha.items()}
    best = {kind: min(row, key=lambda tried: tried[1].error)[0] for kind, row in rows.items()}
    series = [
        Series(kind, tuple(alpha for alpha, _ in row), tuple(one.error for _, one in row))
        for kind, row in rows.items()
    ]
    title, y_label = "SmoothQuant by its α", "squared error of the vectors"
    none = tuple((f"{kind}, none", found[kind][STATIC].error) for kind in rows)
    sentence = f"Best of those tried: {best[NORM]:g} {NORM}, {best[GELU]:g} {GELU}."
    return Chart(title, "α", y_label, tuple(series), none, y_axis="log", sentence=sentence)


def channels(
    weights: Mapping[str, Tensor], inputs: Mapping[str, Inputs], even: Mapping[str, float]
) -> Table:
    """The largest of each layer's channels, over the median one."""
    rows = []
    for name, weight in weights.items():
        seen = inputs[name]
        usual, both = seen.all.median(), seen.all * weight.abs().amax(0)
        ratios = (seen.all.amax() / usual, seen.later.amax() / usual, both.amax() / both.median())
        cells = (Cell(float(each), ".1f") for each in ratios)
        rows.append((name.removeprefix("blocks."), *cells, Cell(even[name], ".2f")))
    title = "The largest channel of each layer, over the median one"
    columns = ("layer", "input r", "past token 1", "product p", "α must exceed")
    return Table(title, columns, tuple(rows))


def made(moved: float) -> Note:
    """What was done to the small model."""
    return Note(
        "Seconds of training make no outliers. Two kinds were put in by hand, and leave every "
        f"vector where it was (but for {moved:.0e}): two channels of each LayerNorm times 30, the "
        "weights after them over 30; and in each block two neurons that rise together at the first "
        "token and cancel in one channel, to which their weights are large. The second copies "
        "MiniLM: in its first four blocks one neuron fires at [CLS] alone, 10 to 17 times as high "
        "as usual, with one weight 22 to 56 times the usual."
    )


def note(real: bool) -> Note:
    """What the numbers mean."""
    return Note(
        "At α = 0.5 inputs and weights become equally wide. That helps where a wide input meets "
        "usual weights; where the weight is wide too, α has to be larger, but not so large that "
        "weights have all of the noise. A scale per token cures outliers of some tokens"
        + (", as here." if real else ", not a channel that is large in every token.")
    )
