"""Best-first search of one layer of an HNSW graph."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def search_layer(query, vectors, neighbors, entry, ef):
    """The ef nodes nearest to a query that best-first search finds in one layer of HNSW.

    query: floats (d,); vectors: floats (n, d); entry: the node to begin with; ef: 1 or more.
    neighbors: a list of n lists; neighbors[i] are the nodes that an edge leads to from node i,
    and there may be none back. Distance is Euclidean, and no two nodes are equally near.
    As Algorithm 2 of Malkov and Yashunin: it stops as soon as no candidate left can help.
    Returns (found, seen): a list of the nodes found, the nearest first, at most ef of them; and how
    many different nodes were compared with the query, the entry among them.
    """
'''
SOLUTION = """
from heapq import heappop, heappush


def search_layer(query, vectors, neighbors, entry, ef):
    def distance(node):
        return float(((vectors[node] - query) ** 2).sum())

    seen = {entry}
    candidates = [(distance(entry), entry)]
    found = [(-distance(entry), entry)]
    while candidates:
        far, node = heappop(candidates)
        if far > -found[0][0]:
            break
        for other in neighbors[node]:
            if other not in seen:
                seen.add(other)
                far = distance(other)
                if len(found) < ef or far < -found[0][0]:
                    heappush(candidates, (far, other))
                    heappush(found, (-far, other))
                    if len(found) > ef:
                        heappop(found)
    return [node for _, node in sorted(found, reverse=True)], len(seen)
"""
OTHER = """
import numpy as np


def search_layer(query, vectors, neighbors, entry, ef):
    far = {entry: np.linalg.norm(vectors[entry] - query)}
    found, expanded = [entry], set()
    while True:
        node = next((node for node in found if node not in expanded), None)
        if node is None:
            return found, len(far)
        expanded.add(node)
        new = [other for other in neighbors[node] if other not in far]
        far.update((other, np.linalg.norm(vectors[other] - query)) for other in new)
        found = sorted(found + new, key=far.get)[:ef]
"""
# fmt: off
MUTANTS = (
    Mutant("you do not stop when the nearest candidate is farther than all that you keep",
           "        if far > -found[0][0]:\n            break\n", ""),
    Mutant("you stop at the first candidate that is not the best so far",
           "if far > -found[0][0]:", "if far > -max(found)[0]:"),
    Mutant("you expand nodes in the order of their discovery, not the nearest first",
           "heappop(candidates)", "candidates.pop(0)",
           (("heappush(candidates, (far, other))", "candidates.append((far, other))"),)),
    Mutant("you mark a node when it is expanded, so it is found twice",
           "                seen.add(other)\n", "",
           (("        for other in", "        seen.add(node)\n        for other in"),)),
    Mutant("you take on more than ef: the farthest one is never dropped",
           "if len(found) > ef:", "if False:"),
    Mutant("when there are more than ef, you drop the nearest",
           "heappop(found)", "found.remove(max(found))"),
    Mutant("as long as fewer than ef are found, every node belongs: you ask it to be nearer",
           "len(found) < ef or far", "far"),
    Mutant("your answer begins with the farthest", ", reverse=True", ""),
    Mutant("you go by the inner product: distance is Euclidean",
           "((vectors[node] - query) ** 2).sum()", "-(vectors[node] * query).sum()"),
)
# fmt: on
HINTS = (
    "Two heaps: which end of each do you need to see at once?",
    "Expand the nearest candidate; a new node joins both if there is room or it beats the worst.",
    "Stop when the nearest candidate is farther than the worst found; mark nodes when compared.",
)


def reference(query, vectors, neighbors, entry, ef):
    far = [((vector - query) ** 2).sum() for vector in vectors]
    visited, candidates, found = [entry], [entry], [entry]
    while candidates:
        nearest = min(candidates, key=lambda node: far[node])
        candidates.remove(nearest)
        if far[nearest] > max(far[node] for node in found):
            break
        for other in neighbors[nearest]:
            if other in visited:
                continue
            visited.append(other)
            if len(found) < ef or far[other] < max(far[node] for node in found):
                candidates.append(other)
                found.append(other)
                if len(found) > ef:
                    found.remove(max(found, key=lambda node: far[node]))
    return sorted(found, key=lambda node: far[node]), len(visited)


def cases(rng):
    def graph(n, degree, d=2):
        vectors = rng.normal(size=(n, d))
        far = ((vectors[:, None] - vectors) ** 2).sum(-1)
        links = [[int(j) for j in np.argsort(row)[1 : degree + 1]] for row in far]
        for i in range(n - 1):  # a path, so that every node can be reached
            links[i].append(i + 1)
        return vectors, [[int(j) for j in rng.permutation(list({*row}))] for row in links]

    query = rng.normal(size=2)
    yield Case("one node", (query, query[None] + 1, [[]], 0, 3))

    def line(places):
        names = rng.permutation(len(places))  # nodes in any order, linked along the line
        vectors = np.zeros((len(places), 1))
        vectors[names, 0] = places
        links = [[] for _ in places]
        for a, b in zip(names[:-1].tolist(), names[1:].tolist(), strict=True):
            links[a].append(b)
            links[b].append(a)
        return vectors, links, int(names[0])

    origin = np.zeros(1)
    hill = np.array([5.0, 3, 2, 2.5, 4, 1, 0.5]) + rng.uniform(0, 0.3, 7)
    yield Case("a line with a hill, ef = 1: stuck before it", (origin, *line(hill), 1))
    yield Case("the same hill, ef = 2: still stuck", (origin, *line(hill), 2))
    yield Case("a hill, ef = 4: over it", (origin, *line(hill), 4))
    rising = np.arange(1.0, 7) + rng.uniform(0, 0.3, 6)
    yield Case("ever farther nodes, and room for all", (origin, *line(rising), 9))
    vectors, links = graph(9, 2)
    links = [[j for j in row if j < 6] for row in links[:6]] + [[7], [8], [0]]
    yield Case("an island that no edge leads to", (rng.normal(size=2), vectors, links, 5, 9))
    yield Case("40 nodes, ef = 3", (rng.normal(size=2), *graph(40, 5), 0, 3))
    yield Case("40 nodes, ef = 10", (rng.normal(size=2) / 2, *graph(40, 5), 0, 10))
