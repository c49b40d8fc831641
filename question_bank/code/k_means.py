"""Lloyd's algorithm: k-means from given centres."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def k_means(points, centres, steps):
    """k-means by Lloyd's algorithm, a given number of steps from given centres.

    points: a float array (n, d), n >= 1; centres: a float array (k, d), where it starts.
    steps: an integer, 0 or more. In each step all points are assigned, then all centres move.
    Distance is Euclidean; between equally near centres a point takes the one of lower number.
    A centre without points stays where it is.
    Without a loop over the points.
    Returns the final centres (k, d) and the assignment (n,): for each point the number of the
    nearest of these final centres.
    """
'''
SOLUTION = """
import numpy as np


def k_means(points, centres, steps):
    centres = centres.copy()
    for _ in range(steps):
        nearest = assign(points, centres)
        for place in range(len(centres)):
            mine = points[nearest == place]
            if len(mine):
                centres[place] = mine.mean(axis=0)
    return centres, assign(points, centres)


def assign(points, centres):
    differences = points[:, None] - centres
    return (differences**2).sum(axis=2).argmin(axis=1)
"""
OTHER = """
import numpy as np


def k_means(x, c, steps):
    for step in range(steps + 1):
        nearest = np.argmin((c**2).sum(1) - 2 * x @ c.T, axis=1)
        if step == steps:
            return c, nearest
        one_hot = (nearest[:, None] == np.arange(len(c))).astype(float)
        sizes = one_hot.sum(0)[:, None]
        c = np.where(sizes > 0, one_hot.T @ x / np.maximum(sizes, 1), c)
"""
# fmt: off
MUTANTS = (
    Mutant("your assignment is that of the centres before the last move",
           "return centres, assign(points, centres)", "return centres, nearest"),
    Mutant("an empty cluster is the mean of nothing: it becomes NaN", "if len(mine):", "if True:"),
    Mutant("an empty cluster jumps to the origin",
           "            if len(mine):\n                centres[place] = mine.mean(axis=0)",
           "            centres[place] = mine.sum(axis=0) / max(len(mine), 1)"),
    Mutant("you move the caller's centres: they need a copy",
           "centres = centres.copy()", "centres = centres"),
    Mutant("you assign by the largest dot product: long centres attract too much",
           "(differences**2).sum(axis=2).argmin(axis=1)", "(points @ centres.T).argmax(axis=1)"),
    Mutant("your distance adds absolute differences: that is no Euclidean distance",
           "(differences**2)", "abs(differences)"),
    Mutant("you take one step too many", "range(steps)", "range(steps + 1)"),
    Mutant("your centres move to the median, not to the mean",
           "mine.mean(axis=0)", "np.median(mine, axis=0)"),
    Mutant("you assign anew after each centre that moves: all move at once",
           "points[nearest == place]", "points[assign(points, centres) == place]"),
    Mutant("you assign in a loop over the points, where one broadcast does it",
           "    differences = points[:, None] - centres\n"
           "    return (differences**2).sum(axis=2).argmin(axis=1)",
           "    nearest = []\n"
           "    for point in points:\n"
           "        nearest.append(((centres - point) ** 2).sum(axis=1).argmin())\n"
           "    return np.array(nearest)"),
)
# fmt: on
HINTS = (
    "Two moves take turns. What does a centre do that nobody chose, and when do you assign last?",
    "Distances of all points to all centres by broadcasting, argmin, then a mean per cluster.",
    "points[:, None] - centres is (n, k, d). Move only centres with points; assign at the end.",
)


def reference(points, centres, steps):
    centres = [list(centre) for centre in centres]

    def nearest(point):
        distances = [sum((point - centre) ** 2) for centre in centres]
        return distances.index(min(distances))

    for _ in range(steps):
        chosen = [nearest(point) for point in points]
        for place in range(len(centres)):
            mine = [point for point, choice in zip(points, chosen, strict=True) if choice == place]
            if mine:
                centres[place] = sum(mine) / len(mine)
    return np.array(centres), np.array([nearest(point) for point in points])


def cases(rng):
    def drawn(n, k, d):
        return rng.normal(size=(n, d)) + 1, rng.normal(size=(k, d)) + 1

    yield Case("one point, one centre", (*drawn(1, 1, 2), 1))
    yield Case("no step: only the assignment", (*drawn(5, 3, 2), 0))
    between = np.array([[0.5, 0.0], [3.0, 1.0]]), np.array([[1.5, 0.0], [-0.5, 0.0]])
    yield Case("a point halfway between two centres", (*between, 0))
    points, centres = drawn(6, 3, 2)
    centres[1] += 50
    yield Case("a centre far from all points", (points, centres, 2))
    yield Case("one step", (*drawn(12, 3, 2), 1))
    yield Case("three steps in four dimensions", (*drawn(20, 4, 4), 3))
    yield Case("64 points, without a loop over them", (*drawn(64, 5, 3), 2), lines=170)
