"""What the demo `cone` shows."""

from collections.abc import Iterator, Mapping

from contrastive_drill.demo.result import (
    Cell,
    Chart,
    Claim,
    Finding,
    LabelledFormula,
    Note,
    Outcome,
    Series,
    Table,
)
from contrastive_drill.lab.cone.sides import GLOVE, OUTPUT, TOKENS

RAW, MEAN, MEANS = "as they are", "less a mean", "less two means"
TOP, WHITE = "less a direction", "whitened"
RANK, COSINE, DOT, MENDED = "each its own", "one, cosine", "one, dot", "one, less a direction"
Recalls = Mapping[str, Mapping[str, float]]  # by level and by what was done to the vectors
FORMULA = LabelledFormula(
    "All but the top: off come the mean μ of other texts and their widest direction u. Whitening "
    "turns to all directions uₖ and divides each by its width σₖ:",
    r"x - \mu - u u^{\top} (x - \mu), \qquad "
    r"\frac{u_1^{\top} (x - \mu)}{\sigma_1}, \frac{u_2^{\top} (x - \mu)}{\sigma_2}, \ldots",
)


def recalls(found: Recalls, cosines: Mapping[str, float], common: Mapping[str, float]) -> Table:
    """Recall by level."""
    ways = tuple(found[GLOVE])
    rows = [
        (
            level,
            Cell(cosines[level], ".2f"),
            Cell(common[level], ".2f"),
            *(Cell(row[way], ".3f") for way in ways),
        )
        for level, row in found.items()
    ]
    notes = (
        "Of a definition by its words. The mean is that of other definitions; of two means, words "
        "have their own.",
        "Common words: |correlation| of the widest direction with how common a text's words are.",
    )
    return Table("Recall@10", ("vectors", "mean cosine", "common words", *ways), tuple(rows), notes)


def recall_chart(found: Recalls) -> Chart:
    """Recall by level, as it is and changed."""
    places = tuple(range(len(found)))
    output, first = [*found.values()][-1], [*found.values()][1]
    return Chart(
        "Recall@10 by level",
        "level: 0 GloVe, 1 the averaged tokens, the last the output",
        "recall@10",
        tuple(
            Series(way, places, tuple(row[way] for row in found.values()))
            for way in (RAW, TOP, WHITE)
        ),
        sentence=f"Less a direction: from {first[RAW]:.3f} to {first[TOP]:.3f} for tokens, from "
        f"{output[RAW]:.3f} to {output[TOP]:.3f} for the output.",
    )


def cosine_chart(cosines: Mapping[str, float], model: str) -> Chart:
    """How narrow the cone is, by level."""
    levels = [*cosines]
    narrow = max(levels[1:], key=cosines.__getitem__)
    places = tuple(range(1, len(levels)))
    return Chart(
        "Mean cosine of two definitions, by level",
        "level: 1 the averaged tokens, the last the output",
        "mean cosine",
        (Series(model, places, tuple(cosines[level] for level in levels[1:])),),
        ((GLOVE, cosines[GLOVE]),),
        sentence=f"The cone is narrowest at {narrow}: {cosines[narrow]:.2f}; at the output it is "
        f"{cosines[levels[-1]]:.2f}.",
    )


def thresholds(found: Recalls, wrong: int) -> Table:
    """What one threshold for all queries costs."""
    ways = (RANK, COSINE, DOT, MENDED)
    rows = [(level, *(Cell(row[way], ".3f") for way in ways)) for level, row in found.items()]
    note = f"Each way lets pass {wrong} wrong documents a query, in the mean over all queries."
    title = "True pairs above the threshold"
    return Table(title, ("vectors", *ways), tuple(rows), (note,))


def claims(recalls: Recalls, cosines: Mapping[str, float], passed: Recalls) -> Iterator[Finding]:
    """What a direction taken off gains and costs, and what one threshold does."""
    tokens, output, one, static = recalls[TOKENS], recalls[OUTPUT], passed[OUTPUT], passed[GLOVE]

    def above(text: str, rates: Mapping[str, float], way: str, other: str, bound: float) -> Claim:
        return Claim.above(text, rates[way] / max(rates[other], 1e-9), bound)

    def below(text: str, rates: Mapping[str, float], way: str, other: str, bound: float) -> Claim:
        return Claim.below(text, rates[way] / max(rates[other], 1e-9), bound)

    white = output[WHITE] / max(output[RAW], 1e-9)
    yield Outcome(0 if white > 1.03 else 2 if white < 0.97 else 1)
    yield above(f"{TOKENS}: recall less a direction, over raw", tokens, TOP, RAW, 1.2)
    yield below(f"{OUTPUT}: recall less a direction, over raw", output, TOP, RAW, 1.05)
    yield below(f"{OUTPUT}: recall whitened, over raw", output, WHITE, RAW, 0.95)
    yield above(f"{TOKENS}: recall less two means, over less one", tokens, MEANS, MEAN, 1.15)
    level = cosines[OUTPUT] / cosines[GLOVE]
    yield Claim.below("mean cosine: the output's, over GloVe's", level, 0.9)
    yield below(f"{OUTPUT}: one threshold on dot, over cosine", one, DOT, COSINE, 0.9)
    yield below(f"{GLOVE}: one threshold on cosine, over one a query", static, COSINE, RANK, 0.5)
    yield above(f"{GLOVE}: one threshold less a direction, over raw", static, MENDED, COSINE, 2)


NOTE = Note(
    "A cone alone costs little: where all cosines rise alike, ranks stay. What hurts is a "
    "direction that has little to do with meaning, such as how common a text's words are: it "
    "enters every cosine and shifts one query's scores against another's, so that no threshold "
    "suits both. One mean taken off two kinds of text can even hurt, as the other kind keeps an "
    "offset. A loss that pushes wrong pairs apart has seen to that; whitening then makes its "
    "narrow directions as loud as its wide ones."
)
