"""What the demo `moco` shows."""

from collections.abc import Iterator, Mapping
from statistics import fmean

from contrastive_drill.demo.result import Cell, Chart, Finding, LabelledFormula, Note, Series, Table
from contrastive_drill.lab.moco.encoder import Judgement
from contrastive_drill.lab.moco.staleness import Watch

FORMULA = LabelledFormula(
    "A query against its own key and the queue; the keys' encoder follows the queries'.",
    r"\mathcal{L} = -\log \frac{\exp(q \cdot k_+ / \tau)}{\sum_{i=0}^{K} \exp(q \cdot k_i / \tau)},"
    r" \qquad \theta_k \leftarrow m \theta_k + (1 - m) \theta_q",
)
NOTE = Note(
    "Without momentum new vectors meet old ones: moving all of them away from the queue lowers the "
    "loss and tells nothing apart. As the rate falls, the queue catches up. Groups of emoji share "
    "colours, so crops alone need not hurt here; on ImageNet they cost SimCLR 28 points."
)


def by_momentum(runs: Mapping[float, Watch], chance: float) -> Iterator[Finding]:
    """The loss over training, and the queue's keys by age."""
    losses, known, rows = list[Series](), list[Series](), []
    for m, run in runs.items():
        for curves, values in ((losses, run.losses), (known, run.known)):
            curves.append(Series(f"m = {m:g}", tuple(map(float, range(len(values)))), (*values,)))
        numbers = (run.end, *run.early, run.cosines[-1], fmean(run.known))
        rows.append((f"{m:g}", *(Cell(each, ".2f") for each in numbers)))
    line = (("a constant encoder", chance),)
    see = "Below the line a query tells its key from the queue, or new keys from old ones."
    yield Chart("The loss against the queue", "step", "nats", tuple(losses), line, sentence=see)
    see = "An old key is recognised if, of all keys made anew, its own is the nearest."
    yield Chart("Keys by age in the queue", "steps", "recognised", tuple(known), sentence=see)
    columns = ("m", "loss, end", "first of queue", "first of batch", "oldest: cosine", "recognised")
    note = "First: the own key before all others, in the first half. Recognised, cosine: half-way."
    yield Table("The queue, as its encoder sees it", columns, tuple(rows), (note,))


def worth(rows: Mapping[str, Judgement], pictures: int, group: float) -> Table:
    """Who tells the views apart, and what is known of unseen concepts."""
    columns = ("trained", "by colours", "by encoder", "spread", "as colours", "artist", "group")
    cells = [(name, *(Cell(each, ".3f") for each in row)) for name, row in rows.items()]
    notes = (
        f"By: of {pictures} pictures, those that find their other view; chance {1 / pictures:.3f}.",
        "As colours: correlation of the cosines with those of colours. Artist: recall@1 of a "
        f"concept as another drew it. Group: k-NN; by colours alone {group:.3f}.",
    )
    return Table("What momentum and views are worth", columns, tuple(cells), notes)
