"""Distillation from the k classes that a teacher ranks first."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def distillation(student, teacher, k, temperature):
    """The student's divergence from its teacher, on the k classes the teacher scores highest.

    student, teacher: float tensors (n, c) of logits; teacher logits of a row all differ.
    k: an int, 1 to c; temperature: a positive float, of both softmaxes.
    Both distributions are over the teacher's k classes of the row only, and add up to 1 there.
    The divergence is taken from the teacher: classes count by the teacher's probability.
    Mean over rows. Scaled so that gradients keep their size as the temperature rises.
    Without a loop over the rows.
    Returns a scalar tensor, differentiable by the student.
    """
'''
SOLUTION = """
from torch.nn import functional as F


def distillation(student, teacher, k, temperature):
    scores, classes = teacher.topk(k, dim=1)
    target = F.log_softmax(scores / temperature, dim=1)
    chosen = student.gather(1, classes)
    own = F.log_softmax(chosen / temperature, dim=1)
    divergence = (target.exp() * (target - own)).sum(1)
    return divergence.mean() * temperature**2
"""
OTHER = """
import torch


def distillation(student, teacher, k, temperature):
    least = teacher.sort(dim=1, descending=True).values[:, k - 1 : k]
    drop = teacher < least
    logs = []
    for logits in (teacher, student):
        logits = (logits / temperature).masked_fill(drop, float("-inf"))
        logs.append((logits - logits.logsumexp(1, keepdim=True)).masked_fill(drop, 0.0))
    p = logs[0].exp().masked_fill(drop, 0.0)
    return temperature * temperature * torch.sum(p * (logs[0] - logs[1])) / len(student)
"""
# fmt: off
MUTANTS = (
    Mutant("your T squared is missing: a higher temperature trains less", " * temperature**2", ""),
    Mutant("your divergence is the other way round: the student's probabilities are the weights",
           "target.exp() * (target - own)", "own.exp() * (own - target)"),
    Mutant("your student's softmax runs over all classes, the teacher's over k",
           "chosen = student.gather(1, classes)\n"
           "    own = F.log_softmax(chosen / temperature, dim=1)",
           "own = F.log_softmax(student / temperature, dim=1).gather(1, classes)"),
    Mutant("your teacher's probabilities are not renormalised over the k",
           "target = F.log_softmax(scores / temperature, dim=1)",
           "target = F.log_softmax(teacher / temperature, dim=1).gather(1, classes)"),
    Mutant("your student brings its own k best classes, which are others than the teacher's",
           "student.gather(1, classes)", "student.topk(k, dim=1).values"),
    Mutant("you average over the classes too: the loss is k times too small",
           "(target.exp() * (target - own)).sum(1)", "(target.exp() * (target - own)).mean(1)"),
    Mutant("your temperature softens the teacher only",
           "F.log_softmax(chosen / temperature", "F.log_softmax(chosen"),
    Mutant("your temperature multiplies the logits: it sharpens",
           "scores / temperature", "scores * temperature",
           (("chosen / temperature", "chosen * temperature"),)),
    Mutant("your loss is the cross-entropy: with the teacher's entropy in it, it never gets to 0",
           "(target - own)", "-own"),
    Mutant("you take the logarithm of a softmax: where it underflows, that is minus infinity",
           "F.log_softmax(chosen / temperature, dim=1)",
           "F.softmax(chosen / temperature, dim=1).log()"),
)
# fmt: on
HINTS = (
    "Whose k classes are they, and over which classes does each softmax run?",
    "Gather the student's logits at the teacher's classes, then two log-softmaxes.",
    "sum p_T (log p_T - log p_S) over the k, mean over the rows, times T squared.",
)


def reference(student, teacher, k, temperature):
    total = 0.0
    for own, given in zip(student, teacher, strict=True):
        classes = sorted(range(len(given)), key=lambda c: -given[c])[:k]
        logs = []
        for logits in (given, own):
            kept = np.array([logits[c] / temperature for c in classes])
            logs.append(kept - kept.max() - np.log(np.exp(kept - kept.max()).sum()))
        total += sum(np.exp(p) * (p - q) for p, q in zip(*logs, strict=True))
    return total / len(student) * temperature**2


def cases(rng):
    def logits(n, c, scale=1.0):
        teacher = np.array([rng.permutation(c) for _ in range(n)]) - (c - 1) / 2
        teacher = scale * (teacher * 0.7 + rng.uniform(-0.2, 0.2, (n, c)))
        return rng.normal(size=(n, c)) * scale, teacher

    yield Case("k = 1: nothing to learn", (*logits(1, 3), 1, 2.0), grads=(0,))
    yield Case("one row, k of 2", (*logits(1, 4), 2, 1.0), grads=(0,))
    yield Case("three rows, k of 3, T of 3", (*logits(3, 4), 3, 3.0), grads=(0,))
    yield Case("all classes", (*logits(4, 3), 3, 0.5), grads=(0,))
    _, teacher = logits(3, 4)
    yield Case("a student off by a constant", (teacher + 3.0, teacher, 3, 1.0), grads=(0,))
    student = np.array([[0.0, 400.0, -400.0], [300.0, -300.0, 0.0]]) + rng.normal(size=(2, 3))
    yield Case("huge student logits", (student, logits(2, 3)[1], 3, 1.0), grads=(0,))
    yield Case("64 rows, without a loop", (*logits(64, 10, 2.0), 5, 2.0), lines=40)
