"""What the demo `ranks` shows."""

from collections.abc import Iterator, Mapping

from contrastive_drill.demo.result import Cell, Chart, Finding, LabelledFormula, Note, Series, Table
from contrastive_drill.lab.alignment import Alignment
from contrastive_drill.lab.ranks.gradients import Seen

FULL, LOCAL, RING = "full loss, all", "local loss, all", "SigLIP's ring"
FULL_OWN, LOCAL_OWN, LOCAL_NONE = "full loss, own", "local loss, own", "local loss, none"
FORMULA = LabelledFormula(
    "A vector is pulled and pushed as a query, by its row's softmax p, and as a candidate, by its "
    "column's q. Without gradients the gather loses q; own rows put back bring its pull, j = i, "
    "and of its pushes those of one rank:",
    r"\frac{\partial \mathcal{L}}{\partial u_i} = \frac{t}{2N} \sum_j \left("
    r"p_{ij} - [i = j] + q_{ij} - [i = j]\right) v_j",
)
OWN = "own: gathered without gradient, and one's own rows put back"
NOTE = Note(
    "open_clip's naive way is full, own; with both of its flags it is local, all: the same loss, "
    "and W times the gradient by the towers, a factor that AdamW hides and clipping does not. "
    "SigLIP's ring sends what a gather of texts would; autograd keeps all its blocks, unless "
    "backward makes them again. Batch norm is fixed here: by rank it changes every gradient."
)


def learned(found: Mapping[str, Alignment]) -> Iterator[Finding]:
    """What becomes of the vectors by where gradients go."""
    curves = {name: tuple(zip(*one.curve, strict=True)) for name, one in found.items()}
    yield Chart(
        "A local loss: the vectors while they learn",
        "step",
        "spread (0: all alike)",
        tuple(Series(f"gradients through {name}", x, y) for name, (x, y) in curves.items()),
        sentence="With own rows alone all pulls arrive and few of the pushes: vectors huddle.",
    )
    numbers = {name: (one.held_out.recall(1), one.spread) for name, one in found.items()}
    rows = [(name, Cell(recall, ".3f"), Cell(to, ".2f")) for name, (recall, to) in numbers.items()]
    columns = ("gradients through", "recall@1", "spread")
    yield Table("A local loss: concepts never trained on", columns, tuple(rows))


def ranks(looks: Mapping[int, Seen]) -> Iterator[Finding]:
    """Gradients with the most ranks; what a rank keeps and sends, by their number."""
    worlds, most = tuple(map(float, looks)), max(looks)
    beside = ("length", "cosine", "by scale")
    rows = [
        (name, Cell(one["error"], ".1e"), *(Cell(one[each], ".3f") for each in beside))
        for name, one in looks[most].items()
    ]
    columns: tuple[str, ...] = ("loss, gradients through", "error", *beside)
    yield Table(f"{most} ranks under DDP, beside one process", columns, tuple(rows), (OWN,))

    def kib(name: str, number: str) -> list[float]:
        return [look[name][number] / 1024 for look in looks.values()]

    yield Chart(
        "What a rank keeps for backward",
        "ranks",
        "KiB",
        tuple(Series(name, worlds, tuple(kib(name, "kept"))) for name in (FULL, LOCAL, RING)),
        x_axis="log",
        y_axis="log",
        sentence="A full loss keeps all N by N logits on each rank, a local one those of its rows.",
    )
    sent = {name: [*kib(name, "foretold"), kib(name, "sent")[-1]] for name in looks[most]}
    rows = [(name, *(Cell(n, ",.1f", "KiB") for n in row)) for name, row in sent.items()]
    columns = ("ranks", *map(str, looks), f"{most}, counted")
    yield Table("KiB that a rank sends", columns, tuple(rows))
