"""What the demo `bridge` shows."""

from collections.abc import Iterator, Mapping

from contrastive_drill.demo.result import Cell, Chart, Claim, LabelledFormula, Note, Series, Table
from contrastive_drill.lab.bridge.measures import Measured

ALONE, LINEAR, MLP = "no picture", "linear", "MLP"
ONE, GATED = "queries: 1", "gated cross-attention"
FORMULA = LabelledFormula(
    "Gated cross-attention: before each block words y ask the picture z; begun with a = 0.",
    r"y \leftarrow y + \tanh(a) \, \mathrm{Attention}(y, z)",
)
NOTE = Note(
    "A toy: a decoder of two layers, some 800 words. An emoji is one thing, so that one vector can "
    "hold it; of scenes and documents this says nothing. A resampler has more weights than a "
    "projector, and mixes the tokens before the frozen decoder has to: that, too, is in its lead."
)


def table(found: Mapping[str, Measured]) -> Table:
    """How well each bridge says captions, and at what cost."""
    columns = ("bridge", "multiply-adds", "weights", "nats a word", "first right", "wrong picture")
    note = (
        "Multiply-adds with a picture and six words, the decoder's too. Of concepts never trained "
        "on, right: one of the caption's words; wrong picture: nats a word with another one's."
    )
    rows = [
        (name, *(Cell(each, ",d" if place < 2 else ".3f") for place, each in enumerate(one[:5])))
        for name, one in found.items()
    ]
    return Table("What it costs, and what it gives", columns, tuple(rows), (note,))


def chart(found: Mapping[str, Measured]) -> Chart:
    """What is gained for what it costs."""
    cost = {name: one.products / 1e6 for name, one in found.items()}
    best = min(found, key=lambda name: found[name].loss)
    return Chart(
        "Loss by cost",
        "multiply-adds, millions",
        "nats a word",
        tuple(Series(name, (cost[name],), (one.loss,), points=True) for name, one in found.items()),
        sentence=f"Lowest here: {best}, for {cost[best] / cost[LINEAR]:.2f} of linear's cost.",
    )


def claims(
    found: Mapping[str, Measured], most: str, opened: float, *, long: bool
) -> Iterator[Claim]:
    """What holds of the bridges, some of it only after a `long` training."""
    one = found[ONE].loss
    bridges = [each for name, each in found.items() if name != ALONE]
    begun = found[LINEAR].untrained - found[ALONE].loss
    off = abs(found[GATED].untrained - found[ALONE].loss)
    shown = sum(each.wrong - each.loss for each in bridges) / len(bridges)
    above, below = Claim.above, Claim.below
    yield below("gated, untrained: loss off that without a picture", off, 1e-5, computed=True)
    if long:
        yield above("linear, untrained: loss above that without a picture", begun, 0.2)
    yield above("gated, trained: the largest tanh of a gate", opened, 0.03)
    yield above("wrong pictures instead: nats a word lost, mean of the bridges", shown, 0.015)
    if long:
        yield below("1 query: loss above that of 16 tokens by MLP by", one - found[MLP].loss, 0.02)
    yield below(f"{most}: loss below that of 1 query by", one - found[most].loss, 0.04)
