"""Numbers of search: index sizes, rank fusion, term weights and measures of a ranking."""

import math
from random import Random

from contrastive_drill.cards.calculations.generator import DrawnNumbers, drawn, generator


@generator
def pq_compression(random: Random) -> DrawnNumbers:
    """How many times smaller a product-quantized vector is than float32."""
    d = random.choice((384, 512, 768, 1024, 1536))
    m = random.choice([m for m in (16, 32, 48, 64, 96, 128) if d % m == 0])
    bits = random.choice((4, 8))
    return drawn(32 * d / (m * bits), "times", d=d, m=m, bits=bits, code=m * bits / 8, raw=4 * d)


@generator
def flat_index_memory(random: Random) -> DrawnNumbers:
    """GB of raw vectors."""
    millions, d = random.choice((10, 50, 100, 500)), random.choice((256, 384, 512, 768, 1024))
    form, size = random.choice((("float32", 4), ("float16", 2), ("int8", 1)))
    return drawn(millions * d * size / 1e3, "GB", millions=millions, d=d, form=form, size=size)


@generator
def hnsw_memory(random: Random) -> DrawnNumbers:
    """GB of an HNSW index: float32 vectors, and 2M links of 4 bytes on the lowest layer."""
    millions, d = random.choice((1, 5, 10, 20, 50)), random.choice((128, 256, 384, 768))
    links = random.choice((16, 24, 32, 48))
    each = 4 * d + 2 * links * 4
    return drawn(millions * each / 1e3, "GB", millions=millions, d=d, links=links,
                 vector=4 * d, graph=8 * links, each=each)  # fmt: skip


@generator
def ivf_scan(random: Random) -> DrawnNumbers:
    """Vectors compared with a query when its nearest cells are scanned."""
    millions, cells = random.choice((1, 4, 10, 100)), random.choice((1024, 4096, 16384, 65536))
    probes = random.choice((8, 16, 32, 64))
    return drawn(
        millions * 1e6 * probes / cells, "vectors", millions=millions, cells=cells, probes=probes,
        share=100 * probes / cells,
    )  # fmt: skip


@generator
def reciprocal_rank_fusion(random: Random) -> DrawnNumbers:
    """The weight by which BM25's first, missing from the dense list, overtakes a rival in both."""
    k = random.choice((10, 20, 60))
    second = random.randint(4, 10)
    dense = random.randint(2, second)
    one, two, three, lead = k + 1, k + second, k + dense, second - 1
    above, below = one * two, three * lead
    buried = (above * one - k * below - 1) // below  # ranks r with w / (k + r) > 1 / (k + 1)
    return drawn(above / below, "", k=k, second=second, dense=dense, one=one, two=two, three=three,
                 lead=lead, buried=buried)  # fmt: skip


@generator
def bm25_term(random: Random) -> DrawnNumbers:
    """What one term adds to a document's BM25 score, k₁ = 1.2 and b = 0.75."""
    idf, tf = random.choice((1.5, 2.0, 3.0, 4.5)), random.randint(1, 8)
    length, mean = random.choice((60, 100, 150, 300)), random.choice((100, 120, 200))
    norm = 1.2 * (1 - 0.75 + 0.75 * length / mean)
    return drawn(idf * tf * 2.2 / (tf + norm), "", idf=idf, tf=tf, length=length, mean=mean,
                 norm=norm)  # fmt: skip


@generator
def mean_reciprocal_rank(random: Random) -> DrawnNumbers:
    """Over five queries, one of which found nothing."""
    ranks = [random.choice((1, 1, 2, 3, 4, 5, 8, 10)) for _ in range(4)]
    total = sum(1 / rank for rank in ranks)
    return drawn(total / 5, "", ranks=", ".join(map(str, ranks)), total=total)


@generator
def multi_vector_storage(random: Random) -> DrawnNumbers:
    """GB of late interaction: every page or passage keeps all its token vectors."""
    thousands, tokens = random.choice((10, 100, 500, 1000)), random.choice((128, 180, 729, 1030))
    d, form, size = 128, *random.choice((("float16", 2), ("float32", 4), ("int8", 1)))
    each = tokens * d * size
    return drawn(thousands * each / 1e6, "GB", thousands=thousands, tokens=tokens, d=d, form=form,
                 size=size, each=each)  # fmt: skip


@generator
def inverse_document_frequency(random: Random) -> DrawnNumbers:
    """TF-IDF weight tf · ln(N/df)."""
    documents, tf = random.choice((1000, 10_000, 100_000)), random.randint(2, 9)
    df = random.choice((5, 20, 50, 200))
    return drawn(tf * math.log(documents / df), "", documents=documents, df=df, tf=tf,
                 idf=math.log(documents / df))  # fmt: skip


@generator
def ndcg(random: Random) -> DrawnNumbers:
    """nDCG@4 of graded results, gain 2^rel − 1, discount log₂(rank + 1)."""
    grades = random.choice(((3, 0, 2, 1), (1, 3, 0, 2), (0, 3, 2, 1), (2, 1, 3, 0), (1, 0, 2, 3)))

    def gain(order: tuple[int, ...]) -> float:
        return sum((2.0**g - 1) / math.log2(rank + 1) for rank, g in enumerate(order, 1))

    best = tuple(sorted(grades, reverse=True))
    return drawn(gain(grades) / gain(best), "", grades=", ".join(map(str, grades)),
                 found=gain(grades), ideal=gain(best))  # fmt: skip
