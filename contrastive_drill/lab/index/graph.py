"""HNSW around the search of one layer: how points are spread over layers, and linked."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Links = dict[int, list[int]]
# (query, points, links of a layer, start, ef): the ef best points, the best first, and the number
# of distances that it took.
Walk = Callable[[Array, Array, Links, int, int], tuple[list[int], int]]


@dataclass(slots=True)
class Graph:
    """A layered graph over unit vectors [n, d] (Malkov and Yashunin, arXiv:1603.09320)."""

    points: Array
    walk: Walk
    most: int  # M: links a point makes; a point has at most 2M on layer 0 and M above
    layers: list[Links] = field(default_factory=list)
    entry: int = 0

    def search(self, query: Array, ef: int, *, flat: bool = False) -> tuple[list[int], int]:
        """The `ef` best points and the distances that it took; a flat search skips the layers."""
        start, total = (0, 0) if flat else self._descend(query, 0)
        found, taken = self.walk(query, self.points, self.layers[0], start, ef)
        return found, total + taken

    def add(self, point: int, level: int, ef: int) -> None:
        """Link a point, from its `level` down, to near points that lie in different directions."""
        query, top = self.points[point], len(self.layers) - 1
        start = self._descend(query, level)[0] if self.layers else point
        for height in range(min(level, top), -1, -1):
            layer = self.layers[height]
            found, _ = self.walk(query, self.points, layer, start, ef)
            start = found[0]
            layer[point] = self._spread(point, found, self.most)
            for other in layer[point]:
                layer[other].append(point)
                room = self.most * (2 if height == 0 else 1)
                if len(layer[other]) > room:
                    layer[other] = self._spread(other, layer[other], room)
        if level > top:
            self.layers += [{point: []} for _ in range(level - top)]
            self.entry = point

    def _descend(self, query: Array, level: int) -> tuple[int, int]:
        """Greedily down to the layer above `level`: the best point there."""
        at, total = self.entry, 0
        for layer in self.layers[:level:-1]:
            (at, *_), taken = self.walk(query, self.points, layer, at, 1)
            total += taken
        return at, total

    def _spread(self, point: int, near: list[int], most: int) -> list[int]:
        """Of the points near another the best that are nearer to it than to any chosen before."""
        scores = self.points[near] @ self.points[point]
        order = np.argsort(-scores)
        between = self.points[near] @ self.points[near].T
        chosen: list[int] = []
        for place in order.tolist():
            if len(chosen) == most:
                break
            if not chosen or scores[place] > between[place, chosen].max():
                chosen.append(place)
        return [near[place] for place in chosen]


def build(
    points: Array, walk: Walk, most: int, ef: int, generator: np.random.Generator,
    report: Callable[[int], object] = lambda done: None,
) -> Graph:  # fmt: skip
    """A graph of all points, added in their order; their top level falls exponentially."""
    graph = Graph(points, walk, most)
    for point, chance in enumerate(generator.random(len(points)).tolist()):
        graph.add(point, int(-math.log(1 - chance) / math.log(most)), ef)
        report(point + 1)
    return graph
