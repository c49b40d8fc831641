"""What the demo `bridge` shows."""

from collections.abc import Iterator, Mapping

from contrastive_drill.demo.result import Cell, Chart, Claim, LabelledFormula, Note, Series, Table
from contrastive_drill.lab.bridge.measures import Measured

ALONE, LINEAR, MLP, GATED = "no picture", "linear", "MLP", "gated cross-attention"
ONE, BOTH = "queries: 1", "linear, decoder trained too"
FORMULA = LabelledFormula(
    "Gated cross-attention: before each block words y ask the picture z; begun with a = 0.",
    r"y \leftarrow y + \tanh(a) \, \mathrm{Attention}(y, z)",
)
# Of a picture: places before the words, keys and values kept; multiply-adds of bridge and decoder
# with a caption of six words; weights trained.
Cost = tuple[int, int, int, int]
NOTE = Note(
    "A toy: a decoder of two layers, some 800 words. An emoji is one thing, so that one vector can "
    "hold it; of scenes and documents this says nothing. A resampler has more weights than a "
    "projector, and mixes the tokens before the frozen decoder has to: that, too, is in its lead."
)


def costs(spent: Mapping[str, Cost]) -> Table:
    """What each bridge adds."""
    columns = ("bridge", "places", "keys and values", "multiply-adds", "weights trained")
    note = "Of a picture: places before the words, numbers kept; products with six words."
    rows = [(name, *(Cell(each, ",d") for each in cost)) for name, cost in spent.items()]
    return Table("What a picture costs", columns, tuple(rows), (note,))


def gains(found: Mapping[str, Measured]) -> Table:
    """How well each bridge says captions."""
    columns = ("bridge", "nats a word", "first word right", "nats, wrong picture", "first, wrong")
    note = "Of concepts never trained on. Right: the first word said is one of the caption's."
    rows = [(name, *(Cell(each, ".3f") for each in one[:4])) for name, one in found.items()]
    return Table("What it gives", columns, tuple(rows), (note,))


def chart(found: Mapping[str, Measured], spent: Mapping[str, Cost]) -> Chart:
    """What is gained for what it costs."""
    frozen = [name for name in spent if name != BOTH]
    costs = {name: spent[name][2] / 1e6 for name in frozen}
    best = min(frozen, key=lambda name: found[name].loss)
    return Chart(
        "Loss by cost, decoder frozen",
        "multiply-adds, millions",
        "nats a word",
        tuple(Series(name, (costs[name],), (found[name].loss,), points=True) for name in frozen),
        ((ALONE, found[ALONE].loss),),
        sentence=f"Lowest here: {best}, for {costs[best] / costs[LINEAR]:.2f} of linear's cost.",
    )


def claims(
    found: Mapping[str, Measured], most: str, opened: float, *, long: bool
) -> Iterator[Claim]:
    """What holds of the bridges; `most` is the resampler with most queries.

    Only after a `long` training is it judged what an untrained layer upsets, and who is ahead.
    """
    linear, mlp, one = (found[name].loss for name in (LINEAR, MLP, ONE))
    bridges = [each for name, each in found.items() if name != ALONE]
    begun, gated = (found[name].untrained - found[ALONE].loss for name in (LINEAR, GATED))
    shown = sum(each.wrong_loss - each.loss for each in bridges) / len(bridges)
    first = sum(each.first - each.wrong_first for each in bridges) / len(bridges)
    above, below = Claim.above, Claim.below
    yield below(
        "gated, untrained: loss off that without a picture", abs(gated), 1e-5, computed=True
    )
    if long:
        yield above("linear, untrained: loss above that without a picture", begun, 0.2)
    yield above("gated, trained: the largest tanh of a gate", opened, 0.03)
    yield above("wrong pictures instead: nats a word lost, mean of the bridges", shown, 0.04)
    if long:
        yield above("first words right, fewer by wrong pictures, mean", first, 0.015)
        yield below("1 query: loss above that of 16 tokens by MLP by", one - mlp, 0.02)
        yield above("MLP: loss below linear's by", linear - mlp, 0)
    yield below(f"{most}: loss below that of 1 query by", one - found[most].loss, 0.04)
